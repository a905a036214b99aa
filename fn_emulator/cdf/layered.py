"""Mappings that are copied at a cost that does not depend on their size: what is shared, and what was changed since.

The functions of a call see the same tables as the calls before, and change a few items of them. What was copied stays
as it is: whoever holds both writes to neither, or to the copy alone.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, MutableMapping, ValuesView
from itertools import chain
from typing import Any

SMALL = 1024
"""Items up to which a plain dict is copied."""

SHARE = 32
"""A mapping in layers is made plain when more than one of so many items is not as in what is shared."""


class Layered(MutableMapping[Any, Any]):
    """A dict that is not written to, and the changes since: its items in the same order as those of a dict."""

    __slots__ = ("_added", "_base", "_changed", "_gone")

    def __init__(self, base: dict[Any, Any]) -> None:
        """The items of a dict that nobody changes from now on."""
        self._base = base
        self._changed: dict[Any, Any] = {}  # in the place of items of the base
        self._gone: set[Any] = set()  # of the base; what is there again stands at the end
        self._added: dict[Any, Any] = {}

    def __len__(self) -> int:
        return len(self._base) - len(self._gone) + len(self._added)

    def __contains__(self, key: object) -> bool:
        return key in self._added or (key in self._base and key not in self._gone)

    def __getitem__(self, key: Any) -> Any:
        for layer in (self._changed, self._added):
            if key in layer:
                return layer[key]
        if key in self._gone:
            raise KeyError(key)
        return self._base[key]

    def get(self, key: Any, default: Any = None) -> Any:
        """The item of a key, or ``default``."""
        for layer in (self._changed, self._added):
            if key in layer:
                return layer[key]
        return default if key in self._gone else self._base.get(key, default)

    def __setitem__(self, key: Any, item: Any) -> None:
        is_in_base = key in self._base and key not in self._gone
        (self._changed if is_in_base else self._added)[key] = item

    def __delitem__(self, key: Any) -> None:
        if key in self._added:
            del self._added[key]
        elif key in self:
            self._gone.add(key)
            self._changed.pop(key, None)
        else:
            raise KeyError(key)

    def __iter__(self) -> Iterator[Any]:
        kept = self._base if not self._gone else (key for key in self._base if key not in self._gone)
        return chain(kept, self._added)

    def __reversed__(self) -> Iterator[Any]:
        return chain(reversed(self._added), (key for key in reversed(self._base) if key not in self._gone))

    def items(self) -> ItemsView[Any, Any]:
        """Keys and items, in order."""
        return _Items(self)

    def values(self) -> ValuesView[Any]:
        """The items, in order."""
        return _Values(self)

    def pairs(self) -> Iterator[tuple[Any, Any]]:
        """Keys and items, in order, without a look-up for each."""
        kept = self._base.items() if not (self._changed or self._gone) else self._kept_pairs()
        return chain(kept, self._added.items())

    def _kept_pairs(self) -> Iterator[tuple[Any, Any]]:
        changed, gone = self._changed, self._gone
        for key, item in self._base.items():
            if key in changed:
                yield key, changed[key]
            elif key not in gone:
                yield key, item

    def own_copy(self) -> Held:
        """The same items; plain where too many are not those of the base."""
        if (len(self._changed) + len(self._gone) + len(self._added)) * SHARE > len(self._base):
            return dict(self.pairs())
        other = Layered(self._base)
        other._changed, other._gone, other._added = self._changed.copy(), self._gone.copy(), self._added.copy()
        return other


class _Items(ItemsView[Any, Any]):
    _mapping: Layered

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        return self._mapping.pairs()


class _Values(ValuesView[Any]):
    _mapping: Layered

    def __iter__(self) -> Iterator[Any]:
        return (item for _, item in self._mapping.pairs())


Held = dict[Any, Any] | Layered
"""Items in order, plain or in layers."""


def own_copy(held: Held) -> Held:
    """The same items in a mapping to be changed; ``held`` is not to be changed any more.

    Args:
        held: A dict, or what this function gave.
    """
    if isinstance(held, Layered):
        return held.own_copy()
    return held.copy() if len(held) <= SMALL else Layered(held)
