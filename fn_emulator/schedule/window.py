"""What a command was given as ``--from``, ``--to`` and ``--count`` -> the range of due times that it means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import islice

from fn_emulator.clock import in_text
from fn_emulator.errors import ScheduleError
from fn_emulator.schedule.cron import Cron
from fn_emulator.schedule.due import due_times, in_utc, next_due


@dataclass(frozen=True, slots=True)
class Names:
    """What the arguments are called where somebody writes them."""

    start: str = "start"
    end: str = "end"
    count: str = "count"


OPTIONS = Names("--from", "--to", "--count")

_LAST = datetime.max.replace(tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True)
class Window:
    """A range of due times, of which there is at least one. Either ``end`` or ``count`` is given.

    Attributes:
        start: First instant considered, in UTC.
        end: First instant *not* considered, in UTC; None where the count ends it.
        count: How many due times; None where the end ends it.
    """

    start: datetime
    end: datetime | None
    count: int | None


def read_window(
    cron: Cron,
    *,
    start: datetime,
    end: datetime | None = None,
    count: int | None = None,
    default: int | timedelta,
    names: Names = OPTIONS,
) -> Window:
    """Check a range of due times.

    Args:
        cron: The expression.
        start: First instant considered (``--from``).
        end: First instant *not* considered (``--to``).
        count: How many due times (``--count``), at least 1.
        names: What they are called in messages.
        default: What stands in for both when neither is given: a count, or the time from ``start`` to the end.

    Raises:
        ScheduleError: If an instant has no time zone, the end is not after the start, the count is below 1, both are
            given, or nothing is due in the range.
    """
    start = in_utc(start, "start")
    end = None if end is None else in_utc(end, "end")
    if end is not None and count is not None:
        message = f"Both {names.end} and {names.count} say where the schedule ends."
        raise ScheduleError(message, hint="leave one of them out")
    if end is None and count is None:
        if isinstance(default, int):
            count = default
        else:
            end = start + min(default, _LAST - start)
    if count is not None and not isinstance(count, int):
        message = f"{names.count} is {count!r}, which is no whole number."
        raise ScheduleError(message, hint="write how many due times are to be simulated")
    if count is not None and count < 1:
        message = f"{names.count} is {count}, and a schedule is simulated at least once."
        raise ScheduleError(message, hint="write 1 or more")
    if end is not None and end <= start:
        message = f"{names.end} ({in_text(end)}) is not after {names.start} ({in_text(start)})."
        raise ScheduleError(message, hint=f"the range ends before {names.end}, so write a later instant there")
    window = Window(start, end, count)
    if next(due_in(cron, window), None) is None:
        raise _nothing_due(cron, window, names)
    return window


def due_in(cron: Cron, window: Window) -> Iterator[datetime]:
    """The due times of a window, in order, as ``due_times`` gives them."""
    return islice(due_times(cron, window.start, window.end), window.count)


def _nothing_due(cron: Cron, window: Window, names: Names) -> ScheduleError:
    until = "" if window.end is None else f" and before {in_text(window.end)}"
    later = next_due(cron, window.start)
    hint = f"choose an earlier {names.start}"
    if later is not None:
        hint = f"it is next due at {in_text(later)}; choose a later {names.end}"
    return ScheduleError(f"{cron.text!r} is not due from {in_text(window.start)} on{until}.", hint=hint)
