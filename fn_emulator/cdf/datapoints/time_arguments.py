"""``start``, ``end`` and ``before`` of a request: milliseconds, ``now``, or a time from now such as ``2w-ago``.

Text is what the SDK sends on and what the API documents: ``N[s|m|h|d|w]-ago``, ``N[s|m|h|d|w]-ahead`` and ``now``.
Dates in ISO format are not taken; the SDK turns ``datetime`` into milliseconds.
"""

from __future__ import annotations

from fn_emulator.cdf.datapoints.points import MAX_TIME, MIN_TIME

_UNIT_MS = {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_DIRECTIONS = {"ago": -1, "ahead": 1}


def to_milliseconds(value: object, now_ms: int) -> int:
    """A time argument as milliseconds since 1970.

    Args:
        value: A whole number, as a number or as text, ``now``, ``2w-ago`` or ``3d-ahead``.
        now_ms: What ``now`` is.

    Returns:
        The time, within 1900 to 2100: "100 years ago" is cut to the first millisecond that there can be, and the end of
        time itself is allowed, as an end is exclusive. That the API cuts and does not refuse is our reading.

    Raises:
        ValueError: If it is none of these, or a number outside of 1900 to 2100.

    Example:
        >>> to_milliseconds("1h-ago", 3_600_000)
        0
    """
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ValueError(f"Time {value!r} is neither milliseconds since 1970 nor text such as 'now' or '2w-ago'.")
    if isinstance(value, int):
        return _in_range(value)
    if value == "now":
        return now_ms
    digits = value.removeprefix("-")
    if digits.isascii() and digits.isdecimal() and len(digits) < 20:
        return _in_range(int(value))
    return _relative(value, now_ms)


def _relative(text: str, now_ms: int) -> int:
    amount, _, direction = text.partition("-")
    digits, unit = amount[:-1], amount[-1:]
    if direction not in _DIRECTIONS or unit not in _UNIT_MS or not (digits.isascii() and digits.isdecimal()):
        raise ValueError(
            f"Time {text!r} is none of 'now', '2w-ago' and '3d-ahead': a whole number, one of s, m, h, d and w, and "
            "'-ago' or '-ahead'."
        )
    distance = int(digits[:15]) * _UNIT_MS[unit]
    return max(MIN_TIME, min(MAX_TIME + 1, now_ms + _DIRECTIONS[direction] * distance))


def _in_range(time: int) -> int:
    if not MIN_TIME <= time <= MAX_TIME + 1:
        raise ValueError(f"Time {time} is outside of the years 1900 to 2099: {MIN_TIME} to {MAX_TIME} milliseconds.")
    return time
