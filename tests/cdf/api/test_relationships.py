from __future__ import annotations

import pytest

data = pytest.importorskip("cognite.client.data_classes", reason="cognite-sdk is not installed")
exceptions = pytest.importorskip("cognite.client.exceptions")


def flows_to(external_id, source="pump", target="alarm", **fields):
    fields = {"source_type": "asset", "target_type": "event", **fields}
    return data.RelationshipWrite(
        external_id=external_id, source_external_id=source, target_external_id=target, **fields
    )


def ids(found):
    return [relationship.external_id for relationship in found]


def test_ends_need_not_be_there(client):
    made = client.relationships.create(flows_to("r"))
    assert (made.source_type, made.target_external_id) == ("asset", "alarm")


def test_resources_are_fetched_where_they_are_there(client):
    client.assets.create(data.AssetWrite(name="Pump", external_id="pump"))
    client.relationships.create(flows_to("r"))
    found = client.relationships.retrieve(external_id="r", fetch_resources=True)
    assert (found.source.name, found.target) == ("Pump", None)
    assert client.relationships.list(fetch_resources=True)[0].source.external_id == "pump"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"source_external_ids": ["fan"]}, ["b"]),
        ({"target_types": ["timeseries"]}, ["b"]),
        ({"source_types": ["asset"]}, ["a", "b"]),
        ({"confidence": {"min": 0.5}}, ["a"]),
        ({"active_at_time": {"min": 7}}, ["b"]),
    ],
)
def test_list_filters(client, arguments, expected):
    client.relationships.create(
        [
            flows_to("a", confidence=0.9, start_time=1, end_time=5),
            flows_to("b", source="fan", target_type="timeSeries", start_time=6),
        ]
    )
    assert ids(client.relationships.list(**arguments)) == expected


def test_confidence_above_one_is_refused(client):
    with pytest.raises(exceptions.CogniteAPIError, match="confidence must be between 0 and 1, it is 2"):
        client.relationships.create(flows_to("r", confidence=2))


def test_update_and_upsert(client):
    client.relationships.create(flows_to("a"))
    client.relationships.update(data.RelationshipUpdate(external_id="a").confidence.set(0.25))
    client.relationships.upsert([flows_to("a", target="trip"), flows_to("b")])
    assert ids(client.relationships.list()) == ["a", "b"]
    found = client.relationships.retrieve(external_id="a")
    assert (found.confidence, found.target_external_id) == (0.25, "trip")


def test_external_id_cannot_be_updated(post, client):
    client.relationships.create(flows_to("a"))
    status, _ = post("/relationships/update", {"items": [{"externalId": "a", "update": {"externalId": {"set": "b"}}}]})
    assert status == 400


def test_delete(client):
    client.relationships.create([flows_to("a"), flows_to("b")])
    client.relationships.delete(["a", "nobody"], ignore_unknown_ids=True)
    assert ids(client.relationships.list()) == ["b"]


def test_unknown_type_is_refused(post):
    item = {"externalId": "r", "sourceExternalId": "a", "sourceType": "dog", "targetExternalId": "b"}
    status, answer = post("/relationships", {"items": [{**item, "targetType": "asset"}]})
    assert status == 400
    assert answer["error"]["message"] == (
        "items[0].sourceType must be one of asset, timeSeries, file, event, sequence, it is 'dog'."
    )
