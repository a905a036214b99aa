"""A cron expression -> the instants at which it is due.

A day that matches is due at every combination of its hours and minutes: UTC has no missing and no repeated hours. So a
day costs its match, and an instant one addition.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import MAXYEAR, datetime, timedelta, timezone

from fn_emulator.errors import ScheduleError
from fn_emulator.schedule.cron import Cron

_DAY = timedelta(days=1)


def due_times(cron: Cron, start: datetime, end: datetime | None = None) -> Iterator[datetime]:
    """Each instant in ``[start, end)`` at which a schedule is due, in order, made when it is asked for.

    Args:
        cron: The expression.
        start: First instant considered, in any time zone; an instant at which it is due is the first one given.
        end: First instant *not* considered; None for never.

    Returns:
        Aware UTC datetimes of whole minutes.

    Raises:
        ScheduleError: If an instant has no time zone.

    Example:
        >>> day = datetime(2024, 2, 29, tzinfo=timezone.utc)
        >>> [due.hour for due in due_times(parse_cron("0 */12 * * *"), day, day + timedelta(days=1))]
        [0, 12]
    """
    return _due_times(cron, in_utc(start, "start"), None if end is None else in_utc(end, "end"))


def next_due(cron: Cron, after: datetime) -> datetime | None:
    """The first instant later than ``after`` at which a schedule is due; None beyond the year 9999.

    Raises:
        ScheduleError: If ``after`` has no time zone.
    """
    instant = in_utc(after, "instant")
    return next((due for due in _due_times(cron, instant, None) if due > instant), None)


def count_due(cron: Cron, start: datetime, end: datetime) -> int:
    """How many instants ``due_times`` gives, at the cost of one step a day.

    Raises:
        ScheduleError: If an instant has no time zone.
    """
    first, last = in_utc(start, "start"), in_utc(end, "end")
    a_day = len(cron.hours) * len(cron.minutes)
    return sum(
        a_day if _is_whole(day, first, last) else sum(1 for _ in _within(day, _offsets(cron), first, last))
        for day in _due_days(cron, first, last)
    )


def in_utc(instant: datetime, name: str) -> datetime:
    """An instant in UTC.

    Args:
        instant: In any time zone.
        name: What it is, for messages.

    Raises:
        ScheduleError: If it has no time zone, or none in UTC.
    """
    if instant.utcoffset() is None:
        shown = instant.isoformat()
        raise ScheduleError(f"The {name} {shown} has no time zone.", hint=f"give it one, such as {shown}+00:00")
    try:
        return instant.astimezone(timezone.utc)
    except OverflowError:
        message = f"The {name} {instant.isoformat()} is not within the years 1 to {MAXYEAR} of UTC."
        raise ScheduleError(message, hint="take one of this century") from None


def _due_times(cron: Cron, start: datetime, end: datetime | None) -> Iterator[datetime]:
    offsets = _offsets(cron)
    for day in _due_days(cron, start, end):
        if _is_whole(day, start, end):
            yield from map(day.__add__, offsets)
        else:
            yield from _within(day, offsets, start, end)


def _offsets(cron: Cron) -> tuple[timedelta, ...]:
    """The times of a day, as what has passed of it."""
    return tuple(timedelta(hours=hour, minutes=minute) for hour in cron.hours for minute in cron.minutes)


def _is_whole(day: datetime, start: datetime, end: datetime | None) -> bool:
    return start <= day and (end is None or end - day >= _DAY)


def _within(day: datetime, offsets: tuple[timedelta, ...], start: datetime, end: datetime | None) -> Iterator[datetime]:
    for due in map(day.__add__, offsets):
        if due >= start and (end is None or due < end):
            yield due


def _due_days(cron: Cron, start: datetime, end: datetime | None) -> Iterator[datetime]:
    """The beginnings of all days that match, from the day of ``start`` on."""
    for year, month in _months(cron, start):
        first = datetime(year, month, 1, tzinfo=timezone.utc)
        if end is not None and first >= end:
            return
        weekday_before, length = monthrange(year, month)  # Monday is 0 there, Sunday here: the day before the first
        for number in range(1, length + 1):
            is_day, is_weekday = number in cron.days, (weekday_before + number) % 7 in cron.weekdays
            if (is_day and is_weekday) if cron.needs_both_days else (is_day or is_weekday):
                day = first + (number - 1) * _DAY
                if end is not None and day >= end:
                    return
                if day.date() >= start.date():
                    yield day


def _months(cron: Cron, start: datetime) -> Iterator[tuple[int, int]]:
    for year in range(start.year, MAXYEAR + 1):
        for month in cron.months:
            if (year, month) >= (start.year, start.month):
                yield year, month
