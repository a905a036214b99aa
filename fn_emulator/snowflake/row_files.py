"""A file -> its rows as they are written there, each with its place; JSON lines and CSV a line at a time."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from fn_emulator.errors import RowsError
from fn_emulator.snowflake.json_text import parse_exactly

_FIELD = re.compile(r'(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))')


class Written(NamedTuple):
    """A row as it is written.

    Attributes:
        content: A list of arguments, or an object: column name -> argument.
        path: What holds it, for messages.
        line: The line on which it ends; None where its place in the file is not known.
    """

    content: Any
    path: str
    line: int | None = None

    def place(self, number: int) -> str:
        """What messages call it, if it is the row with that number: ``rows.csv:3: row 1``."""
        return f"{self.path}: row {number}" if self.line is None else f"{self.path}:{self.line}: row {number}"


def written_rows(path: str) -> Iterator[Written]:
    """The rows of a file, by its suffix: ``.json``, ``.jsonl`` (``.ndjson``) or ``.csv``.

    Raises:
        RowsError: If it cannot be read, or is not what its suffix says.
    """
    suffix = os.path.splitext(path)[1].lower()
    if suffix not in _READERS:
        hint = "name a file that ends with .json, .jsonl or .csv"
        has = f"has the suffix {suffix!r}" if suffix else "has no suffix"
        raise RowsError(f"{path} {has}, by which rows are not read.", hint=hint)
    with _opened(path) as lines:
        yield from _READERS[suffix](lines, path)


@contextmanager
def _opened(path: str) -> Iterator[Iterable[str]]:
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            yield file
    except OSError as exc:
        raise RowsError(f"{path} cannot be read: {exc.strerror}.", hint="name a file with rows") from exc
    except UnicodeDecodeError as exc:
        raise RowsError(f"{path} is not UTF-8 text.", hint="save it as UTF-8") from exc


def body_rows(value: Any, where: str) -> Iterator[Written]:
    """The rows of a list, or of a body as it is sent (``{"data": [[0, ...], ...]}``), whose numbers are dropped.

    Raises:
        RowsError: If the value is neither.
    """
    if isinstance(value, Mapping):
        if not isinstance(value.get("data"), list | tuple):
            hint = 'write a list of rows, e.g. [[10, "Alex"]], or a body, e.g. {"data": [[0, 10, "Alex"]]}'
            raise RowsError(f'{where} holds an object without a list "data".', hint=hint)
        for number, row in enumerate(value["data"]):
            if not isinstance(row, list | tuple) or not row or type(row[0]) is not int:
                message = f"{where}: row {number} of the body does not begin with a row number."
                raise RowsError(message, hint='write it as e.g. [0, 10, "Alex"], or leave out {"data": ...} around it')
            yield Written(row[1:], where)
    elif isinstance(value, str | bytes) or not isinstance(value, Iterable):
        raise RowsError(f"{where} holds no list of rows.", hint='write e.g. [[10, "Alex"], [20, "Steve"]]')
    else:
        for row in value:
            yield Written(row, where)


def _json(lines: Iterable[str], path: str) -> Iterator[Written]:
    text = "".join(lines)
    if not text.strip():
        raise RowsError(f"{path} is empty.", hint='write e.g. [[10, "Alex"], [20, "Steve"]]')
    return body_rows(parse_exactly(text, path), path)


def _json_lines(lines: Iterable[str], path: str) -> Iterator[Written]:
    for number, line in enumerate(lines, start=1):
        if not line.isspace():
            yield Written(parse_exactly(line.rstrip("\r\n"), path, number), path, number)


def _csv(lines: Iterable[str], path: str) -> Iterator[Written]:
    raw: list[str] = []
    reader = csv.reader(_remembered(lines, raw), strict=True)
    try:
        header = next(reader, [])
        _check_header(header, path)
        raw.clear()
        for fields in reader:
            if fields:
                if len(fields) != len(header):
                    count = "1 field" if len(fields) == 1 else f"{len(fields)} fields"
                    message = f"{path}:{reader.line_num} has {count}, and the header has {len(header)}."
                    raise RowsError(message, hint="put a field that holds a comma or a line end into double quotes")
                yield Written(dict(zip(header, _with_null(fields, raw), strict=True)), path, reader.line_num)
            raw.clear()
    except csv.Error as exc:
        raise RowsError(
            f"{path}:{reader.line_num} is not CSV: {exc}.", hint="mend it there, or use JSON lines"
        ) from exc


def _remembered(lines: Iterable[str], raw: list[str]) -> Iterator[str]:
    for line in lines:
        raw.append(line)
        yield line


def _with_null(fields: list[str], raw: Sequence[str]) -> list[str | None]:
    """An empty field is NULL, a quoted one (``""``) the empty text, as when Snowflake loads a file.

    ``csv`` does not tell them apart, so a row that has any of them is looked at again.
    """
    if "" not in fields:
        return [*fields]
    text = "".join(raw).rstrip("\r\n")
    if '""' not in text:
        return [field or None for field in fields]
    is_quoted = [match[1] is not None for match in _FIELD.finditer(text)]
    return [field if field or quoted else None for field, quoted in zip(fields, is_quoted, strict=True)]


def _check_header(header: Sequence[str], path: str) -> None:
    if not header:
        raise RowsError(f"{path} is empty.", hint="begin it with a line of column names")
    for name in header:
        if not name.strip() or header.count(name) > 1:
            what = f"the column {name!r} twice" if name.strip() else "a column without a name"
            raise RowsError(f"{path}:1 has {what}.", hint="begin the file with a line of column names, each once")


_READERS: Mapping[str, Callable[[Iterable[str], str], Iterator[Written]]] = {
    ".json": _json,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".csv": _csv,
}
