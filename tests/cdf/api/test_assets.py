from __future__ import annotations

import pytest

data = pytest.importorskip("cognite.client.data_classes", reason="cognite-sdk is not installed")
exceptions = pytest.importorskip("cognite.client.exceptions")


@pytest.fixture
def plant(client):
    """``plant`` above ``pump`` and ``fan``, ``pump`` above ``seal``; ``other`` is another root."""
    parents = {"plant": None, "pump": "plant", "fan": "plant", "seal": "pump", "other": None}
    made = client.assets.create(
        [data.AssetWrite(name=name, external_id=name, parent_external_id=parents[name]) for name in reversed(parents)]
    )
    return {asset.external_id: asset for asset in made}


def names(assets):
    return [asset.name for asset in assets]


def test_child_may_come_before_its_parent_in_one_request(plant):
    assert plant["seal"].parent_id == plant["pump"].id


def test_every_asset_knows_its_root(plant):
    assert {name: asset.root_id for name, asset in plant.items()} == {
        **dict.fromkeys(["plant", "pump", "fan", "seal"], plant["plant"].id),
        "other": plant["other"].id,
    }


def test_parent_by_id_gives_the_external_id_as_well(client, plant):
    made = client.assets.create(data.AssetWrite(name="leaf", parent_id=plant["seal"].id))
    assert (made.parent_external_id, made.root_id) == ("seal", plant["plant"].id)


def test_parent_without_an_external_id_shows_none(client):
    root = client.assets.create(data.AssetWrite(name="root"))
    child = client.assets.create(data.AssetWrite(name="child", parent_id=root.id))
    assert child.parent_external_id is None


def test_unknown_parent_creates_nothing(client):
    with pytest.raises(exceptions.CogniteAPIError) as error:
        client.assets.create([data.AssetWrite(name="a"), data.AssetWrite(name="b", parent_external_id="nobody")])
    assert (error.value.code, error.value.message) == (400, "Reference to unknown parent with externalId nobody")
    assert len(client.assets.list()) == 0


def test_circle_of_parents_is_refused(post):
    items = [
        {"name": "a", "externalId": "a", "parentExternalId": "b"},
        {"name": "b", "externalId": "b", "parentExternalId": "a"},
    ]
    status, answer = post("/assets", {"items": items})
    assert (status, answer["error"]["message"]) == (400, "The asset 'a' is among its own parents.")


@pytest.mark.parametrize("parent", ["here", "there"])
def test_both_forms_of_a_parent_are_refused(post, parent):
    _, root = post("/assets", {"items": [{"name": "r", "externalId": "there"}]})
    child = {"name": "c", "parentId": root["items"][0]["id"], "parentExternalId": parent}
    status, answer = post("/assets", {"items": [{"name": "h", "externalId": "here"}, child]})
    assert (status, answer["error"]["message"]) == (400, "parentId and parentExternalId must not both be given.")


def test_unknown_label_is_refused(client):
    with pytest.raises(exceptions.CogniteNotFoundError) as error:
        client.assets.create(data.AssetWrite(name="a", labels=[data.Label(external_id="rotating")]))
    assert error.value.not_found == [{"externalId": "rotating"}]


def test_taken_external_id_is_a_duplicate(client, plant):
    with pytest.raises(exceptions.CogniteDuplicatedError) as error:
        client.assets.create(data.AssetWrite(name="again", external_id="pump"))
    assert error.value.duplicated == [{"externalId": "pump"}]


def test_name_over_the_limit_is_refused(client):
    with pytest.raises(exceptions.CogniteAPIError, match="must have 1 to 140 characters, it has 141"):
        client.assets.create(data.AssetWrite(name="a" * 141))


def test_hierarchy_of_the_client_is_created(client):
    tree = [data.AssetWrite(name="root", external_id="0")]
    tree += [data.AssetWrite(name=f"{n}", external_id=f"{n}", parent_external_id=f"{n // 3}") for n in range(1, 40)]
    made = client.assets.create_hierarchy(tree)
    assert {asset.root_id for asset in made} == {client.assets.retrieve(external_id="0").id}


@pytest.mark.parametrize(("mode", "description"), [("patch", "old"), ("replace", None)])
def test_hierarchy_updates_what_is_there(client, mode, description):
    client.assets.create(data.AssetWrite(name="old", external_id="r", description="old", metadata={"a": "1"}))
    tree = [
        data.AssetWrite(name="new", external_id="r", metadata={"b": "2"}),
        data.AssetWrite(name="child", external_id="c", parent_external_id="r"),
    ]
    client.assets.create_hierarchy(tree, upsert=True, upsert_mode=mode)
    root = client.assets.retrieve(external_id="r")
    assert (root.name, root.description) == ("new", description)
    assert root.metadata == ({"a": "1", "b": "2"} if mode == "patch" else {"b": "2"})


