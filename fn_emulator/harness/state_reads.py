"""Objects whose state only a call can read: where a generator or a file is, what an array holds. One node for each."""

from __future__ import annotations

import itertools
import random
from operator import length_hint
from types import GeneratorType
from typing import Any, Callable

from .state_nodes import ReadNode
from .state_text import PLAIN

Make = Callable[[str, Any], ReadNode]
"""Makes the node of a value at a path."""

_WITH_LENGTHS: tuple[Any, ...] = ([], (), {}, {}.values(), {}.items(), range(0), "", b"", set())
_LENGTHS: set[type] = {*(type(iter(each)) for each in _WITH_LENGTHS), type(reversed([]))}


def reader_of(kind: type) -> Make | None:
    """What reads an object of a class, if that is one of these."""
    if kind in _READERS:
        return _READERS[kind]
    for base in kind.__mro__:
        name = f"{base.__module__}.{base.__qualname__}"
        if name in _BY_NAME:
            return _BY_NAME[name]
        if base.__module__.startswith("numpy.random") and base.__name__ in ("Generator", "RandomState"):
            return _numpy_random
    return None if issubclass(kind, random.SystemRandom) or not issubclass(kind, random.Random) else _random


def _bytes(path: str, value: Any) -> ReadNode:
    return ReadNode(path, "changed", lambda: bytes(value))


def _generator(path: str, value: Any) -> ReadNode:
    def read() -> Any:
        frame = value.gi_frame
        if frame is None:
            return None
        return frame.f_lasti, {name: _mark(local) for name, local in dict(frame.f_locals).items()}

    return ReadNode(path, "moved", read, None)


def _mark(local: Any) -> Any:
    return local if type(local) in PLAIN else id(local)


def _iterator(path: str, value: Any) -> ReadNode:
    return ReadNode(path, "moved", lambda: length_hint(value), lambda left: f"{left} left")


def _numbered(path: str, value: Any) -> ReadNode:
    return ReadNode(path, "moved", lambda: repr(value), str)


def _enumerate(path: str, value: Any) -> ReadNode:
    return ReadNode(path, "moved", lambda: value.__reduce__()[1][1], lambda number: f"at {number}")


def _random(path: str, value: Any) -> ReadNode:
    return ReadNode(path, "moved", value.getstate, None)


def _numpy_random(path: str, value: Any) -> ReadNode:
    def read() -> Any:
        return repr(value.bit_generator.state if hasattr(value, "bit_generator") else value.get_state())

    return ReadNode(path, "moved", read, None)


def _array(path: str, value: Any) -> ReadNode:
    return ReadNode(path, "changed", lambda: value.tobytes(), None)


def _frame(path: str, value: Any) -> ReadNode:
    def read() -> Any:
        return [part.tobytes() if hasattr(part, "tobytes") else repr(part) for part in value._mgr.arrays]

    return ReadNode(path, "changed", read, None)


def _file(path: str, value: Any) -> ReadNode:
    return ReadNode(path, "moved", lambda: getattr(value, "buffer", value).tell(), lambda at: f"at {at}")


def _connection(path: str, value: Any) -> ReadNode:
    return ReadNode(path, "moved", lambda: value.total_changes, lambda total: f"{total} changes")


_READERS: dict[type, Make] = {
    bytearray: _bytes,
    GeneratorType: _generator,
    itertools.count: _numbered,
    enumerate: _enumerate,
    **dict.fromkeys(_LENGTHS, _iterator),
}

_BY_NAME: dict[str, Make] = {
    "numpy.ndarray": _array,
    "array.array": _array,
    "pandas.DataFrame": _frame,
    "pandas.Series": _frame,
    "pandas.core.frame.DataFrame": _frame,
    "pandas.core.series.Series": _frame,
    "sqlite3.Connection": _connection,
    "_io._IOBase": _file,
}
