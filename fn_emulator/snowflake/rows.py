"""Rows as somebody wrote them -> rows as they are sent: argument lists in the order and the types of the signature.

A row is a list of arguments without its number. Rows are counted from 0, as on the wire. Where rows are objects, their
columns are found by name (as Snowflake does, in upper case) and ordered by the signature, or by the first row where it
has no names. In CSV an empty field is NULL and a quoted one (``""``) the empty text, as when Snowflake loads a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from fn_emulator.errors import RowsError
from fn_emulator.snowflake.columns import Columns, ordered, plan_columns, shown
from fn_emulator.snowflake.field_values import field_value
from fn_emulator.snowflake.row_files import Written, body_rows, written_rows
from fn_emulator.snowflake.signature import Signature
from fn_emulator.snowflake.sql_type import SqlType
from fn_emulator.snowflake.times import MisfitError
from fn_emulator.snowflake.values import Value, wire_value

Row = list[Value]
"""The arguments of one call of the SQL function, in their wire form."""

Convert = Callable[[Any, "SqlType | None"], Value]


def read_rows(path: str, signature: Signature | None = None) -> Iterator[Row]:
    """The rows of a file, as they are read from it: a line at a time, but for ``.json``.

    Args:
        path: A ``.json`` file with a list of rows (lists or objects) or a body ``{"data": [[0, ...], ...]}``, whose
            numbers are dropped; a ``.jsonl`` file with a row a line; a ``.csv`` file with a line of column names.
        signature: What the values are converted to and checked by. Without it they are what JSON has, or texts (CSV).

    Raises:
        RowsError: If the file cannot be read or has no rows, if rows differ in length, or do not fit the signature.
    """
    convert = field_value if path.lower().endswith(".csv") else None if signature is None else wire_value
    rows = _fitted(written_rows(path), signature, convert)
    first = next(rows, None)
    if first is None:
        raise RowsError(f"{path} holds no rows.", hint="write at least one")
    yield first
    yield from rows


def rows_from(value: Any, signature: Signature | None = None, where: str = "rows") -> list[Row]:
    """Rows from Python objects.

    Args:
        value: Lists or tuples of arguments, or mappings: column name -> argument; or a body as it is sent. Arguments
            are JSON or Decimal, date, time, datetime and bytes objects.
        signature: As for ``read_rows``.
        where: How messages call ``value``.

    Raises:
        RowsError: As for ``read_rows``.
    """
    rows = list(_fitted(body_rows(value, where), signature, wire_value))
    if not rows:
        raise RowsError(f"{where} holds no rows.", hint="give at least one")
    return rows


def _fitted(written: Iterator[Written], signature: Signature | None, convert: Convert | None) -> Iterator[Row]:
    columns = None
    for number, row in enumerate(written):
        if columns is None:
            columns = plan_columns(row.content, signature, row.place(number))
        content = row.content
        # Nearly every row is this one, and needs no place.
        is_plain = type(content) is list and columns.keys is None and len(content) == len(columns.types)
        arguments = content if is_plain else ordered(columns, content, row.place(number))
        yield list(arguments) if convert is None else _converted(arguments, columns, row, number, convert)


def _converted(row: Sequence[Any], columns: Columns, written: Written, number: int, convert: Convert) -> Row:
    try:
        return list(map(convert, row, columns.types))
    except MisfitError:
        at, misfit = next(_misfits(row, columns, convert))
        message = f"{written.place(number)}, {columns.called(at)} is {shown(row[at])}, {misfit.why}."
        raise RowsError(message, hint=misfit.hint) from None
    except RecursionError:
        raise RowsError(f"{written.place(number)} is nested too deeply.", hint="flatten it") from None


def _misfits(row: Sequence[Any], columns: Columns, convert: Convert) -> Iterator[tuple[int, MisfitError]]:
    for at, (value, sql_type) in enumerate(zip(row, columns.types, strict=True)):
        try:
            convert(value, sql_type)
        except MisfitError as exc:
            yield at, exc
