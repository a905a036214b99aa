"""The names of a function's modules -> everything behind them that can change, as nodes."""

from __future__ import annotations

import functools
import itertools
import random
import threading
import weakref
from collections import deque
from operator import length_hint
from types import FunctionType, GeneratorType, MethodType, ModuleType, SimpleNamespace
from typing import Any, Callable

from .state_nodes import CellsNode, DictNode, ListNode, NamesNode, Node, ReadNode, SetNode, SlotsNode, content
from .state_text import PLAIN, shown

MOST_ELEMENTS = 300_000
"""Behind so many elements nothing more is looked at; the list or dict that they are in is."""

_DEEPEST = 50
_MOST_KINDS = 1000

# What changes by itself, or means nothing: patterns, locks, loggers, weak references, types of typing.
_NOT_STATE = frozenset(
    ("re", "_thread", "threading", "logging", "weakref", "_weakref", "typing", "abc", "_abc", "enum")
)
_CACHE = type(functools.lru_cache(lambda: None))
_WITH_LENGTHS: tuple[Any, ...] = ([], (), {}, {}.values(), {}.items(), range(0), "", b"", set())
_LENGTHS: set[type] = {*(type(iter(each)) for each in _WITH_LENGTHS), type(reversed([]))}
_INNER = (map, zip, filter, itertools.cycle, itertools.chain, itertools.islice)

Step = Callable[["Walk", str, Any, int], None]


class Walk:
    """One walk over some modules.

    Attributes:
        nodes: What was found.
    """

    def __init__(self, modules: list[tuple[str, ModuleType]]) -> None:
        """Walk.

        Args:
            modules: Modules by name; what is defined in others is not gone into.
        """
        self.nodes: list[Node] = []
        self._seen: set[int] = set()
        self._elements = 0
        self._own = {name for name, _ in modules}
        self._scopes = {id(vars(module)) for _, module in modules}
        for name, module in modules:
            names = vars(module)
            self.nodes.append(NamesNode(name, names))
            self.members(name, list(names.items()), 0)

    def members(self, path: str, members: list[tuple[Any, Any]], depth: int) -> None:
        """Go into what names stand for: pairs of a name and a value."""
        for name, value in members:
            kind = type(value)
            if kind not in PLAIN and kind is not ModuleType and name[:2] != "__":
                self.value(f"{path}.{name}", value, kind, depth)

    def value(self, path: str, value: Any, kind: type, depth: int) -> None:
        """Go into a value of a class that is not plain."""
        step = _STEPS.get(kind)
        if step is None:
            if kind in _STEPS or kind.__module__ in _NOT_STATE:
                return
            if kind.__module__ in self._own or issubclass(kind, type):
                step = _type if issubclass(kind, type) else _instance  # not kept: the next start makes new classes
            else:
                step = _step_of(kind)
                if len(_STEPS) < _MOST_KINDS:
                    _STEPS[kind] = step
                if step is None:
                    return
        if depth <= _DEEPEST and self.is_new(value):
            step(self, path, value, depth + 1)

    def is_new(self, value: Any) -> bool:
        """Whether this was not come by before."""
        is_new = id(value) not in self._seen
        self._seen.add(id(value))
        return is_new

    def elements_of(self, path: str, elements: Any, depth: int) -> None:
        """Go into what is in a container: pairs of a key or a place and a value."""
        for key, value in elements:
            kind = type(value)
            if kind not in PLAIN:
                self.value(f"{path}[{shown(key)}]", value, kind, depth)

    def has_inner(self, values: list[Any]) -> bool:
        """Whether any of these may hold others, and there are not too many to look."""
        self._elements += len(values)
        return self._elements < MOST_ELEMENTS and not PLAIN.issuperset(map(type, values))

    def is_own_class(self, kind: Any) -> bool:
        """Whether a class is defined in one of the modules."""
        return kind.__module__ in self._own

    def is_own_function(self, function: Any) -> bool:
        """Whether a function is defined there, or stands for one that is."""
        return id(function.__globals__) in self._scopes or function.__module__ in self._own


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


def _bytes(walk: Walk, path: str, value: Any, depth: int) -> None:
    walk.nodes.append(ReadNode(path, "changed", lambda: bytes(value)))


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


def _generator(walk: Walk, path: str, value: Any, depth: int) -> None:
    def read() -> Any:
        frame = value.gi_frame
        if frame is None:
            return None
        return frame.f_lasti, {name: _mark(local) for name, local in dict(frame.f_locals).items()}

    walk.nodes.append(ReadNode(path, "moved", read, None))


