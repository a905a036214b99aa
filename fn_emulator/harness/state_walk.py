"""The names of a function's modules -> everything behind them that can change, as nodes."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from .state_nodes import NamesNode, Node
from .state_steps import step_of
from .state_text import PLAIN, shown

MOST_ELEMENTS = 300_000
"""Behind so many elements nothing more is looked at; the list or dict that they are in is."""

_DEEPEST = 50


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
        step = step_of(kind, is_own=kind.__module__ in self._own)
        if step is not None and depth <= _DEEPEST and self.is_new(value):
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
