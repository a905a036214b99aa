"""The time ranges that aggregates are computed over: where they begin, and which of them a timestamp lies in.

Documented: the start is rounded down to the unit (not its multiple) in the time zone, and ranges follow from there; the
last one is complete, also beyond ``end``. Days and months are those of the calendar, so that a day may have 23 hours;
seconds, minutes and hours have one length. Where a day has two midnights, the first counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fn_emulator.cdf.datapoints.granularity import UNIT_MS

if TYPE_CHECKING:
    from datetime import date, tzinfo

    from fn_emulator.cdf.datapoints.granularity import Granularity

_QUARTER_HOUR_MS = 900_000
_LAST_MONTH, _LAST_DAY = 9999 * 12 + 11, 3_652_058  # of Python's calendar; a day before its very last


class EvenBuckets(NamedTuple):
    """Ranges of one length, the first of which begins at ``start``; all in milliseconds."""

    start: int
    width: int

    def around(self, time: int) -> tuple[int, int]:
        """Begin and end of the range that holds ``time``, which is not before ``start``."""
        begin = time - (time - self.start) % self.width
        return begin, begin + self.width


class DayBuckets(NamedTuple):
    """Ranges of ``multiple`` local days, counted from the day ``first``, an ordinal."""

    start: int
    first: int
    multiple: int
    zone: tzinfo

    def around(self, time: int) -> tuple[int, int]:
        """Begin and end of the range that holds ``time``, which is not before ``start``."""
        day = _local_date(time, self.zone).toordinal()
        begin = day - (day - self.first) % self.multiple
        return _midnight(begin, self.zone), _midnight(begin + self.multiple, self.zone)


class MonthBuckets(NamedTuple):
    """Ranges of ``multiple`` local months, counted from the month ``first``: year times 12, and 0 to 11."""

    start: int
    first: int
    multiple: int
    zone: tzinfo

    def around(self, time: int) -> tuple[int, int]:
        """Begin and end of the range that holds ``time``, which is not before ``start``."""
        month = _month_of(_local_date(time, self.zone))
        begin = month - (month - self.first) % self.multiple
        return _first_of_month(begin, self.zone), _first_of_month(begin + self.multiple, self.zone)


Buckets = EvenBuckets | DayBuckets | MonthBuckets


def make_buckets(granularity: Granularity, start: int, zone: tzinfo | None = None) -> Buckets:
    """The ranges of a request.

    Args:
        granularity: Their width.
        start: What the request begins with, in milliseconds; rounded down here.
        zone: The time zone; None for UTC.

    Raises:
        ValueError: If the zone's offset at ``start`` is not a multiple of 15 minutes, as before standard time
            [documentation].
    """
    multiple, unit = granularity
    if zone is not None and unit not in ("second", "minute"):
        _check_offset(start, zone)
    if unit == "month" or (unit == "day" and zone is not None):
        return _calendar_buckets(granularity, start, zone)
    offset = 0 if zone is None or unit != "hour" else _offset_ms(start, zone)
    return EvenBuckets(start - (start + offset) % UNIT_MS[unit], multiple * UNIT_MS[unit])


def _calendar_buckets(granularity: Granularity, start: int, zone: tzinfo | None) -> Buckets:
    from datetime import timezone

    zone = zone or timezone.utc
    local = _local_date(start, zone)
    if granularity.unit == "day":
        return DayBuckets(_midnight(local.toordinal(), zone), local.toordinal(), granularity.multiple, zone)
    month = _month_of(local)
    return MonthBuckets(_first_of_month(month, zone), month, granularity.multiple, zone)


def _check_offset(time: int, zone: tzinfo) -> None:
    offset = _offset_ms(time, zone)
    if offset % _QUARTER_HOUR_MS:
        raise ValueError(
            f"Time zone '{zone}' has at {time} an offset of {offset // 1000} seconds from UTC, not a multiple of "
            "15 minutes."
        )


def _offset_ms(time: int, zone: tzinfo) -> int:
    from datetime import datetime, timedelta, timezone

    offset = (datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=time)).astimezone(zone).utcoffset()
    return 0 if offset is None else round(offset / timedelta(milliseconds=1))


def _local_date(time: int, zone: tzinfo) -> date:
    from datetime import datetime, timedelta, timezone

    return (datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=time)).astimezone(zone).date()


def _midnight(ordinal: int, zone: tzinfo) -> int:
    """When a local day begins: with ``fold=0``, the first of two midnights, or the jump over one that is missing."""
    from datetime import date, datetime, time, timedelta, timezone

    local = datetime.combine(date.fromordinal(min(ordinal, _LAST_DAY)), time(tzinfo=zone))
    return (local - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(milliseconds=1)


def _month_of(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_of_month(month: int, zone: tzinfo) -> int:
    from datetime import date

    year, index = divmod(min(month, _LAST_MONTH), 12)
    return _midnight(date(year, index + 1, 1).toordinal(), zone)
