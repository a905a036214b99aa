"""Parts of a container as they are sent -> as they are stored: properties with types, constraints, indexes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fn_emulator.cdf.contract import bad_request
from fn_emulator.cdf.modeling.identifiers import check_caption, check_part_id, check_property_id
from fn_emulator.cdf.modeling.property_types import TYPES, store_value
from fn_emulator.cdf.modeling.references import as_reference, container_id
from fn_emulator.cdf.modeling.shapes import Definition, read_array, read_choice, read_flag, read_object

ENUM_VALUES = 32
LIST_SIZE = 2000


def container_property(name: str, sent: Any) -> Definition:
    """One property, with its defaults and the state of its constraints."""
    check_property_id(name)
    given = read_object(sent, f"property {name!r}")
    kind = _type(name, given.get("type"))
    stored: Definition = {
        "type": kind,
        "nullable": read_flag(given, "nullable", name, default=True),
        "autoIncrement": read_flag(given, "autoIncrement", name, default=False),
        "immutable": read_flag(given, "immutable", name, default=False),
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
    given = read_object(sent, f"type of property {name!r}")
    kind = given.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        raise bad_request(f"The type of property {name!r} must be one of {', '.join(sorted(TYPES))}. Got {kind!r}.")
    if kind == "enum":
        return _enum(name, given)
    stored: Definition = {"type": kind, "list": read_flag(given, "list", name, default=False)}
    if kind == "text":
        stored["collation"] = given.get("collation") or "ucs_basic"
    if kind == "direct" and given.get("container") is not None:
        stored["container"] = as_reference(container_id(given["container"], f"container of property {name!r}"))
    if given.get("unit") is not None:
        stored["unit"] = dict(read_object(given["unit"], f"unit of property {name!r}"))
    return {**stored, **_sizes(name, given, stored)}


def _enum(name: str, given: Mapping[str, Any]) -> Definition:
    values = read_object(given.get("values"), f"values of property {name!r}")
    if not 0 < len(values) <= ENUM_VALUES:
        raise bad_request(f"The enum {name!r} must have 1 to {ENUM_VALUES} values. Got {len(values)}.")
    stored: Definition = {
        "type": "enum",
        "values": {
            key: read_object(value or {}, f"value {key!r} of property {name!r}") for key, value in values.items()
        },
    }
    unknown = given.get("unknownValue")
    if unknown is not None:
        stored["unknownValue"] = read_choice(unknown, tuple(values), f"unknownValue of property {name!r}")
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


def container_parts(sent: Any, what: str, properties: Mapping[str, Any]) -> Definition:
    """Constraints or indexes: the properties that they name must be the container's own."""
    stored = {}
    for name, value in read_object(sent or {}, f"{what} of the container").items():
        given = read_object(value, f"{what} {check_part_id(name, what)!r}")
        kinds = ("uniqueness", "requires") if what == "constraint" else ("btree", "inverted")
        kind = read_choice(given.get(f"{what}Type"), kinds, f"{what}Type of {name!r}")
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
    names = read_array(sent, f"properties of the {where}")
    for name in names:
        if not isinstance(name, str) or name not in properties:
            raise bad_request(f"The {where} names the property {name!r}, which the container does not have.")
    if not names:
        raise bad_request(f"The {where} names no property.")
    return [str(name) for name in names]
