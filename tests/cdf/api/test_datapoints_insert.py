"""Points written through the real client, and past it."""

from __future__ import annotations

import math
from functools import partial

import pytest

from fn_emulator.cdf.access import caller_of, identity_of
from fn_emulator.cdf.datapoints.messages import InsertionItem, encode_insertion_request
from fn_emulator.cdf.datapoints.points import Points, Status
from fn_emulator.cdf.exchanges import Rules

classes = pytest.importorskip("cognite.client.data_classes", reason="cognite-sdk is not installed")
exceptions = pytest.importorskip("cognite.client.exceptions", reason="cognite-sdk is not installed")

BAD, UNCERTAIN = 0x80000000, 0x40000000


@pytest.fixture
def points(client):
    """``points(name)``: what the series ``a`` (numbers) or ``s`` (texts) holds, as ``[(timestamp, value)]``."""
    client.time_series.create(
        [classes.TimeSeriesWrite(external_id="a"), classes.TimeSeriesWrite(external_id="s", is_string=True)]
    )

    def read(name="a", **arguments):
        found = client.time_series.data.retrieve(external_id=name, start=-2208988800000, **arguments)
        return [*zip(found.timestamp, found.value, strict=True)]

    return read


@pytest.fixture
def send(fake):
    """``send(items)``: protobuf, as the platform takes it beside JSON."""

    def protobuf(items):
        url = f"{fake.base_url}/api/v1/projects/{fake.project}/timeseries/data"
        body = items if isinstance(items, bytes) else encode_insertion_request(items)
        return fake.handle("POST", url, {"content-type": "application/protobuf"}, body, now_ms=1)[::2]

    return protobuf


def test_points_are_kept_in_the_order_of_time(client, points):
    client.time_series.data.insert([(30, 3.0), (10, 1)], external_id="a")
    client.time_series.data.insert([{"timestamp": 20, "value": 2.5}], external_id="a")
    assert points() == [(10, 1.0), (20, 2.5), (30, 3.0)]


def test_point_at_a_known_time_takes_its_place(fake, client, points):
    client.time_series.data.insert([(10, 1), (20, 2)], external_id="a")
    client.time_series.data.insert([(10, 1), (20, 5), (30, 3)], external_id="a")
    tally = fake.world.tally
    assert (tally.created, tally.updated, tally.unchanged) == (1, 1, 1)
    assert points() == [(10, 1), (20, 5), (30, 3)]


def test_texts_are_kept(client, points):
    client.time_series.data.insert([(1, "on"), (2, "å\U0001f600"), (3, "")], external_id="s")
    assert points("s") == [(1, "on"), (2, "å\U0001f600"), (3, "")]


def test_points_before_1970_are_kept(client, points):
    client.time_series.data.insert([(-2208988800000, 1), (-1, 2)], external_id="a")
    assert points() == [(-2208988800000, 1), (-1, 2)]


def test_several_series_are_written_at_once(client, points):
    series = client.time_series.retrieve(external_id="a")
    client.time_series.data.insert_multiple(
        [{"id": series.id, "datapoints": [(1, 1)]}, {"external_id": "s", "datapoints": [(1, "x")]}]
    )
    assert (points(), points("s")) == ([(1, 1)], [(1, "x")])


def test_more_points_than_one_request_takes_are_written(client, points):
    client.time_series.data.insert([(n, n) for n in range(250_000)], external_id="a")
    assert points() == [(n, n) for n in range(250_000)]


def test_data_frame_is_written(client, points):
    pandas = pytest.importorskip("pandas")
    index = pandas.to_datetime([1000, 2000], unit="ms")
    frame = pandas.DataFrame({"a": [1.0, math.nan]}, index=index)
    client.time_series.data.insert_dataframe(frame)
    assert points() == [(1000, 1.0)]


def test_points_of_another_series_are_copied(client, points):
    client.time_series.create(classes.TimeSeriesWrite(external_id="b"))
    client.time_series.data.insert([(1, 1.5), (2, 2.5)], external_id="b")
    client.time_series.data.insert(client.time_series.data.retrieve(external_id="b", start=0), external_id="a")
    assert points() == [(1, 1.5), (2, 2.5)]


@pytest.mark.parametrize(("name", "value", "kind"), [("a", "x", "numeric"), ("s", 1.5, "string")])
def test_value_of_another_type_is_refused_in_the_platforms_words(client, points, name, value, kind):
    with pytest.raises(exceptions.CogniteAPIError) as caught:
        client.time_series.data.insert([(1, value)], external_id=name)
    assert (caught.value.code, caught.value.message) == (400, f"Expected {kind} value for datapoint")


