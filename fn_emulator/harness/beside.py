"""What a function changes in its process beside its own modules, put back for its next fresh start, and told as state.

Environment variables, ``sys.path``, handlers of loggers, the context of decimals, and names in modules of others
(``json._calls = 1``) that the function's code names. What lies deeper in those modules, and what C code keeps, is not
seen: a start in a process of its own shows whether that matters.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from types import CodeType, ModuleType
from typing import Any

from .state_text import ABSENT, change, is_same, shown

_LIGHT = 120
"""A module with more names is gone through once; later its length alone is looked at, where it was as before."""

_APART = {
    "os": ("environ",),
    "sys": ("stdin", "stdout", "stderr", "path", "modules"),
    "tempfile": ("tempdir",),
}
"""Public names that others look after, or their own module."""

Names = dict[str, Any]


class Mark:
    """How it was at one moment."""

    __slots__ = ("context", "environ", "names")

    def __init__(self, environ: Any, names: dict[str, Names], context: Names) -> None:
        self.environ = environ
        self.names = names
        self.context = context


class Beside:
    """What is beside the function's modules, between ``start`` and the last ``put_back``."""

    def __init__(self, leftovers: Any) -> None:
        """Prepare; ``leftovers`` are the session's."""
        self._leftovers = leftovers
        self._environ: Any = None
        self._paths: list[str] = []
        self._watched: dict[str, tuple[Names, Names]] = {}
        self._uses_logging = self._uses_decimal = False
        self._context: Names = {}
        self._unchecked: set[str] = set()
        self._overwritten: set[str] = set()

    def start(self) -> None:
        """This is what a fresh start finds."""
        self._environ = _environ()
        self._paths = sys.path[:]
        self._leftovers.remember_loggers()

    def watch(self, codes: list[CodeType]) -> None:
        """From now on the modules are looked at that this code, of all modules of the function's so far, names."""
        names = set(_names(codes))
        self._uses_logging = self._uses_logging or "logging" in names
        if not self._uses_decimal and ("decimal" in names or "getcontext" in names):
            self._uses_decimal, self._context = True, _decimal_context()
        for name in names.difference(self._watched):
            module = sys.modules.get(name)
            if type(module) is ModuleType and "__getattr__" not in vars(module):  # which adds names by itself
                self._watched[name] = vars(module), dict(vars(module))
                self._unchecked.add(name)

    def mark(self) -> Mark:
        """How it is now."""
        added = {}
        for name, (now, before) in self._watched.items():
            if len(now) != len(before):
                added[name] = {key: value for key, value in list(now.items()) if key not in before}
        return Mark(_environ(), added, _decimal_context() if self._uses_decimal else {})

    def changes(self, mark: Mark) -> Iterator[dict[str, Any]]:
        """Yield what differs from then."""
        now = _environ()
        if now != mark.environ:
            for key in {**mark.environ, **now}:
                before, after = mark.environ.get(key), now.get(key)
                if before != after:
                    texts = (shown(ABSENT if each is None else os.fsdecode(each)) for each in (before, after))
                    yield change(f"os.environ[{os.fsdecode(key)!r}]", "variable", *texts)
        yield from self._decimal_changes(mark)
        for name, (names, first) in self._watched.items():
            if len(names) != len(first) or name in mark.names:
                added = mark.names.get(name, {})
                for key, value in list(names.items()):
                    if key not in first and not isinstance(value, ModuleType):
                        before = added.get(key, ABSENT)
                        if not is_same(before, value):
                            yield change(f"{name}.{key}", "module", shown(before), shown(value))
            for key in self._overwritten_names(name):
                yield change(f"{name}.{key}", "module", shown(first[key]), shown(names.get(key, ABSENT)))

    def _decimal_changes(self, mark: Mark) -> Iterator[dict[str, Any]]:
        for field, value in _decimal_context().items() if self._uses_decimal else ():
            if mark.context.get(field, ABSENT) != value:
                before = shown(mark.context.get(field, ABSENT))
                yield change(f"decimal.getcontext().{field}", "module", before, shown(value))

    def put_back(self) -> None:
        """Let it be as a fresh start finds it."""
        raw = getattr(os.environ, "_data", None)
        if raw != self._environ:
            _put_variables(self._environ)
        if sys.path != self._paths:
            sys.path[:] = self._paths
        if self._uses_logging:
            self._leftovers.start_fresh()
        if self._uses_decimal and _decimal_context() != self._context:
            for field, value in self._context.items():
                setattr(sys.modules["decimal"].getcontext(), field, value)
        for name, (names, first) in self._watched.items():
            if len(names) != len(first):
                for key in [key for key, value in names.items() if key not in first and _is_value(value)]:
                    del names[key]
            for key in self._overwritten_names(name):
                names[key] = first[key]
                self._overwritten.add(name)
        self._unchecked.clear()

    def _overwritten_names(self, name: str) -> list[str]:
        names, first = self._watched[name]
        if len(first) > _LIGHT and name not in self._overwritten and name not in self._unchecked:
            return []
        apart = _APART.get(name, ())
        # Private names of others are theirs: what they keep and when they make it is nobody's matter.
        return [
            key
            for key, value in first.items()
            if names.get(key, ABSENT) is not value and key[0] != "_" and key not in apart and _is_value(value)
        ]


def _is_value(value: Any) -> bool:
    return not isinstance(value, ModuleType)


def _environ() -> Any:
    raw = getattr(os.environ, "_data", None)
    return dict(os.environ) if raw is None else raw.copy()


def _decimal_context() -> Names:
    """How decimals are worked out in this thread."""
    decimal = sys.modules.get("decimal")
    if decimal is None:
        return {}
    context = decimal.getcontext()
    return {field: getattr(context, field) for field in ("prec", "rounding", "Emin", "Emax", "capitals", "clamp")}


def _put_variables(wanted: Any) -> None:
    now = _environ()
    for key in [key for key in now if key not in wanted]:
        del os.environ[os.fsdecode(key)]
    for key, value in wanted.items():
        if now.get(key) != value:
            os.environ[os.fsdecode(key)] = os.fsdecode(value)


def _names(codes: Iterable[Any]) -> Iterator[str]:
    """Every name in some code and in what is defined in it."""
    for code in codes:
        yield from code.co_names
        yield from _names(each for each in code.co_consts if isinstance(each, CodeType))
