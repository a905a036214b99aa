"""What somebody meant who wrote no expression: macros, Quartz, slips. It guesses; ``cron`` reads the guess."""

from __future__ import annotations

from typing import NamedTuple

from fn_emulator.schedule.fields import DAY, FIELDS, MONTH, WEEKDAY, Field, is_special, value_of

MACROS = {
    "@YEARLY": "0 0 1 1 *",
    "@ANNUALLY": "0 0 1 1 *",
    "@MONTHLY": "0 0 1 * *",
    "@WEEKLY": "0 0 * * 0",
    "@DAILY": "0 0 * * *",
    "@MIDNIGHT": "0 0 * * *",
    "@HOURLY": "0 * * * *",
}

_UNLIKE_DAYS = "it fires on other days too, on which the handler can return at once"
_DAYS_IN_EVERY = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""The days that January, February, ... have in every year."""


class Suggestion(NamedTuple):
    """Five fields that come close to what was written.

    Attributes:
        text: The expression; it may still be none.
        unlike: What it does not say of what was written, as a clause; empty when it says all.
    """

    text: str
    unlike: str = ""


def suggest(text: str) -> Suggestion | None:
    """The five fields that were probably meant by an expression that is not one, or None.

    Args:
        text: What was written, whatever it is.
    """
    dashed = text.replace("\u2013", "-").replace("\u2014", "-")  # what a text processor makes of a hyphen
    fields = "".join(character if character.isprintable() else " " for character in dashed).upper().split()
    if not fields or fields[0].startswith("@"):
        return _without_macro(fields)
    from fn_emulator.schedule.quartz import read_quartz
    from fn_emulator.schedule.repair import repair

    fields, unlike, is_quartz = read_quartz(fields)
    if len(fields) > len(FIELDS):
        return None
    fields.extend("*" * (len(FIELDS) - len(fields)))
    fields, is_wider = _without_special_days(_with_names_in_place(fields))
    repaired = repair(fields, is_quartz=is_quartz)
    if repaired is None:
        return None
    unlike = "; ".join(filter(None, (unlike, _UNLIKE_DAYS if is_wider else "")))
    return Suggestion(" ".join(_with_a_day_that_exists(repaired)), unlike)


def _without_macro(fields: list[str]) -> Suggestion | None:
    import difflib

    near = difflib.get_close_matches(" ".join(fields), MACROS, n=1, cutoff=0.8)
    return Suggestion(MACROS[near[0]]) if near else None


def _with_names_in_place(fields: list[str]) -> list[str]:
    """``0 0 * MON *`` with the day in its own field, where that one says nothing."""
    for place in (2, 3, 4):
        for own, field in ((3, MONTH), (4, WEEKDAY)):
            if place != own and fields[own] in ("*", "?") and _has_names_of(field, fields[place]):
                fields = [*fields]
                fields[own], fields[place] = fields[place], "*"
    return fields


def _has_names_of(field: Field, text: str) -> bool:
    names = text.replace("-", ",").split(",")
    return all(name.isalpha() and value_of(field, name) is not None for name in names)


def _without_special_days(fields: list[str]) -> tuple[list[str], bool]:
    """Fields in which ``L``, ``W`` and ``#`` are replaced by all days on which they can fall; whether any was."""
    minute, hour, day, month, weekday = fields
    if is_special(DAY, day):
        return [minute, hour, _days_around(day), month, weekday], True
    if is_special(WEEKDAY, weekday) and day in ("*", "?"):
        if weekday == "L":
            return [minute, hour, "*", month, "SAT"], False  # the last day of Quartz's week
        return [minute, hour, _days_of_week_in_month(weekday), month, "*"], True
    return fields, False


def _days_around(day: str) -> str:
    if "L" not in day:
        nearest = int(day.strip("W"))
        return f"{max(1, nearest - 2)}-{min(31, nearest + 2)}"
    if "W" in day:
        return "26-31"
    before = int(day.strip("L-") or 0)
    return f"{max(1, 28 - before)}-{max(1, 31 - before)}"


def _days_of_week_in_month(weekday: str) -> str:
    if weekday.endswith("L"):
        return "22-31"
    week = int(weekday.partition("#")[2])
    return f"{7 * week - 6}-{min(31, 7 * week)}"


def _with_a_day_that_exists(fields: list[str]) -> list[str]:
    """``30 2`` as the last day that the month has in every year."""
    minute, hour, day, month, weekday = fields
    numbers = [value_of(MONTH, part) for part in month.split(",")]
    if weekday == "*" and day.isascii() and day.isdigit() and None not in numbers:
        last = min(_DAYS_IN_EVERY[number - 1] for number in numbers if number is not None)
        if int(day) > last and not (int(day) == 29 and 2 in numbers):
            return [minute, hour, str(last), month, weekday]
    return fields
