"""Points deleted through the real client, and past it."""

from __future__ import annotations

import pytest

classes = pytest.importorskip("cognite.client.data_classes", reason="cognite-sdk is not installed")


@pytest.fixture
def held(client):
    """``held(name)``: times of the points of ``a`` and ``b``, which begin with 0, 10, 20, 30."""
    client.time_series.create([classes.TimeSeriesWrite(external_id=name) for name in ("a", "b", "empty")])
    for name in "ab":
        client.time_series.data.insert([(n, n) for n in range(0, 40, 10)], external_id=name)
    return lambda name="a": client.time_series.data.retrieve(external_id=name, start=0).timestamp


def test_range_ends_before_its_end(fake, client, held):
    client.time_series.data.delete_range(10, 30, external_id="a")
    assert fake.world.tally.deleted == 2
    assert (held(), held("b")) == ([0, 30], [0, 10, 20, 30])


def test_ranges_of_several_series(client, held):
    ranges = [{"external_id": "a", "start": 0, "end": 1}, {"external_id": "b", "start": 25, "end": 100}]
    client.time_series.data.delete_ranges(ranges)
    assert (held(), held("b")) == ([10, 20, 30], [0, 10, 20])


def test_range_without_an_end_is_one_point(held, post):
    assert post("/timeseries/data/delete", {"items": [{"externalId": "a", "inclusiveBegin": 10}]}) == (200, {})
    assert held() == [0, 20, 30]


def test_series_without_points_stays_empty(client, held):
    client.time_series.data.delete_range(0, 100, external_id="empty")
    assert held("empty") == []


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"externalId": "b"}, "items[1].inclusiveBegin is missing."),
        (
            {"externalId": "b", "inclusiveBegin": 5, "exclusiveEnd": 5},
            "items[1].exclusiveEnd 5 must be after inclusiveBegin 5.",
        ),
        ({"externalId": "x", "inclusiveBegin": 5}, "Time series ids not found: externalId: x"),
        ({"externalId": "b", "inclusiveBegin": []}, None),
        ({"externalId": "b", "inclusiveBegin": 5, "end": 5}, "Unexpected field - items[1].end"),
        (5, "items[1] must be an object, it is a number."),
    ],
)
def test_nothing_is_deleted_when_one_range_is_refused(held, post, item, message):
    first = {"externalId": "a", "inclusiveBegin": 0, "exclusiveEnd": 100}
    status, answer = post("/timeseries/data/delete", {"items": [first, item]})
    assert status == 400
    assert message is None or answer["error"]["message"] == message
    assert held() == [0, 10, 20, 30]
