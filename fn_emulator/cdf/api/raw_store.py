"""Where RAW lies in a world: databases, tables and rows in tables that are named by their path in the API.

``raw/dbs`` holds the databases by name, ``raw/dbs/{db}/tables`` the tables of one by name, and
``raw/dbs/{db}/tables/{table}/rows`` the rows of one table by key.
"""

from __future__ import annotations

from fn_emulator.cdf.api.fields import text
from fn_emulator.cdf.contract import CdfError
from fn_emulator.cdf.world import World

DATABASES = "raw/dbs"

DATABASE_NAME = text(32, 1)
TABLE_NAME = text(64, 1)
"""Lengths of names [API specification]."""


def tables_of(db: str) -> str:
    """Name of the world's table with the tables of a database."""
    return f"{DATABASES}/{_segment(db)}/tables"


def rows_of(db: str, table: str) -> str:
    """Name of the world's table with the rows of a RAW table."""
    return f"{tables_of(db)}/{_segment(table)}/rows"


def _segment(name: str) -> str:
    return name.replace("%", "%25").replace("/", "%2F")


def require_database(world: World, db: str) -> None:
    """Refuse a database that is not there.

    Raises:
        CdfError: 404 with ``missing``.
    """
    if not has(world, DATABASES, db):
        raise absent("databases", [db])


def require_table(world: World, db: str, table: str) -> str:
    """Name of the world's table with the rows of a RAW table that is there.

    Raises:
        CdfError: 404 with ``missing``, the database before the table.
    """
    require_database(world, db)
    if not has(world, tables_of(db), table):
        raise absent("tables", [table])
    return rows_of(db, table)


def has(world: World, place: str, name: str) -> bool:
    """Whether a database or table is there, or was invented just now."""
    if name in world.table(place).items:
        return True
    invents = world.invent is not None and world.invent(world, place, {"name": name})
    return invents and name in world.table(place).items


def absent(noun: str, names: list[str]) -> CdfError:
    """What answers a request for databases or tables that are not there.

    Unlike the rest of the API, RAW answers 404; Cognite's own Toolkit relies on the start of the message and on the
    names in ``missing``.
    """
    return CdfError(404, f"Following {noun} not found: {', '.join(names)}", missing=[{"name": name} for name in names])


def add_named(world: World, place: str, name: str) -> dict[str, object]:
    """Put a new database or table."""
    item: dict[str, object] = {"name": name, "createdTime": world.now_ms}
    world.put(place, name, item)
    return item


def ensure_table(world: World, db: str, table: str) -> str:
    """Name of the world's table with the rows of a RAW table; what is not there is created."""
    TABLE_NAME.check(table, "tableName")
    ensure_database(world, db)
    if table not in world.table(tables_of(db)).items:
        _add_besides(world, tables_of(db), table)
    return rows_of(db, table)


def ensure_database(world: World, db: str) -> None:
    """Create a database that is not there."""
    if db not in world.table(DATABASES).items:
        DATABASE_NAME.check(db, "dbName")
        _add_besides(world, DATABASES, db)


def _add_besides(world: World, place: str, name: str) -> None:
    created = world.tally.created
    add_named(world, place, name)
    world.tally.created = created  # of what the request is about
