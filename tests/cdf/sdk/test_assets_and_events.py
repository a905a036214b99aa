"""Assets, events, data sets, labels and relationships, as functions use them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

data = pytest.importorskip("cognite.client.data_classes", reason="cognite-sdk is not installed")
exceptions = pytest.importorskip("cognite.client.exceptions")


@pytest.fixture
def plant(client):
    """Site ``NO`` with two areas of three pumps, each with an event; returns the client."""
    client.data_sets.create(data.DataSetWrite(external_id="src", name="Source", metadata={"owner": "me"}))
    source = client.data_sets.retrieve(external_id="src").id
    client.labels.create([data.LabelDefinitionWrite("pump", name="Pump"), data.LabelDefinitionWrite("area", "Area")])
    areas = [
        data.AssetWrite(external_id=f"A{a}", name=f"Area {a}", parent_external_id="NO", labels=["area"]) for a in "12"
    ]
    pumps = [
        data.AssetWrite(
            external_id=f"A{a}-P{n}",
            name=f"Pump {n}",
            parent_external_id=f"A{a}",
            data_set_id=source,
            labels=["pump"],
            metadata={"class": "pump", "number": str(n)},
        )
        for a in "12"
        for n in "123"
    ]
    client.assets.create_hierarchy([data.AssetWrite(external_id="NO", name="Norway"), *areas, *pumps])
    client.events.create(
        [
            data.EventWrite(
                external_id=f"{pump.external_id}:trip",
                type="alarm",
                start_time=1_700_000_000_000 + place,
                end_time=1_700_000_100_000 + place,
                asset_ids=[client.assets.retrieve(external_id=pump.external_id).id],
                data_set_id=source,
            )
            for place, pump in enumerate(pumps)
        ]
    )
    return client


def names(found):
    return sorted(one.external_id for one in found)


def test_asset_walks_its_neighbours(plant):
    area = plant.assets.retrieve(external_id="A1")
    assert names(area.children()) == ["A1-P1", "A1-P2", "A1-P3"]
    assert area.parent().external_id == "NO"
    assert names(area.subtree()) == ["A1", "A1-P1", "A1-P2", "A1-P3"]
    assert names(plant.assets.retrieve_subtree(external_id="NO", depth=1)) == ["A1", "A2", "NO"]


def test_asset_lists_what_belongs_to_it(plant):
    pump = plant.assets.retrieve(external_id="A1-P1")
    plant.time_series.create(data.TimeSeriesWrite(external_id="ts", name="ts", asset_id=pump.id))
    plant.files.upload_bytes(b"x", name="f.txt", external_id="f", asset_ids=[pump.id])
    plant.sequences.create(
        data.SequenceWrite(
            external_id="s", asset_id=pump.id, columns=[data.SequenceColumnWrite(external_id="c", value_type="Double")]
        )
    )
    assert [names(found) for found in (pump.events(), pump.files(), pump.sequences())] == [["A1-P1:trip"], ["f"], ["s"]]
    assert names(pump.time_series()) == ["ts"]
    assert names(plant.time_series.list(asset_subtree_external_ids=["A1"])) == ["ts"]


def test_iteration_in_chunks(plant):
    assert len({*names(plant.assets())}) == 9
    assert [len(chunk) for chunk in plant.assets(chunk_size=4)] == [4, 4, 1]
    assert [len(chunk) for chunk in plant.events(chunk_size=5, limit=6)] == [5, 1]


def test_whole_client_lists_in_partitions(plant):
    assert len(plant.assets.list(limit=None, partitions=10)) == 9
    assert len(plant.events.list(limit=-1, partitions=3)) == 6
    assert len(plant.events.list(limit=float("inf"))) == 6


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"parent_external_ids": ["A1"]}, 3),
        ({"asset_subtree_external_ids": ["A1", "A2"]}, 8),
        ({"root": True}, 1),
        ({"external_id_prefix": "A1-"}, 3),
        ({"metadata": {"class": "pump", "number": "2"}}, 2),
        ({"data_set_external_ids": ["src"]}, 6),
        ({"labels": data.LabelFilter(contains_any=["area", "pump"])}, 8),
        ({"labels": data.LabelFilter(contains_all=["pump"])}, 6),
        ({"name": "Pump 1"}, 2),
        ({"created_time": {"min": 0}}, 9),
        ({"created_time": {"max": 1}}, 0),
    ],
)
def test_filters_of_assets(plant, wanted, expected):
    assert len(plant.assets.list(**wanted, limit=None)) == expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"type": "alarm"}, 6),
        ({"asset_subtree_external_ids": ["A2"]}, 3),
        ({"asset_external_ids": ["A2-P1"]}, 1),
        ({"start_time": {"min": 1_700_000_000_002}}, 4),
        ({"active_at_time": {"min": 1_700_000_000_000, "max": 1_700_000_000_000}}, 1),
        ({"data_set_external_ids": "src"}, 6),
        ({"sort": ("startTime", "desc")}, 6),
        ({"sort": ["type:asc"]}, 6),
    ],
)
def test_filters_of_events(plant, wanted, expected):
    assert len(plant.events.list(**wanted, limit=None)) == expected


def test_filter_objects(plant):
    from cognite.client.data_classes import filters
    from cognite.client.data_classes.assets import AssetProperty

    numbered = filters.And(
        filters.Prefix(AssetProperty.external_id, "A1"), filters.Equals(AssetProperty.metadata_key("number"), "2")
    )
    assert names(plant.assets.list(advanced_filter=numbered)) == ["A1-P2"]
    assert plant.assets.aggregate_count(filter=data.AssetFilter(labels=data.LabelFilter(contains_any=["pump"]))) == 6


def test_frames_and_dumps(plant):
    found = plant.assets.list(external_id_prefix="A1-", limit=None)
    frame = found.to_pandas(expand_metadata=True, metadata_prefix="m.")
    assert sorted(frame["m.number"]) == ["1", "2", "3"]
    assert frame["parent_external_id"].unique().tolist() == ["A1"]
    assert found.dump()[0]["metadata"]["class"] == "pump"
    assert found.get(external_id="A1-P2").name == "Pump 2"
    assert plant.events.list(limit=2).to_pandas().shape[0] == 2
    assert plant.data_sets.retrieve(external_id="src").to_pandas().loc["name", "value"] == "Source"


def test_update_objects(plant):
    changed = plant.assets.update(
        data.AssetUpdate(external_id="A1-P1")
        .name.set("Renamed")
        .metadata.add({"seen": "yes"})
        .labels.remove("pump")
        .labels.add(["area"])
    )
    assert (changed.name, changed.metadata["seen"], changed.metadata["class"]) == ("Renamed", "yes", "pump")
    assert [label.external_id for label in changed.labels] == ["area"]
    plant.assets.update(data.AssetUpdate(external_id="A1-P1").metadata.remove(["seen"]).description.set(None))
    assert "seen" not in plant.assets.retrieve(external_id="A1-P1").metadata


def test_whole_objects_are_written_back(plant):
    trip = plant.events.retrieve(external_id="A1-P1:trip")
    trip.description, trip.metadata, trip.end_time = "repaired", {"by": "me"}, None
    plant.events.update(trip)
    again = plant.events.retrieve(external_id="A1-P1:trip")
    assert (again.description, again.metadata, again.type) == ("repaired", {"by": "me"}, "alarm")
    pumps = plant.assets.list(external_id_prefix="A1-")
    for pump in pumps:
        pump.source = "SAP"
    assert {pump.source for pump in plant.assets.update(pumps)} == {"SAP"}


def test_upsert_of_old_and_new(plant):
    plant.assets.upsert(
        [data.AssetWrite(external_id="A1-P1", name="Other"), data.AssetWrite(external_id="new", name="New")],
        mode="patch",
    )
    kept = plant.assets.retrieve(external_id="A1-P1")
    assert (kept.name, kept.metadata["class"]) == ("Other", "pump")
    assert plant.assets.retrieve(external_id="new").name == "New"


def test_create_if_missing(client):
    created = 0
    for name in ("a", "b", "a"):
        if client.assets.retrieve(external_id=name) is None:
            client.assets.create(data.AssetWrite(name=name, external_id=name))
            created += 1
    assert created == 2


def test_what_is_missing_is_left_out_or_named(plant):
    found = plant.assets.retrieve_multiple(external_ids=["A1", "gone", "A2"], ignore_unknown_ids=True)
    assert found.as_external_ids() == ["A1", "A2"]
    with pytest.raises(exceptions.CogniteNotFoundError) as error:
        plant.events.retrieve_multiple(ids=[1, 2])
    assert error.value.not_found == [{"id": 1}, {"id": 2}]


def test_what_is_there_is_named_and_the_rest_created(plant):
    wanted = [data.EventWrite(external_id=name) for name in ("A1-P1:trip", "A1-P2:trip", "new")]
    try:
        plant.events.create(wanted)
    except exceptions.CogniteDuplicatedError as error:
        taken = {one["externalId"] for one in error.duplicated}
        plant.events.create([event for event in wanted if event.external_id not in taken])
    assert taken == {"A1-P1:trip", "A1-P2:trip"}
    assert plant.events.retrieve(external_id="new") is not None


def test_part_of_a_large_write_fails(plant):
    wanted = [data.EventWrite(external_id=f"e{n}") for n in range(2000)] + [data.EventWrite(external_id="A1-P1:trip")]
    with pytest.raises(exceptions.CogniteDuplicatedError) as error:
        plant.events.create(wanted)
    assert (len(error.value.successful), len(error.value.failed)) == (2000, 1)
    assert plant.events.aggregate_count() == 2006


def test_delete_again(plant):
    plant.events.delete(external_id=["A1-P1:trip", "gone"], ignore_unknown_ids=True)
    with pytest.raises(exceptions.CogniteNotFoundError):
        plant.events.delete(external_id="A1-P1:trip")
    with pytest.raises(exceptions.CogniteAPIError, match="children"):
        plant.assets.delete(external_id="A1")
    plant.assets.delete(external_id="A1", recursive=True)
    assert names(plant.assets()) == ["A2", "A2-P1", "A2-P2", "A2-P3", "NO"]


def test_hierarchy_upserts(plant):
    from cognite.client.data_classes import AssetHierarchy

    wanted = [
        data.AssetWrite(external_id="A1", name="Area one", parent_external_id="NO"),
        data.AssetWrite(external_id="A1-P9", name="Pump 9", parent_external_id="A1"),
    ]
    checked = AssetHierarchy(wanted, ignore_orphans=True).validate_and_report()
    assert checked is not None
    plant.assets.create_hierarchy(wanted, upsert=True, upsert_mode="replace")
    assert plant.assets.retrieve(external_id="A1").name == "Area one"
    assert names(plant.assets.retrieve(external_id="A1").children())[-1] == "A1-P9"


def test_workers_write_at_once(client):
    def write(number):
        return client.events.create(data.EventWrite(external_id=f"e{number}", metadata={"n": str(number)})).id

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(write, range(40)))
    assert len(ids) == client.events.aggregate_count() == 40


def test_search(plant):
    assert len(plant.assets.search(name="pump", limit=100)) == 6
    assert names(plant.assets.search(query="Norway")) == ["NO"]
    assert len(plant.events.search(filter=data.EventFilter(type="alarm"))) == 6


def test_counts(plant):
    assert plant.assets.aggregate_count() == 9
    assert plant.events.aggregate_unique_values(property=["type"])[0].count == 6
    assert plant.assets.aggregate_count(filter={"parentExternalIds": ["A1"]}) == 3


def test_relationships_between_assets(plant):
    plant.relationships.create(
        [
            data.RelationshipWrite(
                external_id=f"r{n}",
                source_external_id="A1",
                source_type="asset",
                target_external_id=f"A2-P{n}",
                target_type="asset",
                labels=[data.Label("pump")],
                confidence=0.5,
            )
            for n in (1, 2)
        ]
    )
    found = plant.relationships.list(source_external_ids=["A1"], fetch_resources=True)
    assert [one.target.name for one in found] == ["Pump 1", "Pump 2"]
    plant.relationships.update(data.RelationshipUpdate(external_id="r1").confidence.set(0.9))
    assert plant.relationships.retrieve(external_id="r1").confidence == 0.9


def test_labels(plant):
    assert {label.external_id for label in plant.labels.list(limit=None)} == {"pump", "area"}
    assert [label.name for label in plant.labels.retrieve(["pump"])] == ["Pump"]
    plant.labels.delete("area")
    assert len(plant.labels.list(external_id_prefix="a")) == 0


def test_data_sets(plant):
    assert [one.external_id for one in plant.data_sets.list(metadata={"owner": "me"}, limit=None)] == ["src"]
    plant.data_sets.update(data.DataSetUpdate(external_id="src").description.set("Where it comes from"))
    assert plant.data_sets.retrieve(external_id="src").description == "Where it comes from"
    assert plant.data_sets.retrieve_multiple(external_ids=["src", "no"], ignore_unknown_ids=True)[0].name == "Source"
