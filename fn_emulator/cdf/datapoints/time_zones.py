"""``timeZone`` of a request for aggregates: an IANA name, or an offset from UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo

_MAX_OFFSET_MINUTES = 18 * 60  # of the JVM, as the SDK's own parser notes


def parse_time_zone(text: object) -> tzinfo | None:
    """Read a time zone; None for UTC.

    Args:
        text: ``Europe/Oslo``, ``UTC``, ``UTC+05:30``, ``+0400``, ``UTC-7``. The SDK sends names and ``UTC+hh:mm``.

    Raises:
        ValueError: If there is no such zone, or its offset is not a multiple of 15 minutes [documentation].
    """
    if not isinstance(text, str) or not text:
        raise ValueError(f"Time zone {text!r} is not text such as 'Europe/Oslo' or 'UTC+02:00'.")
    if text in ("UTC", "GMT", "Z"):
        return None
    sign = max(text.find("+"), text.find("-"))
    if sign >= 0 and text[:sign] in ("", "UTC", "GMT", "UT"):
        return _fixed(text, text[sign] == "-", text[sign + 1 :].replace(":", "", 1))
    return _named(text)


def _fixed(text: str, is_west: bool, digits: str) -> tzinfo | None:  # noqa: FBT001  # private, one caller
    from datetime import timedelta, timezone

    if not (digits.isascii() and digits.isdecimal() and len(digits) in (1, 2, 4)):
        raise ValueError(f"Time zone {text!r} is not an offset such as 'UTC+02:00'.")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    if minutes > 59 or hours * 60 + minutes > _MAX_OFFSET_MINUTES:
        raise ValueError(f"Time zone {text!r} is further from UTC than any: at most 18 hours.")
    if minutes % 15:
        raise ValueError(f"Time zone {text!r} has an offset that is not a multiple of 15 minutes.")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if is_west else offset) if offset else None


def _named(text: str) -> tzinfo:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(text)
    except (ValueError, OSError, KeyError):  # KeyError: ZoneInfoNotFoundError, also where there is no database at all
        raise ValueError(
            f"Time zone {text!r} is not known here: neither an IANA name such as 'Europe/Oslo' in this machine's "
            "database nor an offset such as 'UTC+02:00'."
        ) from None
