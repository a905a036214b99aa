"""Datapoints of a seed, in all their forms."""

from __future__ import annotations

import pytest

from fn_emulator.cdf.seeds import dump, load_seeds
from fn_emulator.cdf.world import World

NOW = 1_700_000_000_000
SERIES = {"timeseries": [{"externalId": "a"}, {"externalId": "b"}, {"externalId": "s", "isString": True}]}


def test_points_in_all_forms_are_read_by_the_client(fake, client):
    points = [{"timestamp": "1970-01-02", "value": 1}, [86_400_001, 2.5]]
    fake.seed(SERIES, {"datapoints": [{"externalId": "a", "datapoints": points}]})
    found = client.time_series.data.retrieve(external_id="a", start=0, end="now")
    assert [*zip(found.timestamp, found.value, strict=True)] == [(86_400_000, 1.0), (86_400_001, 2.5)]


def test_points_at_equal_distances_have_a_start_and_a_step():
    item = {"externalId": "a", "start": "3h-ago", "step": "1h", "values": [1, None, 3]}
    assert points_of(SERIES, {"datapoints": [item]}) == [(NOW - 10_800_000, 1.0), (NOW - 3_600_000, 3.0)]


def test_more_points_than_a_request_may_have_are_loaded():
    item = {"externalId": "a", "start": 0, "step": 1, "values": [0] * 100_001}
    assert len(points_of(SERIES, {"datapoints": [item]})) == 100_001


def test_a_file_holds_the_points_of_the_series_that_it_is_named_after(load_files):
    world = load_files(
        {"s.json": '{"timeseries": [{"externalId": "a/b"}]}', "datapoints/a%2Fb.csv": "timestamp,value\n5,1\n"}
    )
    assert all_points(world) == {"a/b": [(5, 1.0)]}


def test_a_wide_file_has_a_column_for_each_series(load_files):
    text = "timestamp,a,s\n1970-01-01T00:00:01Z,1e3,12\n2000,,x y\n\n"
    world = load_files(
        {"a.yaml": "timeseries: [{externalId: a}, {externalId: s, isString: true}]", "datapoints.csv": text}
    )
    assert all_points(world) == {"a": [(1000, 1000.0)], "s": [(1000, "12"), (2000, "x y")]}


HEAD = {"a.yaml": "timeseries:\n- externalId: a\n"}


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"b.yaml": "datapoints:\n- externalId: b\n"},
            "b.yaml:2: datapoints[0]: there is no time series 'b'.\nHint: add",
        ),
        ({"datapoints.csv": "timestamp,a\n1,2\n2,x\n"}, "datapoints.csv:3: 'x' is not a number.\n"),
        (
            {"datapoints.csv": "timestamp,a\n1,2\nx,1\n"},
            "datapoints.csv:3: datapoints[1].timestamp is 'x', which is no",
        ),
        ({"datapoints.csv": "timestamp,a\n1,2\n99999999999999,1\n"}, "datapoints.csv:3: "),
        (
            {"b.yaml": "datapoints:\n- externalId: a\n  step: 1 hour\n  start: 1\n  values: [1]\n"},
            "b.yaml:3: datapoints[0].step is '1 hour', which is no duration.\nHint: write 1h",
        ),
        (
            {"b.yaml": "datapoints:\n- {externalId: a, step: 1h, values: [1]}\n"},
            "b.yaml:2: datapoints[0] has no start.\n",
        ),
        (
            {"b.yaml": "datapoints:\n- externalId: a\n  datapoints:\n  - [1, 2]\n  - [1]\n"},
            "b.yaml:5: datapoints[0].datapoints[1] must be [timestamp, value].",
        ),
        (
            {"b.yaml": "datapoints:\n- externalId: a\n  datapoints:\n  - [1, 2]\n  - [1, x]\n"},
            "b.yaml:5: datapoints[0].datapoints[1] has the value 'x', its time series is one of numbers.\n",
        ),
        (
            {"b.yaml": "datapoints:\n- externalId: a\n  point: []\n"},
            "b.yaml:3: datapoints[0].point is not a key that is known here.\nHint: did you mean 'datapoints'?",
        ),
    ],
)
def test_a_broken_point_is_refused_at_its_line(problem_of, files, message):
    assert problem_of({**HEAD, **files}).startswith(message)


def test_points_are_dumped_and_loaded_again():
    status = {"timestamp": 5, "status": {"code": 2147483648, "symbol": "Bad"}}
    world = World()
    points = [
        {"externalId": "a", "start": 0, "step": "2h", "values": [1.5, 2, -3]},
        {"externalId": "b", "datapoints": [[1, 1], [2, 2], [4, 1e99], status]},
        {"externalId": "s", "datapoints": [[1, "x"], [-2, ""]]},
    ]
    load_seeds(world, [SERIES, {"datapoints": points}], now_ms=NOW)
    dumped = dump(world)
    assert dumped["datapoints"][0] == {
        "externalId": "a",
        "start": "1970-01-01T00:00:00Z",
        "step": "2h",
        "values": [1.5, 2.0, -3.0],
    }
    again = World()
    load_seeds(again, [dumped], now_ms=NOW)
    assert all_points(again) == all_points(world)
    assert dump(again) == dumped


def points_of(*seeds):
    world = World()
    load_seeds(world, seeds, now_ms=NOW)
    return all_points(world)["a"]


def all_points(world):
    names = world.table("timeseries").items
    tracks = {key: series.track() for key, series in world.table("timeseries/data").items.items()}
    return {
        names[key]["externalId"]: [
            (time, value if value == value else None) for time, value in zip(track.times, track.values, strict=True)
        ]
        for key, track in tracks.items()
    }
