"""The state of a function's modules at one moment, and what differs from it later, by name.

How it works: what can change is found from the modules' names: the modules themselves, containers, classes and their
instances, closures and default arguments of functions, caches, generators. Of each a shallow copy is kept. What is no
longer the same object is compared by value. Nothing of the user's runs: attributes are read from ``__dict__`` alone.
"""

from __future__ import annotations

from typing import Any


class Snapshot:
    """The state at one moment."""

    def __init__(self, modules: list[tuple[str, Any]], beside: Any) -> None:
        self._beside = beside
        self._mark = beside.mark()

    def changes(self) -> list[dict[str, Any]]:
        """What differs now: ``{"name", "kind", "before", "after", "file", "line"}`` (see ``trials.StateChange``)."""
        return list(self._beside.changes(self._mark))
