"""The real time, for our own records; nothing else below the faces reads a clock."""

from __future__ import annotations

from datetime import datetime, timezone

from fn_emulator.harness.realtime import REAL


def now() -> datetime:
    """The real time, aware UTC, also while a clock is frozen."""
    return from_seconds(REAL.time())


def from_seconds(seconds: float) -> datetime:
    """An instant from seconds since the epoch, aware UTC."""
    return datetime.fromtimestamp(seconds, timezone.utc)


def in_text(instant: datetime) -> str:
    """ISO 8601 in UTC with a ``Z``, as the platform writes instants; microseconds only where there are any."""
    in_utc = instant if instant.tzinfo is timezone.utc else instant.astimezone(timezone.utc)
    return in_utc.isoformat()[: -len("+00:00")] + "Z"


def milliseconds(instant: datetime) -> int:
    """Milliseconds since the epoch, as the platform's API counts."""
    return int(instant.timestamp() * 1000)
