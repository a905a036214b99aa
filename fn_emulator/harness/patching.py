"""Replace names of other people's modules for a while, also of modules that are imported only later.

How it works: ``Patch`` puts our wrapper over whatever a name holds at that moment and puts exactly that back, unless
somebody has replaced it since. ``WhenImported`` stands on ``sys.meta_path`` and acts right after a module was imported,
so that nobody pays for a module that is never used.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Callable

_ABSENT = object()
_BELOW = "_fn_emulator_below"
"""Attribute of our replacements: a tuple of what they replaced."""

Make = Callable[[Any], Any]
"""Takes what a name gave before, returns what it gives from now on."""


class Patch:
    """One name of a module or class; may be put in place several times over what others put there meanwhile."""

    __slots__ = ("_last", "_layers", "_make", "_name", "_owner")

    def __init__(self, owner: Any, name: str, make: Make) -> None:
        """Prepare; nothing is replaced yet."""
        self._owner = owner
        self._name = name
        self._make = make
        self._layers: list[tuple[Any, Any]] = []
        self._last: tuple[Any, Any] | None = None

    def put(self) -> bool:
        """Make ours the outermost; False if it is already."""
        owner, name, layers = self._owner, self._name, self._layers
        current = owner.__dict__.get(name, _ABSENT)
        if layers and current is layers[-1][1]:
            return False
        if not layers:
            current = self._without_old(current)
        # Somebody who saved ours during a call may have put it back after the call: what was below it counts.
        if self._last is None or (current is not self._last[0] and current is not self._last[1]):
            ours = self._make(getattr(owner, name))
            setattr(ours, _BELOW, (current,))
            self._last = current, ours
        layers.append(self._last)
        setattr(owner, name, self._last[1])
        return True

    def _without_old(self, current: Any) -> Any:
        """What the name holds; replacements of an earlier ``Patch``, which somebody put back late, are taken away."""
        while current not in (self._last or ()) and (below := getattr(current, _BELOW, None)) is not None:
            (current,) = below
            _restore(self._owner, self._name, current)
        return current

    def pull(self) -> None:
        """Undo the last ``put``; a name that somebody has replaced since is theirs now."""
        if not self._layers:
            return
        before, ours = self._layers.pop()
        owner, name = self._owner, self._name
        if owner.__dict__.get(name) is not ours:
            return
        _restore(owner, name, before)

    def pull_all(self) -> None:
        """Undo every ``put``."""
        while self._layers:
            self.pull()


def _restore(owner: Any, name: str, value: Any) -> None:
    if value is _ABSENT:
        delattr(owner, name)
    else:
        setattr(owner, name, value)


class WhenImported:
    """A finder that acts on modules: at once on those that are imported, on the others when they are."""

    def __init__(self, actions: Mapping[str, Callable[[Any], None]]) -> None:
        """Prepare; ``actions``: module name -> what is to be done with the module, each time it is imported."""
        self._actions = actions
        self._searched: set[str] = set()

    def open(self) -> None:
        """Act on what is there, and wait for the rest."""
        sys.meta_path.insert(0, self)
        for name, act in self._actions.items():
            module = sys.modules.get(name)
            if module is not None:  # None stands for a module that must not be imported
                act(module)

    def close(self) -> None:
        """Wait no more."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """The finder: what the others find, with a loader that tells us afterwards."""
        if name not in self._actions or name in self._searched:
            return None
        self._searched.add(name)
        try:
            spec = _found_by_others(self, name, path, target)
        finally:
            self._searched.discard(name)
        if spec is not None and spec.loader is not None:
            spec.loader = _TellingLoader(spec.loader, self._actions[name])
        return spec

    def invalidate_caches(self) -> None:
        """Part of the finder protocol; there is no cache."""


def _found_by_others(ours: WhenImported, name: str, path: Any, target: Any) -> Any:
    finders = list(sys.meta_path)
    for finder in finders[finders.index(ours) + 1 :] if ours in finders else finders:
        find = getattr(finder, "find_spec", None)
        spec = None if find is None else find(name, path, target)
        if spec is not None:
            return spec
    return None


class _TellingLoader:
    """Stands for a module's loader until the module is executed; the module keeps its own loader."""

    def __init__(self, loader: Any, act: Callable[[Any], None]) -> None:
        self._loader = loader
        self._act = act

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: Any) -> Any:
        return self._loader.create_module(spec)

    def exec_module(self, module: Any) -> None:
        module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._act(module)
