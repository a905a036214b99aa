"""The nodes of a 3D revision (``/3d/models/{model}/revisions/{revision}/nodes``). They come from a seed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from fn_emulator.cdf.api.bodies import body_of, items_of, limit_of, whole_in_query
from fn_emulator.cdf.api.fields import anything, check_fields, identifier, json_object, text, whole, wrong_type
from fn_emulator.cdf.api.paging import one_page, partition_of, with_cursor
from fn_emulator.cdf.call_info import MAX_ID
from fn_emulator.cdf.contract import CdfError, Request, bad_request, not_found
from fn_emulator.cdf.routes import route
from fn_emulator.cdf.world import Item, World

TABLE = "3d/nodes"
"""Nodes by ``(revision, node)``, in the order of the tree."""

REVISIONS_TABLE = "3d/revisions"

NODES = "/3d/models/{model}/revisions/{revision}/nodes"

PAGE = 1000

_NODE = {
    **{"id": identifier(), "name": text(10_000), "parentId": identifier(), "properties": json_object()},
    **{"boundingBox": json_object(), "treeIndex": whole(0), "depth": whole(0), "subtreeSize": whole(1)},
    "children": anything(),
}


def revision_of(request: Request, model: str, revision: str) -> Item:
    """The revision of a path.

    Raises:
        CdfError: 404, because SDK 7 takes nothing else for one that is not there.
    """
    number = int(revision) if revision.isascii() and revision.isdigit() else None
    item: Item | None = request.world.table(REVISIONS_TABLE).items.get(number)
    if item is None or str(item["modelId"]) != model:
        raise CdfError(404, f"Revision {revision} of 3D model {model} not found")
    return item


def nodes_of(world: World, revision: int) -> dict[int, Item]:
    """The nodes of a revision by their ids, in the order of the tree."""
    return {key[1]: node for key, node in world.table(TABLE).items.items() if key[0] == revision}


@route(f"GET {NODES}", "threedAcl:READ")
def list_nodes(request: Request, model: str, revision: str) -> dict[str, Any]:
    """A page of the nodes; with ``nodeId``, of the subtree below it, and with ``depth``, not deeper than that."""
    nodes = nodes_of(request.world, revision_of(request, model, revision)["id"])
    root = whole_in_query(request, "nodeId", 1, MAX_ID, default=0)
    if root and root not in nodes:
        raise not_found("3D node ids", [{"id": root}])
    top = nodes[root]["depth"] if root else 0
    deepest = top + whole_in_query(request, "depth", 0, 10**9, default=10**9)
    properties = _properties(request.query.get("properties"))

    def test(node: Item) -> bool:
        is_below = not root or any(one["id"] == root for one in _upwards(nodes, node))
        return is_below and node["depth"] <= deepest and _has(node, properties)

    limit = whole_in_query(request, "limit", 1, PAGE, default=100)
    query = [revision, root, deepest, properties, request.query.get("partition")]
    return _page(request.query, nodes.values(), test, limit, query)


@route(f"POST {NODES}/list", "threedAcl:READ")
def filter_nodes(request: Request, model: str, revision: str) -> dict[str, Any]:
    """A page of the nodes whose properties have one of the values of each property in the filter."""
    body = body_of(request, "filter", "limit", "cursor", "partition", "sortByNodeId")
    nodes = nodes_of(request.world, revision_of(request, model, revision)["id"])
    wanted = body.get("filter")
    check_fields(wanted if wanted is not None else {}, "filter", {"properties": json_object()})
    properties = (wanted or {}).get("properties") or {}
    _check_properties(properties)
    query = [revision, properties, body.get("partition")]
    return _page(body, nodes.values(), lambda node: _has(node, properties), limit_of(body, PAGE), query)


@route(f"POST {NODES}/byids", "threedAcl:READ")
def nodes_by_ids(request: Request, model: str, revision: str) -> dict[str, Any]:
    """The nodes that were asked for."""
    nodes = nodes_of(request.world, revision_of(request, model, revision)["id"])
    given = items_of(request, PAGE)
    for index, item in enumerate(given):
        check_fields(item, f"items[{index}]", {"id": identifier()}, ("id",))
    missing = [{"id": item["id"]} for item in given if item["id"] not in nodes]
    if missing:
        raise not_found("3D node ids", missing)
    return {"items": [nodes[item["id"]] for item in given]}


@route(f"GET {NODES}/{{node}}/ancestors", "threedAcl:READ")
def ancestors(request: Request, model: str, revision: str, node: str) -> dict[str, Any]:
    """The nodes above a node and itself, the root first."""
    nodes = nodes_of(request.world, revision_of(request, model, revision)["id"])
    found = nodes.get(int(node)) if node.isascii() and node.isdigit() else None
    if found is None:
        raise not_found("3D node ids", [{"id": node}])
    limit = whole_in_query(request, "limit", 1, PAGE, default=100)
    return _page(request.query, reversed([*_upwards(nodes, found)]), lambda node: True, limit, [revision, node])


def _page(
    given: Any, nodes: Iterable[Item], test: Callable[[Item], bool], limit: int, query: list[Any]
) -> dict[str, Any]:
    part, parts = partition_of(given) or (0, 1)
    rows = [(place, node) for place, node in enumerate(nodes) if place % parts == part and test(node)]
    if str(given.get("sortByNodeId")).lower() == "true":
        rows = [(place, node) for place, (_, node) in enumerate(sorted(rows, key=lambda row: row[1]["id"]))]
    return with_cursor(*one_page(rows, limit, given.get("cursor") or None, query))


def _upwards(nodes: dict[int, Item], node: Item | None) -> Iterable[Item]:
    while node is not None:
        yield node
        node = nodes.get(node.get("parentId", 0))


def _properties(text_: str | None) -> Any:
    if text_ is None:
        return {}
    try:
        properties = json.loads(text_)
    except ValueError:
        raise bad_request(f"properties must be JSON, it is {text_!r}.") from None
    _check_properties(properties)
    return properties


def _check_properties(properties: Any) -> None:
    json_object().check(properties, "properties")
    for category, named in properties.items():
        json_object().check(named, f"properties.{category}")
        for name, values in named.items():
            if not isinstance(values, list):
                raise wrong_type(f"properties.{category}.{name}", values, "an array")


def _has(node: Item, properties: dict[str, dict[str, list[Any]]]) -> bool:
    held = node.get("properties") or {}
    return all(
        (held.get(category) or {}).get(name) in values
        for category, named in properties.items()
        for name, values in named.items()
    )


def seed_nodes(world: World, revision: int, nodes: Any) -> None:
    """Put the nodes of a revision into the world.

    Args:
        world: The state.
        revision: Whose nodes they are.
        nodes: The tree: ``[{"name", "id"?, "properties"?: {category: {name: value}}, "boundingBox"?, "children"?:
            [...]}]``; ``treeIndex``, ``depth`` and ``subtreeSize`` are worked out.

    Raises:
        CdfError: If a field is unknown or wrong, or an id is taken.
    """
    _seed_level(world, revision, nodes, "nodes", first=len(nodes_of(world, revision)), above={})


def _seed_level(world: World, revision: int, nodes: Any, path: str, *, first: int, above: Item) -> int:
    """Put siblings and what is below them; how many nodes these are. ``first`` is the tree index of the first one."""
    if not isinstance(nodes, list):
        raise wrong_type(path, nodes, "an array")
    total = 0
    for index, node in enumerate(nodes):
        check_fields(node, f"{path}[{index}]", _NODE, ("name",))
        key = (revision, node.get("id") or world.new_id())
        if key in world.table(TABLE).items:
            raise bad_request(f"{path}[{index}].id {key[1]} is taken.")
        own = {name: held for name, held in node.items() if held is not None and name not in ("children", "parentId")}
        parent = {"parentId": above["id"], "depth": above["depth"] + 1} if above else {"depth": 0}
        item = {**own, "id": key[1], "treeIndex": first + total, **parent, "subtreeSize": 1}
        world.put(TABLE, key, item)
        children, at = node.get("children") or [], f"{path}[{index}].children"
        below = _seed_level(world, revision, children, at, first=first + total + 1, above=item)
        world.put(TABLE, key, {**item, "subtreeSize": 1 + below})
        total += 1 + below
    return total
