"""Import other people's modules with the real clocks, also while the clock stands.

C extensions read the layout of ``datetime.datetime`` when they are imported and crash on a class of Python in its place
(pandas does); modules that keep a clock in a default argument break after the freeze. So the real classes and functions
are put back for the time of such an import, and the module's own names for them are replaced afterwards, until the
freeze ends.
"""

from __future__ import annotations

import datetime
import sys
import time
from typing import Any, Callable

_NAMES = {
    datetime: ("datetime", "date"),
    time: (
        *("time", "monotonic", "perf_counter", "localtime", "gmtime", "strftime"),
        *("time_ns", "monotonic_ns", "perf_counter_ns"),
    ),
}


class RealImports:
    """A finder on ``sys.meta_path`` while a clock is frozen."""

    def __init__(self, is_own: Callable[[Any], bool]) -> None:
        """Prepare, before the freeze.

        Args:
            is_own: Whether a module's spec is one of the function's own, which is imported under the freeze.
        """
        self._is_own = is_own
        self._real = [(owner, name, getattr(owner, name)) for owner, names in _NAMES.items() for name in names]
        self._frozen: list[tuple[Any, str, Any]] = []
        self._substitutes: dict[int, Any] = {}
        self._depth = 0
        self._replaced: list[tuple[Any, str, Any]] = []

    def start(self) -> None:
        """Begin, after the freeze."""
        self._frozen = [(owner, name, getattr(owner, name)) for owner, name, _ in self._real]
        self._substitutes = {
            id(real): frozen for (_, _, real), (_, _, frozen) in zip(self._real, self._frozen) if real is not frozen
        }
        sys.meta_path.insert(0, self)

    def stop(self) -> None:
        """End, before the freeze does."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        for module, name, real in self._replaced:
            setattr(module, name, real)
        self._replaced.clear()

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """What the other finders find, with a loader that imports it under the real clock."""
        for finder in list(sys.meta_path):
            find = getattr(finder, "find_spec", None)
            spec = find(name, path, target) if finder is not self and find is not None else None
            if spec is not None:
                if spec.loader is not None and not isinstance(spec.loader, type) and not self._is_own(spec):
                    self._wrap(spec.loader)
                return spec
        return None

    def _wrap(self, loader: Any) -> None:
        for method in ("create_module", "exec_module"):
            original = getattr(loader, method, None)
            if original is not None:
                setattr(loader, method, self._under_the_real_clock(original))

    def _under_the_real_clock(self, original: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def run(argument: Any) -> Any:
            self._depth += 1
            if self._depth == 1:
                _put(self._real)
            try:
                return original(argument)
            finally:
                self._depth -= 1
                if self._depth == 0:
                    _put(self._frozen)
                if hasattr(argument, "__spec__"):  # a module that was executed, not the spec of one to be made
                    self._freeze_names(argument)

        return run

    def _freeze_names(self, module: Any) -> None:
        for name, value in list(vars(module).items()):
            substitute = self._substitutes.get(id(value))
            if substitute is not None:
                self._replaced.append((module, name, value))
                setattr(module, name, substitute)


def _put(names: list[tuple[Any, str, Any]]) -> None:
    for owner, name, value in names:
        setattr(owner, name, value)
