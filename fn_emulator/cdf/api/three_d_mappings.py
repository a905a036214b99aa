"""Which assets the nodes of a 3D revision show (``/3d/models/{model}/revisions/{revision}/mappings``).

Neither the asset nor the node needs to be there [docs: create 3D asset mappings; of nodes that is our reading].
"""

from __future__ import annotations

import json
from typing import Any

from fn_emulator.cdf.api.bodies import body_of, items_of, limit_of, whole_in_query
from fn_emulator.cdf.api.fields import check_fields, identifier, list_of, record, text, whole
from fn_emulator.cdf.api.paging import one_page, with_cursor
from fn_emulator.cdf.api.three_d_nodes import REVISIONS_TABLE, nodes_of, revision_of
from fn_emulator.cdf.api.three_d_nodes import TABLE as NODES_TABLE
from fn_emulator.cdf.call_info import MAX_ID
from fn_emulator.cdf.contract import Reply, Request, bad_request, not_found
from fn_emulator.cdf.routes import route
from fn_emulator.cdf.world import Item

TABLE = "3d/mappings"
"""Mappings by ``(revision, node, asset)``."""

MAPPINGS = "/3d/models/{model}/revisions/{revision}/mappings"

MOST = 1000

_INSTANCE = record({"space": text(43, 1), "externalId": text(255, 1)}, {})
_MAPPING = {"nodeId": identifier(), "assetId": identifier(), "assetInstanceId": _INSTANCE}
_FILTERS = {"assetIds": "assetId", "nodeIds": "nodeId", "treeIndexes": "treeIndex"}


@route(f"POST {MAPPINGS}", "threedAcl:UPDATE")
def create(request: Request, model: str, revision: str) -> Reply:
    """All are created; one that is there stays as it is."""
    owner = revision_of(request, model, revision)
    given = _given(request)
    for item in given:
        request.world.put(TABLE, _key(owner["id"], item), item)
    _count(request, owner)
    return Reply({"items": [_shown(item, nodes_of(request.world, owner["id"])) for item in given]}, 201)


@route(f"POST {MAPPINGS}/delete", "threedAcl:DELETE")
def delete(request: Request, model: str, revision: str) -> dict[str, Any]:
    """All are deleted, or none."""
    owner = revision_of(request, model, revision)
    given = _given(request)
    held = request.world.table(TABLE).items
    missing = [item for item in given if _key(owner["id"], item) not in held]
    if missing:
        raise not_found("3D asset mappings", missing)
    for key in {_key(owner["id"], item) for item in given}:
        request.world.remove(TABLE, key)
    _count(request, owner)
    return {}


@route(f"GET {MAPPINGS}", "threedAcl:READ")
def list_mappings(request: Request, model: str, revision: str) -> dict[str, Any]:
    """A page of the mappings; one of ``nodeId``, ``assetId`` and ``intersectsBoundingBox`` chooses among them."""
    owner = revision_of(request, model, revision)
    # SDK 8 sends those that it does not ask for as well, empty.
    given = [name for name in ("nodeId", "assetId", "intersectsBoundingBox") if request.query.get(name)]
    if len(given) > 1:
        raise bad_request(f"Only one of {' and '.join(given)} can be specified.")
    nodes = nodes_of(request.world, owner["id"])
    if given == ["intersectsBoundingBox"]:
        wanted = {id_ for id_, node in nodes.items() if _intersects(node, _box(request.query[given[0]]))}
        field = "nodeId"
    else:
        field = given[0] if given else ""
        wanted = {whole_in_query(request, field, 1, MAX_ID, default=0)} if given else set()
    limit = whole_in_query(request, "limit", 1, MOST, default=100)
    return _page(request, owner, (field, wanted), limit, request.query.get("cursor") or None)


