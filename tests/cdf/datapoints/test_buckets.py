from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fn_emulator.cdf.datapoints.buckets import make_buckets
from fn_emulator.cdf.datapoints.granularity import Granularity, parse_granularity
from fn_emulator.cdf.datapoints.time_zones import parse_time_zone

HOUR, DAY = 3_600_000, 86_400_000
zones = st.sampled_from(["UTC", "Europe/Oslo", "America/New_York", "Asia/Kathmandu", "UTC-02:30", "America/Santiago"])


def ms(*parts, zone="UTC"):
    return int(datetime(*parts, tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def buckets_of(granularity, start, zone="UTC"):
    return make_buckets(parse_granularity(granularity), start, parse_time_zone(zone))


def test_the_start_is_rounded_to_the_unit_not_the_multiple():
    start = ms(2024, 5, 6, 3, 43, 25)
    assert buckets_of("1h", start).start == ms(2024, 5, 6, 3)
    assert buckets_of("60m", start).start == ms(2024, 5, 6, 3, 43)
    assert buckets_of("73h", start).start == ms(2024, 5, 6, 3)
    assert buckets_of("7d", start).start == ms(2024, 5, 6)


def test_the_documented_months_of_adelaide():
    buckets = buckets_of("3mo", 1580500000000, "Australia/Adelaide")
    assert buckets.start == 1580477400000
    assert buckets.around(1588257000000)[0] == 1588257000000
    assert buckets.around(1588257000000 - 1) == (1580477400000, 1588257000000)
    assert buckets.around(1604151000000)[0] == 1604151000000


def test_the_documented_day_and_hours_at_a_fixed_offset():
    assert buckets_of("1day", 1582144200000, "UTC+01:00").start == 1582066800000
    assert buckets_of("6h", 1582144200000, "UTC+01:00").start == 1582142400000


@pytest.mark.parametrize(("month", "day", "hours"), [(3, 31, 23), (10, 27, 25), (5, 1, 24)])
def test_a_local_day_has_the_hours_it_has(month, day, hours):
    begin, end = buckets_of("1d", ms(2024, 1, 1), "Europe/Oslo").around(ms(2024, month, day, 12))
    assert (begin, end - begin) == (ms(2024, month, day, zone="Europe/Oslo"), hours * HOUR)


def test_24_hours_are_24_hours_across_a_change_of_clocks():
    begin, end = buckets_of("24h", ms(2024, 3, 30, 23), "Europe/Oslo").around(ms(2024, 3, 31, 12))
    assert (begin, end - begin) == (ms(2024, 3, 30, 23), DAY)


def test_hours_of_a_half_hour_zone_begin_on_its_hour():
    assert buckets_of("1h", ms(2024, 1, 1, 0, 45), "Asia/Kolkata").start == ms(2024, 1, 1, 0, 30)


def test_a_month_in_utc_needs_no_time_zone():
    assert buckets_of("1mo", ms(2024, 2, 10)).around(ms(2024, 2, 29, 23)) == (ms(2024, 2, 1), ms(2024, 3, 1))


def test_a_day_whose_midnight_is_missing_begins_with_the_jump():
    begin, end = buckets_of("1d", ms(2024, 9, 1), "America/Santiago").around(ms(2024, 9, 8, 12))
    assert (begin, end - begin) == (ms(2024, 9, 8, 4), 23 * HOUR)


def test_a_day_with_two_midnights_begins_at_the_first():
    first = datetime(2023, 11, 5, 4, tzinfo=timezone.utc)  # Havana: 01:00 becomes 00:00 at 05:00 UTC
    assert (
        buckets_of("1d", ms(2023, 11, 1), "America/Havana").around(ms(2023, 11, 5, 12))[0] == first.timestamp() * 1000
    )


def test_an_offset_of_odd_minutes_is_refused():
    with pytest.raises(ValueError, match="seconds from UTC") as caught:
        buckets_of("1d", ms(1900, 6, 1), "Asia/Kathmandu")
    assert str(caught.value) == (
        f"Time zone 'Asia/Kathmandu' has at {ms(1900, 6, 1)} an offset of 20476 seconds from UTC, not a multiple of "
        "15 minutes."
    )


@given(
    st.sampled_from(["second", "minute", "hour", "day", "month"]),
    st.integers(1, 120),
    st.integers(ms(1990, 1, 1), ms(2060, 1, 1)),
    st.integers(0, 50 * 365 * DAY),
    zones,
)
def test_ranges_follow_each_other_and_hold_their_times(unit, multiple, start, distance, zone):
    buckets = make_buckets(Granularity(multiple, unit), start, parse_time_zone(zone))
    assert buckets.start <= start
    begin, end = buckets.around(start + distance)
    assert begin <= start + distance < end
    assert buckets.around(begin) == buckets.around(end - 1) == (begin, end)
    assert buckets.around(end)[0] == end
    assert begin >= buckets.start


@given(st.integers(ms(1990, 1, 1), ms(2060, 1, 1)), st.sampled_from(["1s", "7m", "3h", "2d"]))
def test_the_first_range_begins_where_the_sdk_expects_it(start, granularity):
    times = pytest.importorskip("cognite.client.utils._time", reason="needs the SDK")
    expected, _ = times.align_start_and_end_for_granularity(start, start + DAY, granularity)
    assert buckets_of(granularity, start).start == expected
