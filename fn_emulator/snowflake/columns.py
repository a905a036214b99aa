"""The first row and the signature -> how many columns rows have, in which order and of which types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fn_emulator.errors import RowsError
from fn_emulator.settings.keys import near_miss
from fn_emulator.snowflake.signature import Signature
from fn_emulator.snowflake.sql_type import SqlType

_SHOWN = 60
"""Characters of a value in a message."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What each row has.

    Attributes:
        keys: Of rows that are objects, in the order of the arguments; None where rows are lists.
        types: What each column holds; None for whatever JSON it holds.
        names: What each column is called; None where nothing names it.
        wanted_by: Who wants them, and how: ``GEO(VARCHAR) RETURNS VARIANT takes``.
    """

    keys: tuple[str, ...] | None
    types: tuple[SqlType | None, ...]
    names: tuple[str | None, ...]
    wanted_by: str

    def called(self, at: int) -> str:
        """What messages call a column, from its 0-based index: ``column 1 (N)``."""
        name = self.names[at]
        return f"column {at + 1}" if name is None else f"column {at + 1} ({name})"


def plan_columns(first: Any, signature: Signature | None, place: str) -> Columns:
    """The columns of rows that begin with ``first``, a list or an object.

    Raises:
        RowsError: If it is neither, or does not have the columns of the signature.
    """
    keys = None
    if isinstance(first, Mapping):
        keys = tuple(first) if signature is None else _keys(first, signature, place)
    elif not isinstance(first, list | tuple):
        raise _no_row(first, place)
    if signature is None:
        count = len(first)
        return Columns(keys, (None,) * count, keys or (None,) * count, "the first row has")
    types = tuple(argument.type for argument in signature.arguments)
    names = tuple(argument.name for argument in signature.arguments)
    if keys is not None and len(keys) == len(names):
        names = tuple(name or key for name, key in zip(names, keys, strict=True))
    return Columns(keys, types, names, f"{signature} takes")


def _keys(first: Mapping[str, Any], signature: Signature, place: str) -> tuple[str, ...]:
    names = [argument.name for argument in signature.arguments if argument.name is not None]
    if not names:
        return tuple(first)
    # An exact name comes last, so that it wins over one that differs in case.
    by_name = {**{str(key).upper(): key for key in first}, **{key: key for key in first}}
    for name in names:
        if name not in by_name:
            hint = near_miss(name.lower(), map(str, first)) or f"its columns are {', '.join(map(str, first))}"
            raise RowsError(f"{place} has no column {name!r}, which {signature} takes.", hint=hint)
    keys = tuple(by_name[name] for name in names)
    for key in first:
        if key not in keys:
            raise RowsError(f"{place} has a column {key!r}, which {signature} does not take.", hint="leave it out")
    return keys


def ordered(columns: Columns, content: Any, place: str) -> Sequence[Any]:
    """The arguments of a row, in their order.

    Raises:
        RowsError: If it has other columns than the rows before it, or than the signature.
    """
    keys = columns.keys
    if keys is None:
        if not isinstance(content, list | tuple):
            raise _unlike("an object", "lists", place) if isinstance(content, Mapping) else _no_row(content, place)
        row: Sequence[Any] = content
    else:
        if not isinstance(content, Mapping):
            raise _unlike("a list", "objects", place) if isinstance(content, list | tuple) else _no_row(content, place)
        if len(content) != len(keys) or any(key not in content for key in keys):
            raise _other_keys(keys, content, place)
        row = [content[key] for key in keys]
    if len(row) != len(columns.types):
        count = "1 value" if len(row) == 1 else f"{len(row)} values"
        hint = "give each row a value for each column, null for a missing one"
        raise RowsError(f"{place} has {count}, and {columns.wanted_by} {len(columns.types)}.", hint=hint)
    return row


def _other_keys(keys: Sequence[str], content: Mapping[str, Any], place: str) -> RowsError:
    missing = [key for key in keys if key not in content]
    more = [key for key in content if key not in keys]
    if not missing:
        return RowsError(f"{place} has a column {more[0]!r}, which the first row has not.", hint="write all rows alike")
    hint = near_miss(missing[0], more) or "write null for a missing value"
    return RowsError(f"{place} has no column {missing[0]!r}, which the first row has.", hint=hint)


def _unlike(kind: str, others: str, place: str) -> RowsError:
    return RowsError(f"{place} is {kind}, and the rows before it are {others}.", hint="write all rows alike")


def _no_row(content: Any, place: str) -> RowsError:
    hint = f"write {shown([content])} for a row with one argument"
    return RowsError(f"{place} is {shown(content)}, neither a list of arguments nor an object.", hint=hint)


def shown(value: Any) -> str:
    """A value in a message: as JSON where it can be, in short."""
    import json

    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
