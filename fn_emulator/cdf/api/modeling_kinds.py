"""The four kinds of definitions of data modeling: how each is checked, what it refers to, how the API shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from fn_emulator.cdf.api.bodies import flag_in_query
from fn_emulator.cdf.api.modeling_store import (
    CONTAINERS,
    DATA_MODELS,
    SPACES,
    VIEWS,
    find_definition,
    require_spaces,
    schema_of,
)
from fn_emulator.cdf.contract import CdfError, Request
from fn_emulator.cdf.modeling.references import container_id, source_id, view_id
from fn_emulator.cdf.modeling.schema_rules import check_container, check_data_model, check_space, check_view
from fn_emulator.cdf.modeling.shapes import Definition, read_text
from fn_emulator.cdf.modeling.views import show_view
from fn_emulator.cdf.world import World

Key = tuple[str, ...]


class Kind(NamedTuple):
    """One kind of definitions.

    Attributes:
        table: Where they are stored.
        noun: What one is called in messages.
        parts: The fields that identify one.
        check: What is sent -> what is stored.
        refers: ``refers(world, definition)`` raises where something that it names is not there.
        show: ``show(world, definition, request)``: as the API returns it.
    """

    table: str
    noun: str
    parts: tuple[str, ...]
    check: Callable[[Any], Definition]
    refers: Callable[[World, Definition], None]
    show: Callable[[World, Definition, Request], Definition]


def key_of(kind: Kind, item: Mapping[str, Any], *, is_partial: bool = False) -> Key:
    """The key of the definition that an object names.

    Args:
        kind: Its kind.
        item: A definition, or a reference to one.
        is_partial: Whether the version may be left out; the key then has one part less.

    Raises:
        CdfError: 400 where a part is missing or no text.
    """
    parts = kind.parts[:-1] if is_partial and kind.parts[-1] == "version" and not item.get("version") else kind.parts
    return tuple(read_text(item.get(part), f"{part} of the {kind.noun}") for part in parts)


def shown_key(key: Key) -> str:
    """A key as messages show it."""
    return key[0] if len(key) == 1 else f"{key[0]}:{'/'.join(key[1:])}"


def _nothing(world: World, definition: Definition) -> None:
    pass


def _container_refers(world: World, container: Definition) -> None:
    require_spaces(world, [container["space"]])
    for constraint in container["constraints"].values():
        if constraint["constraintType"] == "requires":
            schema_of(world).properties_of(container_id(constraint["require"], "require"))
    for held in container["properties"].values():
        if "container" in held["type"]:
            schema_of(world).properties_of(container_id(held["type"]["container"], "container"))


def _view_refers(world: World, view: Definition) -> None:
    """What a view maps and implements must be there; that views at the end of relations must be is not documented."""
    require_spaces(world, [view["space"]])
    schema_of(world).view(view_id(view, "view"))


def _model_refers(world: World, model: Definition) -> None:
    require_spaces(world, [model["space"]])
    for reference in model["views"]:
        schema_of(world).view(view_id(reference, "view"))


def _as_stored(world: World, definition: Definition, request: Request) -> Definition:
    return definition


def _view(world: World, view: Definition, request: Request) -> Definition:
    name = "includeInheritedProperties"
    return _shown_view(world, view, inherited=name not in request.query or flag_in_query(request, name))


def _shown_view(world: World, view: Definition, *, inherited: bool = True) -> Definition:
    schema = schema_of(world)
    try:
        return show_view(view, schema.view(view_id(view, "view")), inherited=inherited)
    except CdfError:  # a container or view that it needs was deleted: what is left is shown
        kept = {name: held for name, held in view["properties"].items() if "container" not in held}
        lost = {"writable": False, "queryable": False, "usedFor": "all", "mappedContainers": []}
        return {**view, "properties": kept, **lost}


def _model(world: World, model: Definition, request: Request) -> Definition:
    if not flag_in_query(request, "inlineViews"):
        return model
    views = [find_definition(world, VIEWS, source_id(view, "view")) for view in model["views"]]
    return {**model, "views": [_shown_view(world, view) for view in views if view is not None]}


NAMED = ("space", "externalId")
VERSIONED = (*NAMED, "version")

KINDS: Mapping[str, Kind] = {
    "spaces": Kind(SPACES, "space", ("space",), check_space, _nothing, _as_stored),
    "containers": Kind(CONTAINERS, "container", NAMED, check_container, _container_refers, _as_stored),
    "views": Kind(VIEWS, "view", VERSIONED, check_view, _view_refers, _view),
    "datamodels": Kind(DATA_MODELS, "data model", VERSIONED, check_data_model, _model_refers, _model),
}
