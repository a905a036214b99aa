"""Aggregates of a numeric series: one row for each range that holds points.

Documented: ranges without points are left out. The platform makes one exception, which the SDK's tests against it show:
``stepInterpolation``, and ``interpolation`` of a stepwise series, have a value for the first range of a request where
any point lies before it. String series have no aggregates at all.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from fn_emulator.cdf.datapoints.points import DEFAULT_QUALITY, GOOD, Quality, Status, Track
from fn_emulator.cdf.datapoints.segments import Curve, value_at_start
from fn_emulator.cdf.datapoints.status_aggregates import CATEGORIES, status_counts, status_durations
from fn_emulator.cdf.datapoints.time_weighted import (
    average,
    continuous_variance,
    discrete_variance,
    total_variation,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from fn_emulator.cdf.datapoints.buckets import Buckets


class Range(NamedTuple):
    """One range of a request, and the points in it.

    Attributes:
        begin: Its first millisecond.
        end: The first millisecond after it.
        curve: The whole series, as the request sees it.
        track: The whole series, as it is.
        times: Of the good points in the range.
        values: Theirs.
        include_status: Whether ``minDatapoint`` and ``maxDatapoint`` tell their status.
    """

    begin: int
    end: int
    curve: Curve
    track: Track
    times: Any
    values: Any
    include_status: bool


def aggregate(
    track: Track,
    buckets: Buckets,
    end: int,
    names: Collection[str],
    *,
    is_step: bool = False,
    quality: Quality = DEFAULT_QUALITY,
    include_status: bool = False,
) -> Iterator[dict[str, Any]]:
    """Yield ``{"timestamp": ..., name: value, ...}`` of each range that has something to show, oldest first.

    Args:
        track: The points of a numeric series.
        buckets: The ranges, from the request's start on.
        end: Where the request ends, in milliseconds; the range that holds the last millisecond before it is complete.
        names: Of ``AGGREGATES``.
        is_step: Whether the series is stepwise.
        quality: How bad and uncertain points are taken.
        include_status: Tell the status of ``minDatapoint`` and ``maxDatapoint`` where it is not good.
    """
    curve = _make_curve(track, quality, is_step=is_step)
    of_status = [name for name in names if name in STATUS_AGGREGATES]
    for begin, after in _ranges(track.times if of_status else curve.times, buckets, end):
        part = _range_of(curve, track, begin, after, include_status=include_status)
        if _has_points(curve, begin, after):
            row = _row(part, names)
        else:
            row = {**_row(part, of_status), **(_first_row(curve, begin, names) if begin == buckets.start else {})}
        if row:
            yield {"timestamp": begin, **row}


def _ranges(times: Sequence[int], buckets: Buckets, end: int) -> Iterator[tuple[int, int]]:
    """The first range of a request, and each later one that holds any of the times."""
    begin, after = buckets.around(buckets.start)
    while begin < end:
        yield begin, after
        place = bisect_left(times, after)
        if place == len(times):
            return
        begin, after = buckets.around(times[place])


def _make_curve(track: Track, quality: Quality, *, is_step: bool) -> Curve:
    """What the request sees; no point is copied unless some are to be ignored."""
    bad = quality.bad_times(track.statuses) if track.statuses else set()
    if not bad or not quality.ignore_bad:
        return Curve(track.times, track.values, bad, is_step)
    kept = [place for place, time in enumerate(track.times) if time not in bad]
    times = array("q", [track.times[place] for place in kept])
    return Curve(times, array("d", [track.values[place] for place in kept]), set(), is_step)


def _has_points(curve: Curve, begin: int, end: int) -> bool:
    place = bisect_left(curve.times, begin)
    return place < len(curve.times) and bool(curve.times[place] < end)


def _range_of(curve: Curve, track: Track, begin: int, end: int, *, include_status: bool) -> Range:
    first, last = bisect_left(curve.times, begin), bisect_left(curve.times, end)
    times, values = curve.times[first:last], curve.values[first:last]
    if curve.bad:
        good = [place for place, time in enumerate(times) if time not in curve.bad]
        times, values = [times[place] for place in good], [values[place] for place in good]
    return Range(begin, end, curve, track, times, values, include_status)


def _first_row(curve: Curve, begin: int, names: Collection[str]) -> dict[str, float]:
    """The interpolations of a first range that holds no point."""
    wanted = [name for name in names if name == "stepInterpolation" or (name == "interpolation" and curve.is_step)]
    value = _step_value(curve, begin) if wanted else None
    return {} if value is None else dict.fromkeys(wanted, value)


def _row(part: Range, names: Collection[str]) -> dict[str, Any]:
    return {name: value for name in names if (value := AGGREGATES[name](part)) is not None}


def _max_datapoint(part: Range) -> dict[str, Any] | None:
    return _datapoint(part, part.values.index(max(part.values))) if len(part.values) else None


def _min_datapoint(part: Range) -> dict[str, Any] | None:
    return _datapoint(part, part.values.index(min(part.values))) if len(part.values) else None


def _datapoint(part: Range, place: int) -> dict[str, Any]:
    status = part.track.statuses.get(part.times[place], Status())
    point = {"timestamp": part.times[place], "value": part.values[place]}
    return {**point, "status": status._asdict()} if part.include_status and status.code != GOOD else point


def _step_value(curve: Curve, time: int) -> float | None:
    """The value of the last point at or before a time, unless that point is bad."""
    place = bisect_left(curve.times, time + 1) - 1
    return None if place < 0 or curve.times[place] in curve.bad else float(curve.values[place])


def _status_count(name: str, part: Range) -> int:
    return status_counts(part.track, part.begin, part.end)[name]


def _status_duration(name: str, part: Range) -> int:
    return status_durations(part.track, part.begin, part.end)[name]


STATUS_AGGREGATES: dict[str, Callable[[Range], int]] = {
    **{f"count{category}": partial(_status_count, f"count{category}") for category in CATEGORIES},
    **{f"duration{category}": partial(_status_duration, f"duration{category}") for category in CATEGORIES},
}
AGGREGATES: dict[str, Callable[[Range], Any]] = {
    "average": lambda part: average(part.curve, part.begin, part.end, part.values),
    "max": lambda part: max(part.values, default=None),
    "maxDatapoint": _max_datapoint,
    "min": lambda part: min(part.values, default=None),
    "minDatapoint": _min_datapoint,
    "count": lambda part: len(part.values) or None,
    "sum": lambda part: sum(part.values) if len(part.values) else None,
    "interpolation": lambda part: value_at_start(part.curve, part.begin, part.end),
    "stepInterpolation": lambda part: _step_value(part.curve, part.begin),
    "continuousVariance": lambda part: continuous_variance(part.curve, part.begin, part.end, part.values),
    "discreteVariance": lambda part: discrete_variance(part.values),
    "totalVariation": lambda part: total_variation(part.curve, part.begin, part.end, part.values),
    **STATUS_AGGREGATES,
}
"""What the API calls each aggregate, and how it comes from a range; None where the range has none."""
