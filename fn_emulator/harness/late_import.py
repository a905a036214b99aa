"""Import other people's modules with the real clocks, also while the clock stands.

C extensions read the layout of ``datetime.datetime`` when they are imported and crash on a class of Python in its place
(pandas does); modules that keep a clock in a default argument break after the freeze. So the real classes and functions
are put back for the time of such an import, and the module's own names for them are replaced afterwards, until the
freeze ends. Other threads see the real clock for that time too.
"""

from __future__ import annotations

import datetime
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Callable

from .when_imported import found_by_others

_NAMES = {
    datetime: ("datetime", "date"),
    time: (
        *("time", "monotonic", "perf_counter", "localtime", "gmtime", "strftime", "sleep"),
        *("time_ns", "monotonic_ns", "perf_counter_ns"),
    ),
}

Names = list[tuple[Any, str, Any]]
"""Module, name, and what the name stands for."""


class RealImports:
    """A finder on ``sys.meta_path`` while a clock is frozen."""

    def __init__(self, is_own: Callable[[Any], bool]) -> None:
        """Prepare, before the freeze.

        Args:
            is_own: Whether a module's spec is one of the function's own, which is imported under the freeze.
        """
        self._is_own = is_own
        self._real: Names = list(_real_clocks())
        self._frozen: Names = []
        self._substitutes: dict[int, Any] = {}
        self._depth = 0
        self._replaced: Names = []
        self._is_over = False

    def start(self) -> None:
        """Begin, after the freeze and everything else that replaces clocks."""
        self._frozen = [(owner, name, getattr(owner, name)) for owner, name, _ in self._real]
        self._substitutes = {
            id(real): frozen for (_, _, real), (_, _, frozen) in zip(self._real, self._frozen) if real is not frozen
        }
        sys.meta_path.insert(0, self)

    def stop(self) -> None:
        """End, before the freeze does."""
        self._is_over = True
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        for module, name, real in self._replaced:
            setattr(module, name, real)
        self._replaced.clear()

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """What the other finders find, with a loader that imports it under the real clock."""
        spec = found_by_others(self, name, path, target)
        if spec is not None and hasattr(spec.loader, "exec_module") and not self._is_own(spec):
            spec.loader = _RealLoader(spec, self)
        return spec

    def under_the_real_clock(self, work: Callable[[Any], Any], argument: Any) -> Any:
        """Do a part of an import; after the freeze there is nothing to put back."""
        if self._is_over:
            return work(argument)
        self._depth += 1
        if self._depth == 1:
            _put(self._real)
        try:
            return work(argument)
        finally:
            self._depth -= 1
            if self._depth == 0 and not self._is_over:
                _put(self._frozen)

    def freeze_names(self, module: Any) -> None:
        """Replace the names for clocks that a module has taken."""
        if self._is_over:
            return
        for name, value in list(vars(module).items()):
            substitute = self._substitutes.get(id(value))
            if substitute is not None:
                self._replaced.append((module, name, value))
                setattr(module, name, substitute)


class _RealLoader:
    """Stands for a loader during one import; the loader itself may serve many modules and is left as it is."""

    def __init__(self, spec: Any, imports: RealImports) -> None:
        self._spec = spec
        self._loader = spec.loader
        self._imports = imports

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: Any) -> Any:
        make = getattr(self._loader, "create_module", None)
        return None if make is None else self._imports.under_the_real_clock(make, spec)

    def exec_module(self, module: Any) -> None:
        self._spec.loader = module.__loader__ = self._loader
        try:
            self._imports.under_the_real_clock(self._loader.exec_module, module)
        finally:
            self._imports.freeze_names(module)


@contextmanager
def real_clocks() -> Iterator[None]:
    """Put the real classes and functions back for a moment, where somebody has frozen the clock."""
    real = list(_real_clocks())
    found = [(owner, name, getattr(owner, name)) for owner, name, _ in real]
    _put(real)
    try:
        yield
    finally:
        _put(found)


def _real_clocks() -> Iterator[tuple[Any, str, Any]]:
    """Yield each name with what it really stands for, also where somebody has frozen the clock already."""
    freezegun = sys.modules.get("freezegun.api")
    for owner, names in _NAMES.items():
        for name in names:
            known = getattr(owner, name)
            yield owner, name, known if freezegun is None else getattr(freezegun, f"real_{name}", known)


def _put(names: Names) -> None:
    for owner, name, value in names:
        setattr(owner, name, value)
