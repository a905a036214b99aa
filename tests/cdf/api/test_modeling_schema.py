"""Spaces, containers, views and data models, through the real client."""

from __future__ import annotations

import pytest

pytest.importorskip("cognite.client", reason="cognite-sdk is not installed")

from cognite.client.data_classes import data_modeling as dm
from cognite.client.exceptions import CogniteAPIError

VIEW = dm.ViewId("plant", "Pump", "v1")


def text_container(name="Tank", **properties):
    return dm.ContainerApply("plant", name, properties or {"level": dm.ContainerProperty(dm.Text())})


def message_of(error):
    return error.value.message


def test_space_is_created_and_found(plant):
    plant.spaces.apply(dm.SpaceApply("data", name="Data"))
    assert [space.space for space in plant.spaces.list(limit=None)] == ["plant", "data"]
    assert plant.spaces.retrieve("data").name == "Data"
    assert plant.spaces.retrieve("nowhere") is None


def test_global_spaces_are_listed_on_request(plant):
    spaces = plant.spaces.list(limit=None, include_global=True)
    assert [space.space for space in spaces if space.is_global] == ["cdf_cdm", "cdf_cdm_units"]


def test_space_with_something_in_it_stays(plant):
    with pytest.raises(CogniteAPIError) as error:
        plant.spaces.delete("plant")
    assert message_of(error) == "The space 'plant' cannot be deleted: it is not empty, there are containers in it."


def test_empty_space_is_deleted(plant):
    plant.spaces.apply(dm.SpaceApply("data"))
    assert plant.spaces.delete(["data", "nowhere"]) == ["data"]


def test_unchanged_space_keeps_its_times(fake, plant):
    before = plant.spaces.retrieve("plant")
    after = plant.spaces.apply(dm.SpaceApply("plant"))
    assert after.last_updated_time == before.last_updated_time
    assert fake.world.tally.unchanged == 1


def test_container_needs_its_space(plant):
    with pytest.raises(CogniteAPIError) as error:
        plant.containers.apply(dm.ContainerApply("nowhere", "Tank", {"level": dm.ContainerProperty(dm.Text())}))
    assert (error.value.code, message_of(error)) == (400, "One or more spaces do not exist: 'nowhere'")


def test_container_is_shown_with_defaults(plant):
    container = plant.containers.apply(text_container())
    assert container.used_for == "node"
    assert container.properties["level"].nullable
    assert plant.containers.retrieve(("plant", "Tank")).dump() == container.dump()


def test_request_is_stored_whole_or_not_at_all(fake, plant):
    elsewhere = dm.ContainerApply("nowhere", "Tank", {"level": dm.ContainerProperty(dm.Text())})
    with pytest.raises(CogniteAPIError):
        plant.containers.apply([text_container(), elsewhere])
    assert plant.containers.retrieve(("plant", "Tank")) is None


def test_type_of_a_property_stays(plant):
    plant.containers.apply(text_container())
    with pytest.raises(CogniteAPIError) as error:
        plant.containers.apply(text_container(level=dm.ContainerProperty(dm.Int64())))
    expected = "The property 'plant:Tank.level' exists: its type cannot be changed from 'text' to 'int64'."
    assert message_of(error) == expected


def test_properties_are_added_to_a_container(plant):
    plant.containers.apply(text_container())
    changed = plant.containers.apply(text_container(size=dm.ContainerProperty(dm.Int64())))
    assert [*changed.properties] == ["level", "size"]


def test_deleted_container_takes_its_data_along(fake, plant):
    fake.seed({"instances": [{"instanceType": "node", "space": "plant", "externalId": "n", "sources": [PUMP_DATA]}]})
    assert plant.containers.delete(("plant", "Pump")) == [dm.ContainerId("plant", "Pump")]
    assert fake.world.table("models/instances").items["node", "plant", "n"]["properties"] == {}


PUMP_DATA = {"source": {"type": "container", "space": "plant", "externalId": "Pump"}, "properties": {"rate": 1}}


def test_constraints_and_indexes_are_deleted(plant):
    equipment = dm.ContainerId("plant", "Equipment")
    assert plant.containers.delete_constraints([(equipment, "oneName"), (equipment, "none")]) == [
        (equipment, "oneName")
    ]
    assert plant.containers.delete_indexes([(equipment, "byName")]) == [(equipment, "byName")]
    container = plant.containers.retrieve(equipment)
    assert (container.constraints, container.indexes) == ({}, {})