def test_subtree_is_retrieved_to_a_depth(client, plant):
    assert sorted(names(client.assets.retrieve_subtree(external_id="plant"))) == ["fan", "plant", "pump", "seal"]
    assert sorted(names(client.assets.retrieve_subtree(external_id="plant", depth=1))) == ["fan", "plant", "pump"]


def test_aggregated_properties_are_shown(client, plant):
    listed = client.assets.list(aggregated_properties=["child_count", "depth", "path"], limit=None)
    shown = {asset.name: asset.aggregates for asset in listed}
    assert [(shown[name].child_count, shown[name].depth) for name in ("plant", "pump", "seal")] == [
        (2, 0),
        (1, 1),
        (0, 2),
    ]
    assert [step["id"] for step in shown["seal"].path] == [plant[name].id for name in ("plant", "pump", "seal")]


def test_aggregates_are_absent_when_nobody_asked(client, plant):
    assert client.assets.list()[0].aggregates is None


def test_children_are_found_from_an_asset(plant):
    assert sorted(names(plant["plant"].children())) == ["fan", "pump"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"root": True}, ["other", "plant"]),
        ({"root": False, "parent_external_ids": ["plant"]}, ["fan", "pump"]),
        ({"asset_subtree_external_ids": ["pump"]}, ["pump", "seal"]),
        ({"external_id_prefix": "p"}, ["plant", "pump"]),
        ({"name": "fan"}, ["fan"]),
    ],
)
def test_list_filters(client, plant, arguments, expected):
    assert sorted(names(client.assets.list(**arguments))) == expected


def test_list_filters_by_metadata_label_and_data_set(client):
    client.labels.create(data.LabelDefinitionWrite(external_id="hot", name="hot"))
    data_set = client.data_sets.create(data.DataSetWrite(external_id="ds"))
    client.assets.create(
        [
            data.AssetWrite(name="a", metadata={"k": "v", "x": "y"}, labels=["hot"], data_set_id=data_set.id),
            data.AssetWrite(name="b", metadata={"k": "w"}),
        ]
    )
    assert names(client.assets.list(metadata={"k": "v"})) == ["a"]
    assert names(client.assets.list(labels=data.LabelFilter(contains_any=["hot", "cold"]))) == ["a"]
    assert names(client.assets.list(data_set_external_ids=["ds"])) == ["a"]


def test_assets_without_a_data_set_are_not_in_an_unknown_one(client, plant):
    assert names(client.assets.list(data_set_external_ids=["nobody"])) == []


def test_roots_filter_takes_identifiers(post, client, plant):
    status, answer = post("/assets/list", {"filter": {"rootIds": [{"externalId": "other"}]}})
    assert (status, [item["name"] for item in answer["items"]]) == (200, ["other"])


def test_filter_by_place_is_refused(post):
    status, answer = post("/assets/list", {"filter": {"geoLocation": {"shape": {"type": "Point"}}}})
    assert status == 400
    assert answer["error"]["message"] == "filter.geoLocation: the in-memory CDF does not filter by geoLocation."


def test_place_is_kept(client):
    place = data.GeoLocation(type="Feature", geometry=data.Geometry(type="Point", coordinates=[5.7, 58.9]))
    client.assets.create(data.AssetWrite(name="a", external_id="a", geo_location=place))
    assert client.assets.retrieve(external_id="a").geo_location.geometry.coordinates == [5.7, 58.9]


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Cube", "coordinates": []},
        {"type": "Point", "coordinates": [1]},
        {"type": "Polygon", "coordinates": [[1, 2]]},
        {"type": "GeometryCollection", "geometries": [{"type": "Point"}]},
    ],
)
def test_shape_that_is_none_is_refused(post, geometry):
    status, _ = post("/assets", {"items": [{"name": "a", "geoLocation": {"type": "Feature", "geometry": geometry}}]})
    assert status == 400


def test_partitions_and_pages_give_every_asset_once(client):
    client.assets.create([data.AssetWrite(name=str(n)) for n in range(1001)])
    assert sorted(map(int, names(client.assets.list(limit=None, partitions=3)))) == list(range(1001))


def test_asset_is_moved_with_what_is_below(client, plant):
    client.assets.update(data.AssetUpdate(external_id="pump").parent_external_id.set("fan"))
    assert sorted(names(client.assets.retrieve_subtree(external_id="fan"))) == ["fan", "pump", "seal"]


def test_whole_asset_is_updated_with_a_new_parent(client, plant):
    seal = client.assets.retrieve(external_id="seal")
    seal.parent_id = plant["fan"].id
    assert client.assets.update(seal).parent_external_id == "fan"


