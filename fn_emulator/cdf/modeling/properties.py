"""A property reference of a filter, sort or traversal -> how to read it from an instance, and its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from fn_emulator.cdf.contract import bad_request
from fn_emulator.cdf.modeling.property_types import NUMBERS, REFERENCES, store_value
from fn_emulator.cdf.modeling.references import ContainerId, Instance, ViewId, shown, source_key
from fn_emulator.cdf.modeling.views import Schema

TEXT, MOMENT, DIRECT = {"type": "text"}, {"type": "int64"}, {"type": "direct"}

BASE: Mapping[str, Mapping[str, Any]] = {
    "space": TEXT,
    "externalId": TEXT,
    "version": {"type": "int64"},
    "createdTime": MOMENT,
    "lastUpdatedTime": MOMENT,
    "deletedTime": MOMENT,
    "type": DIRECT,
    "startNode": DIRECT,
    "endNode": DIRECT,
}
"""What every node or edge has beside its containers' properties. Times are epoch milliseconds."""

EDGE_ONLY = ("startNode", "endNode")


class Property(NamedTuple):
    """A property that was referred to.

    Attributes:
        read: Its value on an instance, or None.
        kind: Its type, such as ``{"type": "text", "list": False}``.
        name: How the reference reads, for messages.
    """

    read: Callable[[Instance], Any]
    kind: Mapping[str, Any]
    name: str

    @property
    def is_list(self) -> bool:
        """Whether its value is a list."""
        return bool(self.kind.get("list", False))


def find_property(path: Any, schema: Schema, view: ViewId | None = None) -> Property:
    """The property that a reference names.

    Args:
        path: ``["node", "externalId"]``, ``["edge", "startNode"]``, ``[space, container, property]`` or ``[space,
            "view/version", property]``; in search and aggregation also the name alone.
        schema: Containers and views.
        view: The view that a name alone refers to; None where one is not allowed.

    Raises:
        CdfError: 400 where the reference is malformed, or names what is not there.
    """
    match [path] if isinstance(path, str) else path:
        case [("node" | "edge") as what, str(name)] if name in BASE and (what == "edge" or name not in EDGE_ONLY):
            return _base(what, name)
        case [str(name)] if view is not None:
            return _of_view(schema, view, name) if name in schema.view(view).properties else _base(None, name)
        case [str(space), str(source), str(name)]:
            external_id, slash, version = source.partition("/")
            if slash:
                return _of_view(schema, (space, external_id, version), name)
            return _of_container(schema, (space, external_id), name, f"{space}.{external_id}.{name}")
        case _:
            pass
    raise bad_request(
        f'The property reference {path!r} is not valid: expected ["node" or "edge", property], [space, container, '
        'property] or [space, "view/version", property].'
    )


def comparable(found: Property, value: Any) -> Any:
    """A filter's value in the form in which the property's values are stored, so that the two can be compared.

    Raises:
        CdfError: 400 where the value is not of the property's type.
    """
    kind = found.kind["type"]
    if found.kind is MOMENT and isinstance(value, str):  # which form the platform wants is not documented: both work
        from fn_emulator.cdf.modeling.moments import epoch_ms

        return epoch_ms(store_value(found.name, {"type": {"type": "timestamp"}, "nullable": False}, value))
    if kind in NUMBERS:
        return _number(found, value)
    # Sizes and members bind what is written; what is merely compared need not exist.
    plain = "text" if kind in ("text", "enum") or kind in REFERENCES else kind
    return store_value(found.name, {"type": {"type": plain}, "nullable": False}, value)


def sortable(value: Any) -> Any:
    """A stored value in a form that Python orders: references by space and external id."""
    return [value["space"], value["externalId"]] if isinstance(value, Mapping) else value


def _number(found: Property, value: Any) -> int | float:
    if type(value) is int or type(value) is float:
        return value
    raise bad_request(f"The value of property '{found.name}' must be a number. Got value '{value}'.")


def _base(what: str | None, name: str) -> Property:
    if name not in BASE:
        raise bad_request(f"The property '{name}' does not exist.")

    def read(instance: Instance) -> Any:
        return instance.get(name) if what is None or instance["instanceType"] == what else None

    return Property(read, BASE[name], f"{what}.{name}" if what else name)


def _of_view(schema: Schema, identifier: ViewId, name: str) -> Property:
    resolved = schema.view(identifier)
    if name not in resolved.properties:
        raise bad_request(f"The view '{shown(identifier)}' has no property '{name}'.")
    if name not in resolved.mapped:
        raise bad_request(
            f"The property '{name}' of the view '{shown(identifier)}' is a connection, which holds no value."
        )
    container, held = resolved.mapped[name]
    return _of_container(schema, container, held, f"{identifier[0]}.{source_key(identifier)}.{name}")


def _of_container(schema: Schema, identifier: ContainerId, name: str, label: str) -> Property:
    held = schema.properties_of(identifier).get(name)
    if held is None:
        raise bad_request(f"The container '{shown(identifier)}' has no property '{name}'.")

    def read(instance: Instance) -> Any:
        row = instance["properties"].get(identifier)
        return None if row is None else row.get(name)

    return Property(read, held["type"], label)
