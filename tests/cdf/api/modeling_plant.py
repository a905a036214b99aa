"""A small plant for tests of data modeling: two containers and three views, and how to write nodes through them."""

from __future__ import annotations

EQUIPMENT = {"type": "container", "space": "plant", "externalId": "Equipment"}
PUMP = {"type": "container", "space": "plant", "externalId": "Pump"}
EQUIPMENT_VIEW = {"type": "view", "space": "plant", "externalId": "Equipment", "version": "v1"}
PUMP_VIEW = {**EQUIPMENT_VIEW, "externalId": "Pump"}


def mapped(container, *names):
    """Properties of a view with the names of the container's."""
    return {name: {"container": container, "containerPropertyIdentifier": name} for name in names}


SEED = {
    "spaces": [{"space": "plant"}],
    "containers": [
        {
            **EQUIPMENT,
            "properties": {
                "name": {"type": {"type": "text"}, "nullable": False},
                "tags": {"type": {"type": "text", "list": True}},
                "pressure": {"type": {"type": "float64"}},
                "site": {"type": {"type": "direct"}},
            },
            "constraints": {"oneName": {"constraintType": "uniqueness", "properties": ["name"]}},
            "indexes": {"byName": {"indexType": "btree", "properties": ["name"], "cursorable": True}},
        },
        {**PUMP, "properties": {"rate": {"type": {"type": "int32"}}}},
    ],
    "views": [
        {**EQUIPMENT_VIEW, "properties": mapped(EQUIPMENT, "name", "tags", "pressure", "site")},
        {**PUMP_VIEW, "implements": [EQUIPMENT_VIEW], "properties": mapped(PUMP, "rate")},
    ],
    "dataModels": [{"space": "plant", "externalId": "Plant", "version": "v1", "views": [EQUIPMENT_VIEW, PUMP_VIEW]}],
}


def node(external_id, properties=None, source=PUMP_VIEW, **more):
    """A pump as it is sent; its name is its external id where no properties are given."""
    values = {"name": external_id} if properties is None else properties
    sources = [{"source": source, "properties": values}]
    return {"instanceType": "node", "space": "plant", "externalId": external_id, "sources": sources, **more}


def edge(start, end, **more):
    """An edge of the type ``flows`` between two nodes."""
    ends = {name: {"space": "plant", "externalId": held} for name, held in (("startNode", start), ("endNode", end))}
    kind = {"space": "plant", "externalId": "flows"}
    return {"instanceType": "edge", "space": "plant", "externalId": f"{start}-{end}", "type": kind, **ends, **more}
