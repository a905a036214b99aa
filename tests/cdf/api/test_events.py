from __future__ import annotations

import pytest

data = pytest.importorskip("cognite.client.data_classes", reason="cognite-sdk is not installed")
exceptions = pytest.importorskip("cognite.client.exceptions")


@pytest.fixture
def events(client):
    """``past`` from 10 to 20, ``open`` from 15, ``never`` without a start."""
    return client.events.create(
        [
            data.EventWrite(external_id="past", start_time=10, end_time=20, type="Shift", subtype="a"),
            data.EventWrite(external_id="open", start_time=15, type="alarm"),
            data.EventWrite(external_id="never", end_time=12, type="shift"),
        ]
    )


def ids(found):
    return [event.external_id for event in found]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(None, 9, []), (10, 10, ["past"]), (18, 30, ["past", "open"]), (21, None, ["open"]), (None, 15, ["past", "open"])],
)
def test_active_events(client, events, low, high, expected):
    assert ids(client.events.list(active_at_time=data.TimestampRange(min=low, max=high))) == expected


def test_events_without_an_end(client, events):
    assert ids(client.events.list(end_time=data.EndTimeFilter(is_null=True))) == ["open"]


def test_range_of_start_times_includes_its_ends(client, events):
    assert ids(client.events.list(start_time={"min": 10, "max": 15})) == ["past", "open"]


def test_events_of_an_asset_and_of_its_subtree(client):
    client.assets.create(
        [
            data.AssetWrite(name="r", external_id="r"),
            data.AssetWrite(name="c", external_id="c", parent_external_id="r"),
        ]
    )
    client.events.create(
        data.EventWrite(external_id="e", asset_ids=[client.assets.retrieve(external_id="c").id]),
    )
    assert ids(client.events.list(asset_external_ids=["c"])) == ["e"]
    assert ids(client.events.list(asset_external_ids=["r", "nobody"])) == []
    assert ids(client.events.list(asset_subtree_external_ids=["r"])) == ["e"]


def test_unknown_asset_is_named(client):
    with pytest.raises(exceptions.CogniteNotFoundError) as error:
        client.events.create(data.EventWrite(asset_ids=[7]))
    assert error.value.not_found == [{"id": 7}]


def test_end_before_the_start_is_refused(client):
    with pytest.raises(exceptions.CogniteAPIError, match="endTime 1 is before startTime 2"):
        client.events.create(data.EventWrite(start_time=2, end_time=1))


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("startTime:desc", ["never", "open", "past"]),
        ("startTime:asc", ["past", "open", "never"]),
        (("start_time", "desc", "last"), ["open", "past", "never"]),
    ],
)
def test_sort(post, client, events, sort, expected):
    if isinstance(sort, str):  # the form of older clients
        _, answer = post("/events/list", {"sort": [sort]})
        assert [item["externalId"] for item in answer["items"]] == expected
    else:
        assert ids(client.events.list(sort=sort)) == expected


def test_sort_by_what_is_no_property_is_refused(post):
    status, answer = post("/events/list", {"sort": [{"property": ["colour"]}]})
    assert (status, answer["error"]["message"]) == (400, "sort[0].property: 'colour' is not a property of events.")


def test_count(client, events):
    assert client.events.aggregate_count(filter={"type": "alarm"}) == 1


def test_unique_types_do_not_tell_cases_apart(client, events):
    found = client.events.aggregate_unique_values(property=["type"])
    assert [(bucket.value, bucket.count) for bucket in found] == [("shift", 2), ("alarm", 1)]


def test_search_finds_words_of_the_description(client):
    client.events.create([data.EventWrite(description="Pump tripped"), data.EventWrite(description="all is well")])
    assert [event.description for event in client.events.search(description="pump")] == ["Pump tripped"]


def test_upsert_creates_and_updates(client, events):
    client.events.upsert([data.EventWrite(external_id="past", subtype="b"), data.EventWrite(external_id="new")])
    assert client.events.retrieve(external_id="past").subtype == "b"
    assert client.events.retrieve(external_id="new") is not None
