"""What a test expected of a response, and what it got -> the lines that say where they differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fn_emulator.model import JSON
from fn_emulator.report.difference import ABSENT, MOST_LINES, Difference, bounded, differences, shown


def expectation_lines(expected: Any, got: JSON, mask: Callable[[str], str] = str, most: int = MOST_LINES) -> list[str]:
    """Where a response is not what was expected, a line each; none when Python calls them equal.

    Example:
        >>> expectation_lines({"total": 3, "x": None}, {"total": 4, "rows": []})
        ['$.total: expected 3, got 4', '$.x: expected null, got nothing', '$.rows: expected nothing, got []']

    Args:
        expected: What a test compared with: JSON, or what is equal to it, such as ``pytest.approx(3.0)``.
        got: The response.
        mask: Takes the values of secrets out of a line.
        most: How many lines there are at most; the last one then counts the rest.
    """
    return bounded((mask(_line(found, mask)) for found in differences(expected, got, _is_equal)), most)


def _line(found: Difference, mask: Callable[[str], str]) -> str:
    expected, got = ("nothing" if value is ABSENT else shown(value, mask) for value in (found.before, found.after))
    return f"{found.path}: expected {expected}, got {got}"


def _is_equal(expected: Any, got: Any) -> bool:
    try:
        return bool(expected == got)
    except Exception:  # a comparison of the user's own; arrays have no truth, and nested values no end
        return False
