"""Spaces, containers, views and data models as they are sent -> as they are stored, or the 400 that says why not.

What is stored has every field that the API returns, but times: those are the store's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fn_emulator.cdf.contract import bad_request
from fn_emulator.cdf.modeling.identifiers import (
    check_caption,
    check_external_id,
    check_part_id,
    check_property_id,
    check_space_id,
    check_version,
)
from fn_emulator.cdf.modeling.property_types import TYPES, store_value
from fn_emulator.cdf.modeling.references import as_reference, container_id, view_id

Definition = dict[str, Any]

CONTAINER_PROPERTIES = 100
VIEW_PROPERTIES = 300
IMPLEMENTED_VIEWS = 10
MODEL_VIEWS = 100
ENUM_VALUES = 32
LIST_SIZE = 2000

USED_FOR = ("node", "edge", "all")
EDGES = ("single_edge_connection", "multi_edge_connection")
REVERSE = ("single_reverse_direct_relation", "multi_reverse_direct_relation")


def check_space(sent: Any) -> Definition:
    """A space as it is stored.

    Args:
        sent: ``{"space", "name"?, "description"?}``.

    Raises:
        CdfError: 400 that names what is wrong; so do the other checks of this module.
    """
    definition = _object(sent, "space")
    space = check_space_id(definition.get("space"))
    return {"space": space, **check_caption(definition, "space"), "isGlobal": False}


def check_container(sent: Any) -> Definition:
    """A container as it is stored, with the defaults of its properties and the states that the API returns.

    Args:
        sent: ``{"space", "externalId", "properties", "usedFor"?, "constraints"?, "indexes"?, "name"?,
            "description"?}``.
    """
    definition = _object(sent, "container")
    space = check_space_id(definition.get("space"))
    external_id = check_external_id(definition.get("externalId"), "container")
    properties = _object(definition.get("properties"), "properties of the container")
    if not 0 < len(properties) <= CONTAINER_PROPERTIES:
        raise bad_request(f"A container must have 1 to {CONTAINER_PROPERTIES} properties. Got {len(properties)}.")
    stored = {name: _container_property(name, given) for name, given in properties.items()}
    return {
        "space": space,
        "externalId": external_id,
        **check_caption(definition, "container"),
        "usedFor": _one_of(definition.get("usedFor") or "node", USED_FOR, "usedFor of the container"),
        "properties": stored,
        "constraints": _parts(definition.get("constraints"), "constraint", stored),
        "indexes": _parts(definition.get("indexes"), "index", stored),
        "isGlobal": False,
    }


def check_view(sent: Any) -> Definition:
    """A view as it is stored: its own properties only. ``views.resolve_view`` checks what it refers to.

    Args:
        sent: ``{"space", "externalId", "version", "properties"?, "implements"?, "filter"?, "name"?, "description"?}``.
    """
    definition = _object(sent, "view")
    properties = _object(definition.get("properties") or {}, "properties of the view")
    implements = _listed(definition.get("implements"), "implements of the view")
    if len(properties) > VIEW_PROPERTIES:
        raise bad_request(f"A view must have at most {VIEW_PROPERTIES} properties. Got {len(properties)}.")
    if len(implements) > IMPLEMENTED_VIEWS:
        raise bad_request(f"A view must implement at most {IMPLEMENTED_VIEWS} views. Got {len(implements)}.")
    stored = {
        "space": check_space_id(definition.get("space")),
        "externalId": check_external_id(definition.get("externalId"), "view"),
        "version": check_version(definition.get("version")),
        **check_caption(definition, "view"),
        "implements": [as_reference(view_id(parent, "implements")) for parent in implements],
        "properties": {name: _view_property(name, given) for name, given in properties.items()},
        "isGlobal": False,
    }
    if definition.get("filter") is not None:
        stored["filter"] = _object(definition["filter"], "filter of the view")
    return stored


def check_data_model(sent: Any) -> Definition:
    """A data model as it is stored; its views are references, or whole views to be written with it.

    Args:
        sent: ``{"space", "externalId", "version", "views"?, "name"?, "description"?}``. A view that has more than the
            fields of a reference is a definition, and is left to ``check_view``.
    """
    definition = _object(sent, "data model")
    views = _listed(definition.get("views"), "views of the data model")
    if len(views) > MODEL_VIEWS:
        raise bad_request(f"A data model must have at most {MODEL_VIEWS} views. Got {len(views)}.")
    return {
        "space": check_space_id(definition.get("space")),
        "externalId": check_external_id(definition.get("externalId"), "data model"),
        "version": check_version(definition.get("version")),
        **check_caption(definition, "data model"),
        "views": [as_reference(view_id(view, "views of the data model")) for view in views],
        "isGlobal": False,
    }


def _container_property(name: str, sent: Any) -> Definition:
    check_property_id(name)
    given = _object(sent, f"property {name!r}")
    kind = _type(name, given.get("type"))
    stored: Definition = {
        "type": kind,
        "nullable": _flag(given, "nullable", name, default=True),
        "autoIncrement": _flag(given, "autoIncrement", name, default=False),
        "immutable": _flag(given, "immutable", name, default=False),
        **check_caption(given, f"property {name!r}"),
    }
    if given.get("defaultValue") is not None:
        if kind.get("list"):
            raise bad_request(f"The property {name!r} is a list, which cannot have a defaultValue.")
        stored["defaultValue"] = store_value(name, stored, given["defaultValue"])
    if stored["autoIncrement"] and (kind["type"] not in ("int32", "int64") or kind.get("list")):
        raise bad_request(f"The property {name!r} is {kind['type']}, which cannot have autoIncrement.")
    return {**stored, "constraintState": _constraint_state(stored)}


def _constraint_state(stored: Definition) -> dict[str, str]:
    """State of each constraint that a property has; here they hold as soon as they are written."""
    kind = stored["type"]
    sizes = {key: "current" for key in ("maxListSize", "maxTextSize") if key in kind}
    return sizes if stored["nullable"] else {"nullability": "current", **sizes}


def _type(name: str, sent: Any) -> Definition:
    given = _object(sent, f"type of property {name!r}")
    kind = given.get("type")
    if kind not in TYPES:
        raise bad_request(f"The type of property {name!r} must be one of {', '.join(sorted(TYPES))}. Got {kind!r}.")
    if kind == "enum":
        return _enum(name, given)
    stored: Definition = {"type": kind, "list": _flag(given, "list", name, default=False)}
    if kind == "text":
        stored["collation"] = given.get("collation") or "ucs_basic"
    if kind == "direct" and given.get("container") is not None:
        stored["container"] = as_reference(container_id(given["container"], f"container of property {name!r}"))
    if given.get("unit") is not None:
        stored["unit"] = dict(_object(given["unit"], f"unit of property {name!r}"))
    return {**stored, **_sizes(name, given, stored)}


def _enum(name: str, given: Mapping[str, Any]) -> Definition:
    values = _object(given.get("values"), f"values of property {name!r}")
    if not 0 < len(values) <= ENUM_VALUES:
        raise bad_request(f"The enum {name!r} must have 1 to {ENUM_VALUES} values. Got {len(values)}.")
    stored: Definition = {"type": "enum", "values": {key: dict(value or {}) for key, value in values.items()}}
    unknown = given.get("unknownValue")
    if unknown is not None:
        stored["unknownValue"] = _one_of(unknown, tuple(values), f"unknownValue of property {name!r}")
    return stored


def _sizes(name: str, given: Mapping[str, Any], stored: Definition) -> Definition:
    sizes = {key: given[key] for key in ("maxListSize", "maxTextSize") if given.get(key) is not None}
    for key, size in sizes.items():
        if type(size) is not int or size < 1 or (key == "maxListSize" and size > LIST_SIZE):
            raise bad_request(f"The {key} of property {name!r} is out of range. Got {size!r}.")
    if "maxListSize" in sizes and not stored["list"]:
        raise bad_request(f"The property {name!r} has a maxListSize, but is no list.")
    if "maxTextSize" in sizes and stored["type"] != "text":
        raise bad_request(f"The property {name!r} has a maxTextSize, but is no text.")
    return sizes


def _parts(sent: Any, what: str, properties: Mapping[str, Any]) -> Definition:
    """Constraints or indexes: the properties that they name must be the container's own."""
    stored = {}
    for name, value in _object(sent or {}, f"{what} of the container").items():
        given = _object(value, f"{what} {check_part_id(name, what)!r}")
        kinds = ("uniqueness", "requires") if what == "constraint" else ("btree", "inverted")
        kind = _one_of(given.get(f"{what}Type"), kinds, f"{what}Type of {name!r}")
        part: Definition = {f"{what}Type": kind, "state": "current"}
        if kind == "requires":
            part["require"] = as_reference(container_id(given.get("require"), f"constraint {name!r}"))
        else:
            part["properties"] = _known(given.get("properties"), properties, f"{what} {name!r}")
        if kind in ("btree", "uniqueness"):
            part["bySpace"] = bool(given.get("bySpace", False))
        if kind == "btree":
            part["cursorable"] = bool(given.get("cursorable", False))
        stored[name] = part
    return stored


