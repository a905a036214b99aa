"""Whether modules hold something open that warns when it is freed: a file, a socket, a database.

It is looked for in what they refer to, as the garbage collector sees that: no code of the function's runs for it. Other
people's modules, classes and functions are not gone into.
"""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Iterable
from types import FunctionType, ModuleType
from typing import Any

_MOST = 5000
"""So many objects are looked at: what holds more costs as much to look through as to collect."""

_LAST_OF_PROCESS = 2
"""The descriptors up to this one are the process's own."""

_WARN = (("_sqlite3", "Connection"), ("tempfile", "TemporaryDirectory"), ("subprocess", "Popen"))
"""Modules, where they are loaded, and their classes whose objects warn beside files and sockets."""

_SHARED = (("logging", "Manager"), ("logging", "RootLogger"))
"""The same of objects that lead to what other people hold."""

_STREAMS = ("stdin", "stdout", "stderr", "__stdin__", "__stdout__", "__stderr__")

# Asked of the built-in types, as the function's own may answer with code.
_dict_of: Any = vars(ModuleType)["__dict__"].__get__
_is_closed: Any = vars(io.FileIO)["closed"].__get__
_module_of: Any = vars(type)["__module__"].__get__


def hold_open(modules: Iterable[ModuleType]) -> bool:
    """Whether one of a function's modules leads to something open."""
    spaces = [_dict_of(module) for module in modules]
    own_spaces = {id(names) for names in spaces}
    own_names = {names.get("__name__") for names in spaces}
    warning, shared, sockets = _loaded(_WARN), _loaded(_SHARED), _loaded((("_socket", "socket"),))
    waiting: list[Any] = list(spaces)
    seen = {*own_spaces, *(id(getattr(sys, name)) for name in _STREAMS)}
    while waiting and len(seen) < _MOST:
        for each in gc.get_referents(waiting.pop()):
            if id(each) in seen or not gc.is_tracked(each):
                continue
            seen.add(id(each))
            kind = type(each)
            if issubclass(kind, warning) or _is_open(each, kind, sockets):
                return True
            if not issubclass(kind, shared) and _is_gone_into(each, kind, own_spaces, own_names):
                waiting.append(each)
    return False


def _loaded(kinds: tuple[tuple[str, str], ...]) -> tuple[type, ...]:
    found = [getattr(sys.modules.get(top), name, None) for top, name in kinds]
    return tuple(kind for kind in found if kind is not None)


def _is_open(each: Any, kind: type, sockets: tuple[type, ...]) -> bool:
    if issubclass(kind, io.FileIO):
        return not _is_closed(each) and io.FileIO.fileno(each) > _LAST_OF_PROCESS
    return issubclass(kind, sockets) and bool(sockets[0].fileno(each) >= 0)  # type: ignore[attr-defined]


def _is_gone_into(each: Any, kind: type, own_spaces: set[int], own_names: set[Any]) -> bool:
    if issubclass(kind, ModuleType):
        return False
    if kind is FunctionType:
        return id(each.__globals__) in own_spaces
    return not issubclass(kind, type) or _module_of(each) in own_names
