"""What follows nodes of the core data model: the time series of ``CogniteTimeSeries``, the file of ``CogniteFile``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fn_emulator.cdf.modeling.references import Instance
from fn_emulator.cdf.world import Item, Tally, World, stamped

SERIES = ("cdf_cdm", "CogniteTimeSeries")
FILE = ("cdf_cdm", "CogniteFile")
DESCRIBABLE = ("cdf_cdm", "CogniteDescribable")

Properties = Mapping[tuple[str, str], Mapping[str, Any]]


def follow(world: World, before: Iterable[Instance], after: Iterable[Instance]) -> None:
    """Let time series and files come, change and go with their nodes; on the platform a job does it, a little later.

    Args:
        world: The state.
        before: Instances that were there and changed or were deleted, as they were.
        after: The same and new ones, as they are; deleted ones are absent.
    """
    lost = {_id(one) for one in before if _is_mirrored(one)}
    kept = {_id(one): one for one in after}
    for identifier in lost - {*kept}:
        _follow(world, identifier, None)
    for identifier, one in kept.items():
        if identifier in lost or _is_mirrored(one):
            _follow(world, identifier, one["properties"])


def _is_mirrored(instance: Instance) -> bool:
    rows = instance["properties"]
    return instance["instanceType"] == "node" and (SERIES in rows or FILE in rows)


def _id(instance: Instance) -> tuple[str, str]:
    return instance["space"], instance["externalId"]


def _follow(world: World, identifier: tuple[str, str], rows: Properties | None) -> None:
    from fn_emulator.cdf.api.node_series import follow_node

    follow_node(world, *identifier, rows)
    kept, world.tally = world.tally, Tally()  # it counts as nobody's write
    try:
        _follow_file(world, identifier, rows)
    finally:
        world.tally = kept


def _follow_file(world: World, identifier: tuple[str, str], rows: Properties | None) -> None:
    reference = {"space": identifier[0], "externalId": identifier[1]}
    table = world.table("files")
    key = table.find("instanceId", reference)
    own = (rows or {}).get(FILE)
    if own is not None:
        fields = _file_fields(identifier, own, (rows or {}).get(DESCRIBABLE, {}))
        before = {"id": world.new_id(), "uploaded": False, **stamped(world.now_ms)} if key is None else table.items[key]
        changed = {**before, "instanceId": reference, **fields, "lastUpdatedTime": world.now_ms}
        world.put("files", changed["id"], changed)
    elif key is not None:
        from fn_emulator.cdf.api.file_store import forget_content

        world.remove("files", key)
        forget_content(world, key)


def _file_fields(identifier: tuple[str, str], own: Mapping[str, Any], described: Mapping[str, Any]) -> Item:
    fields = {
        "name": described.get("name") or identifier[1],
        **{key: own.get(key) for key in ("mimeType", "directory")},
    }
    return {key: held for key, held in fields.items() if held is not None}