@pytest.mark.parametrize(
    ("moved", "below", "message"),
    [
        ("pump", "other", "The asset 'pump' cannot be moved to another root."),
        ("other", "pump", "The asset 'other' cannot be moved to another root."),
        ("pump", "seal", "The asset 'pump' cannot be moved below itself."),
        ("plant", "seal", "The asset 'plant' cannot be moved below itself."),
    ],
)
def test_move_that_breaks_a_hierarchy_is_refused(client, plant, moved, below, message):
    with pytest.raises(exceptions.CogniteAPIError) as error:
        client.assets.update(data.AssetUpdate(external_id=moved).parent_id.set(plant[below].id))
    assert (error.value.code, error.value.message) == (400, message)


def test_two_moves_that_make_a_circle_together_are_refused(client, plant):
    moves = [
        data.AssetUpdate(external_id="pump").parent_external_id.set("fan"),
        data.AssetUpdate(external_id="fan").parent_external_id.set("seal"),
    ]
    with pytest.raises(exceptions.CogniteAPIError, match="below itself"):
        client.assets.update(moves)
    assert client.assets.retrieve(external_id="pump").parent_external_id == "plant"


def test_children_follow_a_renamed_parent(client, plant):
    client.assets.update(
        [
            data.AssetUpdate(external_id="plant").external_id.set("site"),
            data.AssetUpdate(external_id="pump").name.set("Pump"),
        ]
    )
    assert [client.assets.retrieve(external_id=x).parent_external_id for x in ("pump", "fan")] == ["site", "site"]


def test_update_of_metadata_and_labels(client):
    client.labels.create([data.LabelDefinitionWrite(external_id=x, name=x) for x in ("hot", "cold")])
    client.assets.create(data.AssetWrite(name="a", external_id="a", metadata={"k": "v", "x": "y"}, labels=["hot"]))
    changed = client.assets.update(
        data.AssetUpdate(external_id="a")
        .metadata.add({"new": "1"})
        .metadata.remove(["k"])
        .labels.add("cold")
        .labels.remove("hot")
    )
    assert changed.metadata == {"x": "y", "new": "1"}
    assert [label.external_id for label in changed.labels] == ["cold"]


def test_name_cannot_be_set_to_null(post, client, plant):
    status, _ = post("/assets/update", {"items": [{"externalId": "fan", "update": {"name": {"setNull": True}}}]})
    assert status == 400


def test_delete_with_children_is_refused(client, plant):
    with pytest.raises(exceptions.CogniteAPIError) as error:
        client.assets.delete(external_id="pump")
    assert error.value.message == (
        f"Asset {plant['pump'].id} has children and can only be deleted together with them: use recursive."
    )
    assert len(client.assets.list()) == 5


def test_recursive_delete_takes_the_subtree(client, plant):
    client.assets.delete(external_id="plant", recursive=True)
    assert names(client.assets.list()) == ["other"]


def test_parent_and_child_are_deleted_together(client, plant):
    client.assets.delete(external_id=["pump", "seal"])
    assert sorted(names(client.assets.list())) == ["fan", "other", "plant"]


def test_unknown_ids_are_ignored_when_told(client, plant):
    client.assets.delete(external_id=["fan", "nobody"], ignore_unknown_ids=True)
    assert client.assets.retrieve(external_id="fan") is None


def test_recursive_delete_of_what_is_out_of_reach_deletes_nothing(fake, client):
    inside, outside = client.data_sets.create([data.DataSetWrite(external_id=name) for name in ("in", "out")])
    client.assets.create(
        [
            data.AssetWrite(name="r", external_id="r", data_set_id=inside.id),
            data.AssetWrite(name="c", external_id="c", parent_external_id="r", data_set_id=outside.id),
        ]
    )
    fake.world.covers = lambda acl, action, item: item.get("dataSetId") == inside.id
    fake.world.may = lambda acl, action: True
    url = f"{fake.base_url}/api/v1/projects/{fake.project}/assets/delete"
    body = b'{"items": [{"externalId": "r"}], "recursive": true}'
    assert fake.handle("POST", url, {}, body, now_ms=1)[0] == 403
    assert len(fake.world.table("assets")) == 2


def test_event_of_a_deleted_asset_can_still_be_updated(client, plant):
    client.events.create(data.EventWrite(external_id="e", asset_ids=[plant["fan"].id]))
    client.assets.delete(external_id="fan")
    changed = client.events.update(data.EventUpdate(external_id="e").asset_ids.add([plant["pump"].id]))
    assert changed.asset_ids == [plant["fan"].id, plant["pump"].id]


def test_deep_hierarchy_is_created_and_deleted(client):
    chain = [data.AssetWrite(name="0", external_id="0")]
    chain += [data.AssetWrite(name=f"{n}", external_id=f"{n}", parent_external_id=f"{n - 1}") for n in range(1, 900)]
    client.assets.create(chain[::-1])
    client.assets.delete(external_id="0", recursive=True)
    assert len(client.assets.list()) == 0
