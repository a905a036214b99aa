"""What the references of a filter or sort mean: the schema, the parameters and the other nodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from fn_emulator.cdf.contract import bad_request
from fn_emulator.cdf.modeling.properties import Property, find_property
from fn_emulator.cdf.modeling.references import Instance, InstanceId, ViewId
from fn_emulator.cdf.modeling.views import Schema
from fn_emulator.model import NOTHING


class Scope(NamedTuple):
    """What a filter's references mean.

    Attributes:
        schema: Containers and views.
        parameters: Values for ``{"parameter": name}``.
        node: A node by id, for ``nested``.
        view: The view that a property's name alone refers to (search and aggregation).
        within: Views whose own filter is being compiled, so that a filter may speak of its own view.
        depth: How many filters the one that is being compiled is in.
    """

    schema: Schema
    parameters: Mapping[str, Any] = NOTHING
    node: Callable[[InstanceId], Instance | None] = lambda _: None
    view: ViewId | None = None
    within: frozenset[ViewId] = frozenset()
    depth: int = 0

    def property(self, path: Any) -> Property:
        """The property that a reference names; see ``find_property``."""
        return find_property(path, self.schema, self.view)

    def value(self, given: Any) -> Any:
        """A literal value; that of a parameter where one is named."""
        if not isinstance(given, Mapping) or set(given) != {"parameter"}:
            return given
        name = given["parameter"]
        if not isinstance(name, str) or name not in self.parameters:
            raise bad_request(f"The parameter '{name}' has no value: it is not in 'parameters'.")
        return self.parameters[name]
