"""What the report of a failed test says of a call."""

from __future__ import annotations

from datetime import datetime, timezone

from fn_emulator.model import Call, Failure, Finding, LogLine, Result, Where
from fn_emulator.observations import Effect
from fn_emulator.report.past_call import LONGEST_DATA, LONGEST_LINE, MOST_FINDINGS, MOST_LOG_LINES, call_lines

TIME = datetime(2026, 1, 2, tzinfo=timezone.utc)
CALL = Call(1, "fn", 2, {"a": 1}, '{"a": 1}')
DONE = Result(CALL, Where("inprocess", "py311", "gcp", "fake"), "Completed", 1, None, (), TIME, 0.0124)


def lines(result, mask=str):
    return list(call_lines(1, "functions/kpi", result, mask))


def log(message):
    return LogLine(TIME, "stdout", message)


def test_a_call_with_all_that_it_did():
    effect = Effect("cdf", "create", "events", items=2, created=2, access="write", requests=1, file="h.py", line=7)
    finding = Finding("large-response", "note", "It is large.", hint="send less")
    told = lines(DONE._replace(logs=(log("2 alarms"),), effects=(effect,), findings=(finding,), notes=("Seeded.",)))
    assert told == [
        '1. functions/kpi ({"a": 1}): Completed in 12.4 ms (inprocess)',
        "    2 alarms",
        "    CDF  wrote  events  2 new  h.py:7",
        "    note: It is large. [large-response]",
        "        hint: send less",
        "    note: Seeded.",
    ]


def test_a_failure_is_told_in_the_line_of_its_call():
    failed = DONE._replace(status="Failed", failure=Failure("KeyError", "'tag'"))
    assert lines(failed) == ["1. functions/kpi ({\"a\": 1}): Failed in 12.4 ms (inprocess): KeyError: 'tag'"]


def test_a_clock_that_stood_is_told():
    frozen = DONE._replace(call=CALL._replace(frozen_at=TIME))
    due = DONE._replace(call=CALL._replace(frozen_at=TIME, scheduled_time=TIME))
    assert ") at 2026-01-02T00:00:00Z: Completed" in lines(frozen)[0]
    assert ") due 2026-01-02T00:00:00Z: Completed" in lines(due)[0]


def test_secrets_in_data_are_masked():
    assert "({***: 1})" in lines(DONE, lambda text: text.replace('"a"', "***"))[0]


def test_what_is_long_is_cut():
    call = CALL._replace(data_text='"' + "x" * 1000 + '"')
    findings = (Finding("a", "note", "b"),) * (MOST_FINDINGS + 2)
    told = lines(DONE._replace(call=call, logs=tuple(log(f"{n}" * 500) for n in range(40)), findings=findings))
    assert len(told[0]) < LONGEST_DATA + 60
    assert told[1] == "    ... 20 lines of logs before"
    assert max(map(len, told[2 : 2 + MOST_LOG_LINES])) == 4 + LONGEST_LINE
    assert told[-1] == "    ... and 2 more findings"
    assert len(told) == 1 + 1 + MOST_LOG_LINES + MOST_FINDINGS + 1
