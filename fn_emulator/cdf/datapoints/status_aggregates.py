"""``countGood`` to ``durationBad``: how many points of a range have a status, and for how long.

Documented: only the category of the code counts, and ``ignoreBadDataPoints`` and ``treatUncertainAsBad`` do not. A
status lasts until the next point. That it ends with the series' last point is our reading of "we do not extrapolate".
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from fn_emulator.cdf.datapoints.points import GOOD

if TYPE_CHECKING:
    from fn_emulator.cdf.datapoints.points import Track

CATEGORIES = ("Good", "Uncertain", "Bad")


def status_counts(track: Track, begin: int, end: int) -> dict[str, int]:
    """The number of points in ``[begin, end)`` by the category of their status."""
    first, last = bisect_left(track.times, begin), bisect_left(track.times, end)
    counts = {f"count{category}": 0 for category in CATEGORIES}
    for time in track.times[first:last] if track.statuses else ():
        counts[f"count{_category(track, time)}"] += 1
    if not track.statuses:
        counts["countGood"] = last - first
    return counts


def status_durations(track: Track, begin: int, end: int) -> dict[str, int]:
    """The milliseconds of ``[begin, end)`` by the category of the status that is then in force."""
    times = track.times
    first = bisect_left(times, begin)
    if first == len(times) or times[first] > begin:
        first -= 1
    durations = {f"duration{category}": 0 for category in CATEGORIES}
    for place in range(max(first, 0), min(bisect_left(times, end), len(times) - 1)):
        length = min(times[place + 1], end) - max(times[place], begin)
        durations[f"duration{_category(track, times[place])}"] += length
    return durations


def _category(track: Track, time: int) -> str:
    status = track.statuses.get(time)
    return CATEGORIES[min((status.code if status else GOOD) >> 30, 2)]
