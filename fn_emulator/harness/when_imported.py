"""Act on modules when they are imported, so that nobody pays for a module that is never used."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Callable


class WhenImported:
    """A finder that acts on modules: at once on those that are imported, on the others when they are."""

    def __init__(self, actions: Mapping[str, Callable[[Any], None]]) -> None:
        """Prepare; ``actions``: module name -> what is to be done with the module, each time it is imported."""
        self._actions = actions
        self._searched: set[str] = set()
        self._opened = 0

    def open(self) -> bool:
        """Act on what is there, and wait for the rest. Counted: False if it was open already."""
        self._opened += 1
        if self._opened > 1:
            return False
        sys.meta_path.insert(0, self)
        for name, act in self._actions.items():
            module = sys.modules.get(name)
            if module is not None:  # None stands for a module that must not be imported
                act(module)
        return True

    def close(self) -> bool:
        """Wait no more, when everybody who opened it has closed it; False before that."""
        self._opened -= 1
        if self._opened:
            return False
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        return True

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """The finder: what the others find, with a loader that tells us afterwards."""
        if name not in self._actions or name in self._searched:
            return None
        self._searched.add(name)
        try:
            spec = found_by_others(self, name, path, target)
        finally:
            self._searched.discard(name)
        if spec is not None and spec.loader is not None:
            spec.loader = _TellingLoader(spec.loader, self._actions[name])
        return spec

    def invalidate_caches(self) -> None:
        """Part of the finder protocol; there is no cache."""


def found_by_others(ours: Any, name: str, path: Any, target: Any) -> Any:
    """What the finders behind ours on ``sys.meta_path`` find, or None."""
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
