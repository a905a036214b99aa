"""Aggregates: the documentation's rules by hand, and a brute-force model that walks every millisecond."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fn_emulator.cdf.datapoints.aggregates import AGGREGATES, aggregate
from fn_emulator.cdf.datapoints.buckets import make_buckets
from fn_emulator.cdf.datapoints.granularity import parse_granularity
from fn_emulator.cdf.datapoints.points import Points, Quality, Status
from fn_emulator.cdf.datapoints.series import Series

SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000
BAD, UNCERTAIN = Status(0x80000000, "Bad"), Status(0x40000000, "Uncertain")


def series_of(*rows):
    series = Series()
    marked = {place: row[2] for place, row in enumerate(rows) if len(row) > 2 and row[2]}
    series.insert(Points([row[0] for row in rows], [row[1] for row in rows], marked))
    return series


def rows_of(series, names, granularity="1s", start=0, end=10 * SECOND, **options):
    buckets = make_buckets(parse_granularity(granularity), start)
    return list(aggregate(series.track(), buckets, end, names.split(), **options))


def one(series, name, granularity="1s", start=0, **options):
    row = rows_of(series, name, granularity, start, start + 1, **options)
    return row[0][name] if row else None


def test_simple_aggregates_are_of_the_stored_points():
    series = series_of((0, 5.0), (100, 1.0), (200, 3.0))
    assert rows_of(series, "count sum min max discreteVariance") == [
        {"timestamp": 0, "count": 3, "sum": 9.0, "min": 1.0, "max": 5.0, "discreteVariance": pytest.approx(8 / 3)}
    ]


def test_ranges_without_points_are_left_out():
    series = series_of((0, 1.0), (2500, 2.0))
    assert rows_of(series, "count") == [{"timestamp": 0, "count": 1}, {"timestamp": 2000, "count": 1}]
    assert [row["timestamp"] for row in rows_of(series, "average interpolation totalVariation")] == [0, 2000]


def test_the_last_range_is_complete_beyond_the_end():
    series = series_of((0, 1.0), (1900, 2.0), (2000, 3.0))
    assert [row["count"] for row in rows_of(series, "count", end=1001)] == [1, 1]


def test_a_range_that_begins_at_the_end_is_not_shown():
    assert rows_of(series_of((1000, 1.0)), "count", end=1000) == []


def test_the_average_of_a_continuous_series_weighs_by_time():
    series = series_of((0, 0.0), (500, 10.0), (1000, 0.0))
    assert one(series, "average") == 5.0
    assert one(series_of((0, 0.0), (900, 10.0), (1000, 10.0)), "average") == pytest.approx(5.5)


def test_the_average_of_a_stepwise_series_holds_each_value():
    series = series_of((0, 0.0), (900, 10.0), (1000, 99.0))
    assert one(series, "average", is_step=True) == pytest.approx(1.0)


def test_the_curve_is_drawn_to_the_edges_from_points_outside():
    series = series_of((-1000, 0.0), (500, 15.0), (2000, 0.0))
    assert one(series, "interpolation") == 10.0
    assert one(series, "average") == pytest.approx((12.5 * 500 + 12.5 * 500) / 1000)


def test_an_average_may_be_above_the_maximum():
    row = rows_of(series_of((-500, 20.0), (500, 0.0), (1500, 20.0)), "average max", end=1)[0]
    assert row == {"timestamp": 0, "average": 5.0, "max": 0.0}


def test_continuous_points_an_hour_away_are_used():
    series = series_of((-HOUR, 0.0), (0 + 500, 10.0))
    assert one(series, "interpolation") == pytest.approx(10 * HOUR / (HOUR + 500))


def test_continuous_points_more_than_an_hour_away_are_not():
    series = series_of((-HOUR - 1, 0.0), (500, 10.0), (750, 20.0), (1000 + HOUR + 1, 0.0))
    assert rows_of(series, "interpolation average", end=1) == [{"timestamp": 0, "average": 15.0}]


def test_long_gaps_within_a_range_are_interpolated():
    series = series_of((0, 0.0), (24 * HOUR - 1, 10.0))
    assert one(series, "average", "1d") == pytest.approx(5.0)


def test_stepwise_points_are_used_however_far():
    series = series_of((-1000 * HOUR, 8.0), (500, 2.0))
    assert one(series, "average", is_step=True) == 5.0
    assert one(series, "interpolation", is_step=True) == 8.0


def test_nothing_is_extrapolated_to_before_the_first_point():
    series = series_of((500, 2.0), (750, 4.0))
    assert rows_of(series, "interpolation stepInterpolation average", is_step=True) == [
        {"timestamp": 0, "average": 3.0}
    ]


def test_a_lone_point_is_its_own_average():
    assert rows_of(series_of((500, 2.0)), "average continuousVariance totalVariation") == [
        {"timestamp": 0, "average": 2.0, "continuousVariance": 0.0, "totalVariation": 0.0}
    ]


def test_step_interpolation_ignores_the_kind_of_series():
    series = series_of((-10, 1.0), (10, 3.0))
    assert rows_of(series, "interpolation stepInterpolation") == [
        {"timestamp": 0, "interpolation": 2.0, "stepInterpolation": 1.0}
    ]


def test_the_first_empty_range_after_a_point_has_a_step_interpolation():
    """The SDK's tests against the platform: one row, at the aligned start, and no count in it."""
    series = series_of((0, 7.0))
    options = {"granularity": "1s", "start": 5500, "end": 60_000}
    assert rows_of(series, "count stepInterpolation", **options) == [{"timestamp": 5000, "stepInterpolation": 7.0}]
    assert rows_of(series, "interpolation", is_step=True, **options) == [{"timestamp": 5000, "interpolation": 7.0}]
    assert rows_of(series, "interpolation", **options) == []
    assert rows_of(series, "count", **options) == []
    assert rows_of(series, "stepInterpolation", start=-9000, end=-1000) == []


