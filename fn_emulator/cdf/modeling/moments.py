"""Timestamps and dates of data modeling: what the API accepts, in the one form that it returns.

The stored text has a fixed width in UTC, so that comparing texts compares instants.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

TIMESTAMP = (
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))?"
    r"(Z|[+-]\d\d(?::?\d\d)?)?"
)

TIMESTAMP_FORMAT = (
    "a string in the format 'YYYY-MM-DDTHH:MM:SS[.millis][Z|time zone]' with optional milliseconds having precision of "
    "1-3 decimal digits and optional timezone with format ±HH:MM, ±HHMM, ±HH or Z, where Z represents UTC, Year must "
    "be between 0001 and 9999"
)
"""The platform's own words, from the message that it answers with."""


def read_timestamp(text: str) -> str | None:
    """A timestamp as it is stored, ``2024-01-31T12:00:00.000+00:00``; None where the text is none.

    Without a zone it is UTC. That the platform returns UTC with milliseconds was not checked.
    """
    found = re.fullmatch(TIMESTAMP, text, re.ASCII)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    millis = int((found[7] or "").ljust(3, "0"))
    try:
        offset = _offset(found[8])
        moment = datetime(year, month, day, hour, minute, second, millis * 1000, tzinfo=timezone.utc) - offset
    except (ValueError, OverflowError):
        return None
    return moment.isoformat(timespec="milliseconds")


def read_date(text: str) -> str | None:
    """A date ``YYYY-MM-DD`` as it is stored; None where the text is none."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) is None:
        return None
    try:
        return date(int(text[:4]), int(text[5:7]), int(text[8:])).isoformat()
    except ValueError:
        return None


def epoch_ms(timestamp: str) -> int:
    """Milliseconds since 1970 of a stored timestamp."""
    elapsed = datetime.fromisoformat(timestamp) - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return elapsed // timedelta(milliseconds=1)


def _offset(zone: str | None) -> timedelta:
    if zone is None or zone == "Z":
        return timedelta()
    hours, minutes = int(zone[1:3]), int(zone[3:].lstrip(":") or 0)
    if hours > 18 or minutes > 59:
        raise ValueError(zone)
    return timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)