def _known(sent: Any, properties: Mapping[str, Any], where: str) -> list[str]:
    names = _listed(sent, f"properties of the {where}")
    for name in names:
        if name not in properties:
            raise bad_request(f"The {where} names the property {name!r}, which the container does not have.")
    if not names:
        raise bad_request(f"The {where} names no property.")
    return [str(name) for name in names]


def _view_property(name: str, sent: Any) -> Definition:
    check_property_id(name)
    given = _object(sent, f"property {name!r}")
    captions = check_caption(given, f"property {name!r}")
    connection = given.get("connectionType")
    if connection is None and "type" in given and "container" not in given:  # the API's default for connections
        connection = "multi_edge_connection"
    if connection in EDGES:
        return {**captions, **_edge_connection(name, given), "connectionType": connection}
    if connection in REVERSE:
        return {**captions, **_reverse_relation(name, given), "connectionType": connection}
    if connection is not None:
        raise bad_request(f"The connectionType of property {name!r} is {connection!r}, which is none.")
    stored = {
        **captions,
        "container": as_reference(container_id(given.get("container"), f"container of property {name!r}")),
        "containerPropertyIdentifier": given.get("containerPropertyIdentifier"),
    }
    if given.get("source") is not None:
        stored["source"] = as_reference(view_id(given["source"], f"source of property {name!r}"))
    return stored


