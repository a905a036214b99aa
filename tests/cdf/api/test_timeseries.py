"""Time series, through the real client."""

from __future__ import annotations

import pytest

from fn_emulator.cdf.api.node_series import follow_node

classes = pytest.importorskip("cognite.client.data_classes", reason="cognite-sdk is not installed")
exceptions = pytest.importorskip("cognite.client.exceptions", reason="cognite-sdk is not installed")
NodeId = pytest.importorskip("cognite.client.data_classes.data_modeling").NodeId


def create(client, external_id, **fields):
    return client.time_series.create(classes.TimeSeriesWrite(external_id=external_id, **fields))


def found(items):
    return sorted(item.external_id for item in items)


def test_created_series_is_numeric_and_continuous(client):
    created = create(client, "a", name="A", metadata={"k": "v"}, unit="bar")
    assert (created.is_string, created.is_step, created.unit, created.metadata) == (False, False, "bar", {"k": "v"})
    assert client.time_series.retrieve(external_id="a") == created == client.time_series.retrieve(id=created.id)


def test_series_that_is_not_there_is_none(client):
    assert client.time_series.retrieve(external_id="a") is None


def test_several_series_come_in_the_order_asked_for(client):
    for name in "abc":
        create(client, name)
    items = client.time_series.retrieve_multiple(external_ids=["c", "a", "x"], ignore_unknown_ids=True)
    assert [item.external_id for item in items] == ["c", "a"]


def test_taken_external_id_is_refused(client):
    create(client, "a")
    with pytest.raises(exceptions.CogniteDuplicatedError) as caught:
        create(client, "a")
    assert caught.value.duplicated == [{"externalId": "a"}]


def test_list_is_filtered(client):
    asset = client.assets.create(classes.AssetWrite(name="pump", external_id="pump"))
    data_set = client.data_sets.create(classes.DataSetWrite(external_id="plant"))
    create(client, "a-1", unit="bar", asset_id=asset.id, unit_external_id="pressure:bar")
    create(client, "a-2", is_string=True, data_set_id=data_set.id)
    create(client, "b-1", is_step=True, metadata={"k": "v", "w": "x"}, name="B")
    listed = client.time_series.list
    assert found(listed(unit="bar")) == ["a-1"]
    assert found(listed(is_string=False)) == ["a-1", "b-1"]
    assert found(listed(is_step=True)) == found(listed(metadata={"k": "v"})) == found(listed(name="B")) == ["b-1"]
    assert found(listed(external_id_prefix="a-")) == ["a-1", "a-2"]
    assert found(listed(asset_ids=[asset.id])) == found(listed(asset_subtree_external_ids=["pump"])) == ["a-1"]
    assert found(listed(data_set_external_ids="plant")) == ["a-2"]
    assert found(listed(unit_external_id="pressure:bar")) == found(listed(unit_quantity="Pressure")) == ["a-1"]


@pytest.mark.parametrize("name", ["rootAssetIds", "assetIds"])
def test_assets_are_named_by_id_in_filters(client, post, name):
    asset = client.assets.create(classes.AssetWrite(name="pump"))
    create(client, "a", asset_id=asset.id)
    create(client, "b")
    _, answer = post("/timeseries/list", {"filter": {name: [asset.id]}})
    assert [item["externalId"] for item in answer["items"]] == ["a"]


def test_all_series_are_listed_over_pages(client):
    client.time_series.create([classes.TimeSeriesWrite(external_id=str(n)) for n in range(2500)])
    assert len(client.time_series.list(limit=None)) == 2500


def test_update_sets_adds_and_removes(client):
    create(client, "a", name="A", metadata={"old": "1"})
    change = classes.TimeSeriesUpdate(external_id="a").name.set(None).is_step.set(True).metadata.add({"new": "2"})
    changed = client.time_series.update(change)
    assert (changed.name, changed.is_step, changed.metadata) == (None, True, {"old": "1", "new": "2"})


@pytest.mark.parametrize("field", ["isString", "legacyName"])
def test_what_a_series_is_cannot_be_updated(client, post, field):
    create(client, "a")
    status, answer = post("/timeseries/update", {"items": [{"externalId": "a", "update": {field: {"set": True}}}]})
    assert (status, answer["error"]["message"]) == (400, f"Unexpected field - items[0].update.{field}")


def test_delete_takes_the_points_along(fake, client):
    create(client, "a")
    client.time_series.data.insert([(1, 1.0)], external_id="a")
    client.time_series.delete(external_id="a")
    assert fake.world.tally.deleted == 1
    assert client.time_series.retrieve(external_id="a") is None
    assert [*fake.world.table("timeseries/data").items] == []


