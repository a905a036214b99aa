"""What a schedule is judged by that was run once undisturbed, and again with the trouble that real schedulers make."""

from __future__ import annotations

from collections.abc import Iterator

from fn_emulator.checks.registry import Example, Saw, check
from fn_emulator.checks.schedule_lines import in_short
from fn_emulator.checks.schedule_subject import Disturbed, ScheduleSubject

OURS = (
    "our assumption, as of every scheduler that has no exactly-once delivery: the platform documents neither the"
    " punctuality of schedules nor what becomes of missed and overlapping runs"
)
COMMAND = "schedule fn --cron '0 * * * *' --from 2026-06-01 --count 4 --stress"


def example(body: str) -> Example:
    """An hourly function whose handler is ``body``."""
    return Example({"fn/handler.py": body, "fn/requirements.txt": "cognite-sdk==7.94.2\n"}, COMMAND)


BY_DUE_TIME = """\
def handle(client, function_call_info):
    due = function_call_info["scheduled_time"]
    client.raw.rows.insert("state", "runs", {due: {"hours": 1}}, ensure_parent=True)
"""


@check(
    "warning",
    source=OURS,
    bad=example(
        "def handle(client):\n"
        '    row = client.raw.rows.retrieve("state", "runs", "total")\n'
        '    hours = row.columns["hours"] if row else 0\n'
        '    client.raw.rows.insert("state", "runs", {"total": {"hours": hours + 1}}, ensure_parent=True)\n'
    ),
    good=example(BY_DUE_TIME),
)
def schedule_not_idempotent(subject: ScheduleSubject) -> Iterator[Saw]:
    """A call that is delivered twice, or repeated after it failed half-way, should leave CDF as one call does.

    Schedulers deliver a tick at least once, and people start a failed run again. Write under names that follow from
    the due time (function_call_info["scheduled_time"]), with upserts, and work out totals from what is there instead
    of adding to them.
    """
    for one in subject.different("twice", "retry"):
        yield _saw(one, subject, hint='name what is written after function_call_info["scheduled_time"], and upsert it')


@check(
    "warning",
    source=OURS,
    bad=example(BY_DUE_TIME),
    good=example(
        "from datetime import datetime, timedelta\n\n\n"
        "def handle(client, function_call_info):\n"
        '    due = datetime.fromisoformat(function_call_info["scheduled_time"].replace("Z", "+00:00"))\n'
        '    row = client.raw.rows.retrieve("state", "runs", "last")\n'
        '    done = datetime.fromisoformat(row.columns["until"]) if row else due - timedelta(hours=1)\n'
        "    rows = {}\n"
        "    while done < due:\n"
        "        done += timedelta(hours=1)\n"
        '        rows[done.isoformat()] = {"hours": 1}\n'
        '    rows["last"] = {"until": due.isoformat()}\n'
        '    client.raw.rows.insert("state", "runs", rows, ensure_parent=True)\n'
    ),
)
def schedule_missed(subject: ScheduleSubject) -> Iterator[Saw]:
    """What a missed call would have written should be written by a later one.

    A deployment, an outage or a limit on running calls makes ticks fail to come. A handler that works on "the last
    hour" leaves a hole for ever; one that remembers in CDF how far it came goes on from there.
    """
    for one in subject.different("missed"):
        if one.failures or (one.departure is not None and (one.departure.missing or one.departure.changed)):
            yield _saw(one, subject, hint="keep in CDF how far the function came, and start there instead of at now")


@check(
    "warning",
    source=OURS,
    bad=example(
        "def handle(client):\n"
        '    row = client.raw.rows.retrieve("state", "runs", "total")\n'
        '    hours = row.columns["hours"] if row else 0\n'
        '    client.raw.rows.insert("state", "runs", {"total": {"hours": hours + 1}}, ensure_parent=True)\n'
    ),
    good=example(BY_DUE_TIME),
)
def schedule_overlap(subject: ScheduleSubject) -> Iterator[Saw]:
    """A call that outlasts the interval should not spoil what the next one writes.

    The platform starts a call when it is due, whether or not the one before has ended: both read the same state, and
    whichever writes last wins. Write under names that follow from the due time, or take turns with a row that says who
    is at work.
    """
    for one in subject.different("overlap"):
        yield _saw(one, subject, hint="let each call write what is its own, named after its due time")


@check(
    "warning",
    source=OURS,
    bad=example(
        "from datetime import datetime, timezone\n\n\n"
        "def handle(client):\n"
        "    now = datetime.now(timezone.utc).isoformat()\n"
        '    client.raw.rows.insert("state", "runs", {now: {"hours": 1}}, ensure_parent=True)\n'
    ),
    good=example(BY_DUE_TIME),
)
def depends_on_time(subject: ScheduleSubject) -> Iterator[Saw]:
    """What a call writes should follow from when it was due, not from when it happened to start.

    Calls start seconds or minutes after their due time, and are started again by hand days later. On the days on which
    clocks change, at the ends of months and on 29 February, arithmetic on local times and dates breaks.
    """
    for one in subject.different("late", "calendar"):
        yield _saw(
            one, subject, hint='start from function_call_info["scheduled_time"] in the place of the clock, in UTC'
        )


def _saw(one: Disturbed, subject: ScheduleSubject, *, hint: str) -> Saw:
    evidence = {
        "trouble": one.trouble,
        "what": one.what,
        "origin": one.origin,
        "first_tick": one.first_tick or None,
        "writes": list(one.writes),
        "failures": [{"scheduled_time": due, "failure": text} for due, text in one.failures],
    }
    return Saw(f"{one.what}, {in_short(one)}.", **subject.place, hint=hint, evidence=evidence)


RULES = (schedule_not_idempotent, schedule_missed, schedule_overlap, depends_on_time)