def _edge_connection(name: str, given: Mapping[str, Any]) -> Definition:
    kind = _object(given.get("type"), f"type of property {name!r}")
    stored: Definition = {
        "type": {"space": kind.get("space"), "externalId": kind.get("externalId")},
        "source": as_reference(view_id(given.get("source"), f"source of property {name!r}")),
        "direction": _direction(given.get("direction"), f"direction of property {name!r}"),
    }
    if given.get("edgeSource") is not None:
        stored["edgeSource"] = as_reference(view_id(given["edgeSource"], f"edgeSource of property {name!r}"))
    return stored


def _direction(value: Any, where: str) -> str:
    return _one_of(value or "outwards", ("outwards", "inwards"), where)


def _reverse_relation(name: str, given: Mapping[str, Any]) -> Definition:
    through = _object(given.get("through"), f"through of property {name!r}")
    source, identifier = through.get("source"), through.get("identifier")
    if not isinstance(source, Mapping) or not isinstance(identifier, str):
        raise bad_request(f"The through of property {name!r} must have a source and an identifier. Got {through!r}.")
    return {
        "source": as_reference(view_id(given.get("source"), f"source of property {name!r}")),
        "through": {"source": dict(source), "identifier": identifier},
    }


def _object(value: Any, what: str) -> Definition:
    if not isinstance(value, Mapping):
        raise bad_request(f"The {what} must be an object. Got {value!r:.100}.")
    return dict(value)


def _listed(value: Any, what: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise bad_request(f"The {what} must be an array. Got {value!r:.100}.")
    return value


def _one_of(value: Any, allowed: Iterable[str], what: str) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise bad_request(f"The {what} must be one of {', '.join(allowed)}. Got {value!r:.100}.")
    return value


def _flag(given: Mapping[str, Any], key: str, name: str, *, default: bool) -> bool:
    value = given.get(key)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise bad_request(f"The {key} of property {name!r} must be a boolean. Got {value!r:.100}.")
    return value