def test_search_finds_words_of_name_and_description(client):
    create(client, "a", name="Discharge pressure")
    create(client, "b", description="suction side")
    assert found(client.time_series.search(query="suction pressure")) == ["a", "b"]
    assert found(client.time_series.search(name="pressure")) == ["a"]


def test_series_are_counted_and_their_values_too(client):
    create(client, "a", unit="bar")
    create(client, "b", unit="bar")
    create(client, "c")
    assert client.time_series.aggregate_count() == 3
    assert client.time_series.aggregate_unique_values("unit")[0].count == 2


def test_texts_have_no_unit_of_the_catalogue(post):
    status, answer = post("/timeseries", {"items": [{"isString": True, "unitExternalId": "pressure:bar"}]})
    assert status == 400
    assert answer["error"]["message"] == "unitExternalId is for numeric time series, this one is of strings."


def test_legacy_name_is_unique_and_not_shown(post):
    status, answer = post("/timeseries", {"items": [{"legacyName": "a"}]})
    assert (status, "legacyName" in answer["items"][0]) == (201, False)
    status, answer = post("/timeseries", {"items": [{"legacyName": "a"}]})
    assert (status, answer["error"]["duplicated"]) == (409, [{"legacyName": "a"}])


def test_asset_must_be_there(post):
    status, answer = post("/timeseries", {"items": [{"assetId": 7}]})
    assert (status, answer["error"]["message"]) == (400, "Asset ids not found: id: 7")
    assert answer["error"]["missing"] == [{"id": 7}]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": "x" * 256}, "items[0].name must have 0 to 255 characters, it has 256."),
        ({"unit": "x" * 33}, "items[0].unit must have 0 to 32 characters, it has 33."),
        ({"isString": "yes"}, "items[0].isString must be a boolean, it is a string."),
        ({"instanceId": {"space": "s", "externalId": "x"}}, "Unexpected field - items[0].instanceId"),
    ],
)
def test_fields_are_checked(post, fields, message):
    status, answer = post("/timeseries", {"items": [fields]})
    assert (status, answer["error"]["message"]) == (400, message)


@pytest.mark.parametrize("key", ["assetSubtreeIds", "rootAssetIds", "dataSetIds"])
@pytest.mark.parametrize("value", [[None], ["x"], 1, [[]], [{"id": "x"}]])
def test_malformed_filters_are_a_400(post, key, value):
    assert post("/timeseries/list", {"filter": {key: value}})[0] == 400


NODE = {
    ("cdf_cdm", "CogniteTimeSeries"): {"type": "string", "isStep": True, "sourceUnit": "bar"},
    ("cdf_cdm", "CogniteDescribable"): {"name": "Mode"},
}


def test_series_of_a_node_is_found_by_its_instance_id(fake, client):
    follow_node(fake.world, "plant", "mode", NODE)
    series = client.time_series.retrieve(instance_id=NodeId("plant", "mode"))
    assert (series.name, series.is_string, series.is_step, series.unit) == ("Mode", True, True, "bar")
    assert series.instance_id == NodeId("plant", "mode")


def test_series_of_a_node_changes_and_goes_with_it(fake, client):
    follow_node(fake.world, "plant", "mode", NODE)
    before = client.time_series.retrieve(instance_id=NodeId("plant", "mode"))
    client.time_series.data.insert([(1, "on")], id=before.id)
    follow_node(fake.world, "plant", "mode", {**NODE, ("cdf_cdm", "CogniteDescribable"): {"name": "State"}})
    after = client.time_series.retrieve(instance_id=NodeId("plant", "mode"))
    assert (after.id, after.name) == (before.id, "State")
    follow_node(fake.world, "plant", "mode", None)
    assert client.time_series.retrieve(id=before.id) is None
    assert [*fake.world.table("timeseries/data").items] == []


@pytest.mark.parametrize(
    ("unit", "message"),
    [
        (
            "temprature:deg_c",
            "unitExternalId 'temprature:deg_c' is no unit. Did you mean 'temperature:deg_c'?",
        ),
        ("degC", "unitExternalId 'degC' is no unit: they are quantity:unit, such as temperature:deg_c."),
    ],
)
def test_what_can_be_no_unit_is_refused(post, unit, message):
    status, answer = post("/timeseries", {"items": [{"unitExternalId": unit}]})
    assert (status, answer["error"]["message"]) == (400, message)


@pytest.mark.parametrize("unit", ["power:megaw", "luminous_intensity:cd"])
def test_units_that_are_not_converted_here_are_taken(post, unit):
    assert post("/timeseries", {"items": [{"unitExternalId": unit}]})[0] == 201
