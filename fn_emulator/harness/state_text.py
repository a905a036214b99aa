"""State as short text, and whether two values are the same; no code of the user's runs for either."""

from __future__ import annotations

from types import ModuleType
from typing import Any

ABSENT: Any = type("Absent", (), {"__slots__": ()})()
"""Stands for a name or an entry that is not there."""

PLAIN = frozenset((int, float, str, bytes, bool, complex, type(None)))
"""Types of values that hold no others and never change."""

_CONTAINERS: dict[type, str] = {list: "[]", tuple: "()", set: "{}", frozenset: "{}", dict: "{}"}
_MOST_ITEMS = 4
_MOST_LETTERS = 60
_DEEPEST = 3


def shown(value: Any, depth: int = 0) -> str:
    """A value as short text."""
    kind = type(value)
    if value is ABSENT:
        return "not there"
    if kind in PLAIN:
        return _cut(value)
    if kind in _CONTAINERS:
        brackets = _CONTAINERS[kind]
        return _container(value, brackets, depth) if depth < _DEEPEST else f"{brackets[0]}...{brackets[1]}"
    if isinstance(value, ModuleType):
        return "<module>"
    if isinstance(value, type):
        return f"<class {value.__qualname__}>"
    name = getattr(value, "__qualname__", None) if kind.__module__ == "builtins" else None
    return f"<{kind.__name__} {name}>" if isinstance(name, str) else f"<{kind.__name__}>"


def change(name: str, kind: str, before: str, after: str) -> dict[str, Any]:
    """A change of state, as the harness tells it."""
    return {"name": name, "kind": kind, "before": before, "after": after, "file": None, "line": None}


def is_same(before: Any, after: Any) -> bool:
    """Whether a name that may stand for another object stands for the same value."""
    if before is after:
        return True
    kind = type(before)
    if kind is not type(after):
        return False
    if kind in PLAIN:
        return bool(before == after) or (before != before and after != after)
    if kind not in _CONTAINERS or len(before) != len(after) or not (_is_plain(before) and _is_plain(after)):
        return False
    return bool(before == after)


def _is_plain(value: Any) -> bool:
    """Whether a container holds nothing but plain values, and containers of such."""
    members = [*value.keys(), *value.values()] if type(value) is dict else list(value)
    return all(type(member) in PLAIN or (type(member) in _CONTAINERS and _is_plain(member)) for member in members)


def _container(value: Any, brackets: str, depth: int) -> str:
    total = len(value)
    if type(value) is dict:
        items = [f"{shown(key, depth + 1)}: {shown(each, depth + 1)}" for key, each in _first(value.items())]
    else:
        items = [shown(member, depth + 1) for member in _first(value)]
    if total > _MOST_ITEMS:
        items.append(f"... {total} in all")
    return brackets[0] + ", ".join(items) + brackets[1]


def _first(members: Any) -> list[Any]:
    found = []
    for member in members:
        found.append(member)
        if len(found) == _MOST_ITEMS:
            break
    return found


def _cut(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 1000:
        return f"<int of {value.bit_length()} bits>"  # which Python may refuse to write out
    text = repr(value[:_MOST_LETTERS]) if isinstance(value, (str, bytes)) else repr(value)
    return text + "..." if isinstance(value, (str, bytes)) and len(value) > _MOST_LETTERS else text
