"""Cognite's core data model, which is there without being written, and the time series and files of its nodes."""

from __future__ import annotations

import sys

import pytest

pytest.importorskip("cognite.client", reason="cognite-sdk is not installed")

from cognite.client.data_classes import data_modeling as dm
from cognite.client.data_classes.data_modeling.cdm import v1

ASSET = dm.ViewId("cdf_cdm", "CogniteAsset", "v1")


@pytest.fixture
def core(client):
    """A client of a CDF with the space ``plant`` and nothing in it."""
    client.data_modeling.spaces.apply(dm.SpaceApply("plant"))
    return client


def test_model_is_listed_with_global_ones(core):
    (model,) = core.data_modeling.data_models.list(include_global=True)
    assert (model.space, model.external_id, model.version) == ("cdf_cdm", "CogniteCore", "v1")
    assert core.data_modeling.data_models.list() == []


@pytest.mark.parametrize("name", ["Asset", "TimeSeries", "File", "Activity", "Equipment", "SourceSystem", "Unit"])
def test_views_have_the_properties_that_the_sdk_writes(core, name):
    (view,) = core.data_modeling.views.retrieve(("cdf_cdm", f"Cognite{name}", "v1"))
    written = vars(getattr(v1, f"_Cognite{name}Properties"))
    options = [held.name.lstrip("_") for held in written.values() if isinstance(held, dm.PropertyOptions)]
    assert {*options} - {"stateSet"} <= {*view.properties}


def test_assets_are_written_with_few_properties(core):
    parent = v1.CogniteAssetApply("plant", "root", name="Root")
    core.data_modeling.instances.apply([parent, v1.CogniteAssetApply("plant", "pump", parent=("plant", "root"))])
    assert [one.name for one in core.data_modeling.instances.list(v1.CogniteAsset)] == ["Root", None]
    found = core.data_modeling.instances.retrieve_nodes(("plant", "pump"), node_cls=v1.CogniteAsset)
    assert found.parent.external_id == "root"


def test_own_view_implements_an_asset(core):
    tag = dm.ViewApply("plant", "Tag", "v1", implements=[ASSET])
    shown = core.data_modeling.views.apply(tag)
    assert {"name", "parent", "children", "sourceId"} <= {*shown.properties}


def test_time_series_of_a_node_takes_datapoints(core):
    series = v1.CogniteTimeSeriesApply("plant", "flow", is_step=False, time_series_type="numeric", name="Flow")
    core.data_modeling.instances.apply(series)
    core.time_series.data.insert([(1000, 2.5)], instance_id=dm.NodeId("plant", "flow"))
    assert core.time_series.retrieve(instance_id=dm.NodeId("plant", "flow")).name == "Flow"
    assert core.time_series.data.retrieve(instance_id=dm.NodeId("plant", "flow"), start=0).value == [2.5]


def test_time_series_goes_with_its_node(core):
    series = v1.CogniteTimeSeriesApply("plant", "flow", is_step=False, time_series_type="numeric")
    core.data_modeling.instances.apply(series)
    core.data_modeling.instances.delete(nodes=("plant", "flow"))
    assert core.time_series.list() == []


def test_file_of_a_node_takes_bytes(core):
    core.data_modeling.instances.apply(v1.CogniteFileApply("plant", "report", name="report.txt"))
    core.files.upload_content_bytes(b"fine", instance_id=dm.NodeId("plant", "report"))
    core.data_modeling.instances.apply(
        v1.CogniteFileApply("plant", "report", name="report.txt", mime_type="text/plain")
    )
    metadata = core.files.retrieve(instance_id=dm.NodeId("plant", "report"))
    assert (metadata.name, metadata.mime_type, metadata.uploaded) == ("report.txt", "text/plain", True)
    assert core.files.download_bytes(instance_id=dm.NodeId("plant", "report")) == b"fine"


def test_file_goes_with_its_node(core):
    core.data_modeling.instances.apply(v1.CogniteFileApply("plant", "report"))
    core.data_modeling.instances.delete(nodes=("plant", "report"))
    assert core.files.list() == []


def test_what_follows_a_node_is_nobodys_write(fake, core):
    core.data_modeling.instances.apply(v1.CogniteFileApply("plant", "report"))
    assert fake.world.tally.created == 1


def test_core_model_is_read_when_it_is_needed(fake, post):
    sys.modules.pop("fn_emulator.cdf.modeling.core_model", None)
    post("/models/spaces", {"items": [{"space": "plant"}]})
    post("/models/instances", {"items": [{"instanceType": "node", "space": "plant", "externalId": "n"}]})
    post("/models/instances/list", {})
    assert "fn_emulator.cdf.modeling.core_model" not in sys.modules