@route(f"POST {MAPPINGS}/list", "threedAcl:READ")
def filter_mappings(request: Request, model: str, revision: str) -> dict[str, Any]:
    """A page of the mappings of some assets, nodes or places in the tree."""
    owner = revision_of(request, model, revision)
    body = body_of(request, "filter", "limit", "cursor", "getDmsInstances")
    wanted = body.get("filter") or {}
    check_fields(wanted, "filter", dict.fromkeys(_FILTERS, list_of(whole(0, MAX_ID), 100)))
    given = [name for name in _FILTERS if wanted.get(name) is not None]
    if len(given) > 1:
        raise bad_request("Only one of assetIds, nodeIds and treeIndexes can be specified.")
    chosen = (_FILTERS[given[0]], {*wanted[given[0]]}) if given else ("", set())
    return _page(request, owner, chosen, limit_of(body, MOST, default=100), body.get("cursor"))


@route("GET /3d/mappings/{asset}/modelnodes", "threedAcl:READ")
def nodes_of_asset(request: Request, asset: str) -> dict[str, Any]:
    """A page of the nodes of all models that an asset is mapped to; nodes that are not there are left out."""
    number = int(asset) if asset.isascii() and asset.isdigit() else None
    if number is None:
        raise bad_request(f"The asset id must be an integer, it is {asset!r}.")
    table, nodes = request.world.table(TABLE), request.world.table(NODES_TABLE).items
    rows = [
        (table.sequence[key], {"modelId": _model(request, key[0]), "revisionId": key[0], "nodeId": item["nodeId"]})
        for key, item in table.items.items()
        if item.get("assetId") == number and (key[0], item["nodeId"]) in nodes
    ]
    limit = whole_in_query(request, "limit", 1, MOST, default=100)
    return with_cursor(*one_page(rows, limit, request.query.get("cursor") or None, asset))


def _model(request: Request, revision: int) -> int:
    return int(request.world.table(REVISIONS_TABLE).items[revision]["modelId"])


def _given(request: Request) -> list[Item]:
    found = []
    for index, item in enumerate(items_of(request, MOST)):
        path = f"items[{index}]"
        check_fields(item, path, {**_MAPPING, "treeIndex": whole(0), "subtreeSize": whole(0)}, ("nodeId",))
        kept = {name: item[name] for name in _MAPPING if item.get(name) is not None}
        if len(kept) != 2:
            raise bad_request(f"{path} must have exactly one of assetId and assetInstanceId.")
        found.append(kept)
    return found


def _key(revision: int, item: Item) -> tuple[Any, ...]:
    instance = item.get("assetInstanceId")
    asset = item.get("assetId") if instance is None else (instance["space"], instance["externalId"])
    return (revision, item["nodeId"], asset)


def _count(request: Request, revision: Item) -> None:
    count = sum(1 for key in request.world.table(TABLE).items if key[0] == revision["id"])
    request.world.put(REVISIONS_TABLE, revision["id"], {**revision, "assetMappingCount": count})


def _page(request: Request, owner: Item, chosen: tuple[str, set[Any]], limit: int, cursor: Any) -> dict[str, Any]:
    field, wanted = chosen
    nodes = nodes_of(request.world, owner["id"])
    table = request.world.table(TABLE)
    shown = ((table.sequence[key], _shown(item, nodes)) for key, item in table.items.items() if key[0] == owner["id"])
    rows = [(place, item) for place, item in shown if not field or item.get(field) in wanted]
    return with_cursor(*one_page(rows, limit, cursor, [owner["id"], field, sorted(wanted)]))


def _shown(item: Item, nodes: dict[int, Item]) -> Item:
    node = nodes.get(item["nodeId"])
    return item if node is None else {**item, "treeIndex": node["treeIndex"], "subtreeSize": node["subtreeSize"]}


def _box(given: str) -> Any:
    try:
        box = json.loads(given)
        return [(float(low), float(high)) for low, high in zip(box["min"], box["max"], strict=True)]
    except (ValueError, TypeError, KeyError):
        raise bad_request(f"intersectsBoundingBox must be {{min, max}} as JSON, it is {given!r}.") from None


def _intersects(node: Item, box: list[tuple[float, float]]) -> bool:
    own = node.get("boundingBox")
    if not isinstance(own, dict):
        return False
    spans = zip(own.get("min") or (), own.get("max") or (), box, strict=False)
    return all(low <= high_wanted and high >= low_wanted for low, high, (low_wanted, high_wanted) in spans)
