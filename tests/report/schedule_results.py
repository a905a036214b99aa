"""Results of scheduled calls, and what is reported of them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from fn_emulator.model import Call, Failure, Finding, Result, Where
from fn_emulator.observations import Effect
from fn_emulator.report.schedule.model import ScheduleReport
from fn_emulator.report.schedule.tally import Tally

START = datetime(2026, 1, 5, 10, 30, tzinfo=timezone.utc)
WHERE = Where("worker", "py311", "gcp", "fake")
FAILURE = Failure("KeyError", "'flow'", "Traceback\n")


def wrote(target="timeseries/data", access="write", **counts):
    return Effect("cdf", "write", target, access=access, **counts)


def found(message="wrong", line=3, **more):
    return Finding("left-behind", "warning", message, file="fn/handler.py", line=line, **more)


def call(number=0, status="Completed", answer=None, *, step=timedelta(hours=1), duration_s=0.002, **more):
    """The call at a due time of an hourly schedule."""
    due = START + number * step
    made = Call(number + 1, "fn", 2, {}, "{}", 3, due, due)
    return Result(made, WHERE, status, answer, more.pop("failure", None), (), START, duration_s, **more)


def failed(number=0, status="Failed", failure=FAILURE, **more):
    return call(number, status, failure=failure, **more)


def tally_of(results):
    tally = Tally(results[0].call.scheduled_time, results[-1].call.scheduled_time, len(results))
    for result in results:
        tally.add(result)
    return tally


def report_of(results, *, cron="30 * * * *", stressed=()):
    tally = tally_of(results)
    sentence = "at minute 30 of every hour" if cron else ""
    return ScheduleReport("functions/fn_kpi", cron, sentence, tally, tally.findings, stressed, 1.25)


def unmasked(value):
    return value
