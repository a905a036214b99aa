"""Spaces, containers, views and data models as they are sent -> as they are stored, or the 400 that says why not.

What is stored has every field that the API returns, but times: those are the store's.
"""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.contract import bad_request
from fn_emulator.cdf.modeling.container_parts import container_parts, container_property
from fn_emulator.cdf.modeling.identifiers import check_caption, check_external_id, check_space_id, check_version
from fn_emulator.cdf.modeling.references import as_reference, view_id
from fn_emulator.cdf.modeling.shapes import Definition, read_array, read_choice, read_object
from fn_emulator.cdf.modeling.view_parts import view_property

CONTAINER_PROPERTIES = 100
VIEW_PROPERTIES = 300
IMPLEMENTED_VIEWS = 10
MODEL_VIEWS = 100
USED_FOR = ("node", "edge", "all")


def check_space(sent: Any) -> Definition:
    """A space as it is stored.

    Args:
        sent: ``{"space", "name"?, "description"?}``.

    Raises:
        CdfError: 400 that names what is wrong; so do the other checks of this module.
    """
    definition = read_object(sent, "space")
    space = check_space_id(definition.get("space"))
    return {"space": space, **check_caption(definition, "space"), "isGlobal": False}


def check_container(sent: Any) -> Definition:
    """A container as it is stored, with the defaults of its properties and the states that the API returns.

    Args:
        sent: ``{"space", "externalId", "properties", "usedFor"?, "constraints"?, "indexes"?, "name"?,
            "description"?}``.
    """
    definition = read_object(sent, "container")
    space = check_space_id(definition.get("space"))
    external_id = check_external_id(definition.get("externalId"), "container")
    properties = read_object(definition.get("properties"), "properties of the container")
    if not 0 < len(properties) <= CONTAINER_PROPERTIES:
        raise bad_request(f"A container must have 1 to {CONTAINER_PROPERTIES} properties. Got {len(properties)}.")
    stored = {name: container_property(name, given) for name, given in properties.items()}
    return {
        "space": space,
        "externalId": external_id,
        **check_caption(definition, "container"),
        "usedFor": read_choice(definition.get("usedFor") or "node", USED_FOR, "usedFor of the container"),
        "properties": stored,
        "constraints": container_parts(definition.get("constraints"), "constraint", stored),
        "indexes": container_parts(definition.get("indexes"), "index", stored),
        "isGlobal": False,
    }


def check_view(sent: Any) -> Definition:
    """A view as it is stored: its own properties only. ``views.resolve_view`` checks what it refers to.

    Args:
        sent: ``{"space", "externalId", "version", "properties"?, "implements"?, "filter"?, "name"?, "description"?}``.
    """
    definition = read_object(sent, "view")
    properties = read_object(definition.get("properties") or {}, "properties of the view")
    implements = read_array(definition.get("implements"), "implements of the view")
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
        "properties": {name: view_property(name, given) for name, given in properties.items()},
        "isGlobal": False,
    }
    if definition.get("filter") is not None:
        stored["filter"] = read_object(definition["filter"], "filter of the view")
    return stored


def check_data_model(sent: Any) -> Definition:
    """A data model as it is stored; its views are references, or whole views to be written with it.

    Args:
        sent: ``{"space", "externalId", "version", "views"?, "name"?, "description"?}``. A view that has more than the
            fields of a reference is a definition, and is left to ``check_view``.
    """
    definition = read_object(sent, "data model")
    views = read_array(definition.get("views"), "views of the data model")
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
