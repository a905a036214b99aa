"""The latest points, through the real client, and past it."""

from __future__ import annotations

import pytest

classes = pytest.importorskip("cognite.client.data_classes", reason="cognite-sdk is not installed")
exceptions = pytest.importorskip("cognite.client.exceptions", reason="cognite-sdk is not installed")

BAD = 0x80000000


@pytest.fixture
def latest(client):
    """``latest(...)``: the latest points of ``a`` (numbers at 10 and 20, a bad one at 30) as ``[(time, value)]``."""
    client.time_series.create([classes.TimeSeriesWrite(external_id=name) for name in ("a", "empty")])
    client.time_series.data.insert([(10, 1.0), (20, 2.0), (30, 3.0, BAD)], external_id="a")

    def read(external_id="a", **arguments):
        found = client.time_series.data.retrieve_latest(external_id=external_id, **arguments)
        # In one list with the others it is the same for all versions of the client.
        return [(point["timestamp"], point.get("value")) for point in found.dump()["datapoints"]]

    return read


def test_the_point_with_the_highest_time_is_found(latest):
    assert latest() == [(20, 2.0)]


def test_before_is_not_included(latest):
    assert latest(before=20) == [(10, 1.0)]
    assert latest(before=21) == [(20, 2.0)]


def test_bad_points_are_found_when_asked_for(latest):
    assert latest(ignore_bad_datapoints=False) == [(30, 3.0)]


def test_series_without_points_has_none(latest):
    assert latest("empty") == []
    assert latest(before=10) == []


def test_points_after_now_are_not_found(client, latest, post):
    client.time_series.data.insert([(1_800_000_000_000, 5.0)], external_id="a")
    _, answer = post("/timeseries/data/latest", {"items": [{"externalId": "a", "before": "now"}]})
    assert [point["timestamp"] for point in answer["items"][0]["datapoints"]] == [20]


def test_several_series_with_their_own_times(client, latest):
    query = classes.LatestDatapointQuery(external_id="a", before=15)
    found = client.time_series.data.retrieve_latest(external_id=[query, "empty", "x"], ignore_unknown_ids=True)
    assert [one.external_id for one in found] == ["a", "empty"]


def test_series_that_is_not_there_is_an_error(client, latest):
    with pytest.raises(exceptions.CogniteNotFoundError):
        client.time_series.data.retrieve_latest(external_id=["a", "x"])


def test_status_is_shown_when_asked_for(latest, post):
    item = {"externalId": "a", "includeStatus": True, "ignoreBadDataPoints": False}
    _, answer = post("/timeseries/data/latest", {"items": [item]})
    bad = {"timestamp": 30, "value": 3.0, "status": {"code": BAD, "symbol": "Bad"}}
    assert answer["items"][0]["datapoints"] == [bad]


@pytest.mark.parametrize(
    "item",
    [{}, 1, {"externalId": "a", "before": []}, {"externalId": "a", "before": "x"}, {"externalId": "a", "limit": 1}],
)
def test_malformed_requests_are_a_400(latest, post, item):
    assert post("/timeseries/data/latest", {"items": [item]})[0] == 400


def test_at_most_a_hundred_series(latest, post):
    status, answer = post("/timeseries/data/latest", {"items": [{"externalId": "a"}] * 101})
    assert (status, answer["error"]["message"]) == (400, "items must have 1 to 100 items, it has 101.")
