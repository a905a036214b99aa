"""Rows of sequences (``/sequences/data``): numbers of rows -> values by column."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from fn_emulator.cdf.api.bodies import IDENTIFIERS, body_of, identifier_of, items_of, limit_of
from fn_emulator.cdf.api.fields import anything, check_fields, list_of, record, text, whole, wrong_type
from fn_emulator.cdf.api.finding import require
from fn_emulator.cdf.api.paging import make_cursor, position_of
from fn_emulator.cdf.call_info import MAX_ID
from fn_emulator.cdf.contract import Request, bad_request
from fn_emulator.cdf.routes import route
from fn_emulator.cdf.world import Item, World

ROWS = "sequences/data"
"""Name of the table: a ``Rows`` for each sequence that has some, by its id."""

MOST_ROWS, MOST_VALUES, LONGEST_TEXT = 10_000, 100_000, 256
LARGEST_NUMBER = 1e100

_ROW_NUMBER = whole(0, MAX_ID)
_ROW = record({"rowNumber": _ROW_NUMBER, "values": list_of(anything(), 400)}, {})
_COLUMN_NAMES = list_of(text(255, 1), 400, 1)
_OPTIONAL = {"start": whole(0), "end": whole(), "before": whole(), "columns": _COLUMN_NAMES}


class Rows:
    """The rows of one sequence; a row's values are never changed in place."""

    __slots__ = ("by_number",)

    def __init__(self, by_number: dict[int, dict[str, Any]] | None = None) -> None:
        self.by_number = by_number or {}

    def copy(self) -> Rows:
        """The same rows in a table of their own."""
        return Rows(self.by_number.copy())


def follow_columns(world: World, key: int, moves: Mapping[str, str | None]) -> None:
    """Rename and drop values as the columns were."""
    if not moves or key not in world.table(ROWS).items:
        return
    held: Rows = world.writable(ROWS, key, Rows)
    for row, values in held.by_number.items():
        named = {moves.get(name, name): value for name, value in values.items()}
        held.by_number[row] = {name: value for name, value in named.items() if name is not None}


@route("POST /sequences/data", "sequencesAcl:WRITE")
def insert_rows(request: Request) -> dict[str, Any]:
    """All rows are written, or none; values of columns that are not named stay."""
    items = items_of(request, MOST_ROWS)
    written = [_rows_of(request, item, f"items[{index}]") for index, item in enumerate(items)]
    if sum(len(rows) for _, rows in written) > MOST_ROWS:
        raise bad_request(f"A request must have at most {MOST_ROWS} rows.")
    if sum(len(values) for _, rows in written for values in rows.values()) > MOST_VALUES:
        raise bad_request(f"A request must have at most {MOST_VALUES} values.")
    _check_may_write(request, [key for key, _ in written])
    tally = request.world.tally
    for key, rows in written:
        held = request.world.writable(ROWS, key, Rows).by_number
        for row, values in rows.items():
            before = held.get(row)
            after = {**(before or {}), **values}
            held[row] = after
            tally.created += before is None
            tally.unchanged += before == after
            tally.updated += before is not None and before != after
    return {}


@route("POST /sequences/data/list", "sequencesAcl:READ")
def list_rows(request: Request) -> dict[str, Any]:
    """A page of rows from ``start`` to ``end`` (not included), in the order of their numbers."""
    sequence, chosen = _asked(request, "start", "end", "columns", "limit", "cursor")
    body = request.json
    limit = limit_of(body, MOST_ROWS, default=100)
    start, end = body.get("start") or 0, body.get("end")
    query = [sequence["id"], start, end, body.get("columns")]
    start = max(start, position_of(body.get("cursor"), query) or 0)
    rows = _between(request.world, sequence, chosen, start, end)
    page = list(islice(rows, limit + 1))
    answer = {**_head(sequence, chosen), "rows": page[:limit]}
    if len(page) > limit:
        answer["nextCursor"] = make_cursor(page[limit]["rowNumber"], query)
    return answer


@route("POST /sequences/data/latest", "sequencesAcl:READ")
def latest_row(request: Request) -> dict[str, Any]:
    """The last row, or the last one below ``before``; no rows where there is none."""
    sequence, chosen = _asked(request, "before", "columns")
    before = request.json.get("before")
    rows = list(_between(request.world, sequence, chosen, 0, before))
    return {**_head(sequence, chosen), "rows": rows[-1:]}


