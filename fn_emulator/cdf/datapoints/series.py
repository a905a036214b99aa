"""The datapoints of one time series, in memory: two columns sorted by time, and the few statuses beside them."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from itertools import islice
from operator import lt
from typing import TYPE_CHECKING, Any, NamedTuple

from fn_emulator.cdf.datapoints.columns import own, plain, shared
from fn_emulator.cdf.datapoints.points import BAD, DEFAULT_QUALITY, GOOD, Points, Quality, Status, Track

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_NAN = float("nan")


class Inserted(NamedTuple):
    """What an insertion came to; a timestamp that it names twice counts once."""

    created: int
    updated: int
    unchanged: int


class Series:
    """The points of one series. A timestamp occurs once; the last point that was inserted for it is the one kept.

    Args:
        kind: ``numeric``, ``string`` or ``state``: numbers are held as doubles, 16 bytes a point with the timestamp.
    """

    __slots__ = ("_missing", "_statuses", "_times", "_values", "kind")

    def __init__(self, kind: str = "numeric") -> None:
        self.kind = kind
        self._times: Any = array("q")
        self._values: Any = array("d") if kind == "numeric" else []
        self._statuses: dict[int, Status] = {}  # by timestamp
        self._missing: set[int] = set()  # timestamps of bad points without a number; NaN is one

    def __len__(self) -> int:
        return len(self._times)

    def copy(self) -> Series:
        """A series of its own with the same points; what is only appended to takes no copy of them."""
        twin = Series(self.kind)
        self._times, self._values = shared(self._times), shared(self._values)
        twin._times, twin._values, twin._statuses = own(self._times), own(self._values), dict(self._statuses)
        twin._missing = set(self._missing)
        return twin

    def _make_plain(self) -> None:
        """Put the points into columns of its own, which may be changed anywhere and read fast."""
        self._times, self._values = plain(self._times), plain(self._values)

    def insert(self, points: Points) -> Inserted:
        """Add points, in any order; one for a timestamp that there is takes its place (the platform's upsert).

        Raises:
            ValueError: If a point has neither a value nor a bad status.
            OverflowError: If a timestamp has more than 64 bits.
        """
        _check_missing_values(points)
        values = self._column(points.values)
        if not points.times:
            return Inserted(0, 0, 0)
        if _ascends(points.times) and (not self._times or self._times[-1] < points.times[0]):
            self._times.extend(points.times)
            self._values.extend(values)
            self._statuses.update(
                {points.times[place]: status for place, status in points.statuses.items() if status.code != GOOD}
            )
            self._missing.update(self._without_number(points))
            return Inserted(len(points.times), 0, 0)
        return self._merge(points, values)

    def delete(self, begin: int, end: int) -> int:
        """Remove the points of ``[begin, end)``, in milliseconds, and return how many there were."""
        self._make_plain()
        first, last = bisect_left(self._times, begin), bisect_left(self._times, end)
        for time in self._statuses.keys() & set(self._times[first:last]) if self._statuses else ():
            del self._statuses[time]
            self._missing.discard(time)
        del self._times[first:last]
        del self._values[first:last]
        return max(last - first, 0)

    def read(
        self,
        start: int,
        end: int,
        *,
        limit: int | None = None,
        outside: bool = False,
        quality: Quality = DEFAULT_QUALITY,
    ) -> Points:
        """The points of ``[start, end)``, in milliseconds, oldest first.

        Args:
            start: First millisecond that counts.
            end: First millisecond that does not.
            limit: At most so many points from inside the range; None for all.
            outside: Add the last point before ``start`` and the first at or after ``end``, beyond the limit, as the
                SDK's tests against the platform have it.
            quality: Which points there are to see.
        """
        if self._statuses:
            self._make_plain()  # the points are looked at one by one
        times, hidden = self._times, self._hidden(quality)
        first, last = bisect_left(times, start), bisect_left(times, max(start, end))
        inside = self._visible(first, last, limit, hidden)
        if not outside:
            return self._points(inside)
        before = next((place for place in range(first - 1, -1, -1) if times[place] not in hidden), None)
        after = next((place for place in range(last, len(times)) if times[place] not in hidden), None)
        return self._points(
            [*([before] if before is not None else []), *inside, *([after] if after is not None else [])]
        )

    def latest(self, before: int, quality: Quality = DEFAULT_QUALITY) -> Points:
        """The last point earlier than ``before``: one, or none."""
        hidden, times = self._hidden(quality), self._times
        place = bisect_left(times, before) - 1
        while place >= 0 and times[place] in hidden:
            place -= 1
        return self._points(range(place, place + 1) if place >= 0 else ())

    def track(self) -> Track:
        """All points in columns that are not copied: for reading, at once."""
        self._make_plain()
        return Track(self._times, self._values, self._statuses)

    def _column(self, values: Sequence[Any]) -> Any:
        """The values as this series holds them; a number that is missing is NaN."""
        if self.kind != "numeric":
            return values
        try:
            return array("d", values)
        except TypeError:
            return array("d", [_NAN if value is None else value for value in values])

    def _merge(self, points: Points, values: Any) -> Inserted:
        """Merge points into the stretch of the series that they fall into."""
        self._make_plain()
        places = {time: place for place, time in enumerate(points.times)}
        first, last = bisect_left(self._times, min(places)), bisect_left(self._times, max(places) + 1)
        merged = dict(zip(self._times[first:last], self._values[first:last], strict=True))
        before, known, unchanged = len(merged), 0, 0
        missing = self._without_number(points)
        for time, place in places.items():
            status = points.statuses.get(place, _GOOD)
            if time in merged:
                known += 1
                same_status = self._statuses.get(time, _GOOD) == status or status.code == GOOD == self._code(time)
                same_value = _same(merged[time], values[place]) and (time in self._missing) == (time in missing)
                unchanged += same_status and same_value
            merged[time] = values[place]
            self._statuses.pop(time, None)
            if status.code != GOOD:
                self._statuses[time] = status
        self._missing -= places.keys()
        self._missing |= missing
        ordered = sorted(merged)
        self._times[first:last] = array("q", ordered)
        self._values[first:last] = self._column([merged[time] for time in ordered])
        return Inserted(len(merged) - before, known - unchanged, unchanged)

    def _without_number(self, points: Points) -> set[int]:
        """Timestamps of points without a value; of two for one timestamp, the last counts."""
        if self.kind != "numeric" or not points.statuses:  # only a bad point has no value
            return set()
        last = dict(zip(points.times, points.values, strict=True))
        return {time for time, value in last.items() if value is None}

    def _code(self, time: int) -> int:
        return self._statuses.get(time, _GOOD).code

    def _hidden(self, quality: Quality) -> Collection[int]:
        return quality.bad_times(self._statuses) if quality.ignore_bad and self._statuses else ()

    def _visible(self, first: int, last: int, limit: int | None, hidden: Collection[int]) -> Sequence[int]:
        if not hidden:
            return range(first, last if limit is None else min(last, first + limit))
        return list(islice((place for place in range(first, last) if self._times[place] not in hidden), limit))

    def _points(self, places: Sequence[int]) -> Points:
        if isinstance(places, range):
            part = slice(places.start, places.stop)
            times, values = self._times[part].tolist(), list(self._values[part])
        else:
            times, values = [self._times[place] for place in places], [self._values[place] for place in places]
        statuses = {}
        if self._statuses:
            statuses = {place: self._statuses[time] for place, time in enumerate(times) if time in self._statuses}
        if self._missing:
            for place in statuses:
                if times[place] in self._missing:
                    values[place] = None
        return Points(times, values, statuses)


_GOOD = Status()


def _check_missing_values(points: Points) -> None:
    if None not in points.values:
        return
    for place, value in enumerate(points.values):
        if value is None and points.statuses.get(place, _GOOD).code < BAD:
            raise ValueError(
                f"The datapoint at {points.times[place]} has no value; only one with a bad status may have none."
            )


def _ascends(times: list[int]) -> bool:
    return all(map(lt, times, islice(times, 1, None)))


def _same(one: Any, other: Any) -> bool:
    return bool(one == other or (one != one and other != other))
