"""The items of a world by the resources of a seed: as they are stored, and as a seed names and shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fn_emulator.cdf.seeds.kinds import KINDS
from fn_emulator.cdf.seeds.plain import plain_item
from fn_emulator.cdf.world import Item, World


def table_of(name: str) -> str:
    """The world's table with the items of a resource."""
    return KINDS[name].path.strip("/")


def shown_items(world: World, name: str, needed: set[tuple[str, int]], *, is_exact: bool) -> list[Item]:
    """The items of a resource as a seed has them, in the order of creation; those in ``needed`` with their ids."""
    table = table_of(name)
    return [_named(world, name, table, item, needed, is_exact=is_exact) for item in stored_items(world, name)]


def stored_items(world: World, name: str) -> list[Item]:
    """The items of a resource; those that an instance brings with it come back with the instance."""
    return [item for item in world.table(table_of(name)).items.values() if "instanceId" not in item]


def _named(world: World, name: str, table: str, item: Item, needed: set[tuple[str, int]], *, is_exact: bool) -> Item:
    plain = plain_item(world, name, item, is_exact=is_exact)
    return {"id": item["id"], **plain} if (table, item.get("id")) in needed else plain


def identifier_of(item: Mapping[str, Any]) -> Item:
    """How a seed names an item: by external id where it has one."""
    for key in ("externalId", "instanceId"):
        if key in item:
            return {key: item[key]}
    return {"id": item["id"]}
