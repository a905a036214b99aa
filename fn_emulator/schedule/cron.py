"""The text of a cron expression -> ``Cron``: the minutes, hours and days at which it is due, in UTC.

What is documented of the platform: "standard cron syntax", at most 1024 characters, and samples of five fields. That
names may be used (``JAN``, ``MON``, in any case), that 7 is Sunday, that times are UTC, and that a day has to match
one of the two fields of days, or both where either begins with ``*``, is our assumption: it is what cron does on
Debian, as ``cronsim`` has it. What readers of cron disagree about is refused: macros (``@daily``), six or seven
fields, ``?``, ``L``, ``W``, ``#``, ``5/10``. Most of it is Quartz, which cronmaker.com writes, to which the
platform's pages point.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any, NamedTuple

from fn_emulator.errors import ScheduleError
from fn_emulator.schedule.fields import DAYS_IN_MONTH, FIELDS, find_problem

MOST_CHARACTERS = 1024
"""The platform's limit on an expression."""

_SHOWN_CHARACTERS = 80
_ANY_INSTANT = datetime(2000, 1, 1, tzinfo=timezone.utc)


class Cron(NamedTuple):
    """A cron expression that has been read. All numbers are in order and occur once.

    Attributes:
        text: The expression with one space between its fields and names in upper case.
        minutes: 0 to 59.
        hours: 0 to 23, in UTC.
        days: Days of the month, 1 to 31.
        months: 1 to 12.
        weekdays: Days of the week, 0 (Sunday) to 6.
        needs_both_days: Whether a day has to be one of ``days`` and one of ``weekdays``; otherwise one is enough.
    """

    text: str
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    needs_both_days: bool


def parse_cron(text: str) -> Cron:
    """Read a cron expression of five fields.

    Args:
        text: Minute, hour, day of month, month, day of week; fields may be apart by any number of spaces.

    Raises:
        ScheduleError: If it is not one, or is never due; the hint has the expression that was probably meant.
    """
    cron = _read(text)
    if isinstance(cron, Cron):
        return cron
    raise ScheduleError(cron, hint=_hint(text))


def _read(text: Any) -> Cron | str:
    """The expression, or what is wrong with it, as a sentence."""
    if not isinstance(text, str):
        return f"The cron expression is {_shown(text)}, which is not a text."
    if len(text) > MOST_CHARACTERS:
        return f"The cron expression is {len(text)} characters long, and the platform takes {MOST_CHARACTERS}."
    if not text.strip():
        return f"The cron expression {text!r} is empty."
    for character in text:
        if not (character.isascii() and character.isprintable()):
            return f"The cron expression {_shown(text)} has the character {character!r} in it."
    fields = text.upper().split()
    if fields[0].startswith("@"):
        return f"The cron expression {_shown(text)} is a macro, and a schedule has five fields."
    if len(fields) != len(FIELDS):
        return f"The cron expression {_shown(text)} has {_count(len(fields))}, and a schedule has five."
    problem = find_problem(fields)
    if problem is not None:
        return f"The cron expression {_shown(text)} cannot be read: {problem}."
    return _simulated(fields) or f"The cron expression {_shown(text)} is never due: none of its months has such a day."


def _simulated(fields: list[str]) -> Cron | None:
    """What ``cronsim`` makes of fields that are right one by one; None where they never are together."""
    from cronsim import CronSim

    minute, hour, day, month, weekday = fields
    # The month apart: version 2.7 refuses ``30 2 1``, which is due on Mondays.
    read = CronSim(f"{minute} {hour} {day} * {weekday}", _ANY_INSTANT)
    months = _in_order(CronSim(f"0 0 1 {month} *", _ANY_INSTANT).months)
    if read.day_and and min(read.days) > max(DAYS_IN_MONTH[number - 1] for number in months):
        return None
    minutes, hours, days = map(_in_order, (read.minutes, read.hours, read.days))
    weekdays = _in_order({int(day) % 7 for day in read.weekdays if not isinstance(day, tuple)})
    return Cron(" ".join(fields), minutes, hours, days, months, weekdays, read.day_and)


def _in_order(numbers: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(numbers))


def _hint(text: Any) -> str:
    from fn_emulator.schedule.sentence import describe
    from fn_emulator.schedule.suggestion import suggest

    suggestion = suggest(text) if isinstance(text, str) and len(text) <= MOST_CHARACTERS else None
    cron = None if suggestion is None else _read(suggestion.text)
    if suggestion is None or not isinstance(cron, Cron):
        return "write minute, hour, day of month, month and day of week, such as '30 6 * * MON-FRI' or '*/5 * * * *'"
    unlike = f"; {suggestion.unlike}" if suggestion.unlike else ""
    return f"write {cron.text!r} ({describe(cron)}){unlike}"


def _count(fields: int) -> str:
    return "one field" if fields == 1 else f"{fields} fields"


def _shown(value: Any) -> str:
    """A value in quotes, shortened."""
    shown = repr(value)
    return shown if len(shown) <= _SHOWN_CHARACTERS else f"{shown[:_SHOWN_CHARACTERS]}..."
