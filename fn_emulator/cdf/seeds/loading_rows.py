"""Rows of a seed, many in one request: those of RAW tables and of sequences."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from fn_emulator.cdf.contract import CdfError
from fn_emulator.cdf.seeds.items import instant, prepare
from fn_emulator.cdf.seeds.kinds import KINDS
from fn_emulator.cdf.seeds.model import Entry
from fn_emulator.cdf.seeds.requests import Sent, call, seed_error, send
from fn_emulator.cdf.world import World

MOST_RAW_ROWS = 10_000
MOST_SEQUENCE_ROWS = 10_000
"""Rows in one request [API specification]."""


def load_raw(world: World, name: str, entries: list[Entry]) -> None:
    """Databases and tables where they are not there yet, then the rows."""
    for entry in entries:
        database, table = entry.value["database"], entry.value["table"]
        _ensure(world, "/raw/dbs", entry, database)
        if table is None:
            continue
        tables = f"/raw/dbs/{_quoted(database)}/tables"
        _ensure(world, tables, entry, table)
        now_ms = world.now_ms
        for time, rows in groupby(_raw_rows(entry), key=lambda row: row[1].get("lastUpdatedTime")):
            world.now_ms = now_ms if time is None else instant(world, entry, time)
            sent = [Sent(entry, _without_time(row), below=below) for below, row in rows]
            send(world, f"{tables}/{_quoted(table)}/rows", sent, MOST_RAW_ROWS)
        world.now_ms = now_ms


def _ensure(world: World, path: str, entry: Entry, name: str) -> None:
    try:
        call(world, "POST", path, {"items": [{"name": name}]})
    except CdfError as exc:
        if exc.status != 409:
            raise seed_error(Sent(entry, None), exc, path) from None


def _raw_rows(entry: Entry) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    rows = entry.value["rows"]
    if isinstance(rows, dict):
        yield from (((key,), {"key": key, "columns": columns or {}}) for key, columns in rows.items())
    else:
        yield from (((place,), row) for place, row in enumerate(rows))


def _without_time(row: dict[str, Any]) -> dict[str, Any]:
    return {key: held for key, held in row.items() if key != "lastUpdatedTime"}


def _quoted(name: str) -> str:
    from urllib.parse import quote

    return quote(name, safe="", errors="surrogatepass")


def load_sequence_rows(world: World, name: str, entries: list[Entry]) -> None:
    """The rows of each sequence, as ``POST /sequences/data`` takes them."""
    for entry in entries:
        item = prepare(world, name, entry)
        rows = item.body.get("rows") or []
        for start in range(0, max(len(rows), 1), MOST_SEQUENCE_ROWS):
            part = {**item.body, "rows": rows[start : start + MOST_SEQUENCE_ROWS]}
            send(world, KINDS[name].path, [Sent(entry, part)])
