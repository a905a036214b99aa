"""The properties of a view as they are sent -> as they are stored: mapped ones, and the four kinds of connections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fn_emulator.cdf.contract import bad_request
from fn_emulator.cdf.modeling.identifiers import check_caption, check_property_id
from fn_emulator.cdf.modeling.references import as_reference, container_id, instance_id, source_id, view_id
from fn_emulator.cdf.modeling.shapes import Definition, read_choice, read_object, read_text

EDGES = ("single_edge_connection", "multi_edge_connection")
REVERSE = ("single_reverse_direct_relation", "multi_reverse_direct_relation")


def view_property(name: str, sent: Any) -> Definition:
    """One property: a mapped one, or a connection, told by ``connectionType``."""
    check_property_id(name)
    given = read_object(sent, f"property {name!r}")
    captions = check_caption(given, f"property {name!r}")
    connection = given.get("connectionType")
    if (
        connection is None and "type" in given and "container" not in given
    ):  # as before there were other kinds; not checked
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
        "containerPropertyIdentifier": read_text(
            given.get("containerPropertyIdentifier"), f"containerPropertyIdentifier of property {name!r}"
        ),
    }
    if given.get("source") is not None:
        stored["source"] = as_reference(view_id(given["source"], f"source of property {name!r}"))
    return stored


def _edge_connection(name: str, given: Mapping[str, Any]) -> Definition:
    space, external_id = instance_id(given.get("type"), f"The type of property {name!r}")
    stored: Definition = {
        "type": {"space": space, "externalId": external_id},
        "source": as_reference(view_id(given.get("source"), f"source of property {name!r}")),
        "direction": _direction(given.get("direction"), f"direction of property {name!r}"),
    }
    if given.get("edgeSource") is not None:
        stored["edgeSource"] = as_reference(view_id(given["edgeSource"], f"edgeSource of property {name!r}"))
    return stored


def _direction(value: Any, where: str) -> str:
    return read_choice(value or "outwards", ("outwards", "inwards"), where)


def _reverse_relation(name: str, given: Mapping[str, Any]) -> Definition:
    through = read_object(given.get("through"), f"through of property {name!r}")
    source = source_id(through.get("source"), f"The through of property {name!r}")
    identifier = read_text(through.get("identifier"), f"identifier of property {name!r}")
    return {
        "source": as_reference(view_id(given.get("source"), f"source of property {name!r}")),
        "through": {"source": as_reference(source), "identifier": identifier},
    }