def test_nothing_is_written_when_one_point_is_refused(client, points):
    items = [{"external_id": "a", "datapoints": [(1, 1)]}, {"external_id": "s", "datapoints": [(1, "x"), (2, 2.0)]}]
    with pytest.raises(exceptions.CogniteAPIError):
        client.time_series.data.insert_multiple(items)
    assert (points(), points("s")) == ([], [])


def test_series_that_is_not_there_is_named(client, points):
    items = [{"external_id": "a", "datapoints": [(1, 1)]}, {"external_id": "x", "datapoints": [(1, 1)]}]
    with pytest.raises(exceptions.CogniteNotFoundError) as caught:
        client.time_series.data.insert_multiple(items)
    named = caught.value.not_found if hasattr(caught.value, "not_found") else caught.value.missing  # 7, 8
    assert named == [{"externalId": "x"}]
    assert points() == []


def test_series_named_twice_is_a_422(client, points, post):
    id_ = client.time_series.retrieve(external_id="a").id
    items = [{"externalId": "a", "datapoints": []}, {"id": id_, "datapoints": []}]
    status, answer = post("/timeseries/data", {"items": items})
    assert (status, answer["error"]["duplicated"]) == (422, [{"externalId": "a"}, {"id": id_}])


def test_statuses_are_kept(client, points):
    client.time_series.data.insert(
        [(1, 1.0), (2, 2.0, UNCERTAIN), (3, None, BAD), (4, math.nan, BAD), (5, math.inf, BAD), (6, 1e200, BAD)],
        external_id="a",
    )
    assert points() == [(1, 1.0)]
    assert points(treat_uncertain_as_bad=False) == [(1, 1.0), (2, 2.0)]
    everything = points(ignore_bad_datapoints=False)
    assert [time for time, _ in everything] == [1, 2, 3, 4, 5, 6]
    assert [everything[place][1] for place in (2, 4, 5)] == [None, math.inf, 1e200]
    assert math.isnan(everything[3][1])


def test_status_is_given_by_its_symbol(client, points):
    point = {"timestamp": 1, "value": 1, "status": {"symbol": "UncertainLastUsableValue"}}
    client.time_series.data.insert([point], external_id="a")
    found = client.time_series.data.retrieve(
        external_id="a", start=0, include_status=True, treat_uncertain_as_bad=False
    )
    assert (found.status_code, found.status_symbol) == ([0x40900000], ["UncertainLastUsableValue"])


POINT = {"timestamp": 1, "value": 1}


@pytest.mark.parametrize(
    ("point", "message"),
    [
        ({"timestamp": 1}, "items[0].datapoints[0] has no value; only one with a bad status may."),
        ({"value": 1}, "items[0].datapoints[0].timestamp is missing."),
        ({"timestamp": 1.5, "value": 1}, "items[0].datapoints[0].timestamp must be an integer, it is a number."),
        ({"timestamp": "now", "value": 1}, "items[0].datapoints[0].timestamp must be an integer, it is a string."),
        (
            {"timestamp": 4102444800000, "value": 1},
            "items[0].datapoints[0].timestamp must be between -2208988800000 and 4102444799999, it is 4102444800000.",
        ),
        (
            {"timestamp": 1, "value": 1e101},
            "items[0].datapoints[0] has a value beyond -1e100 to 1e100; only one with a bad status may.",
        ),
        ({"timestamp": 1, "value": True}, "Expected numeric value for datapoint"),
        ({"timestamp": 1, "value": []}, "Expected numeric value for datapoint"),
        ({"timestamp": 1, "worth": 1}, "Unexpected field - items[0].datapoints[0].worth"),
        ({**POINT, "status": {"code": 5}}, None),
        ({**POINT, "status": {"code": BAD, "symbol": "Good"}}, None),
        ({**POINT, "status": "Good"}, "items[0].datapoints[0].status must be an object, it is a string."),
        (7, "items[0].datapoints[0] must be an object, it is a number."),
        ("ab", "items[0].datapoints[0] must be an object, it is a string."),
    ],
)
def test_malformed_points_are_a_400(points, post, point, message):
    status, answer = post("/timeseries/data", {"items": [{"externalId": "a", "datapoints": [point]}]})
    assert status == 400
    assert message is None or answer["error"]["message"] == message


def test_very_large_whole_number_is_refused_or_infinite(points, post):
    point = {"timestamp": 1, "value": 10**400}
    assert post("/timeseries/data", {"items": [{"externalId": "a", "datapoints": [point]}]})[0] == 400
    bad = {**point, "status": {"symbol": "Bad"}}
    assert post("/timeseries/data", {"items": [{"externalId": "a", "datapoints": [bad]}]})[0] == 200
    assert points(ignore_bad_datapoints=False) == [(1, math.inf)]


