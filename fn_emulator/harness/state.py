"""The state of a function's modules at one moment, and what differs from it later, by name.

How it works: what can change is found from the modules' names (``state_walk``): the modules themselves, containers,
classes and their instances, closures and default arguments of functions, caches, generators. Of each a *node* keeps a
shallow copy. What is not the same object any more is compared by value. Next to nothing of the user's runs: what an
object holds is read from its ``__dict__``, never as an attribute.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Any

from .beside import Beside
from .state_nodes import Node
from .state_walk import Walk

MOST_TOLD = 20
"""So many changes are told."""

Changes = list[dict[str, Any]]


class Snapshot:
    """The state at one moment."""

    def __init__(self, modules: list[tuple[str, ModuleType]], beside: Beside) -> None:
        """Take it.

        Args:
            modules: The function's own, by name.
            beside: What it changes beside them.
        """
        self._nodes: list[Node] = Walk(modules).nodes
        self._beside = beside
        self._mark = beside.mark()

    def changes(self, names: Iterable[str] | None = None) -> Changes:
        """What differs now: ``{"name", "kind", "before", "after", "file", "line"}`` (see ``trials.StateChange``).

        Args:
            names: Of these names alone; None for all.
        """
        found: Changes = []
        for node in self._nodes if names is None else self._near(names):
            if node.has_changed():
                found.extend(node.changes())
                if len(found) > MOST_TOLD:
                    break
        found.extend(self._beside.changes(self._mark))
        return found[:MOST_TOLD] if names is None else [each for each in found if each["name"] in names]

    def _near(self, names: Iterable[str]) -> list[Node]:
        """The nodes that may tell a change by one of these names."""
        return [node for node in self._nodes if any(name.startswith(node.path) for name in names)]
