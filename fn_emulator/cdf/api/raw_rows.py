"""Rows of RAW tables (``/raw/dbs/{db}/tables/{table}/rows``), and cursors that divide a table among several readers."""

from __future__ import annotations

import json
from itertools import takewhile
from typing import Any

from fn_emulator.cdf.api.bodies import flag_in_query, items_of, whole_in_query
from fn_emulator.cdf.api.fields import check_fields, text, wrong_type
from fn_emulator.cdf.api.listing import rows_after
from fn_emulator.cdf.api.paging import make_cursor, one_page, read_cursor, with_cursor
from fn_emulator.cdf.api.raw_store import ensure_table, require_table
from fn_emulator.cdf.contract import CdfError, Request, bad_request
from fn_emulator.cdf.routes import route
from fn_emulator.cdf.world import Item, World

MOST_INSERTED = 10_000
MOST_DELETED = 1_000
MOST_LISTED = 10_000
MOST_CURSORS = 10_000
LONGEST_KEY = 1024
MOST_COLUMNS_BYTES = 5 * 2**20
LONGEST_COLUMN = 2_621_440
"""Rows and cursors in one request, characters of a key, of a column's name and of its value [API specification]."""

ROW = "/raw/dbs/{db}/tables/{table}/rows"
_LATEST = 2**63 - 1


@route(f"POST {ROW}", "rawAcl:WRITE")
def insert_rows(request: Request, db: str, table: str) -> dict[str, Any]:
    """Insert rows or replace them: the columns of a row are replaced as a whole.

    The time of a row whose columns stay the same does not change [API reference]. The platform may write some rows of
    a request that it refuses; here all are written, or none.
    """
    rows = items_of(request, MOST_INSERTED)
    is_small = len(request.body) <= LONGEST_COLUMN  # then no column can be too large
    for index, row in enumerate(rows):
        _check_row(row, f"items[{index}]", is_small=is_small)
    world = request.world
    find = ensure_table if flag_in_query(request, "ensureParent") else require_table
    place = find(world, db, table)
    for row in rows:
        _put(world, place, row["key"], row["columns"])
    return {}


@route(f"GET {ROW}", "rawAcl:READ")
def list_rows(request: Request, db: str, table: str) -> dict[str, Any]:
    """A page of rows, in the order in which they were first inserted (the platform promises none)."""
    place = require_table(request.world, db, table)
    limit = whole_in_query(request, "limit", 1, MOST_LISTED, default=25)
    wanted = _columns_in(request)
    # The range of times is part of the cursor: the platform ignores these parameters where a cursor is given.
    after, until, low, high = _position(request, place)
    rows = takewhile(lambda row: row[0] <= until, rows_after(request.world, place, after or None))
    page, following = one_page((row for row in rows if low < row[1]["lastUpdatedTime"] <= high), limit, None, place)
    if following is not None:
        last = request.world.table(place).sequence[page[-1]["key"]]
        following = make_cursor([last, until, low, high], place)
    return with_cursor(page if wanted is None else [_cut(row, wanted) for row in page], following)


@route(f"GET {ROW}/{{key}}", "rawAcl:READ")
def get_row(request: Request, db: str, table: str, key: str) -> Any:
    """The row of a key; 404 where there is none, of which the client makes None."""
    world, place = request.world, require_table(request.world, db, table)
    row = world.table(place).items.get(key)
    if row is None and world.invent is not None and world.invent(world, place, {"key": key}):
        row = world.table(place).items.get(key)
    if row is None:
        raise CdfError(404, f"Following rows not found: {key}")
    return row


@route(f"POST {ROW}/delete", "rawAcl:WRITE")
def delete_rows(request: Request, db: str, table: str) -> dict[str, Any]:
    """Delete rows by key; keys that are not there are passed over."""
    items = items_of(request, MOST_DELETED)
    for index, item in enumerate(items):
        check_fields(item, f"items[{index}]", {"key": text(LONGEST_KEY, 1)}, ("key",))
    place = require_table(request.world, db, table)
    for item in items:
        if item["key"] in request.world.table(place).items:
            request.world.remove(place, item["key"])
    return {}


@route("GET /raw/dbs/{db}/tables/{table}/cursors", "rawAcl:READ")
def parallel_cursors(request: Request, db: str, table: str) -> dict[str, Any]:
    """Cursors whose lists together hold every row once."""
    place = require_table(request.world, db, table)
    most = whole_in_query(request, "numberOfCursors", 1, MOST_CURSORS, default=1)
    low, high = _times_in(request)
    places = [*request.world.table(place).sequence.values()]  # grows: whoever is inserted anew goes to the end
    count = max(1, min(most, len(places)))
    ends = [places[len(places) * part // count - 1] for part in range(1, count)]
    starts = [0, *ends]
    cursors = [make_cursor([*span, low, high], place) for span in zip(starts, [*ends, _LATEST], strict=True)]
    return {"items": cursors}


def _check_row(row: Item, path: str, *, is_small: bool) -> None:
    key, columns = row.get("key"), row.get("columns")
    if not isinstance(key, str):
        raise wrong_type(f"{path}.key", key, "a string")
    if not 1 <= len(key) <= LONGEST_KEY:
        raise bad_request(f"{path}.key must have 1 to {LONGEST_KEY} characters, it has {len(key)}.")
    if columns is None:
        raise bad_request(f"{path}.columns is missing.")
    if not isinstance(columns, dict):
        raise wrong_type(f"{path}.columns", columns, "an object")
    if not is_small:
        _check_size(columns, f"{path}.columns")


def _check_size(columns: Item, path: str) -> None:
    total = 0
    for name, value in columns.items():
        length = len(json.dumps(value, ensure_ascii=False))
        total += len(name) + length
        if max(len(name), length) > LONGEST_COLUMN:
            raise bad_request(f"{path}: the name or value of {name[:40]!r} has more than {LONGEST_COLUMN} characters.")
    if total > MOST_COLUMNS_BYTES:
        raise bad_request(f"{path} must have at most {MOST_COLUMNS_BYTES} bytes, it has {total}.")


def _put(world: World, place: str, key: str, columns: Item) -> None:
    before = world.table(place).items.get(key)
    if before is not None and _is_identical(before["columns"], columns):
        world.put(place, key, before)
    else:
        world.put(place, key, {"key": key, "columns": columns, "lastUpdatedTime": world.now_ms})


def _is_identical(before: Item, after: Item) -> bool:
    # Python holds 1, 1.0 and True to be equal; their JSON is not.
    return before == after and json.dumps(before, sort_keys=True) == json.dumps(after, sort_keys=True)


def _columns_in(request: Request) -> set[str] | None:
    given = request.query.get("columns")
    # A lone comma asks for no columns at all [API reference].
    return {*given.split(",")} - {""} if given else None


def _cut(row: Item, wanted: set[str]) -> Item:
    return {**row, "columns": {name: value for name, value in row["columns"].items() if name in wanted}}


def _position(request: Request, place: str) -> tuple[int, int, int, int]:
    position = read_cursor(request.query.get("cursor"), place)
    if position is None:
        return (0, _LATEST, *_times_in(request))
    after, until, low, high = position
    return after, until, low, high


def _times_in(request: Request) -> tuple[int, int]:
    low = whole_in_query(request, "minLastUpdatedTime", 0, _LATEST, default=-1)
    return low, whole_in_query(request, "maxLastUpdatedTime", 0, _LATEST, default=_LATEST)
