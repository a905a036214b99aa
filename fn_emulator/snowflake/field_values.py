"""A field of a CSV file, which is text -> the value that the signature says it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from fn_emulator.errors import RowsError
from fn_emulator.snowflake.json_text import parse_exactly
from fn_emulator.snowflake.sql_type import SqlType
from fn_emulator.snowflake.times import MisfitError
from fn_emulator.snowflake.values import Value, wire_value

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_TRUE = frozenset({"true", "t", "yes", "y", "on", "1"})
_FALSE = frozenset({"false", "f", "no", "n", "off", "0"})
"""Snowflake documentation, Conversion to BOOLEAN."""


def field_value(field: str | None, sql_type: SqlType | None) -> Value:
    """The wire form of a CSV field: NULL for None, the text itself without a type or for a VARCHAR.

    Raises:
        MisfitError: If the text does not stand for a value of the type.
    """
    if field is None or sql_type is None:
        return field
    read = _READERS.get(sql_type.name)
    return wire_value(field if read is None else read(field.strip()), sql_type)


def _number(text: str) -> Value:
    return Decimal(text) if _NUMBER.fullmatch(text) else text


def _boolean(text: str) -> Value:
    word = text.lower()
    return word in _TRUE if word in _TRUE | _FALSE else text


def _json(text: str) -> Value:
    try:
        return parse_exactly(text, "it")
    except RowsError:
        raise MisfitError("which is not JSON", 'write JSON, a text with its quotes: "text"') from None


_READERS: Mapping[str, Callable[[str], Value]] = {
    "NUMBER": _number,
    "FLOAT": _number,
    "BOOLEAN": _boolean,
    "VARIANT": _json,
    "OBJECT": _json,
    "ARRAY": _json,
}
