"""Spaces, containers, views and data models: applied, listed, looked up and deleted, each by what identifies it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fn_emulator.cdf.api.bodies import flag_in_query, items_of, whole_in_query
from fn_emulator.cdf.api.modeling_changes import check_container_change
from fn_emulator.cdf.api.modeling_kinds import KINDS, Key, Kind, key_of, shown_key
from fn_emulator.cdf.api.modeling_store import (
    CONTAINERS,
    DATA_MODELS,
    INSTANCES,
    SPACES,
    VIEWS,
    built_in,
    find_definition,
)
from fn_emulator.cdf.api.paging import one_page, with_cursor
from fn_emulator.cdf.contract import CdfError, Request, bad_request
from fn_emulator.cdf.modeling.shapes import Definition, read_array, read_text
from fn_emulator.cdf.world import World

MOST = 100
"""Definitions in one request [chunk sizes of cognite-sdk]."""

MOST_LISTED = 1000
LISTED = 10
"""Definitions on one page: at most [page size of cognite-sdk], and without a ``limit`` [API specification, from
memory]."""

MOST_PARTS = 10
"""Constraints or indexes deleted in one request [API specification]."""


def apply(request: Request, name: str) -> dict[str, Any]:
    """Create or update definitions; all, or none. One that is not different keeps its times.

    What may change of a container is in ``modeling_changes``. A version of a view or data model may be changed in any
    way; the platform refuses some changes, and which was not found documented.
    """
    kind, world = KINDS[name], request.world
    before = world.fork()
    try:
        stored = [_store(request, kind, sent) for sent in _with_views(request, kind, items_of(request, MOST))]
        for definition in stored:
            kind.refers(world, definition)
    except CdfError:
        world.take_back(before)
        raise
    return {"items": [kind.show(world, definition, request) for definition in stored]}


def _with_views(request: Request, kind: Kind, items: list[Definition]) -> list[Definition]:
    """The items; views that are written within data models are stored first."""
    if kind.table == DATA_MODELS:
        inline = [view for item in items for view in read_array(item.get("views"), "views") if _is_whole(view)]
        views = [_store(request, KINDS["views"], view) for view in inline]
        for view in views:
            KINDS["views"].refers(request.world, view)
    return items


def _is_whole(view: Any) -> bool:
    return isinstance(view, Mapping) and bool({*view} - {"type", "space", "externalId", "version"})


def _store(request: Request, kind: Kind, sent: Any) -> Definition:
    world = request.world
    checked = kind.check(sent)
    key = key_of(kind, checked)
    before = find_definition(world, kind.table, key)
    if before is not None and before.get("isGlobal"):
        raise bad_request(f"The {kind.noun} '{shown_key(key)}' belongs to the platform and cannot be changed.")
    if before is not None and _content(before) == _content(checked):
        world.tally.unchanged += 1
        return before
    if before is not None and kind.table == CONTAINERS:
        checked = check_container_change(before, checked)
    created = request.now_ms if before is None else before["createdTime"]
    stored = {**checked, "createdTime": created, "lastUpdatedTime": request.now_ms}
    world.put(kind.table, key, stored)
    return stored


def _content(definition: Definition) -> Definition:
    return {name: held for name, held in definition.items() if name not in ("createdTime", "lastUpdatedTime")}


def list_definitions(request: Request, name: str) -> dict[str, Any]:
    """A page of the definitions in the order of their creation, the platform's own last.

    ``space``, ``includeGlobal`` and, of views and data models, ``allVersions``; without it the version that was created
    last is listed.
    """
    kind, world, query = KINDS[name], request.world, request.query
    limit = whole_in_query(request, "limit", 1, MOST_LISTED, default=LISTED)
    table = world.table(kind.table)
    rows = [(table.sequence[key], definition) for key, definition in table.items.items()]
    if flag_in_query(request, "includeGlobal"):
        rows += [(place, one) for place, one in enumerate(built_in(kind.table).values(), 2**52)]
    if "version" in kind.parts and not flag_in_query(request, "allVersions"):
        rows = _newest(rows)
    rows = [row for row in rows if query.get("space", row[1]["space"]) == row[1]["space"]]
    asked = {key: held for key, held in query.items() if key not in ("cursor", "limit")}
    page, following = one_page(rows, limit, query.get("cursor"), [name, asked])
    return with_cursor([kind.show(world, definition, request) for definition in page], following)


def _newest(rows: Iterable[tuple[int, Definition]]) -> list[tuple[int, Definition]]:
    found: dict[Any, tuple[int, Definition]] = {}
    for place, one in rows:
        name = one["space"], one["externalId"]
        if name not in found or found[name][1]["createdTime"] <= one["createdTime"]:
            found[name] = place, one
    return sorted(found.values(), key=lambda row: row[0])


def by_ids(request: Request, name: str) -> dict[str, Any]:
    """The definitions that were asked for and are there; without a version, all versions."""
    kind, world = KINDS[name], request.world
    keys = [key_of(kind, item, is_partial=True) for item in items_of(request, MOST)]
    found = [definition for key in dict.fromkeys(keys) for definition in _versions(world, kind, key)]
    return {"items": [kind.show(world, definition, request) for definition in found]}


def _versions(world: World, kind: Kind, key: Key) -> Iterator[Definition]:
    if len(key) == len(kind.parts):
        one = find_definition(world, kind.table, key)
        if one is None and kind.table == SPACES and world.invent is not None:
            world.invent(world, SPACES, {"space": key[0]})
            one = find_definition(world, kind.table, key)
        yield from () if one is None else (one,)
        return
    for held in (world.table(kind.table).items, built_in(kind.table) if key[0].startswith("cdf_") else {}):
        yield from (definition for other, definition in held.items() if other[:-1] == key)


def delete(request: Request, name: str) -> dict[str, Any]:
    """Delete definitions; those that are not there are left out of the answer.

    A space must be empty [documented for what defines a schema; instances are our reading]. Containers take the data in
    them along. What maps, implements or lists what is deleted is left as it is; that the platform lets it be deleted is
    our reading.
    """
    kind, world = KINDS[name], request.world
    keys = dict.fromkeys(key_of(kind, item) for item in items_of(request, MOST))
    deleted = [key for key in keys if key in world.table(kind.table).items]
    if kind.table == SPACES:
        _require_empty(world, {key[0] for key in deleted})
    for key in deleted:
        world.remove(kind.table, key)
    if kind.table == CONTAINERS and deleted:
        _drop_rows(world, {*deleted})
    return {"items": [dict(zip(kind.parts, key, strict=True)) for key in deleted]}


def _require_empty(world: World, spaces: set[str]) -> None:
    for table in (CONTAINERS, VIEWS, DATA_MODELS, INSTANCES):
        for key in world.table(table).items:
            space = key[1] if table == INSTANCES else key[0]
            if space in spaces:
                what = table.rpartition("/")[2].replace("datamodels", "data models")
                raise bad_request(f"The space '{space}' cannot be deleted: it is not empty, there are {what} in it.")


def _drop_rows(world: World, containers: set[Key]) -> None:
    """Take the data of deleted containers from all instances."""
    for key, instance in [*world.table(INSTANCES).items.items()]:
        if not containers.isdisjoint(instance["properties"]):
            rows = {name: row for name, row in instance["properties"].items() if name not in containers}
            world.put(INSTANCES, key, {**instance, "properties": rows})


def delete_constraints(request: Request) -> dict[str, Any]:
    """Delete constraints of containers."""
    return _delete_parts(request, "constraints")


def delete_indexes(request: Request) -> dict[str, Any]:
    """Delete indexes of containers."""
    return _delete_parts(request, "indexes")


def _delete_parts(request: Request, what: str) -> dict[str, Any]:
    deleted = []
    for index, item in enumerate(items_of(request, MOST_PARTS)):
        names = [read_text(item.get(part), f"{part} of items[{index}]") for part in PART_KEYS]
        container = request.world.table(CONTAINERS).items.get((names[0], names[1]))
        if container is not None and names[2] in container[what]:
            kept = {name: held for name, held in container[what].items() if name != names[2]}
            changed = {**container, what: kept, "lastUpdatedTime": request.now_ms}
            request.world.put(CONTAINERS, (names[0], names[1]), changed)
            deleted.append(dict(zip(PART_KEYS, names, strict=True)))
    return {"items": deleted}


PART_KEYS = ("space", "containerExternalId", "identifier")
