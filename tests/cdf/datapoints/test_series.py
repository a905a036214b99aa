import pytest
from hypothesis import given
from hypothesis import strategies as st

from fn_emulator.cdf.datapoints.points import Points, Quality, Status
from fn_emulator.cdf.datapoints.series import Inserted, Series

BAD = Status(0x80000000, "Bad")
UNCERTAIN = Status(0x40000000, "Uncertain")
ALL = Quality(ignore_bad=False)

rows = st.lists(
    st.tuples(st.integers(-5, 30), st.sampled_from([0.0, 1.0, 2.5]), st.sampled_from([None, BAD, UNCERTAIN]))
)


def points_of(*pairs):
    return Points([time for time, _ in pairs], [value for _, value in pairs], {})


def as_points(batch):
    marked = {place: status for place, (_, _, status) in enumerate(batch) if status}
    return Points([time for time, _, _ in batch], [value for _, value, _ in batch], marked)


def as_dict(points):
    return {
        time: (value, points.statuses.get(place))
        for place, (time, value) in enumerate(zip(points.times, points.values, strict=True))
    }


@given(st.lists(rows, max_size=5))
def test_insertion_is_that_of_a_dict(batches):
    series, model = Series(), {}
    for batch in batches:
        news = {time: (value, status) for time, value, status in batch}
        same = sum(model.get(time) == news[time] for time in news)
        created = len(news.keys() - model.keys())
        assert series.insert(as_points(batch)) == Inserted(created, len(news) - created - same, same)
        model.update(news)
        found = series.read(-10, 50, quality=ALL)
        assert as_dict(found) == model
        assert found.times == sorted(model)


@given(rows, st.integers(-9, 33), st.integers(-9, 33))
def test_deletion_takes_the_range(batch, begin, end):
    series = Series()
    series.insert(as_points(batch))
    before = as_dict(series.read(-10, 50, quality=ALL))
    kept = {time: row for time, row in before.items() if not begin <= time < end}
    assert series.delete(begin, end) == len(before) - len(kept)
    assert as_dict(series.read(-10, 50, quality=ALL)) == kept


@given(rows, st.integers(-9, 33), st.integers(-9, 33), st.none() | st.integers(0, 5), st.booleans(), st.booleans())
def test_reading_is_that_of_a_sorted_list(batch, start, end, limit, ignore_bad, uncertain_is_bad):
    series, quality = Series(), Quality(ignore_bad, uncertain_is_bad)
    series.insert(as_points(batch))
    final = {time: (value, status) for time, value, status in batch}
    seen = sorted(
        time for time, (_, status) in final.items() if not (ignore_bad and status and quality.is_bad(status.code))
    )
    inside = [time for time in seen if start <= time < end]
    outside = [time for time in seen if time < start][-1:], [time for time in seen if time >= max(start, end)][:1]
    found = series.read(start, end, limit=limit, quality=quality)
    assert as_dict(found) == {time: final[time] for time in inside[:limit]}
    with_outside = series.read(start, end, limit=limit, outside=True, quality=quality)
    assert with_outside.times == outside[0] + inside[:limit] + outside[1]
    assert series.latest(start, quality).times == outside[0]


def test_outside_points_come_beyond_the_limit():
    series = Series()
    series.insert(points_of((0, 0.0), (10, 1.0), (20, 2.0), (30, 3.0), (40, 4.0)))
    assert series.read(5, 35, limit=1, outside=True).times == [0, 10, 40]
    assert series.read(5, 35, limit=0, outside=True).times == [0, 40]


def test_a_point_at_the_end_is_outside():
    series = Series()
    series.insert(points_of((0, 0.0), (10, 1.0)))
    assert series.read(0, 10, outside=True) == points_of((0, 0.0), (10, 1.0))
    assert series.read(0, 10) == points_of((0, 0.0))


def test_of_a_timestamp_named_twice_the_last_is_kept():
    series = Series()
    assert series.insert(points_of((5, 1.0), (5, 2.0))) == Inserted(1, 0, 0)
    assert series.read(0, 9) == points_of((5, 2.0))


def test_a_good_point_takes_away_a_bad_status():
    series = Series()
    series.insert(Points([1], [1.0], {0: BAD}))
    assert series.insert(points_of((1, 1.0))) == Inserted(0, 1, 0)
    assert series.read(0, 9) == points_of((1, 1.0))


def test_a_bad_point_may_have_no_value():
    series = Series()
    series.insert(Points([1, 2], [None, 4.0], {0: BAD}))
    assert series.read(0, 9, quality=ALL) == Points([1, 2], [None, 4.0], {0: BAD})


def test_a_good_point_without_a_value_is_refused():
    with pytest.raises(ValueError, match="no value") as caught:
        Series().insert(Points([17], [None], {}))
    assert str(caught.value) == "The datapoint at 17 has no value; only one with a bad status may have none."


def test_an_explicit_good_status_is_none():
    series = Series()
    series.insert(Points([1], [1.0], {0: Status(0, "Good")}))
    assert series.read(0, 9) == points_of((1, 1.0))


def test_text_is_kept_as_it_is():
    series = Series("string")
    series.insert(points_of((2, "b"), (1, "a")))
    assert series.read(0, 9) == points_of((1, "a"), (2, "b"))
    assert series.insert(points_of((1, "a"), (2, "c"))) == Inserted(0, 1, 1)


@pytest.mark.parametrize("kind", ["numeric", "string"])
def test_a_copy_is_of_its_own(kind):
    series = Series(kind)
    value = 1.0 if kind == "numeric" else "one"
    series.insert(points_of((1, value)))
    twin = series.copy()
    twin.insert(Points([2], [value], {0: BAD}))
    series.delete(1, 2)
    assert (len(series), twin.read(0, 9, quality=ALL)) == (0, Points([1, 2], [value, value], {1: BAD}))
