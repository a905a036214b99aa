"""The report of a replay: for people, and for programs."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from fn_emulator.model import Finding
from fn_emulator.replay import Verdict
from fn_emulator.replay.model import Culprit, Exchange, Violation
from fn_emulator.replay.verdict import UNJUDGED
from fn_emulator.report.replay import to_json, verdict_text

CONTRACT = Finding(
    "row-count", "error", "The answer is empty.", "fn/handler.py", None, {"request": "{}", "answer": "[]"}, None, None
)
BATCH = Finding(
    "depends-on-batch", "error", "split into 1: ...", "fn/handler.py", 4, {"row": 0}, "work it out in SQL", "docs"
)
STATEFUL = Finding("stateful", "error", "again: ...", "fn/handler.py", 9, {}, None, None)


def verdict(*findings, violations=(), **others):
    usual = {
        "classification": "volatile",
        "reason": findings[0].id if findings else "not proven",
        "stateless": True,
        "retry_safe": None,
        "row_independent": True,
        "deterministic": True,
        "ignored": 0,
        "status": "Completed",
        "problem": "",
        "statements": (),
        "calls": 31,
        "rows": 6,
        "random_seed": 0,
        "duration_s": 0.0152,
    }
    return Verdict(**{**usual, "findings": findings, "violations": violations, **others})


NOT_JUDGED = f"Not judged: {UNJUDGED}."


def test_nothing_found():
    assert verdict_text(verdict()) == (
        "stateless: yes, row independent: yes, deterministic: yes\n"
        f"{NOT_JUDGED}\n"
        "volatile (not proven): 6 rows, 31 deliveries, random seed 0, in 15.2 ms. A pass is evidence, never proof."
    )


def test_both_sides_of_a_case_are_aligned_and_the_rows_are_quoted_for_a_shell():
    violation = Violation(
        "depends-on-batch",
        "split into 1",
        rows=([Decimal("0.10000000000000000001"), "it's"], [1, None]),
        plain=Exchange('{"data":[[0,1],[1,2]]}', '{"data": [[0, 5], [1, 6]]}'),
        other=(Exchange('{"data":[[0,1]]}', '{"data": [[0, 7]]}'),),
        culprits=(Culprit("sum", "fn/handler.py", 4, "mean = sum(values)", is_likely=True), Culprit("handler.total")),
        is_confirmed=True,
    )
    text = verdict_text(
        verdict(BATCH, violations=(violation,), row_independent=False), "replay --rows {rows} -s {random_seed}"
    )
    assert text == (
        "fn/handler.py:4: error: split into 1: ... [depends-on-batch]\n"
        "    hint: work it out in SQL\n"
        "    smallest batch, 2 rows:\n"
        '      fresh start   {"data":[[0,1],[1,2]]}  ->  {"data": [[0, 5], [1, 6]]}\n'
        '      split into 1  {"data":[[0,1]]}  ->  {"data": [[0, 7]]}\n'
        "    culprit: fn/handler.py:4 mean = sum(values) (sum), probably: read from the code\n"
        "    culprit: (handler.total)\n"
        "    replay it: replay --rows '[[0.10000000000000000001,\"it'\\''s\"], [1,null]]' -s 0\n"
        "stateless: yes, row independent: no, deterministic: yes\n"
        f"{NOT_JUDGED}\n"
        "volatile (depends-on-batch): 6 rows, 31 deliveries, random seed 0, in 15.2 ms."
        " A pass is evidence, never proof."
    )


def test_of_many_deliveries_the_first_and_the_last_are_shown():
    violation = Violation(
        "stateful",
        "again and again",
        rows=([0],),
        plain=Exchange("b", "0"),
        other=tuple(Exchange("b", str(number)) for number in range(1, 31)),
    )
    lines = verdict_text(verdict(STATEFUL, violations=(violation,))).splitlines()
    assert lines[1:11] == [
        "    smallest batch, 1 row:",
        "      fresh start  b  ->  0",
        "      delivery 1   b  ->  1",
        "      ...",
        *(f"      delivery {number}  b  ->  {number}" for number in range(26, 31)),
        "    seen in one process only, where modules are executed again for a fresh start",
    ]


def test_a_broken_contract_shows_the_bodies_of_its_evidence():
    lines = verdict_text(verdict(CONTRACT)).splitlines()
    assert lines[:3] == ["fn/handler.py: error: The answer is empty. [row-count]", "    request: {}", "    answer: []"]


def test_a_batch_that_cannot_be_judged():
    unknown = {"stateless": None, "row_independent": None, "deterministic": None}
    text = verdict_text(
        verdict(status="Failed", problem="ValueError: no", statements=("One.",), calls=1, rows=1, ignored=1, **unknown)
    )
    assert text == (
        "The batch as it is cannot be judged: ValueError: no\n"
        "    hint: give rows that it takes; in CSV, values are text without --signature, and an empty field is None\n"
        "note: One.\n"
        "stateless: not judged, row independent: not judged, deterministic: not judged\n"
        f"{NOT_JUDGED}\n"
        "volatile (not proven): 1 row, 1 delivery, random seed 0, 1 finding ignored, in 15.2 ms."
        " A pass is evidence, never proof."
    )


def test_the_document_for_programs():
    assert json.loads(to_json(verdict(BATCH, row_independent=False, ignored=2))) == {
        "schema": 1,
        "classification": "volatile",
        "reason": "depends-on-batch",
        "stateless": True,
        "retry_safe": None,
        "row_independent": False,
        "deterministic": True,
        "not_judged": UNJUDGED,
        "status": "Completed",
        "problem": None,
        "statements": [],
        "findings": [
            {
                "id": "depends-on-batch",
                "severity": "error",
                "message": "split into 1: ...",
                "file": "fn/handler.py",
                "line": 4,
                "evidence": {"row": 0},
                "hint": "work it out in SQL",
                "source": "docs",
            }
        ],
        "ignored": 2,
        "calls": 31,
        "rows": 6,
        "random_seed": 0,
        "duration_s": 0.0152,
    }


@pytest.mark.parametrize(("rows", "is_there"), [(200, True), (201, False)])
def test_no_shell_is_given_hundreds_of_rows(rows, is_there):
    violation = Violation("stateful", "again", rows=([0],) * rows, plain=Exchange("b", "0"))
    text = verdict_text(verdict(STATEFUL, violations=(violation,)), "replay --rows {rows}")
    assert ("replay it" in text) == is_there


def test_a_long_body_is_cut():
    violation = Violation("stateful", "again", rows=([0],), plain=Exchange("b" * 200, "0"), is_confirmed=True)
    line = verdict_text(verdict(STATEFUL, violations=(violation,))).splitlines()[2]
    assert line == f"      fresh start  {'b' * 157}...  ->  0"
