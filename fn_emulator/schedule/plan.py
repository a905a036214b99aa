"""What was asked for (an expression, a range) -> ``Plan``: the ticks that a scheduler delivers, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from fn_emulator.cdf.call_input import read_instant
from fn_emulator.clock import now
from fn_emulator.errors import ScheduleError
from fn_emulator.schedule.cron import Cron, parse_cron
from fn_emulator.schedule.window import Names, Window, due_in, read_window

DEFAULT_RANGE = timedelta(days=1)


class Tick(NamedTuple):
    """One delivery of a due time by a scheduler.

    Attributes:
        due: The due time, in UTC.
        at: Where the clock stands when the call starts, in UTC; later than ``due`` where it starts late.
    """

    due: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """A schedule that is to be simulated.

    Attributes:
        cron: The expression.
        window: The range of its due times.
    """

    cron: Cron
    window: Window

    def ticks(self) -> Iterator[Tick]:
        """Each due time once, in order and on time, made when it is asked for."""
        return (Tick(due, due) for due in due_in(self.cron, self.window))

    def extent(self) -> Extent:
        """The first due time, the last, and how many there are."""
        due = due_in(self.cron, self.window)
        first, calls = next(due), 1
        last = first
        for last in due:  # noqa: B007 - the last one is what is wanted
            calls += 1
        return Extent(first, last, calls)


class Extent(NamedTuple):
    """How far a schedule reaches."""

    first: datetime
    last: datetime
    calls: int


def plan_schedule(
    cron: str | None,
    start: datetime | str | None = None,
    end: datetime | str | None = None,
    count: int | None = None,
    *,
    names: Names = Names(),  # noqa: B008 - it is frozen
) -> Plan:
    """Read what was asked for.

    Args:
        cron: Five fields.
        start: First instant considered: aware, or ISO 8601 (UTC without a zone); now when None.
        end: First instant *not* considered, likewise; a day after ``start`` when neither it nor ``count`` is given.
        count: How many due times.
        names: What these are called in messages.

    Raises:
        ScheduleError: If no expression is given, it cannot be read, or nothing is due in the range.
        DataError: If an instant cannot be read.
    """
    if cron is None:
        raise ScheduleError(
            "Nothing says when the function is due.", hint="give a cron expression, or name a declared schedule"
        )
    read = parse_cron(cron)
    begin = now() if start is None else read_instant(start, f"{names.start} {str(start)!r}")
    stop = None if end is None else read_instant(end, f"{names.end} {str(end)!r}")
    window = read_window(read, start=begin, end=stop, count=count, default=DEFAULT_RANGE, names=names)
    return Plan(read, window)


def fired_at(instant: datetime) -> Iterator[Tick]:
    """The tick of a call that is fired by hand: due in the minute that has begun."""
    yield Tick(instant.replace(second=0, microsecond=0), instant)
