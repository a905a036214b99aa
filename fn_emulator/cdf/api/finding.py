"""Items that a request names, by id or external id: looked up, and shown where somebody asks for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fn_emulator.cdf.api.bodies import flag_of, identifier_of, items_of
from fn_emulator.cdf.api.listing import LIST_KEYS
from fn_emulator.cdf.api.resource import Resource
from fn_emulator.cdf.contract import CdfError, Request, not_found
from fn_emulator.cdf.world import Item, Table, World


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
