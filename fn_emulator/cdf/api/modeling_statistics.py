"""How much data modeling a project holds (``/models/statistics``).

The limits are those of a project without agreed ones, kept from memory; nothing here stops at them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fn_emulator.cdf.api.bodies import items_of
from fn_emulator.cdf.api.modeling_log import read_log
from fn_emulator.cdf.api.modeling_store import CONTAINERS, DATA_MODELS, INSTANCES, SPACES, VIEWS
from fn_emulator.cdf.contract import Request
from fn_emulator.cdf.modeling.shapes import read_text
from fn_emulator.cdf.world import World

LIMITS = {"spaces": 100, "containers": 1_000, "views": 2_000, "dataModels": 500, "containerProperties": 25_000}
INSTANCE_LIMITS = {"instancesLimit": 5_000_000, "softDeletedInstancesLimit": 10_000_000}
CONCURRENCY = {"concurrentReadLimit": 8, "concurrentWriteLimit": 4, "concurrentDeleteLimit": 2}
TABLES = {"spaces": SPACES, "containers": CONTAINERS, "views": VIEWS, "dataModels": DATA_MODELS}


def of_project(request: Request) -> dict[str, Any]:
    """Counts and limits of the project."""
    world = request.world
    counts = {name: len(world.table(table)) for name, table in TABLES.items()}
    counts["containerProperties"] = sum(len(one["properties"]) for one in world.table(CONTAINERS).items.values())
    deleted = _by_type(read_log(world).deleted)
    held = _by_type(world.table(INSTANCES).items)
    instances = {
        **{"nodes": held["node"], "edges": held["edge"], "instances": held["node"] + held["edge"]},
        **{"softDeletedNodes": deleted["node"], "softDeletedEdges": deleted["edge"]},
        "softDeletedInstances": deleted["node"] + deleted["edge"],
        **INSTANCE_LIMITS,
    }
    shown = {name: {"count": count, "limit": LIMITS[name]} for name, count in counts.items()}
    return {**shown, "instances": instances, **CONCURRENCY}


def of_spaces(request: Request) -> dict[str, Any]:
    """Counts of each space."""
    return {"items": [_of_space(request.world, key[0]) for key in request.world.table(SPACES).items]}


def by_ids(request: Request) -> dict[str, Any]:
    """Counts of the spaces that were asked for and are there."""
    asked = dict.fromkeys(read_text(item.get("space"), "space") for item in items_of(request, 100))
    known = request.world.table(SPACES).items
    return {"items": [_of_space(request.world, space) for space in asked if (space,) in known]}


def _of_space(world: World, space: str) -> dict[str, Any]:
    counts = {
        name: sum(key[0] == space for key in world.table(table).items)
        for name, table in TABLES.items()
        if table != SPACES
    }
    held = _by_type(key for key in world.table(INSTANCES).items if key[1] == space)
    deleted = _by_type(key for key in read_log(world).deleted if key[1] == space)
    instances = {"nodes": held["node"], "edges": held["edge"]}
    return {
        "space": space,
        **counts,
        **instances,
        "softDeletedNodes": deleted["node"],
        "softDeletedEdges": deleted["edge"],
    }


def _by_type(keys: Iterable[tuple[str, str, str]]) -> dict[str, int]:
    counts = {"node": 0, "edge": 0}
    for key in keys:
        counts[key[0]] += 1
    return counts
