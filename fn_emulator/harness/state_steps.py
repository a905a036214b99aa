"""What is behind a value that can change: the nodes of its own, and a walk into what it holds; by its class."""

from __future__ import annotations

import functools
import itertools
import threading
import weakref
from collections import deque
from contextvars import ContextVar
from types import FunctionType, MethodType, ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any, Callable

from .state_nodes import CellsNode, DictNode, ListNode, NamesNode, ReadNode, SetNode, SlotsNode, content
from .state_reads import reader_of
from .state_text import PLAIN

if TYPE_CHECKING:
    from .state_walk import Walk

Step = Callable[["Walk", str, Any, int], None]
"""Does that for a value at a path, so deep."""

_CACHE = type(functools.lru_cache(lambda: None))
_INNER = (map, zip, filter, itertools.cycle, itertools.chain, itertools.islice)
_MOST_KINDS = 1000

# What changes by itself, or means nothing: patterns, locks, loggers, weak references, types of typing.
_NOT_STATE = frozenset(
    ("re", "_thread", "threading", "logging", "weakref", "_weakref", "typing", "abc", "_abc", "enum")
)


def step_of(kind: type, *, is_own: bool) -> Step | None:
    """What is done with values of a class, which may be one of the function's own; None for nothing."""
    step = _STEPS.get(kind)
    if step is not None or kind in _STEPS:
        return step
    if issubclass(kind, type):
        return _type
    if is_own:
        return _instance  # not kept: the next start makes new classes
    step = None if kind.__module__ in _NOT_STATE else _step_of_others(kind)
    if len(_STEPS) < _MOST_KINDS:
        _STEPS[kind] = step
    return step


def _step_of_others(kind: type) -> Step | None:
    return _step_of_builtin(kind) or (_foreign if any("__dict__" in vars(base) for base in kind.__mro__) else None)


def _step_of_builtin(kind: type) -> Step | None:
    for base, step in ((dict, _dict), (list, _list), (deque, _list), (set, _set)):
        if issubclass(kind, base):
            return step
    make = reader_of(kind)
    return None if make is None else lambda walk, path, value, depth: walk.nodes.append(make(path, value))


def _dict(walk: Walk, path: str, value: Any, depth: int) -> None:
    walk.nodes.append(DictNode(path, value))
    if walk.has_inner(list(dict.values(value))):
        walk.elements_of(path, list(dict.items(value)), depth)


def _list(walk: Walk, path: str, value: Any, depth: int) -> None:
    walk.nodes.append(ListNode(path, value))
    items = list(value)
    if walk.has_inner(items):
        walk.elements_of(path, enumerate(items), depth)


def _tuple(walk: Walk, path: str, value: Any, depth: int) -> None:
    if walk.has_inner(list(value)):
        walk.elements_of(path, enumerate(value), depth)


def _set(walk: Walk, path: str, value: Any, depth: int) -> None:
    walk.nodes.append(SetNode(path, value))


def _function(walk: Walk, path: str, function: Any, depth: int) -> None:
    if not walk.is_own_function(function):
        return
    code = function.__code__
    names = vars(function)
    walk.nodes.append(NamesNode(path, names))
    if names:
        walk.members(path, list(names.items()), depth)
        _inner(walk, path, names.get("__wrapped__"), depth)
    if function.__defaults__:
        first = code.co_argcount - len(function.__defaults__)
        _defaults(walk, path, zip(code.co_varnames[first:], function.__defaults__), depth)
    if function.__kwdefaults__:
        _defaults(walk, path, function.__kwdefaults__.items(), depth)
    if function.__closure__:
        walk.nodes.append(CellsNode(path, code.co_freevars, function.__closure__))
        for name, cell in zip(code.co_freevars, function.__closure__):
            _inner(walk, f"{path}.<closure {name}>", content(cell), depth)


def _defaults(walk: Walk, path: str, defaults: Any, depth: int) -> None:
    for name, value in defaults:
        _inner(walk, f"{path}.<default {name}>", value, depth)


def _inner(walk: Walk, path: str, value: Any, depth: int) -> None:
    kind = type(value)
    if kind not in PLAIN and kind is not ModuleType:
        walk.value(path, value, kind, depth)


def _cache(walk: Walk, path: str, value: Any, depth: int) -> None:
    walk.nodes.append(ReadNode(path, "cache", lambda: value.cache_info().currsize, _entries))
    _inner(walk, path, getattr(value, "__wrapped__", None), depth)


