"""A small plant: two containers, views with inheritance, and nodes and edges to put into them."""

from __future__ import annotations

from typing import Any

import pytest

from fn_emulator.cdf.modeling.instances import apply_item
from fn_emulator.cdf.modeling.schema_rules import check_container, check_view
from fn_emulator.cdf.modeling.scope import Scope
from fn_emulator.cdf.modeling.views import Schema, make_schema

EQUIPMENT = {"type": "container", "space": "plant", "externalId": "Equipment"}
PUMP = {"type": "container", "space": "plant", "externalId": "Pump"}


def text(**more: Any) -> dict[str, Any]:
    return {"type": {"type": "text"}, **more}


CONTAINERS = [
    {
        **EQUIPMENT,
        "properties": {
            "name": text(nullable=False),
            "tags": {"type": {"type": "text", "list": True}},
            "pressure": {"type": {"type": "float64"}},
            "made": {"type": {"type": "timestamp"}},
            "count": {"type": {"type": "int32"}, "defaultValue": 7},
            "serial": text(immutable=True),
            "site": {"type": {"type": "direct"}},
            "neighbours": {"type": {"type": "direct", "list": True}},
            "kind": {"type": {"type": "enum", "values": {"wet": {}, "dry": {}}}},
            "isOn": {"type": {"type": "boolean"}},
            "data": {"type": {"type": "json"}},
        },
    },
    {
        **PUMP,
        "properties": {"rate": {"type": {"type": "float64"}}, "label": text()},
        "constraints": {"isEquipment": {"constraintType": "requires", "require": EQUIPMENT}},
    },
    {"space": "plant", "externalId": "Flow", "usedFor": "edge", "properties": {"volume": {"type": {"type": "int64"}}}},
]


def mapped(container: dict[str, Any], held: str, /, **more: Any) -> dict[str, Any]:
    return {"container": container, "containerPropertyIdentifier": held, **more}


EQUIPMENT_VIEW = {"type": "view", "space": "plant", "externalId": "Equipment", "version": "v1"}
PUMP_VIEW = {**EQUIPMENT_VIEW, "externalId": "Pump"}
FLOWS = {"space": "types", "externalId": "flows-to"}

VIEWS = [
    {
        **EQUIPMENT_VIEW,
        "properties": {
            **{name: mapped(EQUIPMENT, name) for name in CONTAINERS[0]["properties"]},
            "site": mapped(EQUIPMENT, "site", source=EQUIPMENT_VIEW),
        },
    },
    {
        **PUMP_VIEW,
        "implements": [EQUIPMENT_VIEW],
        "properties": {
            "rate": mapped(PUMP, "rate"),
            "tags": mapped(PUMP, "label", name="Overrides the list"),
            "flowsTo": {"connectionType": "multi_edge_connection", "type": FLOWS, "source": PUMP_VIEW},
            "parts": {
                "connectionType": "multi_reverse_direct_relation",
                "source": EQUIPMENT_VIEW,
                "through": {"source": EQUIPMENT_VIEW, "identifier": "site"},
            },
        },
    },
    {**PUMP_VIEW, "externalId": "WetPump", "implements": [PUMP_VIEW],
     "filter": {"equals": {"property": ["plant", "Equipment", "kind"], "value": "wet"}}},
]  # fmt: skip


@pytest.fixture(scope="session")
def schema() -> Schema:
    containers = {(c["space"], c["externalId"]): c for c in map(check_container, CONTAINERS)}
    views = {(v["space"], v["externalId"], v["version"]): v for v in map(check_view, VIEWS)}
    return make_schema(containers.get, views.get)


@pytest.fixture(scope="session")
def scope(schema: Schema) -> Scope:
    return Scope(schema)


@pytest.fixture(scope="session")
def node(schema: Schema):
    """Make a node of the container Equipment, of Pump too where it has a ``rate``."""

    def make(external_id: str, **properties: Any) -> dict[str, Any]:
        rate = properties.pop("rate", None)
        sources = [{"source": EQUIPMENT, "properties": {"name": external_id, **properties}}]
        if rate is not None:
            sources.append({"source": PUMP, "properties": {"rate": rate}})
        item = {"instanceType": "node", "space": "data", "externalId": external_id, "sources": sources}
        return dict(apply_item(item, None, schema, 1000).instance)

    return make


@pytest.fixture(scope="session")
def edge(schema: Schema):
    """Make an edge of type ``flows-to`` between two nodes of the space ``data``."""

    def make(start: str, end: str, **more: Any) -> dict[str, Any]:
        item = {
            "instanceType": "edge",
            "space": "data",
            "externalId": f"{start}-{end}",
            "type": FLOWS,
            "startNode": {"space": "data", "externalId": start},
            "endNode": {"space": "data", "externalId": end},
            **more,
        }
        return dict(apply_item(item, None, schema, 1000).instance)

    return make