def test_long_text_is_refused(points, post):
    item = {"externalId": "s", "datapoints": [{"timestamp": 1, "value": "å" * 512}]}
    status, answer = post("/timeseries/data", {"items": [item]})
    assert (status, answer["error"]["message"]) == (400, "items[0].datapoints[0].value must have at most 1023 bytes.")


@pytest.mark.parametrize("items", [None, [], [1], [{}], [{"externalId": "a"}], [{"id": 1, "datapoints": {}}]])
def test_malformed_bodies_are_a_400(points, post, items):
    assert post("/timeseries/data", {"items": items})[0] == 400


def test_more_points_than_the_limit_are_refused(points, post):
    rows = [{"timestamp": n, "value": n} for n in range(100_001)]
    status, answer = post("/timeseries/data", {"items": [{"externalId": "a", "datapoints": rows}]})
    assert (status, answer["error"]["message"]) == (400, "A request must have at most 100000 datapoints.")


def test_protobuf_is_taken(send, points):
    items = [
        InsertionItem({"externalId": "a"}, "numeric", Points([1, 1_700_000_000_000], [0.0, 2.5], {})),
        InsertionItem({"externalId": "s"}, "string", Points([1], ["x"], {})),
    ]
    assert send(items)[0] == 200
    assert (points(), points("s")) == ([(1, 0.0), (1_700_000_000_000, 2.5)], [(1, "x")])


def test_protobuf_carries_statuses(send, points):
    item = InsertionItem({"externalId": "a"}, "numeric", Points([1, 2], [1.0, None], {1: Status(BAD, "")}))
    assert send([item])[0] == 200
    assert points(ignore_bad_datapoints=False) == [(1, 1.0), (2, None)]


@pytest.mark.parametrize(
    "items",
    [
        b"\xff\xff",
        b"",
        [InsertionItem({}, "numeric", Points([1], [1.0], {}))],
        [InsertionItem({"externalId": "a"}, "string", Points([1], ["x"], {}))],
        [InsertionItem({"externalId": "a"}, "state", Points([1], [(1, None)], {}))],
        [InsertionItem({"externalId": "a"}, "numeric", Points([1], [math.nan], {}))],
        [InsertionItem({"externalId": "a"}, "numeric", Points([1], [1.0], {0: Status(5, "")}))],
        [InsertionItem({"externalId": "nothing"}, "numeric", Points([1], [1.0], {}))],
        [InsertionItem({"id": -1}, "numeric", Points([1], [1.0], {}))],
    ],
)
def test_malformed_protobuf_is_a_400(send, points, items):
    assert send(items)[0] == 400
    assert points() == []


def test_fork_does_not_see_later_points(fake, client, points):
    client.time_series.data.insert([(1, 1.0)], external_id="a")
    before = fake.world.fork()
    client.time_series.data.insert([(1, 5.0), (2, 2.0)], external_id="a")
    key = client.time_series.retrieve(external_id="a").id
    assert before.table("timeseries/data").items[key].read(0, 10).values == [1.0]
    assert points() == [(1, 5.0), (2, 2.0)]


def test_points_of_a_fork_stay_there(fake, client, points):
    client.time_series.data.insert([(1, 1.0)], external_id="a")
    original, fake.world = fake.world, fake.world.fork()
    client.time_series.data.delete_range(0, 10, external_id="a")
    assert points() == []
    fake.world = original
    assert points() == [(1, 1.0)]


def client_of(fake, identity):
    """The client of a caller that may not do everything."""
    fake.exchange = partial(fake.exchange, rules=Rules(caller=caller_of(identity_of(identity))))
    return fake.client


def test_reader_may_not_write(fake, points):
    reader = client_of(fake, "reader")
    with pytest.raises(exceptions.CogniteAPIError) as caught:
        reader.time_series.data.insert([(1, 1.0)], external_id="a")
    assert caught.value.code == 403
    assert points() == []


def test_scope_limits_which_series_are_written(fake, client, points):
    id_ = client.time_series.retrieve(external_id="a").id
    grants = [
        {"timeSeriesAcl": {"actions": ["READ"], "scope": {"all": {}}}},
        {"timeSeriesAcl": {"actions": ["WRITE"], "scope": {"idScope": {"ids": [id_]}}}},
    ]
    client = client_of(fake, grants)
    client.time_series.data.insert([(1, 1.0)], external_id="a")
    for write in (
        lambda: client.time_series.data.insert([(1, "x")], external_id="s"),
        lambda: client.time_series.data.delete_range(0, 9, external_id="s"),
    ):
        with pytest.raises(exceptions.CogniteAPIError) as caught:
            write()
        assert caught.value.code == 403
    assert points() == [(1, 1.0)]
