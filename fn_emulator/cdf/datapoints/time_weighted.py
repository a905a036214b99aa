"""Aggregates that weigh values by time or by their order: of the curve in one range.

Documented: ``average`` is the integral divided by the length, ``continuousVariance`` that of the square less the square
of the average, ``totalVariation`` the sum of changes from edge to edge. Where the curve covers a part of the range, the
integral is over that part; that the length is the part's, too, is our reading. So is the plain mean of the values where
the curve has no length at all, as with a single point.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from fn_emulator.cdf.datapoints.segments import segments, value_at_end, value_at_start

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fn_emulator.cdf.datapoints.segments import Curve


def average(curve: Curve, begin: int, end: int, values: Sequence[float]) -> float | None:
    """The time-weighted average.

    Args:
        curve: The whole series.
        begin: First millisecond of the range.
        end: First millisecond after it.
        values: Of the good points in the range.
    """
    area, length = 0.0, 0
    for start, stop, first, last in segments(curve, begin, end):
        area += (stop - start) * (first + last) / 2
        length += stop - start
    return area / length if length else _mean(values)


def continuous_variance(curve: Curve, begin: int, end: int, values: Sequence[float]) -> float | None:
    """The variance of the curve over time; arguments as of ``average``."""
    middle = average(curve, begin, end, values)
    if middle is None:
        return None
    area, length = 0.0, 0
    for start, stop, value, next_value in segments(curve, begin, end):
        first, last = value - middle, next_value - middle
        area += (stop - start) * (first * first + first * last + last * last) / 3
        length += stop - start
    return area / length if length else 0.0


def discrete_variance(values: Sequence[float]) -> float | None:
    """The variance of the values themselves, divided by their number."""
    middle = _mean(values)
    return None if middle is None else sum((value - middle) ** 2 for value in values) / len(values)


def total_variation(curve: Curve, begin: int, end: int, values: Sequence[float]) -> float | None:
    """The sum of absolute changes, with the curve's values at both edges; arguments as of ``average``.

    A stepwise series jumps at the edge where a point lies exactly there, so that the variations of neighbouring ranges
    add up to that of both (our reading).
    """
    if not values:
        return None
    first, last = value_at_start(curve, begin, end), value_at_end(curve, begin, end)
    row = [*([] if first is None else [first]), *values, *([] if last is None else [last])]
    return float(sum(abs(after - before) for before, after in pairwise(row)))


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