@route("POST /sequences/data/delete", "sequencesAcl:WRITE")
def delete_rows(request: Request) -> dict[str, Any]:
    """Delete rows by their numbers; those that are not there are passed over."""
    named = []
    for index, item in enumerate(items_of(request, MOST_ROWS)):
        path = f"items[{index}]"
        sequence = _sequence(request, item, path, ("rows",))
        check_fields({"rows": item.get("rows")}, path, {"rows": list_of(_ROW_NUMBER, MOST_ROWS)}, ("rows",))
        named.append((sequence["id"], item["rows"]))
    _check_may_write(request, [key for key, _ in named])
    for key, rows in named:
        if key not in request.world.table(ROWS).items:
            continue
        held = request.world.writable(ROWS, key, Rows).by_number
        for row in rows:
            request.world.tally.deleted += held.pop(row, None) is not None
    return {}


def _check_may_write(request: Request, keys: list[int]) -> None:
    if request.world.covers is not None:
        from fn_emulator.cdf.access import require_cover

        held = request.world.table("sequences").items
        require_cover(request.world, "sequencesAcl", "WRITE", [held[key] for key in keys])


def _rows_of(request: Request, item: Item, path: str) -> tuple[int, dict[int, dict[str, Any]]]:
    sequence = _sequence(request, item, path, ("columns", "rows"))
    known = {"columns": _COLUMN_NAMES, "rows": list_of(_ROW, MOST_ROWS)}
    check_fields({name: item.get(name) for name in known}, path, known, ("columns", "rows"))
    names = item["columns"]
    if len({*names}) != len(names):
        raise bad_request(f"{path}.columns names a column twice.")
    types = {column["externalId"]: column["valueType"] for column in _chosen(sequence, names, path)}
    rows = {}
    for index, row in enumerate(item["rows"]):
        values = row["values"]
        if len(values) != len(names):
            raise bad_request(f"{path}.rows[{index}] must have {len(names)} values, it has {len(values)}.")
        for name, value in zip(names, values, strict=True):
            _check_value(value, types[name], f"{path}.rows[{index}].{name}")
        if row["rowNumber"] in rows:
            raise bad_request(f"{path}.rows has row {row['rowNumber']} twice.")
        rows[row["rowNumber"]] = dict(zip(names, values, strict=True))
    return sequence["id"], rows


def _check_value(value: Any, kind: str, path: str) -> None:
    if value is None:
        return
    if kind == "STRING":
        text(LONGEST_TEXT).check(value, path)
    elif kind == "LONG":
        whole().check(value, path)
    elif not isinstance(value, (int, float)) or isinstance(value, bool):
        raise wrong_type(path, value, "a number")
    elif not abs(value) <= LARGEST_NUMBER:
        raise bad_request(f"{path} must be between -1e100 and 1e100, it is {value}.")


def _asked(request: Request, *known: str) -> tuple[Item, list[Item]]:
    body = body_of(request, *IDENTIFIERS, *known)
    checked = {name: field for name, field in _OPTIONAL.items() if name in known}
    check_fields({name: body[name] for name in checked if name in body}, "body", checked)
    sequence = _sequence(request, body, "body", known)
    return sequence, _chosen(sequence, body.get("columns"), "body")


def _sequence(request: Request, item: Item, path: str, others: tuple[str, ...]) -> Item:
    return require(request.world, "sequences", identifier_of(item, path, others), "Sequence")


def _chosen(sequence: Item, names: list[str] | None, path: str) -> list[Item]:
    by_name = {column["externalId"]: column for column in sequence["columns"]}
    for name in names or ():
        if name not in by_name:
            raise bad_request(f"{path}.columns: the sequence has no column {name!r}.")
    return sequence["columns"] if names is None else [by_name[name] for name in names]


def _head(sequence: Item, chosen: list[Item]) -> dict[str, Any]:
    named: dict[str, Any] = {name: sequence[name] for name in ("id", "externalId") if name in sequence}
    return {**named, "columns": chosen}


def _between(world: World, sequence: Item, chosen: list[Item], start: int, end: int | None) -> Any:
    held: Rows = world.table(ROWS).items.get(sequence["id"]) or Rows()
    names = [column["externalId"] for column in chosen]
    for row in sorted(held.by_number):
        if row < start or (end is not None and row >= end):
            continue
        values = [held.by_number[row].get(name) for name in names]
        # Rows where all values are missing are skipped [documentation of sequences].
        if any(value is not None for value in values):
            yield {"rowNumber": row, "values": values}
