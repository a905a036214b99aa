"""A stored item -> the item as a seed writes it: what can be created, with names in the place of ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fn_emulator.cdf.seeds.kinds import KINDS, TIMES, Reference
from fn_emulator.cdf.world import Item, World

REFERRING = {
    "assetId": "assets",
    "assetIds": "assets",
    "parentId": "assets",
    "dataSetId": "datasets",
    "fileId": "files",
    "annotatedResourceId": "files",
    "extpipeId": "extpipes",
    "functionId": "functions",
}
"""Fields that hold ids, and the tables that these are of."""

IDENTITY = ("externalId", "space", "version", "key", "name", "id")

ADDED = ("id", "isGlobal", "isDeleted", "deletedTime", *TIMES)
"""What the platform adds to items whose fields are not declared."""


def plain_item(world: World, name: str, item: Item, *, is_exact: bool = False) -> Item:
    """An item as a seed has it.

    Args:
        world: Where what it refers to is.
        name: Its resource.
        item: As it is stored.
        is_exact: With its id and times.
    """
    known = creatable(KINDS[name].path)
    kept = {key: held for key, held in item.items() if (key in known if known else key not in ADDED)}
    if "parentExternalId" in kept:
        kept.pop("parentId", None)
    name_references(world, KINDS[name].references, kept)
    if name == "groups":
        from fn_emulator.cdf.seeds.scopes import with_names

        kept = with_names(world, kept)
    first = [key for key in IDENTITY if key in kept]
    plain = {key: kept[key] for key in [*first, *sorted({*kept} - {*first})]}
    if not is_exact or not KINDS[name].has_id:
        return plain
    return {**{key: item[key] for key in ("id", *TIMES) if key in item}, **plain}


def name_references(world: World, references: Mapping[str, Reference], item: Item) -> None:
    """Put external ids in the place of an item's ids, where there are any."""
    for key, reference in references.items():
        named = names_of(world, reference.table, item.get(reference.field))
        if named is not None:
            item[key] = named
            del item[reference.field]


def names_of(world: World, table: str, ids: Any) -> Any:
    """External ids of what has the ids; None where one has none."""
    if ids is None:
        return None
    items = world.table(table).items
    names = [items.get(id_, {}).get("externalId") for id_ in (ids if isinstance(ids, list) else [ids])]
    if None in names:
        return None
    return names if isinstance(ids, list) else names[0]


def creatable(path: str) -> list[str]:
    """The fields that an item may be created with at a path; none where they are not declared."""
    from importlib import import_module

    from fn_emulator.cdf.api.resource import Resource
    from fn_emulator.cdf.routes import MODULES

    api = import_module(f"fn_emulator.cdf.api.{MODULES[path.split('/')[1]]}")
    declared = [held for held in vars(api).values() if isinstance(held, Resource)]
    return [name for held in declared if f"/{held.name}" == path for name in held.fields]


def needed_ids(world: World) -> set[tuple[str, int]]:
    """Table and id of each item that others refer to by its id, because it has no external id."""
    return {(table, id_) for table, id_ in _referred(world) if _is_nameless(world, table, id_)}


def _referred(world: World) -> Iterator[tuple[str, int]]:
    for name, table in world.tables():
        if name == "timeseries/data":
            yield from (("timeseries", key) for key in table.items if isinstance(key, int))
        if name == "sequences/data":
            yield from (("sequences", key) for key in table.items)
        for item in table.items.values():
            if isinstance(item, Mapping):
                yield from _referred_by(item)


def _referred_by(item: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for field, table in REFERRING.items():
        held = item.get(field)
        for id_ in held if isinstance(held, list) else [held]:
            if isinstance(id_, int):
                yield table, id_


def _is_nameless(world: World, table: str, id_: int) -> bool:
    item = world.table(table).items.get(id_)
    return item is not None and "externalId" not in item


def sort_key(item: Mapping[str, Any]) -> str:
    """What items are sorted by: what identifies them, then all that they hold."""
    import json

    identity = [str(item.get(key, "")) for key in IDENTITY]
    return json.dumps([identity, item], sort_keys=True, default=str)