def _mark(local: Any) -> Any:
    return local if type(local) in PLAIN else id(local)


def _iterator(walk: Walk, path: str, value: Any, depth: int) -> None:
    walk.nodes.append(ReadNode(path, "moved", lambda: length_hint(value), lambda left: f"{left} left"))


def _numbered(walk: Walk, path: str, value: Any, depth: int) -> None:
    walk.nodes.append(ReadNode(path, "moved", lambda: repr(value), str))


def _enumerate(walk: Walk, path: str, value: Any, depth: int) -> None:
    walk.nodes.append(ReadNode(path, "moved", lambda: value.__reduce__()[1][1], lambda number: f"at {number}"))


def _outer_iterator(walk: Walk, path: str, value: Any, depth: int) -> None:
    import gc

    for part in gc.get_referents(value):
        _inner(walk, path, part, depth)


def _random(walk: Walk, path: str, value: Any, depth: int) -> None:
    walk.nodes.append(ReadNode(path, "moved", value.getstate, None))


def _numpy_random(walk: Walk, path: str, value: Any, depth: int) -> None:
    def read() -> Any:
        return repr(value.bit_generator.state if hasattr(value, "bit_generator") else value.get_state())

    walk.nodes.append(ReadNode(path, "moved", read, None))


def _array(walk: Walk, path: str, value: Any, depth: int) -> None:
    walk.nodes.append(ReadNode(path, "changed", lambda: value.tobytes(), None))


def _frame(walk: Walk, path: str, value: Any, depth: int) -> None:
    def read() -> Any:
        return [part.tobytes() if hasattr(part, "tobytes") else repr(part) for part in value._mgr.arrays]

    walk.nodes.append(ReadNode(path, "changed", read, None))


def _file(walk: Walk, path: str, value: Any, depth: int) -> None:
    walk.nodes.append(ReadNode(path, "moved", lambda: getattr(value, "buffer", value).tell(), lambda at: f"at {at}"))


def _connection(walk: Walk, path: str, value: Any, depth: int) -> None:
    walk.nodes.append(ReadNode(path, "moved", lambda: value.total_changes, lambda total: f"{total} changes"))


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
    bytearray: _bytes,
    FunctionType: _function,
    type: _type,
    MethodType: _method,
    staticmethod: _method,
    classmethod: _method,
    property: _property,
    functools.partial: _partial,
    _CACHE: _cache,
    GeneratorType: _generator,
    SimpleNamespace: _instance,
    itertools.count: _numbered,
    enumerate: _enumerate,
    threading.local: _local,
    **dict.fromkeys((weakref.WeakValueDictionary, weakref.WeakKeyDictionary, weakref.WeakSet), _foreign),
    **dict.fromkeys(_LENGTHS, _iterator),
    **dict.fromkeys(_INNER, _outer_iterator),
    **dict.fromkeys((frozenset, range, slice, object, type(len), type(Ellipsis), type(NotImplemented)), None),
}
"""What is done with a value by its class; None for nothing. Filled with what other classes turn out to be."""

_BY_NAME: dict[str, Step] = {
    "numpy.ndarray": _array,
    "array.array": _array,
    "pandas.DataFrame": _frame,
    "pandas.Series": _frame,
    "pandas.core.frame.DataFrame": _frame,
    "pandas.core.series.Series": _frame,
    "sqlite3.Connection": _connection,
    "_contextvars.ContextVar": _context_variable,
}


def _step_of(kind: type) -> Step | None:
    step = _step_of_builtin(kind)
    if step is not None:
        return step
    for base in kind.__mro__:
        name = f"{base.__module__}.{base.__qualname__}"
        if name in _BY_NAME:
            return _BY_NAME[name]
        if base.__module__.startswith("numpy.random") and base.__name__ in ("Generator", "RandomState"):
            return _numpy_random
        if base.__module__ in ("_io", "io") and base.__name__ == "_IOBase":
            return _file
    return _foreign if any("__dict__" in vars(base) for base in kind.__mro__) else None


def _step_of_builtin(kind: type) -> Step | None:
    if issubclass(kind, random.SystemRandom):
        return None
    for base, step in ((dict, _dict), (list, _list), (deque, _list), (set, _set), (random.Random, _random)):
        if issubclass(kind, base):
            return step
    return None
