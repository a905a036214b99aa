"""Expressions of six and seven fields -> five: seconds first (Quartz, Spring), a year last (AWS), or both (Quartz)."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ONLY_AT_ZERO = ("0", "00")
_ANY = ("*", "?")
_YEAR = re.compile(r"[0-9]{4}")


def read_quartz(fields: Sequence[str]) -> tuple[list[str], str, bool]:
    """Leave out the seconds and the year.

    Args:
        fields: Any number of fields in upper case.

    Returns:
        At most five fields when there were at most seven; what they do not say, as a clause, empty when they say all;
        and whether days of the week count from 1 for Sunday, as Quartz and AWS have it.
    """
    if len(fields) == 7:
        seconds, *five, year = fields
        return five, _unlike(seconds, year), True
    if len(fields) == 6:
        if _has_year_last(fields):
            return [*fields[:5]], _unlike("0", fields[5]), "?" in fields
        return [*fields[1:]], _unlike(fields[0], "*"), "?" in fields
    return [*fields], "", False


def _has_year_last(fields: Sequence[str]) -> bool:
    """Of six fields: by the place of ``?``, which is one of the two days, or by a number that is no day of the week."""
    if "?" in (fields[2], fields[4]):
        return True
    return "?" not in fields and _YEAR.match(fields[5]) is not None


def _unlike(seconds: str, year: str) -> str:
    lost = [
        *(() if seconds in _ONLY_AT_ZERO else ("seconds",)),
        *(() if year in _ANY else ("year",)),
    ]
    return f"a schedule has no {' and no '.join(lost)}" if lost else ""