def _entries(size: Any) -> str:
    return "1 entry" if size == 1 else f"{size} entries"


def _type(walk: Walk, path: str, value: Any, depth: int) -> None:
    if walk.is_own_class(value):
        names = type.__getattribute__(value, "__dict__")
        walk.nodes.append(NamesNode(path, names))
        walk.members(path, list(names.items()), depth)


def _instance(walk: Walk, path: str, value: Any, depth: int) -> None:
    """An object of a class of the function's: all that it holds, and what it is where its class is a dict or a list."""
    step = _step_of_builtin(type(value))
    if step is not None:
        step(walk, path, value, depth)
    names = _names_of(value)
    if names is not None:
        walk.nodes.append(NamesNode(path, names))
        walk.members(path, list(names.items()), depth)
    slots = list(_slots(type(value)))
    if slots:
        read = _reader(value, slots)
        walk.nodes.append(SlotsNode(path, read))
        walk.members(path, list(read().items()), depth)


def _foreign(walk: Walk, path: str, value: Any, depth: int) -> None:
    """An object of somebody else's class: its names, and containers that they stand for."""
    names = _names_of(value)
    if names is not None:
        walk.nodes.append(NamesNode(path, names))
        for name, member in list(names.items()):
            if type(member) in _CONTAINER_NODES and walk.is_new(member):
                walk.nodes.append(_CONTAINER_NODES[type(member)](f"{path}.{name}", member))


def _local(walk: Walk, path: str, value: Any, depth: int) -> None:
    names = vars(value)  # this thread's
    walk.nodes.append(NamesNode(path, names))
    walk.members(path, list(names.items()), depth)


def _names_of(value: Any) -> Any:
    try:
        names = object.__getattribute__(value, "__dict__")
    except (AttributeError, TypeError):
        return None
    return names if isinstance(names, dict) else None


def _slots(kind: type) -> Any:
    for base in kind.__mro__:
        for name, member in vars(base).items():
            if type(member).__name__ == "member_descriptor" and base.__module__ != "builtins":
                yield name, member


def _reader(value: Any, slots: list[tuple[str, Any]]) -> Callable[[], dict[str, Any]]:
    def read() -> dict[str, Any]:
        found = {}
        for name, member in slots:
            try:
                found[name] = member.__get__(value)
            except AttributeError:  # nothing yet
                continue
        return found

    return read


def _partial(walk: Walk, path: str, value: Any, depth: int) -> None:
    for part in (value.func, value.args, value.keywords):
        _inner(walk, path, part, depth)


def _method(walk: Walk, path: str, value: Any, depth: int) -> None:
    for part in (value.__func__, getattr(value, "__self__", None)):
        _inner(walk, path, part, depth)


def _property(walk: Walk, path: str, value: Any, depth: int) -> None:
    for part in (value.fget, value.fset):
        _inner(walk, path, part, depth)


def _outer_iterator(walk: Walk, path: str, value: Any, depth: int) -> None:
    import gc

    for part in gc.get_referents(value):
        _inner(walk, path, part, depth)


def _context_variable(walk: Walk, path: str, value: Any, depth: int) -> None:
    walk.nodes.append(ReadNode(path, "changed", lambda: id(value.get(None)), None))
    _inner(walk, path, value.get(None), depth)


_CONTAINER_NODES: dict[type, Any] = {dict: DictNode, list: ListNode, set: SetNode, deque: ListNode}

_STEPS: dict[type, Step | None] = {
    dict: _dict,
    list: _list,
    tuple: _tuple,
    set: _set,
    deque: _list,
    FunctionType: _function,
    MethodType: _method,
    staticmethod: _method,
    classmethod: _method,
    property: _property,
    functools.partial: _partial,
    _CACHE: _cache,
    SimpleNamespace: _instance,
    ContextVar: _context_variable,
    threading.local: _local,
    **dict.fromkeys((weakref.WeakValueDictionary, weakref.WeakKeyDictionary, weakref.WeakSet), _foreign),
    **dict.fromkeys(_INNER, _outer_iterator),
    **dict.fromkeys((frozenset, range, slice, object, type(len), type(Ellipsis), type(NotImplemented)), None),
}
"""By class; filled with what other classes turn out to be."""
