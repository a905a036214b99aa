"""A cron expression -> the sentence that says when it is due, in the manner of the platform's ``when``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fn_emulator.schedule.cron import Cron
from fn_emulator.schedule.day_words import days_in_words
from fn_emulator.schedule.words import joined, listed, runs, step_of

MOST_TIMES = 6
"""Times of a day that are listed one by one."""

MOST_SPANS = 3
"""Ranges of a day that are listed one by one."""

_ARE_DATES = re.compile(r"on (?:days? )?[0-9](?:(?!, | that has it).)*")
"""Days that are short enough to stand first: ``on day 1 of every month at 06:00``."""


def describe(cron: Cron) -> str:
    """When a schedule is due, in UTC: ``every 5 minutes``, ``at 06:00 and 18:00 on Monday to Friday``.

    Returns:
        A clause that begins in lower case and has no full stop. Two expressions with the same one are due at the same
        times.
    """
    times, days = _times(cron.minutes, cron.hours), days_in_words(cron)
    if not times.startswith("at "):
        return f"{times} {days}".strip()
    if not days:
        return f"every day {times}"
    if days.startswith("in "):
        return f"every day {days} {times}"
    return f"{days} {times}" if _ARE_DATES.fullmatch(days) else f"{times} {days}"


def _times(minutes: Sequence[int], hours: Sequence[int]) -> str:
    """When in a day."""
    if len(hours) == 24:
        return _in_every_hour(minutes)
    return _steps(minutes, hours) or _few(minutes, hours) or _many(minutes, hours)


def _in_every_hour(minutes: Sequence[int]) -> str:
    if len(minutes) == 1:
        return "every hour" if minutes[0] == 0 else f"every hour at minute {minutes[0]}"
    every = _even_step(minutes, 60)
    if every and minutes[0] == 0:
        return _every(every, "minute")
    return f"every hour at minutes {listed(minutes)}"


def _steps(minutes: Sequence[int], hours: Sequence[int]) -> str | None:
    """Times that are equally far apart, in one or a few ranges of the day."""
    if len(minutes) == 1:
        return _steps_of_hours(minutes[0], hours)
    spans = runs(hours)
    every = _even_step(minutes, 60)
    if every and len(spans) <= MOST_SPANS and len(minutes) * len(hours) > 2:
        shown = joined([_span((span[0], minutes[0]), (span[-1], minutes[-1])) for span in spans])
        return f"{_every(every, 'minute')} {shown}"
    every = step_of(minutes)
    if every and len(hours) == 1 and len(minutes) > 2:
        return f"{_every(every, 'minute')} {_span((hours[0], minutes[0]), (hours[0], minutes[-1]))}"
    return None


def _steps_of_hours(minute: int, hours: Sequence[int]) -> str | None:
    every = _even_step(hours, 24)
    if every and hours[0] == 0:
        return _every(every, "hour") + (f" at minute {minute}" if minute else "")
    every = step_of(hours)
    if every and len(hours) > 2:
        return f"{_every(every, 'hour')} {_span((hours[0], minute), (hours[-1], minute))}"
    return None


def _few(minutes: Sequence[int], hours: Sequence[int]) -> str | None:
    if len(minutes) * len(hours) > MOST_TIMES:
        return None
    return "at " + joined([_clock(hour, minute) for hour in hours for minute in minutes])


def _many(minutes: Sequence[int], hours: Sequence[int]) -> str:
    every = _even_step(minutes, 60)
    if every and minutes[0] == 0:
        of_hour = f"{_every(every, 'minute')} in"
    else:
        of_hour = f"at minute{'s' if len(minutes) > 1 else ''} {listed(minutes)} of"
    return f"{of_hour} the hour{'s' if len(hours) > 1 else ''} {listed(hours)}"


def _even_step(values: Sequence[int], size: int) -> int | None:
    """The distance of values that go on evenly into the next ``size``; None when they do not."""
    every = step_of(values)
    return every if every and every * len(values) == size else None


def _every(count: int, unit: str) -> str:
    return f"every {unit}" if count == 1 else f"every {count} {unit}s"


def _span(first: tuple[int, int], last: tuple[int, int]) -> str:
    return f"from {_clock(*first)} to {_clock(*last)}"


def _clock(hour: int, minute: int) -> str:
    return f"{hour:02}:{minute:02}"
