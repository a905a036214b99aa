"""Dates, times and timestamps, as texts or Python objects -> the texts that Snowflake sends.

Formats: ``DATE_OUTPUT_FORMAT`` and ``TIME_OUTPUT_FORMAT`` as they are by default (to our knowledge: ``YYYY-MM-DD``,
``HH24:MI:SS``, so that fractions of a TIME are not sent); timestamps as in the examples of the documentation, of which
the current edition shows ``2014-01-01 16:00:00`` and the one before ``Wed, 01 Jan 2014 16:00:00 -0800``.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from fn_emulator.snowflake.sql_type import SqlType

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?", re.ASCII)
_TIMESTAMP = re.compile(rf"({_DATE.pattern})(?:[T ]({_TIME.pattern})\s*(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LEGACY = re.compile(
    rf"(?:{'|'.join(_DAYS)}), \d\d (?:{'|'.join(_MONTHS)}) \d{{4}} \d\d:\d\d:\d\d [+-]\d{{4}}", re.ASCII
)


class MisfitError(ValueError):
    """A value is none of its column's type.

    Attributes:
        why: The end of the sentence "column X is Y, which ...".
        hint: What to do next, or None.
    """

    def __init__(self, why: str, hint: str | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.hint = hint


def wire_date(value: Any, sql_type: SqlType) -> str:
    """A DATE: ``2014-01-01``."""
    try:
        day = _read_date(value) if isinstance(value, str) else value
    except ValueError as exc:
        raise _misfit("DATE", "2014-01-01") from exc
    if not isinstance(day, date) or isinstance(day, datetime):
        raise _misfit("DATE", "2014-01-01")
    return day.isoformat()


def wire_time(value: Any, sql_type: SqlType) -> str:
    """A TIME: ``16:00:00``, without the fraction of its second."""
    try:
        moment = _read_time(value) if isinstance(value, str) else value
    except ValueError as exc:
        raise _misfit("TIME", "16:00:00") from exc
    if not isinstance(moment, time):
        raise _misfit("TIME", "16:00:00")
    return f"{moment:%H:%M:%S}"


def wire_timestamp(value: Any, sql_type: SqlType) -> str:
    """A timestamp: ``2014-01-01 16:00:00`` or, with a zone, ``Wed, 01 Jan 2014 16:00:00 -0800``.

    UTC stands in for a zone that is not said. A TIMESTAMP_NTZ has none: that of the value is left out, as a cast does.
    """
    has_zone = sql_type.name != "TIMESTAMP_NTZ"
    example = "2014-01-01T16:00:00-08:00" if has_zone else "2014-01-01 16:00:00"
    try:
        instant = _read_timestamp(value) if isinstance(value, str) else value
    except ValueError as exc:
        raise _misfit(sql_type.name, example) from exc
    if not isinstance(instant, datetime) or instant != instant:  # pandas.NaT is one, and equals nothing
        raise _misfit(sql_type.name, example)
    if not has_zone:
        text = instant.replace(tzinfo=None).isoformat(" ", "milliseconds")
        return text.removesuffix(".000")
    zoned = instant if instant.tzinfo is not None else instant.replace(tzinfo=timezone.utc)
    # Not %a and %b: they speak the language of the machine. Not %Y: it drops zeros of early years.
    day, month = _DAYS[zoned.weekday()], _MONTHS[zoned.month - 1]
    return f"{day}, {zoned.day:02} {month} {zoned.year:04} {zoned:%H:%M:%S %z}"


def _read_date(text: str) -> date:
    found = _DATE.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    return date(*map(int, found.groups()))


def _read_time(text: str) -> time:
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    hour, minute, second, fraction = found.groups()
    return time(int(hour), int(minute), int(second or 0), int((fraction or "").ljust(6, "0")[:6]))


def _read_timestamp(text: str) -> datetime:
    if _LEGACY.fullmatch(text.strip()):
        from email.utils import parsedate_to_datetime

        return parsedate_to_datetime(text)
    found = _TIMESTAMP.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    moment = datetime.combine(_read_date(found[1]), _read_time(found[5]) if found[5] else time())
    return moment if found[10] is None else moment.replace(tzinfo=_zone(found[10]))


def _zone(text: str) -> timezone:
    if text == "Z":
        return timezone.utc
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _misfit(name: str, example: str) -> MisfitError:
    hint = f'write it as e.g. "{example}", or give the column another type in the signature'
    return MisfitError(f"which is not a {name}", hint)
