"""A column of a series that is copied at a cost that does not depend on its length, as long as it is appended to."""

from __future__ import annotations

from typing import Any

SHORT = 4096
"""Entries up to which a plain column is copied."""

SHARE = 32
"""What was appended is put together with the rest when it is more than one of so many entries."""


class Column:
    """Entries that are shared and not changed, and a tail of its own behind them; both arrays, or both lists."""

    __slots__ = ("_base", "_tail")

    def __init__(self, base: Any, tail: Any) -> None:
        self._base = base
        self._tail = tail

    def __len__(self) -> int:
        return len(self._base) + len(self._tail)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return self._part(*place.indices(len(self))[:2])
        place += len(self) if place < 0 else 0
        length = len(self._base)
        return self._base[place] if place < length else self._tail[place - length]

    def _part(self, first: int, last: int) -> Any:
        length = len(self._base)
        part = self._base[first:last]
        return part if last <= length else part + self._tail[max(first - length, 0) : last - length]

    def extend(self, entries: Any) -> None:
        """Append entries."""
        self._tail.extend(entries)

    def shared(self) -> Column:
        """The same entries, with all in the shared part if the tail is long."""
        is_long = len(self._tail) * SHARE > len(self)
        return Column(self[:], self._tail[:0]) if is_long else self

    def own(self) -> Column:
        """The same entries with a tail of its own."""
        return Column(self._base, self._tail[:])


def shared(column: Any) -> Any:
    """The same entries in a form that is cheap to copy; ``column`` is not to be changed any more.

    Args:
        column: An array or a list, or what this function gave.
    """
    if isinstance(column, Column):
        return column.shared()
    return column if len(column) <= SHORT else Column(column, column[:0])


def own(column: Any) -> Any:
    """The same entries in a column of its own; of one that is in the form that ``shared`` gives."""
    return column.own() if isinstance(column, Column) else column[:]


def plain(column: Any) -> Any:
    """The same entries as an array or a list."""
    return column[:] if isinstance(column, Column) else column
