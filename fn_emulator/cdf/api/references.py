"""References between items: what an item refers to must be there, and filters that follow the asset hierarchy."""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api.bodies import identifier_of
from fn_emulator.cdf.api.fields import wrong_type
from fn_emulator.cdf.api.finding import find_key
from fn_emulator.cdf.api.hierarchy import children_of
from fn_emulator.cdf.api.resource import MakeTest, Predicate
from fn_emulator.cdf.contract import Request, not_found
from fn_emulator.cdf.world import Item, World

NOUNS = {"assets": "Asset", "datasets": "Data set", "files": "File", "labels": "Label"}


def refers_to(world: World, item: Item, before: Item | None, **tables: str) -> None:
    """Refuse an item whose reference leads nowhere.

    Args:
        world: The state.
        item: The item.
        before: What it was, whose references are not looked at again; None when it is new.
        tables: Which table each referring field leads to, such as ``dataSetId="datasets"``.

    Raises:
        CdfError: 400 with ``missing``.
    """
    for field, table in tables.items():
        held = item.get(field)
        if held is None:
            continue
        known = _as_list(before.get(field)) if before is not None else []
        identifiers = [one if isinstance(one, dict) else {"id": one} for one in _as_list(held) if one not in known]
        missing = [identifier for identifier in identifiers if find_key(world, table, identifier) is None]
        if missing:
            raise not_found(f"{NOUNS.get(table, table)} ids", missing)


def has_asset(field: str) -> MakeTest:
    """The field holds (or is) an asset with one of the external ids in the value."""

    def make(value: Any, path: str, request: Request) -> Predicate:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise wrong_type(path, value, "an array of strings")
        assets = request.world.table("assets")
        wanted = {assets.find("externalId", one) for one in value} - {None}
        return lambda item: any(held in wanted for held in _as_list(item.get(field)))

    return make


def in_subtree(field: str) -> MakeTest:
    """The field holds an asset of one of the subtrees whose roots the value identifies."""

    def make(value: Any, path: str, request: Request) -> Predicate:
        assets = subtree(request, value, path)
        return lambda item: any(held in assets for held in _as_list(item.get(field)))

    return make


def subtree(request: Request, value: Any, path: str) -> set[int]:
    """Ids of the assets that the value identifies and of everything below them.

    Raises:
        CdfError: 400 with ``missing`` when one is not there.
    """
    if not isinstance(value, list):
        raise wrong_type(path, value, "an array")
    identifiers = [identifier_of(given, f"{path}[{index}]") for index, given in enumerate(value)]
    roots = [find_key(request.world, "assets", identifier) for identifier in identifiers]
    missing = [identifier for identifier, root in zip(identifiers, roots, strict=True) if root is None]
    if missing:
        raise not_found("Asset ids", missing)
    return below(request.world, {*roots})


def below(world: World, roots: set[int]) -> set[int]:
    """Ids of some assets and of everything below them."""
    children = children_of(world)
    found = {*roots}
    waiting = [*found]
    while waiting:
        here = children.get(waiting.pop(), [])
        found.update(here)
        waiting.extend(here)
    return found


def roots_of(world: World, ids: list[Any]) -> list[int]:
    """Ids of the roots above some assets, each once."""
    assets = world.table("assets").items
    return [*dict.fromkeys(assets[id_].get("rootId", id_) for id_ in ids if id_ in assets)]


def _as_list(held: Any) -> list[Any]:
    return held if isinstance(held, list) else [held]
