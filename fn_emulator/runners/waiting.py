"""Calls that are still to be made, in requests of a size that fits how many a stretch gets done."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from fn_emulator.model import Call

FEWEST = 20
MOST = 8000
"""How many calls are asked for in one request."""

_GROWTH = 4


class Waiting:
    """A queue of calls, each with its world, that are taken from their maker no earlier than they are asked for."""

    def __init__(self, calls: Iterable[tuple[Call, int]]) -> None:
        """Prepare; none is taken yet."""
        self._calls = iter(calls)
        self._next: list[tuple[Call, int]] = []
        self._size = FEWEST

    def next(self) -> list[tuple[Call, int]]:
        """Those of the next request; an empty list at the end."""
        self._next.extend(islice(self._calls, max(0, self._size - len(self._next))))
        return self._next[: self._size]

    def prepare(self) -> list[tuple[Call, int]]:
        """Those of the request after this one, if all of this one are made."""
        size = min(MOST, self._size * _GROWTH)
        self._next.extend(islice(self._calls, max(0, self._size + size - len(self._next))))
        return self._next[self._size : self._size + size]

    def take(self, made: int) -> None:
        """So many of them were made."""
        del self._next[:made]
        self._size = min(MOST, max(FEWEST, made * _GROWTH))
