"""The curve that CDF draws through datapoints, cut at the edges of a time range.

Documented (documentation: "Aggregation", "Status codes"; the SDK's docstrings of ``ignore_bad_datapoints``):

- A stepwise series keeps a value until the next point, however far, and to the end of the range after the last one.
- A continuous one is linear between points. Its previous and next point are left aside when they are more than an hour
  away from the range. It ends at the last point.
- Nothing is extrapolated to before the first point.
- With bad points to be seen, the curve is constant from a good point to a bad one, and there is none from a bad point
  to the next good one.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOUR_MS = 3_600_000
_FEW = 3

Span = tuple[int, int, float, float]
"""Begin and end of a straight piece of the curve in milliseconds, and the curve's values there."""


class Curve(NamedTuple):
    """The points that a request sees, and how they are joined.

    Attributes:
        times: Ascending, in milliseconds.
        values: A number each.
        bad: The times of those that count as bad and are not ignored; their values mean nothing.
        is_step: Whether the series is stepwise.
    """

    times: Any
    values: Any
    bad: set[int]
    is_step: bool


class Segment(NamedTuple):
    """A ``Span`` whose parts have names."""

    begin: int
    end: int
    first: float
    last: float


def segments(curve: Curve, begin: int, end: int) -> Iterator[Span]:
    """The pieces of the curve within ``[begin, end]``, in order; each longer than nothing."""
    first, last = bisect_left(curve.times, begin), bisect_left(curve.times, end)
    if curve.bad or last - first < _FEW:
        yield from _cut_pieces(curve, range(first - 1, last), begin, end)
        return
    yield from _cut_pieces(curve, range(first - 1, first), begin, end)
    yield from _whole_pieces(curve, first, last - 1)
    yield from _cut_pieces(curve, range(last - 1, last), begin, end)


def _whole_pieces(curve: Curve, first: int, last: int) -> Iterator[Span]:
    """The pieces between points that are all good and in the range: nearly all that there are, made without a call."""
    times, values = curve.times[first : last + 1], curve.values[first : last + 1]
    return zip(times, times[1:], values, values if curve.is_step else values[1:], strict=False)


def _cut_pieces(curve: Curve, places: range, begin: int, end: int) -> Iterator[Segment]:
    """The parts within ``[begin, end]`` of the pieces that begin with some points."""
    for place in places:
        piece = _piece(curve, place, begin, end) if place >= 0 else None
        if piece is not None:
            cut = _cut(piece, begin, end)
            if cut.end > cut.begin:
                yield cut


def value_at_start(curve: Curve, begin: int, end: int) -> float | None:
    """The curve's value at the start of a range, where it has one: the aggregate ``interpolation``."""
    place = bisect_left(curve.times, begin)
    if place < len(curve.times) and curve.times[place] == begin:
        return None if begin in curve.bad else float(curve.values[place])
    piece = next(_cut_pieces(curve, range(place - 1, place), begin, end), None)
    return piece.first if piece is not None and piece.begin == begin else None


def value_at_end(curve: Curve, begin: int, end: int) -> float | None:
    """The curve's value at the end of a range, where it has one; a point exactly there counts, unless it is bad."""
    place = bisect_left(curve.times, end)
    if place < len(curve.times) and curve.times[place] == end and end not in curve.bad:
        return float(curve.values[place])
    piece = _piece(curve, place - 1, begin, end) if place else None
    return None if piece is None or piece.end < end or piece.end <= begin else _cut(piece, begin, end).last


def _piece(curve: Curve, place: int, begin: int, end: int) -> Segment | None:
    """The whole piece that begins with a point; None where the curve has none there."""
    times, values = curve.times, curve.values
    left = times[place]
    if left in curve.bad:
        return None
    right = times[place + 1] if place + 1 < len(times) else None
    if curve.is_step:
        return Segment(left, end if right is None else right, values[place], values[place])
    if right is None or begin - left > _HOUR_MS or right - end > _HOUR_MS:
        return None
    return Segment(left, right, values[place], values[place] if right in curve.bad else values[place + 1])


def _cut(piece: Segment, begin: int, end: int) -> Segment:
    at, till = max(piece.begin, begin), min(piece.end, end)
    if piece.first == piece.last:
        return Segment(at, till, piece.first, piece.last)
    slope = (piece.last - piece.first) / (piece.end - piece.begin)
    first = piece.first if at == piece.begin else piece.first + slope * (at - piece.begin)
    last = piece.last if till == piece.end else piece.first + slope * (till - piece.begin)
    return Segment(at, till, first, last)
