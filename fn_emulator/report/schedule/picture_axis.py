"""A stretch of time or a range of values -> places along a line, and the few round ones that are worth a label."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

MOST_TICKS = 12
MOST_MONTHS = 14
"""Their names are short, and a year and a bit should show each."""

CONTEXT_WIDTH = 96
"""Two dates under the axis that stand closer than this would touch."""

STEPS = (
    *(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15, 30)),
    *(timedelta(hours=hours) for hours in (1, 2, 3, 6, 12)),
    *(timedelta(days=days) for days in (1, 2, 7, 14)),
)
STEPS_IN_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 600)
DAY = timedelta(days=1)
MONDAY = datetime(1, 1, 1, tzinfo=timezone.utc)
"""The first day there is; it is a Monday, so steps that are counted from it begin weeks on one."""

# strftime would write the names of the locale, and the page would differ from one machine to the next.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class TimeTick:
    """A round instant.

    Attributes:
        x: Where it is.
        label: What it is called there: an hour, a day, a month.
        context: What the label belongs to (a date, a year), where that begins; often empty.
        context_x: The middle of the context, which stays inside the picture.
    """

    x: float
    label: str
    context: str
    context_x: float


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Instants along a line.

    Attributes:
        start: The instant at ``left``.
        end: The instant at ``right``, later than ``start``.
        left: Where the line begins.
        right: Where it ends.
    """

    start: datetime
    end: datetime
    left: float
    right: float

    def x(self, instant: datetime) -> float:
        """Where an instant is."""
        return self.left + (instant - self.start) / (self.end - self.start) * (self.right - self.left)

    def ticks(self) -> list[TimeTick]:
        """Round instants, so few that their labels have room."""
        ticks: list[TimeTick] = []
        told = ""
        for instant, (label, context) in self._labelled():
            x = round(self.x(instant), 1)
            context_x = min(max(x, CONTEXT_WIDTH / 2), self.right + 24 - CONTEXT_WIDTH / 2)
            ticks.append(TimeTick(x, label, context if context != told else "", context_x))
            told = context
        return _without_touching(ticks)

    def _labelled(self) -> Iterator[tuple[datetime, tuple[str, str]]]:
        whole = self.end - self.start
        step = next((step for step in STEPS if whole / step <= MOST_TICKS), None)
        if step is not None:
            for instant in _each(self.start, self.end, step):
                yield instant, _hour(instant) if step < DAY else _day(instant)
            return
        months = whole / timedelta(days=30.4)
        step_in_months = next((step for step in STEPS_IN_MONTHS if months / step <= MOST_MONTHS), STEPS_IN_MONTHS[-1])
        for instant in _each_month(self.start, self.end, step_in_months):
            yield instant, (str(instant.year), "") if step_in_months >= 12 else _month(instant)


def _each(start: datetime, end: datetime, step: timedelta) -> Iterator[datetime]:
    instant = MONDAY - (MONDAY - start) // step * step  # the first at or after the start
    while instant <= end:
        yield instant
        instant += step


def _each_month(start: datetime, end: datetime, step: int) -> Iterator[datetime]:
    for number in range(start.year * 12 // step * step, end.year * 12 + 12, step):
        instant = datetime(number // 12, number % 12 + 1, 1, tzinfo=timezone.utc)
        if start <= instant <= end:
            yield instant


def _hour(instant: datetime) -> tuple[str, str]:
    date = f"{WEEKDAYS[instant.weekday()]} {instant.day} {MONTHS[instant.month - 1]} {instant.year}"
    return f"{instant:%H:%M}", date


def _day(instant: datetime) -> tuple[str, str]:
    return f"{instant.day} {MONTHS[instant.month - 1]}", str(instant.year)


def _month(instant: datetime) -> tuple[str, str]:
    return MONTHS[instant.month - 1], str(instant.year)


def _without_touching(ticks: list[TimeTick]) -> list[TimeTick]:
    """The tick before a new date loses its own: what is right of it says more."""
    following = math.inf
    kept: list[TimeTick] = []
    for tick in reversed(ticks):
        if tick.context and following - tick.context_x < CONTEXT_WIDTH:
            kept.append(replace(tick, context=""))
        else:
            kept.append(tick)
            following = tick.context_x if tick.context else following
    return kept[::-1]


def round_values(most: float, ticks: int = 4, smallest: float = 0.0) -> list[float]:
    """Round values from 0 on, the last of them no less than ``most``.

    Args:
        most: The largest value there is; above 0.
        ticks: How many steps there should be at most.
        smallest: No step is smaller; 1 for things that are counted.
    """
    wanted = max(most / ticks, smallest)
    magnitude = 10.0 ** math.floor(math.log10(wanted))
    step = next((factor * magnitude for factor in (1, 2, 5) if factor * magnitude >= wanted), 10 * magnitude)
    return [count * step for count in range(math.ceil(most / step - 1e-9) + 1)]
