"""What follows from the parents of assets: roots, children, depth and path, and which moves are allowed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fn_emulator.cdf.contract import bad_request
from fn_emulator.cdf.world import Item, Table, World

AGGREGATED = ("childCount", "depth", "path")


def with_roots(world: World, placed: list[Item]) -> list[Item]:
    """New assets with ``rootId``, in the order given.

    Raises:
        CdfError: If the parents of some form a circle.
    """
    stored = world.table("assets").items
    waiting = {item["id"]: item for item in placed}
    roots: dict[int, int] = {}
    for item in placed:
        chain: list[int] = []
        here = item
        while here["id"] in waiting and here["id"] not in roots and "parentId" in here:
            if here["id"] in chain:
                raise bad_request(f"The asset {_named(here)} is among its own parents.")
            chain.append(here["id"])
            here = waiting.get(here["parentId"]) or stored[here["parentId"]]
        root = roots.get(here["id"]) or _root(here)
        roots.update(dict.fromkeys([*chain, item["id"]], root))
    return [{**item, "rootId": roots[item["id"]]} for item in placed]


def check_moves(world: World, changed: list[Item]) -> None:
    """Refuse moves out of a hierarchy, and circles.

    A root stays a root, and an asset stays below its root.
    """
    stored = world.table("assets").items
    after = {item["id"]: item for item in changed}
    for item in changed:
        if item.get("parentId") == stored[item["id"]].get("parentId"):
            continue
        parent = stored[item["parentId"]]
        if _root(parent) != _root(item):
            raise bad_request(f"The asset {_named(item)} cannot be moved to another root.")
        seen = {item["id"]}
        above = item
        while "parentId" in above:
            above = after.get(above["parentId"]) or stored[above["parentId"]]
            if above["id"] in seen:
                raise bad_request(f"The asset {_named(item)} cannot be moved below itself.")
            seen.add(above["id"])


def children_of(world: World) -> dict[int, list[int]]:
    """Ids of the children of each asset that has some; not to be changed."""
    children: dict[int, list[int]] = world.derived("assets/children", ("assets",), _children)
    return children


def _children(assets: Table) -> dict[int, list[int]]:
    children: dict[int, list[int]] = {}
    for asset in assets.items.values():
        if "parentId" in asset:
            children.setdefault(asset["parentId"], []).append(asset["id"])
    return children


def aggregates_of(world: World, items: list[Item], wanted: Any) -> list[Item]:
    """The assets with ``aggregates``.

    Args:
        world: The state.
        items: The assets.
        wanted: Some of ``childCount``, ``depth`` (0 for a root) and ``path`` (``[{"id"}]`` from the root to the asset).
    """
    if not isinstance(wanted, list) or not all(name in AGGREGATED for name in wanted):
        raise bad_request(f"aggregatedProperties must be a list of some of {', '.join(AGGREGATED)}.")
    stored = world.table("assets").items
    children = children_of(world) if "childCount" in wanted else {}
    shown = []
    for item in items:
        path = _path(stored, item)
        aggregates = {
            "childCount": len(children.get(item["id"], ())),
            "depth": len(path) - 1,
            "path": [{"id": id_} for id_ in path],
        }
        shown.append({**item, "aggregates": {name: aggregates[name] for name in wanted}})
    return shown


def _path(stored: Mapping[Any, Item], item: Item) -> list[int]:
    path = [item["id"]]
    while "parentId" in item:
        item = stored[item["parentId"]]
        path.insert(0, item["id"])
    return path


def _root(item: Item) -> Any:
    return item.get("rootId", item["id"])


def _named(item: Item) -> str:
    return repr(item["externalId"]) if "externalId" in item else str(item["id"])
