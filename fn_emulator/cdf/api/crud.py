"""Create, list, find, update and delete, the same for every ``Resource``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fn_emulator.cdf.api.bodies import body_of, flag_of, identifier_of, items_of, limit_of
from fn_emulator.cdf.api.fields import check_fields
from fn_emulator.cdf.api.filters import make_filter, passes
from fn_emulator.cdf.api.paging import one_page, partition_of, sorted_page, with_cursor
from fn_emulator.cdf.api.resource import Resource
from fn_emulator.cdf.api.sorting import sort_items
from fn_emulator.cdf.api.updates import updated
from fn_emulator.cdf.contract import CdfError, Reply, Request, duplicated, not_found
from fn_emulator.cdf.routes import Endpoint, route
from fn_emulator.cdf.world import Item, Table, World, index_value, stamped
from fn_emulator.model import NOTHING

LIST_KEYS = ("filter", "advancedFilter", "limit", "cursor", "partition", "sort", "aggregatedProperties")


def serve(resource: Resource, *operations: str) -> None:
    """Register endpoints of a resource, at the paths that they have in all parts of the API.

    Args:
        resource: The resource.
        operations: Some of ``create``, ``list``, ``browse`` (the list by GET), ``byids``, ``update``, ``delete``,
            ``get``, ``search``, ``aggregate``.
    """
    declared: dict[str, tuple[str, str, Endpoint]] = {
        "create": ("POST", "", create),
        "list": ("POST", "/list", list_items),
        "browse": ("GET", "", _browse),
        "byids": ("POST", "/byids", by_ids),
        "update": ("POST", "/update", update),
        "delete": ("POST", "/delete", delete),
        "get": ("GET", "/{id}", get_one),
        "search": ("POST", "/search", _search),
        "aggregate": ("POST", "/aggregate", _aggregate),
    }
    for operation in operations:
        method, ending, endpoint = declared[operation]
        action = "WRITE" if operation in ("create", "update", "delete") else "READ"
        route(f"{method} /{resource.name}{ending}", f"{resource.acl}:{action}")(_bound(endpoint, resource))


def _bound(endpoint: Endpoint, resource: Resource) -> Endpoint:
    return lambda request, **names: endpoint(request, resource, **names)


def _browse(request: Request, resource: Resource) -> Any:
    from fn_emulator.cdf.api.browse import browse

    return browse(request, resource)


def _search(request: Request, resource: Resource) -> Any:
    from fn_emulator.cdf.api.search import search  # few functions search: the module is read when one does

    return search(request, resource)


def _aggregate(request: Request, resource: Resource) -> Any:
    from fn_emulator.cdf.api.aggregate import aggregate

    return aggregate(request, resource)


def create(request: Request, resource: Resource) -> Reply:
    """All items are created, or none."""
    made = [make_item(request, resource, item) for item in new_items(request, resource)]
    return store_new(request, resource, made)


def new_items(request: Request, resource: Resource) -> list[Item]:
    """The items of a create request, checked, without what is null."""
    given = items_of(request, resource.chunk_created or resource.chunk)
    for index, item in enumerate(given):
        check_fields(item, f"items[{index}]", resource.fields, resource.required)
    items = [{name: held for name, held in item.items() if held is not None} for item in given]
    check_unique(request.world, resource, items)
    resource.check_all(request, items)
    return items


def store_new(request: Request, resource: Resource, made: list[Item]) -> Reply:
    """Store new items and answer with them."""
    _may_write(request.world, resource, made)
    for item in made:
        request.world.put(resource.name, item["id"], item)
    return Reply({"items": [resource.shown(item) for item in made]}, 201)


def make_item(request: Request, resource: Resource, fields: Item) -> Item:
    """A new item with what the platform adds; not stored yet."""
    return resource.complete(request, {**fields, **id_and_times(request)}, None)


def id_and_times(request: Request) -> Item:
    """What a new item gets from the platform: ``id``, ``createdTime`` and ``lastUpdatedTime``.

    Called once for each item, in the order of the request: a seed may bring its own.
    """
    presets = request.world.presets
    preset = next(presets, NOTHING) if presets is not None else NOTHING
    return {"id": request.world.new_id(), **stamped(request.now_ms), **preset}


def check_unique(world: World, resource: Resource, items: Iterable[Item], own_keys: Iterable[Any] = ()) -> None:
    """Refuse external ids that are taken, in the store or twice among ``items``.

    Args:
        world: The state.
        resource: Whose items they are.
        items: The new items.
        own_keys: Keys of the items that are replaced, which do not count as taken.
    """
    table = world.table(resource.name)
    replaced, seen, taken = set(own_keys), set(), []
    for item in items:
        for field in ("externalId", "instanceId"):
            value = item.get(field)
            if value is None:
                continue
            holder = table.find(field, value)
            name = (field, index_value(value))
            if (holder is not None and holder not in replaced) or name in seen:
                taken.append({field: value})
            seen.add(name)
    if taken:
        raise duplicated(f"{resource.noun} ids", taken)


def list_items(request: Request, resource: Resource) -> dict[str, Any]:
    """A page of the items that pass the filter, in the order of their creation or sorted."""
    body = body_of(request, *LIST_KEYS)
    limit = limit_of(body, resource.page)
    partition = partition_of(body)
    query = [body.get("filter"), body.get("advancedFilter"), body.get("sort"), body.get("partition")]
    rows = matching(request, resource, body)
    if partition is not None:
        part, parts = partition
        rows = ((place, item) for place, item in rows if place % parts == part)
    if body.get("sort"):
        items = sort_items([item for _, item in rows], body["sort"], resource)
        page, following = sorted_page(items, limit, body.get("cursor"), query)
    else:
        page, following = one_page(rows, limit, body.get("cursor"), query)
    return with_cursor([resource.shown(item) for item in page], following)


def matching(request: Request, resource: Resource, body: Mapping[str, Any]) -> Iterator[tuple[int, Item]]:
    """``(place, item)`` of each item that passes ``filter`` and ``advancedFilter`` of a body, oldest first."""
    tests = make_filter(resource.filters, body.get("filter"), request)
    if body.get("advancedFilter") is not None:
        from fn_emulator.cdf.api.advanced import make_advanced

        tests.append(make_advanced(body["advancedFilter"], resource, request))
    covers = request.world.covers
    if covers is not None:
        tests.append(lambda item: covers(resource.acl, "READ", item))
    table = request.world.table(resource.name)
    rows = table.items.items()
    if not tests:  # most lists; a page of them must not cost more than its items
        return ((table.sequence[key], item) for key, item in rows)
    return ((table.sequence[key], item) for key, item in rows if passes(item, tests))


def by_ids(request: Request, resource: Resource) -> dict[str, Any]:
    """The items that were asked for, in that order."""
    keys = look_up(request, resource, items_of(request, resource.chunk, known=("ignoreUnknownIds", *LIST_KEYS)))
    table = request.world.table(resource.name)
    return {"items": [resource.shown(table.items[key]) for key in keys]}


def look_up(
    request: Request,
    resource: Resource,
    items: list[Item],
    others: Iterable[str] = (),
    *,
    is_lenient: bool | None = None,
) -> list[Any]:
    """Keys of the items that a request names, each once.

    Args:
        request: The request; ``ignoreUnknownIds`` in its body leaves out what is not there.
        resource: Whose items they are.
        items: Objects with one of ``id``, ``externalId``, ``instanceId``.
        others: What these objects may hold besides.
        is_lenient: Overrides ``ignoreUnknownIds``.

    Raises:
        CdfError: 400 with ``missing`` when something is not there; 400 when something is named twice.
    """
    identifiers = [identifier_of(item, f"items[{index}]", others) for index, item in enumerate(items)]
    ignores = flag_of(request.json, "ignoreUnknownIds") if is_lenient is None else is_lenient
    keys = find_keys(request.world, resource.name, identifiers, invents=not ignores)
    missing = [identifier for identifier, key in zip(identifiers, keys, strict=True) if key is None]
    if missing and not ignores:
        raise not_found(f"{resource.noun} ids", missing)
    found = [key for key in keys if key is not None]
    if len({*found}) != len(found):
        twice = [
            identifier
            for identifier, key in zip(identifiers, keys, strict=True)
            if key is not None and keys.count(key) > 1
        ]
        raise CdfError(400, f"{resource.noun} ids are named more than once.", duplicated=twice)
    return found


def find_keys(world: World, name: str, identifiers: Iterable[Item], *, invents: bool = True) -> list[Any]:
    """The key behind each identifier, None where nothing has it and nothing was invented for it."""
    return [find_key(world, name, identifier, invents=invents) for identifier in identifiers]


def find_key(world: World, name: str, identifier: Item, *, invents: bool = True) -> Any:
    """The key behind ``{"id"}``, ``{"externalId"}`` or ``{"instanceId"}``, or None.

    Args:
        world: The state.
        name: Its table.
        identifier: The identifier.
        invents: What is not there may be invented; not where whoever asks reckons with that it is not there.
    """
    key = _key_in(world.table(name), identifier)
    if key is None and invents and world.invent is not None and world.invent(world, name, identifier):
        key = _key_in(world.table(name), identifier)
    if key is not None and world.covers is not None:
        from fn_emulator.cdf.access import is_visible

        return key if is_visible(world, name, world.table(name).items[key]) else None
    return key


def _may_write(world: World, resource: Resource, items: Iterable[Item]) -> None:
    if world.covers is not None:
        from fn_emulator.cdf.access import require_cover

        require_cover(world, resource.acl, "WRITE", items)


def _key_in(table: Table, identifier: Item) -> Any:
    ((field, value),) = identifier.items()
    return (value if value in table.items else None) if field == "id" else table.find(field, value)


def get_one(request: Request, resource: Resource, id: str) -> Any:  # noqa: A002 - the placeholder's name
    """The item of an id in the path."""
    given = {"id": int(id) if id.isascii() and id.isdigit() and len(id) < 20 else id}
    key = find_key(request.world, resource.name, given) if given["id"] != id else None
    if key is None:
        raise not_found(f"{resource.noun} ids", [given])
    return resource.shown(request.world.table(resource.name).items[key])


def update(request: Request, resource: Resource) -> dict[str, Any]:
    """All items are changed as ``update`` says, or none."""
    return store_changed(request, resource, changed_items(request, resource))


def changed_items(request: Request, resource: Resource) -> list[Item]:
    """The items of an update request as they are to be, checked; not stored yet."""
    items = items_of(request, resource.chunk, known=("ignoreUnknownIds",))
    keys = look_up(request, resource, items, others=("update",), is_lenient=False)
    table = request.world.table(resource.name)
    changed = []
    for index, (key, item) in enumerate(zip(keys, items, strict=True)):
        before = table.items[key]
        fields = updated(before, item.get("update"), resource, f"items[{index}].update")
        after = {**fields, "lastUpdatedTime": request.now_ms}
        changed.append(resource.complete(request, after, before))
    check_unique(request.world, resource, changed, own_keys=keys)
    return changed


def store_changed(request: Request, resource: Resource, changed: list[Item]) -> dict[str, Any]:
    """Store changed items and answer with them."""
    before = request.world.table(resource.name).items
    _may_write(request.world, resource, [*changed, *(before[item["id"]] for item in changed)])
    for item in changed:
        request.world.put(resource.name, item["id"], item)
    return {"items": [resource.shown(item) for item in changed]}


def delete(request: Request, resource: Resource) -> dict[str, Any]:
    """All items are deleted, or none."""
    items = items_of(request, resource.chunk, known=("ignoreUnknownIds",))
    return remove_items(request, resource, look_up(request, resource, items))


def remove_items(request: Request, resource: Resource, keys: Iterable[Any]) -> dict[str, Any]:
    """Delete items that are there."""
    check_may_write(request, resource, keys)
    for key in keys:
        request.world.remove(resource.name, key)
    return {}


def check_may_write(request: Request, resource: Resource, keys: Iterable[Any]) -> None:
    """Refuse stored items that the caller may not change.

    Raises:
        CdfError: 403.
    """
    held = request.world.table(resource.name).items
    _may_write(request.world, resource, (held[key] for key in keys))


def require(world: World, name: str, identifier: Item, noun: str) -> Item:
    """The item that another one refers to.

    Raises:
        CdfError: 400 with ``missing`` when it is not there.
    """
    key = find_key(world, name, identifier)
    if key is None:
        raise not_found(f"{noun} ids", [identifier])
    item: Item = world.table(name).items[key]
    return item


__all__ = [
    *("by_ids", "check_unique", "create", "delete", "find_key", "find_keys", "get_one", "list_items", "look_up"),
    *("changed_items", "check_may_write", "id_and_times", "make_item", "matching", "new_items", "remove_items"),
    *("require", "serve", "store_changed", "store_new", "update"),
]