def test_view_shows_what_it_inherits(plant):
    assert [*plant.views.retrieve(VIEW)[0].properties] == ["name", "tags", "pressure", "site", "rate"]
    assert [*plant.views.retrieve(VIEW, include_inherited_properties=False)[0].properties] == ["rate"]


def test_view_needs_what_it_maps(plant):
    tank = dm.MappedPropertyApply(dm.ContainerId("plant", "Tank"), "level")
    with pytest.raises(CogniteAPIError) as error:
        plant.views.apply(dm.ViewApply("plant", "Tank", "v1", properties={"level": tank}))
    assert message_of(error) == "One or more containers do not exist: 'plant:Tank'"


def test_newest_version_of_a_view_is_listed(plant):
    plant.views.apply(dm.ViewApply("plant", "Pump", "v2", implements=[VIEW]))
    assert [view.version for view in plant.views.list(space="plant", limit=None)] == ["v1", "v2"]
    assert len(plant.views.list(space="plant", limit=None, all_versions=True)) == 3
    assert [view.version for view in plant.views.retrieve(("plant", "Pump"))] == ["v1", "v2"]


def test_view_outlives_its_container(plant):
    plant.containers.delete(("plant", "Pump"))
    view = plant.views.retrieve(VIEW)[0]
    assert (view.writable, [*view.properties]) == (False, [])


def test_deleted_view_is_unknown(plant):
    assert plant.views.delete(VIEW) == [VIEW]
    with pytest.raises(CogniteAPIError) as error:
        plant.instances.list(sources=VIEW)
    assert message_of(error) == "One or more views do not exist: 'plant:Pump/v1'"


def test_platform_view_cannot_be_changed(fake, post):
    view = {"space": "cdf_cdm", "externalId": "CogniteAsset", "version": "v1", "properties": {}}
    status, answer = post("/models/views", {"items": [view]})
    expected = "The view 'cdf_cdm:CogniteAsset/v1' belongs to the platform and cannot be changed."
    assert (status, answer["error"]["message"]) == (400, expected)


def test_data_model_with_whole_views(plant):
    view = dm.ViewApply("plant", "Tank", "v1", implements=[VIEW])
    plant.data_models.apply(dm.DataModelApply("plant", "Tanks", "v1", views=[view, VIEW]))
    model = plant.data_models.retrieve(("plant", "Tanks", "v1"), inline_views=True)[0]
    assert [view.external_id for view in model.views] == ["Tank", "Pump"]
    assert "rate" in model.views[0].properties
    assert plant.data_models.retrieve(("plant", "Tanks", "v1"))[0].views[1] == VIEW


def test_data_model_is_deleted_and_its_views_stay(plant):
    model = dm.DataModelId("plant", "Plant", "v1")
    assert plant.data_models.delete(model) == [model]
    assert len(plant.views.list(limit=None)) == 2
    assert plant.data_models.list(limit=None) == []


def test_list_of_containers_in_pages(plant):
    plant.containers.apply([text_container(f"Tank{number}") for number in range(25)])
    listed = plant.containers.list(space="plant", limit=None)
    assert len({container.external_id for container in listed}) == 27
    assert len(plant.containers.list(limit=5)) == 5


def test_at_most_100_definitions_in_a_request(post):
    status, answer = post("/models/spaces", {"items": [{"space": f"s{number}"} for number in range(101)]})
    assert (status, answer["error"]["message"]) == (400, "items must have 1 to 100 items, it has 101.")


def test_page_of_a_list_leads_to_the_next(fake, post):
    post("/models/spaces", {"items": [{"space": name} for name in ("a", "b", "c")]})
    _, first = post("/models/spaces?limit=2", None, "GET")
    _, second = post(f"/models/spaces?limit=2&cursor={first['nextCursor']}", None, "GET")
    assert [item["space"] for item in first["items"] + second["items"]] == ["a", "b", "c"]
    assert "nextCursor" not in second


def test_statistics_count_what_is_there(fake, plant):
    if not hasattr(plant, "statistics"):
        pytest.skip("this cognite-sdk has no statistics")
    fake.seed({"instances": [{"instanceType": "node", "space": "plant", "externalId": "n"}]})
    statistics = plant.statistics.project()
    assert (statistics.views.count, statistics.instances.nodes) == (2, 1)
    assert plant.statistics.spaces.retrieve("plant").containers == 2
