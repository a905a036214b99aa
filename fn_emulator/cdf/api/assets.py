"""Assets (``/assets``): items in hierarchies.

An item holds ``parentId``, ``parentExternalId`` and ``rootId`` as the platform shows them. What refers to an asset that
is deleted keeps the reference; what the platform does about those is not documented.
"""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api.bodies import flag_of, items_of
from fn_emulator.cdf.api.crud import serve
from fn_emulator.cdf.api.fields import identifier, labels, mapping, text, wrong_type
from fn_emulator.cdf.api.filters import TIMES, among, equals, one_of_ids, or_bare_ids, prefix, subset, with_labels
from fn_emulator.cdf.api.finding import find_key, look_up
from fn_emulator.cdf.api.geo_location import geo_location, refuse_geo_filter
from fn_emulator.cdf.api.hierarchy import aggregates_of, check_moves, with_roots
from fn_emulator.cdf.api.listing import list_items
from fn_emulator.cdf.api.references import below, in_subtree, refers_to
from fn_emulator.cdf.api.resource import Predicate, Resource
from fn_emulator.cdf.api.writing import changed_items, id_and_times, new_items, remove_items, store_changed, store_new
from fn_emulator.cdf.contract import Reply, Request, bad_request
from fn_emulator.cdf.routes import route
from fn_emulator.cdf.world import Item


def _is_root(value: Any, path: str, request: Request) -> Predicate:
    if not isinstance(value, bool):
        raise wrong_type(path, value, "a boolean")
    return lambda item: ("parentId" not in item) is value


def _complete(request: Request, item: Item, before: Item | None) -> Item:
    refers_to(request.world, item, before, dataSetId="datasets", labels="labels")
    return _with_parent(request, item, before or {})


def _with_parent(request: Request, item: Item, before: Item) -> Item:
    moved = [name for name in ("parentId", "parentExternalId") if item.get(name) != before.get(name)]
    if not moved:
        return item
    if len(moved) == 2:
        raise bad_request("parentId and parentExternalId must not both be given.")
    wanted = {"id" if moved[0] == "parentId" else "externalId": item[moved[0]]}
    key = find_key(request.world, "assets", wanted)
    if key is None:
        raise unknown_parent(item, moved[0])
    parent = request.world.table("assets").items[key]
    return with_parent(item, parent)


def unknown_parent(item: Item, field: str) -> Exception:
    """The error for a parent that is not there."""
    name = "externalId" if field == "parentExternalId" else "id"
    return bad_request(f"Reference to unknown parent with {name} {item[field]}")


def with_parent(item: Item, parent: Item) -> Item:
    """The asset below a parent; ``parentExternalId`` is absent where the parent has no external id."""
    below = {**item, "parentId": parent["id"], "parentExternalId": parent.get("externalId")}
    return below if below["parentExternalId"] is not None else {k: v for k, v in below.items() if v is not None}


ASSETS = Resource(
    name="assets",
    noun="Asset",
    acl="assetsAcl",
    fields={
        "externalId": text(255),
        "name": text(140, 1).kept(),
        "parentId": identifier().kept(),
        "parentExternalId": text(255).kept(),
        "description": text(500),
        "dataSetId": identifier(),
        "metadata": mapping(),
        "source": text(128),
        "labels": labels(),
        "geoLocation": geo_location(),
    },
    required=("name",),
    filters={
        "name": equals("name"),
        "parentIds": among("parentId"),
        "parentExternalIds": among("parentExternalId"),
        "rootIds": or_bare_ids(one_of_ids("rootId", "assets")),  # ids alone were the older form
        "assetSubtreeIds": in_subtree("id"),
        "dataSetIds": one_of_ids("dataSetId", "datasets"),
        "metadata": subset(),
        "source": equals("source"),
        "root": _is_root,
        "externalIdPrefix": prefix("externalId"),
        "labels": with_labels(),
        "geoLocation": refuse_geo_filter,
        **TIMES,
    },
    complete=_complete,
)
serve(ASSETS, "browse", "byids", "get", "search", "aggregate")


@route("POST /assets", "assetsAcl:WRITE")
def create_assets(request: Request) -> Reply:
    """All assets are created, or none; a parent may stand anywhere in the same request."""
    items = new_items(request, ASSETS)
    made = [{**item, **id_and_times(request)} for item in items]
    here = {item["externalId"]: item for item in made if "externalId" in item}
    placed = []
    for item in made:
        refers_to(request.world, item, None, dataSetId="datasets", labels="labels")
        parent = here.get(item.get("parentExternalId"))
        if parent is None:
            placed.append(_with_parent(request, item, {}))
        elif "parentId" in item:
            raise bad_request("parentId and parentExternalId must not both be given.")
        else:
            placed.append(with_parent(item, parent))
    return store_new(request, ASSETS, with_roots(request.world, placed))


@route("POST /assets/list", "assetsAcl:READ")
def list_assets(request: Request) -> dict[str, Any]:
    """A page of assets, with ``aggregates`` where ``aggregatedProperties`` asks for some."""
    answer = list_items(request, ASSETS)
    wanted = request.json.get("aggregatedProperties") if isinstance(request.json, dict) else None
    if wanted is not None:
        answer["items"] = aggregates_of(request.world, answer["items"], wanted)
    return answer


@route("POST /assets/update", "assetsAcl:WRITE")
def update_assets(request: Request) -> dict[str, Any]:
    """All assets are changed, or none; the children of a renamed parent show its new external id."""
    changed = changed_items(request, ASSETS)
    check_moves(request.world, changed)
    before = request.world.table("assets").items
    renamed = {item["id"]: item for item in changed if item.get("externalId") != before[item["id"]].get("externalId")}
    if not renamed:
        return store_changed(request, ASSETS, changed)
    changed = [with_parent(i, renamed[i["parentId"]]) if i.get("parentId") in renamed else i for i in changed]
    answer = store_changed(request, ASSETS, changed)
    for child in [item for item in request.world.table("assets").items.values() if item.get("parentId") in renamed]:
        request.world.put("assets", child["id"], with_parent(child, renamed[child["parentId"]]))
    return answer


@route("POST /assets/delete", "assetsAcl:WRITE")
def delete_assets(request: Request) -> dict[str, Any]:
    """All assets are deleted, or none.

    One with children is refused unless the children are deleted as well, by name or by ``recursive``.
    """
    items = items_of(request, ASSETS.chunk, known=("ignoreUnknownIds", "recursive"))
    keys = {*look_up(request, ASSETS, items)}
    if flag_of(request.json, "recursive"):
        return remove_items(request, ASSETS, sorted(below(request.world, keys)))
    for asset in request.world.table("assets").items.values():
        if asset.get("parentId") in keys and asset["id"] not in keys:
            raise bad_request(
                f"Asset {asset['parentId']} has children and can only be deleted together with them: use recursive."
            )
    return remove_items(request, ASSETS, sorted(keys))
