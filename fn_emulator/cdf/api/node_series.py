"""Time series behind data model nodes: a node with data of ``CogniteTimeSeries`` has one, with its ``instanceId``.

Called by whatever writes and deletes nodes; a series comes, changes and goes with its node.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fn_emulator.cdf.api.timeseries import POINTS
from fn_emulator.cdf.world import Item, Tally, World, stamped

CONTAINER = ("cdf_cdm", "CogniteTimeSeries")
DESCRIBED = ("cdf_cdm", "CogniteDescribable")

Properties = Mapping[tuple[str, str], Mapping[str, Any]]


def follow_node(world: World, space: str, external_id: str, properties: Properties | None) -> None:
    """Make the time series of a node what the node says; it counts as nobody's write.

    Args:
        world: The state.
        space: Of the node.
        external_id: Of the node.
        properties: Its values by container, ``(space, external id)``; None for a node that was deleted.
    """
    reference = {"space": space, "externalId": external_id}
    key = world.table("timeseries").find("instanceId", reference)
    own = (properties or {}).get(CONTAINER)
    kept, world.tally = world.tally, Tally()
    try:
        if own is not None:
            _put(world, key, {"instanceId": reference, **_fields(own, (properties or {}).get(DESCRIBED, {}))})
        elif key is not None:
            _remove(world, key)
    finally:
        world.tally = kept


def _fields(own: Mapping[str, Any], described: Mapping[str, Any]) -> Item:
    unit = own.get("unit")
    fields = {
        "name": described.get("name"),
        "description": described.get("description"),
        "isString": own.get("type") == "string",
        "isStep": bool(own.get("isStep")),
        "unit": own.get("sourceUnit"),
        "unitExternalId": unit.get("externalId") if isinstance(unit, Mapping) else None,
    }
    return {name: held for name, held in fields.items() if held is not None}


def _put(world: World, key: Any, fields: Item) -> None:
    if key is None:
        item = {**fields, "id": world.new_id(), **stamped(world.now_ms)}
    else:
        before = world.table("timeseries").items[key]
        item = {**fields, "id": key, **stamped(world.now_ms), "createdTime": before["createdTime"]}
    world.put("timeseries", item["id"], item)


def _remove(world: World, key: Any) -> None:
    world.remove("timeseries", key)
    if key in world.table(POINTS).items:
        world.remove(POINTS, key)
