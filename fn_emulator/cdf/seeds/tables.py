"""CSV files of a seed: datapoints and RAW rows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from fn_emulator.cdf.seeds.model import Entry, Source
from fn_emulator.errors import SeedError

Line = tuple[int, list[str]]


def read_csv(text: str, file: str, shown: str) -> Iterator[tuple[str, Entry]]:
    """The entries of a CSV file; where it lies says what it is.

    Args:
        text: What it holds.
        file: Its path.
        shown: Its path for messages.

    Raises:
        SeedError: If neither its place nor its name says what it is, or a line does not fit its header.
    """
    folders = os.path.abspath(file).split(os.sep)
    stem = _decoded(folders[-1].rpartition(".")[0])
    source = Source(shown, folder=os.path.dirname(file))
    if folders[-2:-1] == ["datapoints"] or stem == "datapoints":
        for entry in _points(*_lines(text, shown), stem, source):
            yield "datapoints", entry
    elif folders[-3:-2] == ["raw"]:
        yield "raw", _rows(*_lines(text, shown), _decoded(folders[-2]), stem, source)
    else:
        raise SeedError(
            f"{shown} is neither datapoints nor RAW rows.",
            hint="move it to datapoints/<externalId>.csv or raw/<database>/<table>.csv, or to a folder 'contents'",
        )


def _decoded(name: str) -> str:
    from urllib.parse import unquote

    return unquote(name)


def _lines(text: str, shown: str) -> tuple[list[str], list[Line]]:
    """The header and the lines that are not empty, each with its number and as many cells as the header."""
    import csv
    import io

    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in reader if any(cells)]
    except csv.Error as exc:
        raise SeedError(f"{shown}:{reader.line_num}: this is not CSV: {exc}.", hint="check its quotes") from None
    if not lines:
        raise SeedError(f"{shown}:1: there is no header line.", hint="write one, such as timestamp,value or key,name")
    header = [name.strip() for name in lines[0][1]]
    twice = [name for name in header if header.count(name) > 1 or not name]
    if twice:
        raise SeedError(f"{shown}:1: the column {twice[0]!r} is there twice or has no name.", hint="name each once")
    for number, cells in lines[1:]:
        if len(cells) != len(header):
            problem = f"the line has {len(cells)} cells, the header has {len(header)}"
            raise SeedError(f"{shown}:{number}: {problem}.", hint="put a cell with a comma in quotes")
    return header, lines[1:]


def _points(header: list[str], lines: list[Line], stem: str, source: Source) -> Iterator[Entry]:
    if header[0] != "timestamp":
        problem = f"the first column is {header[0]!r}, it must be 'timestamp'"
        raise SeedError(f"{source.shown}:1: {problem}.", hint="the other columns are named after time series")
    is_one = header == ["timestamp", "value"] and stem != "datapoints"
    for column, name in enumerate(header[1:], start=1):
        filled = [(number, cells) for number, cells in lines if cells[column]]
        points = [[cells[0], cells[column]] for _, cells in filled]
        item = {"externalId": stem if is_one else name, "datapoints": points}
        yield Entry(item, source, (), tuple(number for number, _ in filled))


def _rows(header: list[str], lines: list[Line], database: str, table: str, source: Source) -> Entry:
    if header[0] != "key":
        problem = f"the first column is {header[0]!r}, it must be 'key'"
        raise SeedError(f"{source.shown}:1: {problem}.", hint="the other columns are the columns of the rows")
    rows: list[dict[str, Any]] = []
    seen: dict[str, int] = {}
    for number, (key, *cells) in lines:
        if not key:
            raise SeedError(f"{source.shown}:{number}: the key is empty.", hint="each row has a key of its own")
        if key in seen:
            problem = f"the key {key!r} is in line {seen[key]} too"
            raise SeedError(f"{source.shown}:{number}: {problem}.", hint="each row has a key of its own")
        seen[key] = number
        columns = {name: _cell(cell) for name, cell in zip(header[1:], cells, strict=True) if cell}
        rows.append({"key": key, "columns": columns})
    item = {"database": database, "table": table, "rows": rows}
    return Entry(item, source, (), tuple(number for number, _ in lines))


def _cell(text: str) -> Any:
    """What a cell means: JSON where it is an unmistakable one, else the text as it is."""
    import json

    if text[0] not in "-0123456789tf[{":
        return text
    try:
        return json.loads(text, parse_constant=_refused)
    except (ValueError, RecursionError):
        return text


def _refused(name: str) -> Any:
    raise ValueError(name)