def test_variation_counts_changes_up_to_both_edges():
    series = series_of((-500, 0.0), (500, 10.0), (1500, 0.0))
    assert one(series, "totalVariation") == 10.0


def test_variations_of_neighbouring_ranges_add_up():
    series = series_of((0, 0.0), (1000, 10.0), (1500, 4.0), (2000, 4.0))
    assert [row["totalVariation"] for row in rows_of(series, "totalVariation", end=2000, is_step=True)] == [10.0, 6.0]
    assert one(series, "totalVariation", "2s", is_step=True) == 16.0


def test_continuous_variance_is_that_of_the_line():
    series = series_of((0, 0.0), (1000, 12.0))
    assert one(series, "continuousVariance") == pytest.approx(12.0)  # of a uniform distribution: width squared by 12


def test_extreme_datapoints_are_the_earliest():
    series = series_of((10, 1.0), (20, 5.0), (30, 5.0), (40, 1.0))
    assert rows_of(series, "minDatapoint maxDatapoint") == [
        {
            "timestamp": 0,
            "minDatapoint": {"timestamp": 10, "value": 1.0},
            "maxDatapoint": {"timestamp": 20, "value": 5.0},
        }
    ]


def test_extreme_datapoints_tell_their_status_when_asked():
    series = series_of((10, 1.0, UNCERTAIN), (20, 5.0))
    options = {"quality": Quality(uncertain_is_bad=False), "include_status": True}
    assert rows_of(series, "minDatapoint maxDatapoint", **options) == [
        {
            "timestamp": 0,
            "minDatapoint": {"timestamp": 10, "value": 1.0, "status": {"code": 0x40000000, "symbol": "Uncertain"}},
            "maxDatapoint": {"timestamp": 20, "value": 5.0},
        }
    ]


DOCUMENTED = ((0, 1.0), (1, 2.0), (2, 3.0, Status(3145728, "GoodClamped")), (3, 4.0, UNCERTAIN), (4, 5.0, BAD))


def test_the_documented_example_of_status_codes():
    """Documentation, "Status codes", "Retrieving aggregates"."""
    names = "count countGood countUncertain countBad average min max"
    good = {"timestamp": 0, "count": 3, "countGood": 3, "countUncertain": 1, "countBad": 1}
    assert rows_of(series_of(*DOCUMENTED), names) == [{**good, "average": 2.0, "min": 1.0, "max": 3.0}]
    assert rows_of(series_of(*DOCUMENTED), names, quality=Quality(uncertain_is_bad=False)) == [
        {**good, "count": 4, "average": 2.5, "min": 1.0, "max": 4.0}
    ]


def test_bad_points_are_as_if_not_there():
    with_bad = series_of((0, 1.0), (250, 99.0, BAD), (500, 3.0), (2500, 9.0, UNCERTAIN))
    names = "average max count sum interpolation stepInterpolation continuousVariance discreteVariance totalVariation"
    assert rows_of(with_bad, names) == rows_of(series_of((0, 1.0), (500, 3.0)), names)


def test_the_curve_stops_at_a_bad_point_that_is_not_ignored():
    series = series_of((0, 4.0), (500, 99.0, BAD), (750, 8.0), (1000, 8.0))
    assert one(series, "average", quality=Quality(ignore_bad=False)) == pytest.approx((500 * 4 + 250 * 8) / 750)


