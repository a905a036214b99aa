"""Instants and durations as a seed writes them -> milliseconds."""

from __future__ import annotations

import re
from typing import Any

UNITS_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 7 * 86_400_000}
"""A minute is ``m``, as in the platform's ``2m-ago``."""

ALLOWED = "epoch milliseconds, ISO 8601 such as 2024-05-01T12:00:00Z, now, or 2h-ago (s, m, h, d, w)"

_RELATIVE = re.compile(r"(\d+)(ms|s|m|h|d|w)-(ago|ahead)")
_DURATION = re.compile(r"(\d+)(ms|s|m|h|d|w)")
_WHOLE = re.compile(r"-?\d+")


def read_instant(value: Any, now_ms: int) -> int | None:
    """Milliseconds since the epoch, or None where ``value`` is no instant.

    Args:
        value: A whole number of milliseconds (also as text), or a text as ``ALLOWED`` says.
        now_ms: What relative instants start from.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        return None
    text = value.strip()
    if text == "now":
        return now_ms
    if _WHOLE.fullmatch(text):
        return int(text)
    if found := _RELATIVE.fullmatch(text):
        offset = int(found[1]) * UNITS_MS[found[2]]
        return now_ms - offset if found[3] == "ago" else now_ms + offset
    return _iso(text)


def _iso(text: str) -> int | None:
    from datetime import datetime, timezone

    try:
        # Python 3.10 reads neither Z nor a space before the zone, which YAML 1.1 allows.
        instant = datetime.fromisoformat(re.sub(r"\s*[Zz]$", "+00:00", text))
    except ValueError:
        return None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=timezone.utc)
    elapsed = instant - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return elapsed.days * 86_400_000 + elapsed.seconds * 1000 + elapsed.microseconds // 1000


def read_duration(value: Any) -> int | None:
    """Milliseconds of ``1h`` or of a whole number of milliseconds; None where it is neither, or not above zero."""
    if isinstance(value, str) and (found := _DURATION.fullmatch(value.strip())):
        value = int(found[1]) * UNITS_MS[found[2]]
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
