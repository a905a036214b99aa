"""A simulated schedule as people read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fn_emulator.model import Failure
from fn_emulator.report.schedule.model import Stressed
from fn_emulator.report.schedule.text import call_row, span_row, summary_text

from .schedule_results import FAILURE, call, failed, found, report_of, tally_of, unmasked, wrote

LATE = Stressed("late", "each call starts 90 s late", "documented", 3, "nothing came out otherwise")
TWICE = Stressed("twice", "each call comes twice", "observed", 6, "2 items are there twice", ("- a", "+ b"), "x")


def day(number):
    origin = "our assumption"
    return Stressed("calendar", f"day {number}", origin, 1, "nothing came out otherwise")


def summary(results, **more):
    return summary_text(report_of(results, **more)).splitlines()


def test_a_small_schedule():
    results = [
        call(0, answer={"rows": 12}, duration_s=0.012, effects=(wrote(created=12),)),
        failed(1, duration_s=1.5),
        call(2, answer={"rows": 1}, duration_s=0.002, effects=(wrote(updated=1), wrote("events", created=1))),
    ]
    assert [call_row(result, unmasked) for result in results] == [
        '2026-01-05 10:30  Completed      12.0 ms  {"rows": 12}                              timeseries/data 12 new',
        "2026-01-05 11:30  Failed          1.50 s  KeyError: 'flow'",
        '2026-01-05 12:30  Completed       2.0 ms  {"rows": 1}                               '
        "timeseries/data 1 updated, events 1 new",
    ]
    assert summary(results) == [
        "2026-01-05 11:30  Failed: KeyError: 'flow'",
        "Slowest: 1.50 s at 2026-01-05 11:30, 12.0 ms at 2026-01-05 10:30, 2.0 ms at 2026-01-05 12:30",
        "Wrote: timeseries/data 12 new and 1 updated, events 1 new",
        "3 calls of 30 * * * * (at minute 30 of every hour), 2026-01-05 10:30 to 2026-01-05 12:30 UTC:"
        " 2 Completed, 1 Failed, in 1.2 s",
    ]


def test_a_call_that_was_fired_by_hand():
    assert summary([call()], cron="") == [
        "Wrote: nothing",
        "1 call fired at once, 2026-01-05 10:30 UTC: 1 Completed, in 1.2 s",
    ]


def test_a_long_answer_is_cut():
    row = call_row(call(answer="x" * 100, effects=(wrote(created=1),)), unmasked)
    assert f'"{"x" * 36}...  timeseries/data 1 new' in row


def test_an_answer_is_in_one_line_and_as_it_was_written():
    assert call_row(call(answer="å\nb"), unmasked).endswith('"å\\nb"')


def test_an_answer_is_masked():
    assert call_row(call(answer="hunter2"), lambda value: "***").endswith('"***"')


def test_a_failure_is_in_one_line():
    assert call_row(failed(failure=Failure("E", "one\ntwo", "")), unmasked).endswith("E: one")


def test_a_call_that_failed_in_its_import_took_that_long():
    assert "  500.0 ms  " in call_row(failed(duration_s=0.0, elapsed_s=0.5), unmasked)
    results = [failed(0, duration_s=0.0, elapsed_s=0.5), call(1)]
    assert "Slowest: 500.0 ms at 2026-01-05 10:30, 2.0 ms at 2026-01-05 11:30" in summary(results)


def test_a_span_of_time():
    results = [call(number, step=timedelta(minutes=5), duration_s=0.001 * number) for number in range(1000)]
    results += [failed(1000, step=timedelta(minutes=5), effects=(wrote(created=1),))]
    spans = tally_of(results).spans
    assert [span_row(span) for span in (spans[0], spans[-1])] == [
        "2026-01-05 09:00  18 calls      18 Completed                 8.5 ms each, 17.0 ms at most",
        "2026-01-08 21:00  11 calls      10 Completed, 1 Failed     904.3 ms each, 999.0 ms at most"
        "  timeseries/data 1 new",
    ]


def test_one_call_in_a_span_is_one():
    (span,) = tally_of([call()]).spans
    assert "  1 call  " in span_row(span)


def test_failures_beyond_ten_are_counted():
    failures = [failed(number, failure=FAILURE._replace(message=f"hour {number}")) for number in range(1234)]
    lines = summary(failures)
    assert [line for line in lines if line.startswith(("2026", "..."))][9:] == [
        "2026-01-05 19:30  Failed: KeyError: hour 9",
        "... and 1,224 more that did not complete",
    ]


def test_a_failure_is_told_after_a_thousand_others():
    lines = summary([*map(failed, range(1000)), failed(1000, failure=FAILURE._replace(message="DISK FULL"))])
    assert lines[:2] == [
        "2026-01-05 10:30 (and 999 more)  Failed: KeyError: 'flow'",
        "2026-02-16 02:30  Failed: KeyError: DISK FULL",
    ]


def test_failures_that_say_the_same_stand_on_one_line():
    lines = summary([failed(0), failed(1), failed(2, failure=FAILURE._replace(message="two\nlines"))])
    assert lines[:3] == [
        "2026-01-05 10:30 (and 1 more)  Failed: KeyError: 'flow'",
        "2026-01-05 12:30  Failed: KeyError: two",
        "    lines",
    ]


@pytest.mark.parametrize(
    ("failure", "text"),
    [
        (FAILURE, "Timeout: KeyError: 'flow'"),
        (FAILURE._replace(type="Timeout", message="ended after 1 s"), "Timeout: ended after 1 s"),
        (FAILURE._replace(message=""), "Timeout: KeyError"),
    ],
    ids=["another type", "the same", "no message"],
)
def test_a_failure_names_status_and_type_once(failure, text):
    assert summary([failed(0, "Timeout", failure)])[0] == f"2026-01-05 10:30  {text}"


def test_findings_and_notes_stand_before_the_end():
    one = found("left it", hint="end it")
    lines = summary([call(number, findings=(one,), notes=("a note",), ignored=2) for number in range(1001)])
    assert lines[1:5] == [
        "fn/handler.py:3: warning: left it [left-behind]",
        "    hint: end it",
        "    in 1,001 calls",
        "note: a note",
    ]
    assert "1,001 Completed, 2 findings ignored, in 1.2 s" in lines[-1]


def test_each_trouble_says_what_came_of_it():
    assert summary([call()], stressed=(LATE, TWICE))[:6] == [
        "ok late: each call starts 90 s late (documented)",
        "   nothing came out otherwise",
        "!! twice: each call comes twice (observed)",
        "   2 items are there twice",
        "     - a",
        "     + b",
    ]


def test_what_is_accepted_is_no_trouble():
    assert summary([call()], stressed=(replace(TWICE, is_accepted=True),))[:3] == [
        "ok twice: each call comes twice (observed)",
        "   2 items are there twice (x is accepted)",
        "     - a",
    ]


def test_a_long_difference_is_cut():
    lines = summary([call()], stressed=(replace(TWICE, difference=tuple(map(str, range(14)))),))
    assert lines[13:15] == ["     11", "     ... and 2 more lines"]


def test_days_of_the_calendar_that_changed_nothing_are_one_line():
    assert summary([call()], stressed=(day(1), replace(day(2), finding="x"), day(3)))[:4] == [
        "!! calendar: day 2 (our assumption)",
        "   nothing came out otherwise",
        "ok calendar: 2 other days on which clocks or calendars are special (our assumption)",
        "   nothing came out otherwise",
    ]
