"""Items created, updated and deleted: all of a request, or none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fn_emulator.cdf.api.bodies import items_of
from fn_emulator.cdf.api.fields import check_fields
from fn_emulator.cdf.api.finding import look_up
from fn_emulator.cdf.api.resource import Resource
from fn_emulator.cdf.api.updates import updated
from fn_emulator.cdf.contract import Reply, Request, duplicated
from fn_emulator.cdf.world import Item, World, index_value, stamped
from fn_emulator.model import NOTHING


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


def _may_write(world: World, resource: Resource, items: Iterable[Item]) -> None:
    if world.covers is not None:
        from fn_emulator.cdf.access import require_cover

        require_cover(world, resource.acl, "WRITE", items)
