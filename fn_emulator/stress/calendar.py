"""The days on which clocks and calendars are special: a few calls around each, beside those of an ordinary day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import islice
from typing import TYPE_CHECKING

from fn_emulator.checks.schedule_subject import Disturbed
from fn_emulator.schedule import Cron, Tick, due_times

if TYPE_CHECKING:
    from fn_emulator.cdf.holdings import Holdings
    from fn_emulator.loaded import LoadedFunction
    from fn_emulator.model import JSON
    from fn_emulator.stress.stage import Run

BEFORE, AFTER = 3, 4
"""How many due times are tried before a moment, and from it on."""

REACH = timedelta(days=2)
"""A schedule that is not due so near to a moment is not tried there."""

WEEK = timedelta(days=7)
ORIGIN = "documented"
"""Of calendars and time zones."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment at which something breaks that is right on other days.

    Attributes:
        name: What happens.
        at: When, in UTC.
        has_like: Whether a week earlier the same must come of the same calls: the calendar is ordinary, the clocks
            alone change.
    """

    name: str
    at: datetime
    has_like: bool = False


def _utc(year: int, month: int, day: int, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=timezone.utc)


MOMENTS = (
    Moment("clocks go forward in Europe", _utc(2026, 3, 29, 1), has_like=True),
    Moment("clocks go back in Europe", _utc(2026, 10, 25, 1), has_like=True),
    Moment("clocks go forward in New York and Houston", _utc(2026, 3, 8, 7), has_like=True),
    Moment("clocks go back in New York and Houston", _utc(2026, 11, 1, 6), has_like=True),
    Moment("a month of 31 days ends", _utc(2026, 2, 1)),
    Moment("February ends", _utc(2026, 3, 1)),
    Moment("29 February begins", _utc(2028, 2, 29)),
    Moment("29 February ends", _utc(2028, 3, 1)),
    Moment("the year ends", _utc(2027, 1, 1)),
    Moment("a leap year ends", _utc(2029, 1, 1)),
)


def calendar(
    loaded: LoadedFunction, cron: Cron, undisturbed: Run, *, schedule: str | None, data: JSON
) -> Iterator[Disturbed]:
    """Try each moment, and yield what came of it; seeds are loaded as of its first call.

    A call that fails there, where undisturbed calls complete, is told; so is another number of items, where the same
    calls a week earlier leave other ones.

    Args:
        loaded: The function; it is reloaded for each.
        cron: When it is due.
        undisturbed: How it runs on the days that were asked for.
        schedule: As ``LoadedFunction.schedule`` takes it.
        data: Likewise.
    """
    completes = any(not ended.problem for ended in undisturbed.calls)
    for moment in MOMENTS:
        ticks = _around(cron, moment.at)
        what = f"On the day on which {moment.name} ({moment.at:%Y-%m-%d})"
        if not ticks:
            yield Disturbed("calendar", what, ORIGIN, skipped="it is not due on those days")
            continue
        run = _run_afresh(loaded, ticks, schedule, data)
        failures = tuple(
            (f"{ended.tick.due:%Y-%m-%d %H:%M}", ended.problem) for ended in run.calls if ended.problem and completes
        )
        unlike: tuple[str, ...] = ()
        if moment.has_like and not failures:
            like = _run_afresh(loaded, [Tick(tick.due - WEEK, tick.at - WEEK) for tick in ticks], schedule, data)
            unlike = _unlike(like.holdings, run.holdings)
        yield Disturbed(
            "calendar", what, ORIGIN, calls=len(ticks), failures=failures, writes=unlike, is_unlike=bool(unlike)
        )


def _around(cron: Cron, at: datetime) -> list[Tick]:
    earlier = list(due_times(cron, at - REACH, at))[-BEFORE:]
    later = list(islice(due_times(cron, at, at + REACH), AFTER))
    return [Tick(due, due) for due in (*earlier, *later)]


def _run_afresh(loaded: LoadedFunction, ticks: list[Tick], schedule: str | None, data: JSON) -> Run:
    from fn_emulator.stress.stage import Stage

    loaded.reload()
    in_memory = loaded.in_memory()
    assert in_memory is not None
    return Stage(loaded, in_memory, ticks[0], schedule=schedule, data=data).run(ticks)


def _unlike(ordinary: Holdings, special: Holdings) -> tuple[str, ...]:
    """How many items of each resource the ordinary day left, and the special one, where that is not the same."""
    before, after = ordinary.counts(), special.counts()
    return tuple(
        f"{sign} {resource}: {counts.get(resource, 0)} items"
        for resource in sorted(before.keys() | after.keys())
        if before.get(resource, 0) != after.get(resource, 0)
        for sign, counts in (("-", before), ("+", after))
    )
