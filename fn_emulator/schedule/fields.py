"""What each of the five fields may hold, and what is wrong with one that holds something else.

It is stricter than ``cronsim``, which takes ``5/10`` (as Quartz does), ``5-5/10`` (as ``5/10``), ``L``, ``LW`` and
``#``: readers of cron disagree about them, and which of them the platform has is documented nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple


class Field(NamedTuple):
    """One of the five fields.

    Attributes:
        name: As a person calls it.
        least: Its smallest number.
        most: Its largest number; 7 is Sunday again.
        names: Names of its numbers from ``least`` on, in full; their first three letters are what cron knows.
    """

    name: str
    least: int
    most: int
    names: tuple[str, ...] = ()

    @property
    def short_names(self) -> tuple[str, ...]:
        """The names that cron knows."""
        return tuple(name[:3] for name in self.names)


MINUTE = Field("minute", 0, 59)
HOUR = Field("hour", 0, 23)
DAY = Field("day of month", 1, 31)
_MONTHS = "JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER"
MONTH = Field("month", 1, 12, tuple(_MONTHS.split()))
_WEEKDAYS = "SUNDAY MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY"
WEEKDAY = Field("day of week", 0, 7, tuple(_WEEKDAYS.split()))
FIELDS = (MINUTE, HOUR, DAY, MONTH, WEEKDAY)
"""In the order of an expression."""

DAYS_IN_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""The most days that January, February, ... can have."""

TERM = re.compile(r"([^-/]*)(?:-([^-/]*))?(?:/([^/]*))?")
"""One of the parts between commas: first, last, step."""

_NUMBER = re.compile(r"[0-9]+")
_WEEKDAY_NAME = "[0-7]|" + "|".join(WEEKDAY.short_names)
_SPECIAL = {
    DAY: re.compile(r"L|LW|WL|L-[0-9]+|[0-9]+W"),
    WEEKDAY: re.compile(f"(?:{_WEEKDAY_NAME})?L|(?:{_WEEKDAY_NAME})#[0-9]+"),
}


def value_of(field: Field, text: str) -> int | None:
    """The number that a number or a name in upper case stands for; None where it has no place in the field."""
    if text in field.short_names:
        return field.short_names.index(text) + field.least
    if _NUMBER.fullmatch(text) and field.least <= int(text) <= field.most:
        return int(text)
    return None


def is_special(field: Field, term: str) -> bool:
    """Whether a term is one of the additions of Quartz: ``L``, ``W``, ``#``."""
    return field in _SPECIAL and _SPECIAL[field].fullmatch(term) is not None


def find_problem(texts: Sequence[str]) -> str | None:
    """The first thing that is wrong with five fields in upper case, as a clause; None when nothing is."""
    for field, text in zip(FIELDS, texts, strict=True):
        for term in text.split(","):
            problem = _problem(field, term)
            if problem is not None:
                shown = f"the {field.name} {term!r}" if term else f"the {field.name} {text!r}"
                return f"{shown} {problem}"
    return None


def _problem(field: Field, term: str) -> str | None:
    if not term:
        return "has nothing on one side of a comma"
    if term == "?":
        return "is Quartz's word for '*'"
    if is_special(field, term):
        return "belongs to Quartz, and whether the platform knows it is documented nowhere"
    match = TERM.fullmatch(term)
    first, last, step = match.groups() if match else ("", None, None)
    if first == "*" and last is None:
        return _problem_of_step(step)
    ends = [end for end in (first, last) if end is not None]
    values = [value_of(field, end) for end in ends]
    if None in values:
        wrong = ends[values.index(None)]
        return f"is {_no_value(field)}" if wrong in ("", term) else f"holds {wrong!r}, which is {_no_value(field)}"
    if step is None:
        return "ends before it begins" if _is_reversed(values) else None
    if last is None:
        return "has a step without a range, as Quartz has it"
    if values[0] == values[1]:
        return "has a step in a range of one value, which readers of cron take for different things"
    return "ends before it begins" if _is_reversed(values) else _problem_of_step(step)


def _problem_of_step(step: str | None) -> str | None:
    if step is None:
        return None
    if not _NUMBER.fullmatch(step):
        return f"has the step {step!r}, which is not a number"
    return "has the step 0" if int(step) == 0 else None


def _is_reversed(values: Sequence[int | None]) -> bool:
    first, last = values[0], values[-1]
    return first is not None and last is not None and last < first


def _no_value(field: Field) -> str:
    number = f"a number from {field.least} to {field.most}"
    if not field.names:
        return f"not {number}"
    return f"neither {number} nor a name from {field.short_names[0]} to {field.short_names[-1]}"
