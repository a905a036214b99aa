from __future__ import annotations

import pytest

data = pytest.importorskip("cognite.client.data_classes", reason="cognite-sdk is not installed")


@pytest.fixture
def event(client):
    assets = client.assets.create([data.AssetWrite(name=name) for name in "ab"])
    ids = [asset.id for asset in assets]
    return client.events.create(
        data.EventWrite(external_id="e", type="t", source="s", metadata={"a": "1", "b": "2"}, asset_ids=ids)
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ([], "items[0].update must be an object, it is an array."),
        ({"colour": {"set": "red"}}, "Unexpected field - items[0].update.colour"),
        ({"createdTime": {"set": 1}}, "Unexpected field - items[0].update.createdTime"),
        ({"type": "x"}, "items[0].update.type must be an object, it is a string."),
        ({"type": {}}, "items[0].update.type must have one of set, setNull."),
        ({"type": {"set": 1}}, "items[0].update.type.set must be a string, it is a number."),
        ({"type": {"add": ["x"]}}, "Unexpected field - items[0].update.type.add; allowed: set, setNull"),
        ({"type": {"setNull": False}}, "items[0].update.type cannot be set to null here."),
        ({"metadata": {"set": {}, "add": {}}}, "items[0].update.metadata has set and add; set stands alone."),
        ({"metadata": {"remove": "a"}}, "items[0].update.metadata.remove must be an array, it is a string."),
        ({"metadata": {"add": {"a": 1}}}, "items[0].update.metadata.add.a must be a string, it is a number."),
        ({"assetIds": {"remove": 1}}, "items[0].update.assetIds.remove must be an array, it is a number."),
        ({"assetIds": {"add": [5]}}, "Asset ids not found: id: 5"),
    ],
)
def test_malformed_update_changes_nothing(post, client, event, change, message):
    status, answer = post("/events/update", {"items": [{"externalId": "e", "update": change}]})
    assert (status, answer["error"]["message"]) == (400, message)
    assert client.events.retrieve(external_id="e").dump() == event.dump()


def test_one_bad_update_stops_all(post, client, event):
    items = [
        {"externalId": "e", "update": {"type": {"set": "new"}}},
        {"externalId": "nobody", "update": {"type": {"set": "new"}}},
    ]
    status, answer = post("/events/update", {"items": items})
    assert (status, answer["error"]["missing"]) == (400, [{"externalId": "nobody"}])
    assert client.events.retrieve(external_id="e").type == "t"


def test_null_is_set(client, event):
    assert client.events.update(data.EventUpdate(external_id="e").source.set(None)).source is None


def test_map_and_list_are_added_to_and_removed_from(client, event):
    first, second = event.asset_ids
    changed = client.events.update(
        data.EventUpdate(external_id="e")
        .metadata.add({"c": "3"})
        .metadata.remove(["a"])
        .asset_ids.remove([first])
        .asset_ids.add([second])
    )
    assert (changed.metadata, changed.asset_ids) == ({"b": "2", "c": "3"}, [second])


def test_external_id_that_is_taken_is_a_duplicate(post, client, event):
    client.events.create(data.EventWrite(external_id="other"))
    _, answer = post("/events/update", {"items": [{"externalId": "e", "update": {"externalId": {"set": "other"}}}]})
    assert answer["error"]["duplicated"] == [{"externalId": "other"}]


def test_external_ids_can_be_exchanged(post, client, event):
    client.events.create(data.EventWrite(external_id="f", type="other"))
    items = [{"externalId": old, "update": {"externalId": {"set": new}}} for old, new in (("e", "f"), ("f", "e"))]
    assert post("/events/update", {"items": items})[0] == 200
    assert client.events.retrieve(external_id="f").type == "t"


@pytest.mark.parametrize("operation", ["byids", "delete", "update"])
def test_item_named_twice_is_refused(post, event, operation):
    named = {"externalId": "e", "update": {}} if operation == "update" else {"externalId": "e"}
    again = {**named, "id": event.id}
    del again["externalId"]
    status, answer = post(f"/events/{operation}", {"items": [named, again]})
    assert (status, answer["error"]["message"]) == (400, "Event ids are named more than once.")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "items must be an array, it is null."),
        ({"items": []}, "items must have 1 to 1000 items, it has 0."),
        ({"items": [1]}, "items[0] must be an object, it is a number."),
        ({"items": [{}]}, "items[0] must have exactly one of id, externalId and instanceId."),
        ({"items": [{"id": "x"}]}, "items[0].id must be an integer, it is a string."),
        ({"items": [{"id": 1, "name": "x"}]}, "Unexpected field - items[0].name"),
        ({"items": [{"id": 1}], "ignoreUnknownIds": 1}, "ignoreUnknownIds must be a boolean, it is a number."),
    ],
)
def test_malformed_identifiers_are_refused(post, body, message):
    status, answer = post("/events/byids", body)
    assert (status, answer["error"]["message"]) == (400, message)
