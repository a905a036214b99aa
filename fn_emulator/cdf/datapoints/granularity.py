"""``15m``, ``1d``, ``3mo``: the widths that aggregates are computed over.

Units and multiples are those of the API's documentation. Weeks, quarters and years are the SDK's, which sends them as
days and months.
"""

from __future__ import annotations

from typing import NamedTuple

_UNITS = {
    "s": "second",
    "second": "second",
    "m": "minute",
    "minute": "minute",
    "h": "hour",
    "hour": "hour",
    "d": "day",
    "day": "day",
    "mo": "month",
    "month": "month",
}
MAX_MULTIPLES = {"second": 120, "minute": 120, "hour": 100_000, "day": 100_000, "month": 100_000}
"""Largest number before a unit [API specification]."""
UNIT_MS = {"second": 1000, "minute": 60_000, "hour": 3_600_000, "day": 86_400_000}
"""Length of the units that always have one, in milliseconds; a day has it in UTC only."""


class Granularity(NamedTuple):
    """So many units: seconds, minutes, hours, days or months."""

    multiple: int
    unit: str


def parse_granularity(text: object) -> Granularity:
    """Read a granularity as the API takes it; a unit alone is one of it.

    Raises:
        ValueError: If it is none, or its multiple is out of range.

    Example:
        >>> parse_granularity("15m")
        Granularity(multiple=15, unit='minute')
    """
    name = text.lstrip("0123456789") if isinstance(text, str) else ""
    if not isinstance(text, str) or name not in _UNITS:
        raise ValueError(
            f"Granularity {text!r} is none of 's', 'm', 'h', 'd' and 'mo' with a whole number before it, as in '15m'."
        )
    unit, digits = _UNITS[name], text[: len(text) - len(name)]
    multiple = int(digits[:9] or "1")  # longer ones are out of range in any case
    if not 1 <= multiple <= MAX_MULTIPLES[unit]:
        raise ValueError(f"Granularity {text!r} is out of range: {unit}s may be 1 to {MAX_MULTIPLES[unit]}.")
    return Granularity(multiple, unit)
