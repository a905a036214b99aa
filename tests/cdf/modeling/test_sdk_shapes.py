"""What the API would return is what the real SDK reads, and what the SDK writes again is stored the same."""

from __future__ import annotations

import pytest

from fn_emulator.cdf.modeling.rendering import read_sources, render
from fn_emulator.cdf.modeling.schema_rules import check_container, check_view
from fn_emulator.cdf.modeling.views import show_view

from .conftest import CONTAINERS, PUMP_VIEW, VIEWS

dm = pytest.importorskip("cognite.client.data_classes.data_modeling", reason="needs cognite-sdk")
TIMES = {"createdTime": 1, "lastUpdatedTime": 1}


@pytest.mark.parametrize("sent", CONTAINERS, ids=lambda sent: sent["externalId"])
def test_container_survives_the_sdk(sent):
    stored = check_container(sent)
    assert check_container(dm.Container.load({**stored, **TIMES}).as_write().dump()) == stored


@pytest.mark.parametrize("sent", VIEWS, ids=lambda sent: sent["externalId"])
def test_view_survives_the_sdk(schema, sent):
    stored = check_view(sent)
    resolved = schema.view((stored["space"], stored["externalId"], stored["version"]))
    shown = show_view({**stored, **TIMES}, resolved, inherited=False)
    assert check_view(dm.View.load(shown).as_write().dump()) == stored


def test_instance_is_read_by_the_sdk(schema, node):
    shown = render(node("p1", rate=2.0), read_sources([{"source": PUMP_VIEW}], schema))
    read = dm.Node.load(shown)
    assert read.properties[dm.ViewId("plant", "Pump", "v1")]["rate"] == 2.0
    assert read.version == 1
