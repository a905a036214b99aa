"""Databases and tables of RAW (``/raw/dbs``); the rows are in ``raw_rows``."""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api.bodies import flag_in_query, flag_of, items_of, whole_in_query
from fn_emulator.cdf.api.fields import Field, check_fields
from fn_emulator.cdf.api.paging import one_page, with_cursor
from fn_emulator.cdf.api.raw_store import (
    DATABASE_NAME,
    DATABASES,
    TABLE_NAME,
    absent,
    add_named,
    ensure_database,
    has,
    require_database,
    rows_of,
    tables_of,
)
from fn_emulator.cdf.contract import CdfError, Reply, Request, duplicated
from fn_emulator.cdf.routes import route
from fn_emulator.cdf.world import World

MOST_NAMES = 1000
"""Databases or tables in one request, and in one answer [API specification]."""


@route("GET /raw/dbs", "rawAcl:LIST")
def list_databases(request: Request) -> dict[str, Any]:
    """A page of the databases."""
    return _listed(request, DATABASES)


@route("POST /raw/dbs", "rawAcl:WRITE")
def create_databases(request: Request) -> Reply:
    """All are created, or none."""
    names = _names_in(request, DATABASE_NAME)
    return _created(request.world, DATABASES, "Database", names)


@route("POST /raw/dbs/delete", "rawAcl:WRITE")
def delete_databases(request: Request) -> dict[str, Any]:
    """All are deleted, or none; with ``recursive`` their tables as well."""
    names = _names_in(request, DATABASE_NAME, "recursive")
    world = request.world
    _require_all(world, DATABASES, "databases", names)
    is_recursive = flag_of(request.json, "recursive")
    filled = [name for name in names if len(world.table(tables_of(name)))]
    if filled and not is_recursive:
        # That it is refused is documented; the status and the words of the platform are not known.
        raise CdfError(400, f"Databases that have tables are deleted with recursive only: {', '.join(filled)}")
    for db in names:
        for table in [*world.table(tables_of(db)).items]:
            _remove_table(world, db, table)
        world.remove(DATABASES, db)
    return {}


@route("GET /raw/dbs/{db}/tables", "rawAcl:LIST")
def list_tables(request: Request, db: str) -> dict[str, Any]:
    """A page of the tables of a database."""
    require_database(request.world, db)
    return _listed(request, tables_of(db))


@route("POST /raw/dbs/{db}/tables", "rawAcl:WRITE")
def create_tables(request: Request, db: str) -> Reply:
    """All are created, or none; with ``ensureParent`` the database as well."""
    names = _names_in(request, TABLE_NAME)
    (ensure_database if flag_in_query(request, "ensureParent") else require_database)(request.world, db)
    return _created(request.world, tables_of(db), "Table", names)


@route("POST /raw/dbs/{db}/tables/delete", "rawAcl:WRITE")
def delete_tables(request: Request, db: str) -> dict[str, Any]:
    """All are deleted with their rows, or none."""
    names = _names_in(request, TABLE_NAME)
    require_database(request.world, db)
    _require_all(request.world, tables_of(db), "tables", names)
    for table in names:
        _remove_table(request.world, db, table)
    return {}


def _listed(request: Request, place: str) -> dict[str, Any]:
    limit = whole_in_query(request, "limit", 1, MOST_NAMES, default=25)
    table = request.world.table(place)
    rows = ((table.sequence[name], item) for name, item in table.items.items())
    return with_cursor(*one_page(rows, limit, request.query.get("cursor"), place))


def _names_in(request: Request, name: Field, *known: str) -> list[str]:
    items = items_of(request, MOST_NAMES, known=known)
    for index, item in enumerate(items):
        check_fields(item, f"items[{index}]", {"name": name}, ("name",))
    return [item["name"] for item in items]


def _created(world: World, place: str, noun: str, names: list[str]) -> Reply:
    taken = [name for name in {*names} if name in world.table(place).items or names.count(name) > 1]
    if taken:
        raise duplicated(f"{noun} names", [{"name": name} for name in sorted(taken)])
    return Reply({"items": [add_named(world, place, name) for name in names]}, 201)


def _require_all(world: World, place: str, noun: str, names: list[str]) -> None:
    missing = [name for name in names if not has(world, place, name)]
    if missing:
        raise absent(noun, missing)
    if len({*names}) != len(names):
        raise CdfError(400, f"The same {noun} are named more than once: {', '.join(names)}")


def _remove_table(world: World, db: str, table: str) -> None:
    rows = rows_of(db, table)
    for key in [*world.table(rows).items]:
        world.remove(rows, key)
    world.remove(tables_of(db), table)


# Declares its endpoints: the routes of one part of the API are in the module of its first path segment.
from fn_emulator.cdf.api import raw_rows  # noqa: E402, F401
