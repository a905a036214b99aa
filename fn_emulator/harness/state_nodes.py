"""What can change, one kind of it each: a shallow copy from the moment of its making, and what differs from it.

A node says quickly whether anything may have changed, and tells what only when that is so.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import is_
from types import ModuleType
from typing import Any, Callable, Protocol

from .state_text import ABSENT, change, is_same, shown

Changes = Iterator["dict[str, Any]"]


class Node(Protocol):
    """Something that can change; ``path`` is its name."""

    path: str

    def has_changed(self) -> bool:
        """Whether it may be otherwise than it was."""
        ...

    def changes(self) -> Changes:
        """Yield what is otherwise."""
        ...


class NamesNode:
    """The names of a module, a class, an instance or a function: each stands for a value."""

    __slots__ = ("_names", "_read", "_values", "path")

    def __init__(self, path: str, names: Any) -> None:
        self.path = path
        self._read = names
        self._names = list(names)
        self._values = list(names.values())

    def has_changed(self) -> bool:
        """See ``Node``."""
        now = self._read
        return len(now) != len(self._names) or not all(map(is_, self._values, now.values()))

    def changes(self) -> Changes:
        """See ``Node``."""
        before, now = dict(zip(self._names, self._values)), dict(self._read)
        for name, value in now.items():
            if not is_same(old := before.pop(name, ABSENT), value) and _is_state(name, value):
                yield change(f"{self.path}.{name}", "replaced", shown(old), shown(value))
        for name, old in before.items():
            if _is_state(name, old):
                yield change(f"{self.path}.{name}", "removed", shown(old), shown(ABSENT))


class DictNode:
    """A dict, or an object of a class that is one."""

    __slots__ = ("_dict", "_keys", "_values", "path")

    def __init__(self, path: str, value: dict[Any, Any]) -> None:
        self.path = path
        self._dict = value
        self._keys = list(dict.keys(value))
        self._values = list(dict.values(value))

    def has_changed(self) -> bool:
        """See ``Node``."""
        now = self._dict
        return (
            dict.__len__(now) != len(self._keys)
            or not all(map(is_, self._values, dict.values(now)))
            or not all(map(is_, self._keys, dict.keys(now)))
        )

    def changes(self) -> Changes:
        """See ``Node``."""
        now = list(dict.items(self._dict))
        before = dict(zip(self._keys, self._values))
        after = dict(now)
        replaced = [key for key, value in before.items() if key in after and not is_same(value, after[key])]
        has_new, has_lost = after.keys() - before.keys(), before.keys() - after.keys()
        if replaced and not has_new and not has_lost and len(replaced) == 1:
            (key,) = replaced
            yield change(f"{self.path}[{shown(key)}]", "replaced", shown(before[key]), shown(after[key]))
        elif replaced or has_new or has_lost:
            kind = _kind(has_new=bool(has_new), has_lost=bool(has_lost), is_replaced=bool(replaced))
            yield change(self.path, kind, shown(before), shown(after))
        elif list(before) != list(after):
            yield change(self.path, "changed", shown(before), shown(after))


class ListNode:
    """A list, a deque, or an object of a class that is one."""

    __slots__ = ("_items", "_list", "path")

    def __init__(self, path: str, value: Any) -> None:
        self.path = path
        self._list = value
        self._items = list(value)

    def has_changed(self) -> bool:
        """See ``Node``."""
        return len(self._list) != len(self._items) or not all(map(is_, self._items, self._list))

    def changes(self) -> Changes:
        """See ``Node``."""
        before, after = self._items, list(self._list)
        is_kept = all(map(is_same, before, after))
        if is_kept and len(before) == len(after):
            return
        replaced = [place for place, (old, new) in enumerate(zip(before, after)) if not is_same(old, new)]
        if len(before) == len(after) and len(replaced) == 1:
            place = replaced[0]
            yield change(f"{self.path}[{place}]", "replaced", shown(before[place]), shown(after[place]))
            return
        kind = ("grew" if len(after) > len(before) else "removed") if is_kept else "changed"
        yield change(self.path, kind, _told(before), _told(after))


class SetNode:
    """A set."""

    __slots__ = ("_items", "_set", "path")

    def __init__(self, path: str, value: set[Any]) -> None:
        self.path = path
        self._set = value
        self._items = set(value)

    def has_changed(self) -> bool:
        """See ``Node``."""
        return len(self._set) != len(self._items) or self._set != self._items

    def changes(self) -> Changes:
        """See ``Node``."""
        new, lost = self._set - self._items, self._items - self._set
        kind = _kind(has_new=bool(new), has_lost=bool(lost), is_replaced=False)
        yield change(self.path, kind, shown(self._items), shown(set(self._set)))


class CellsNode:
    """What the variables of a closure stand for."""

    __slots__ = ("_cells", "_names", "_values", "path")

    def __init__(self, path: str, names: tuple[str, ...], cells: tuple[Any, ...]) -> None:
        self.path = path
        self._names = names
        self._cells = cells
        self._values = [content(cell) for cell in cells]

    def has_changed(self) -> bool:
        """See ``Node``."""
        return not all(map(is_, self._values, map(content, self._cells)))

    def changes(self) -> Changes:
        """See ``Node``."""
        for name, cell, before in zip(self._names, self._cells, self._values):
            after = content(cell)
            if not is_same(before, after):
                yield change(f"{self.path}.<closure {name}>", "replaced", shown(before), shown(after))


class SlotsNode:
    """The slots of an instance."""

    __slots__ = ("_read", "_values", "path")

    def __init__(self, path: str, read: Callable[[], dict[str, Any]]) -> None:
        self.path = path
        self._read = read
        self._values = read()

    def has_changed(self) -> bool:
        """See ``Node``."""
        return True  # which is seen as quickly as what differs

    def changes(self) -> Changes:
        """See ``Node``."""
        now = self._read()
        for name in {**self._values, **now}:
            before, after = self._values.get(name, ABSENT), now.get(name, ABSENT)
            if not is_same(before, after):
                yield change(f"{self.path}.{name}", "replaced", shown(before), shown(after))


class ReadNode:
    """Something that only a function can read: how many entries a cache has, where a generator is."""

    __slots__ = ("_before", "_kind", "_read", "_show", "path")

    def __init__(
        self, path: str, kind: str, read: Callable[[], Any], show: Callable[[Any], str] | None = shown
    ) -> None:
        """Prepare; ``show`` makes text of what was read, and is None where that says nothing."""
        self.path = path
        self._kind = kind
        self._read = read
        self._show = show
        self._before = _result(read)

    def has_changed(self) -> bool:
        """See ``Node``."""
        return bool(_result(self._read) != self._before)

    def changes(self) -> Changes:
        """See ``Node``."""
        if self._show is None:
            yield change(self.path, self._kind, "as it was", "otherwise" if self._kind == "changed" else "further on")
        else:
            yield change(self.path, self._kind, self._show(self._before), self._show(_result(self._read)))


def content(cell: Any) -> Any:
    """What a variable of a closure stands for."""
    try:
        return cell.cell_contents
    except ValueError:  # nothing yet
        return ABSENT


def _result(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except Exception:  # an object that is closed, or of a library that does it otherwise
        return None


def _is_state(name: Any, value: Any) -> bool:
    """Whether a name is not Python's own (``__warningregistry__``) or ours, nor a module's that was imported late."""
    if isinstance(name, str) and (name.startswith("_fn_emulator") or (name.startswith("__") and name.endswith("__"))):
        return False
    return not isinstance(value, ModuleType)


def _kind(*, has_new: bool, has_lost: bool, is_replaced: bool) -> str:
    if has_new + has_lost + is_replaced > 1:
        return "changed"
    return "grew" if has_new else "removed" if has_lost else "replaced"


def _told(items: list[Any]) -> str:
    """A list by its end, where what is new stands."""
    return shown(items) if len(items) <= 4 else f"[... {', '.join(map(shown, items[-2:]))}, {len(items)} in all]"
