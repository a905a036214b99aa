"""What a test makes of a verdict."""

from __future__ import annotations

import pytest

from fn_emulator import load_function
from fn_emulator.errors import RowsError

COUNTER = """count = 0
def handle(data):
    global count
    count += 1
    return {"data": [[number, count] for number, _ in data["data"]]}
"""


@pytest.fixture
def replay(tmp_path):
    def of(source, rows):
        (tmp_path / "handler.py").write_text(source)
        with load_function(tmp_path, runner="inprocess") as function:
            return function.replay(rows)

    return of


def test_findings_raise_with_the_report(replay):
    verdict = replay(COUNTER, [[1]])
    with pytest.raises(AssertionError, match=r"\[stateful\](.*\n)+volatile \(stateful\): 1 row"):
        verdict.raise_for_findings(ignore=["depends-on-batch"])


def test_findings_that_are_accepted_do_not_raise(replay):
    replay(COUNTER, [[1]]).raise_for_findings(ignore=["stateful"])


def test_a_batch_that_cannot_be_judged_raises_whatever_is_accepted(replay):
    verdict = replay("def handle(data):\n    return data['rows']\n", [[1]])
    assert (verdict.status, verdict.stateless, verdict.retry_safe) == ("Failed", None, None)
    with pytest.raises(AssertionError, match="cannot be judged: KeyError: 'rows'"):
        verdict.raise_for_findings(ignore=["stateful"])


@pytest.mark.parametrize(
    ("values", "judged"),
    [
        ("[number, number]", (True, None, False, True)),
        ("[number, __import__('time').time()]", (None, False, None, False)),
    ],
)
def test_what_was_seen_decides_what_is_judged(replay, values, judged):
    source = f"def handle(data):\n    return {{'data': [{values} for number, _ in data['data']]}}\n"
    verdict = replay(source, [[1], [2]])
    seen = (verdict.stateless, verdict.retry_safe, verdict.row_independent, verdict.deterministic)
    assert seen == judged


def test_there_are_rows(replay):
    with pytest.raises(RowsError, match="no rows"):
        replay(COUNTER, [])