def test_a_range_with_bad_points_only_has_counts_only():
    series = series_of((0, 1.0), (1500, 2.0, BAD), (2000, 3.0))
    assert rows_of(series, "count average stepInterpolation countBad")[1] == {"timestamp": 1000, "countBad": 1}
    assert len(rows_of(series, "count average stepInterpolation")) == 2


def test_a_status_lasts_until_the_next_point():
    series = series_of((-500, 1.0), (200, 2.0, BAD), (300, 3.0, UNCERTAIN), (700, 4.0))
    assert rows_of(series, "durationGood durationUncertain durationBad") == [
        {"timestamp": 0, "durationGood": 200, "durationUncertain": 400, "durationBad": 100}
    ]


points = st.lists(
    st.tuples(st.integers(-1500, 4500), st.sampled_from([0.0, 1.0, -2.0, 7.5]), st.sampled_from([None, None, BAD])),
    unique_by=lambda row: row[0],
    max_size=9,
)


def line(rows, time, ignore_bad, is_step, end):
    """Value in the middle of a millisecond, and slope, straight from the documented rules."""
    seen = sorted(row for row in rows if not (row[2] and ignore_bad))
    left = next((row for row in reversed(seen) if row[0] <= time), None)
    right = next((row for row in seen if row[0] > time), None)
    if left is None or left[2] or (right is None and not is_step):
        return None
    if is_step or right[2]:
        return left[1], 0.0
    slope = (right[1] - left[1]) / (right[0] - left[0])
    return left[1] + slope * (time + 0.5 - left[0]), slope


@given(points, st.booleans(), st.booleans())
def test_averages_are_those_of_every_millisecond(rows, ignore_bad, is_step):
    quality = Quality(ignore_bad=ignore_bad)
    found = rows_of(series_of(*rows), "average continuousVariance", end=3000, is_step=is_step, quality=quality)
    by_time = {row["timestamp"]: row for row in found}
    for begin in (0, 1000, 2000):
        if not any(begin <= row[0] < begin + 1000 and not (row[2] and ignore_bad) for row in rows):
            assert begin not in by_time
            continue
        lines = [line(rows, time, ignore_bad, is_step, begin + 1000) for time in range(begin, begin + 1000)]
        covered = [each for each in lines if each is not None]
        if covered:
            mean = sum(value for value, _ in covered) / len(covered)
            square = sum(value**2 + slope**2 / 12 for value, slope in covered) / len(covered)
            assert by_time[begin]["average"] == pytest.approx(mean, abs=1e-9)
            assert by_time[begin]["continuousVariance"] == pytest.approx(square - mean**2, abs=1e-6)


@given(points, st.sampled_from(sorted(AGGREGATES)), st.booleans())
def test_one_aggregate_does_not_change_another(rows, name, is_step):
    """Whatever else is asked for, a value stays what it is alone."""
    alone = {row["timestamp"]: row[name] for row in rows_of(series_of(*rows), name, is_step=is_step) if name in row}
    together = rows_of(series_of(*rows), " ".join(AGGREGATES), is_step=is_step)
    assert {row["timestamp"]: row[name] for row in together if row.get(name)} == {
        time: value for time, value in alone.items() if value
    }


@given(points)
def test_counts_and_sums_do_not_depend_on_the_granularity(rows):
    coarse = rows_of(series_of(*rows), "count sum", "1m", -MINUTE, MINUTE)
    fine = rows_of(series_of(*rows), "count sum", "1s", -MINUTE, MINUTE)
    for name in ("count", "sum"):
        assert sum(row[name] for row in coarse) == pytest.approx(sum(row[name] for row in fine))


def test_every_aggregate_of_the_sdk_is_known():
    module = pytest.importorskip("cognite.client.data_classes.datapoint_aggregates", reason="an SDK of another layout")
    theirs = {str(name) for name in module.ALL_SORTED_DP_AGGS}
    camel = {"".join([name.split("_")[0], *(part.title() for part in name.split("_")[1:])]) for name in theirs}
    assert {name for name in camel if not name.startswith("state")} == set(AGGREGATES)


def test_a_bad_point_that_is_not_ignored_has_no_value_of_its_own():
    series = series_of((-500, 4.0), (250, 99.0, BAD))
    found = rows_of(series, "count totalVariation discreteVariance max average", quality=Quality(ignore_bad=False))
    assert found == [{"timestamp": 0, "average": 4.0}]
