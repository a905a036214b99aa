"""Data modeling's tables of a world, with the definitions that every project has, and what is worked out from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from fn_emulator.cdf.contract import bad_request
from fn_emulator.cdf.modeling.graph import Graph, make_table_graph
from fn_emulator.cdf.modeling.shapes import Definition
from fn_emulator.cdf.modeling.views import Schema, make_schema
from fn_emulator.cdf.world import Table, World

SPACES = "models/spaces"
CONTAINERS = "models/containers"
VIEWS = "models/views"
DATA_MODELS = "models/datamodels"
INSTANCES = "models/instances"
"""Tables. Keys are tuples of texts: ``(space,)``, ``(space, externalId)``, ``(space, externalId, version)``, and for
instances ``(instanceType, space, externalId)``."""

SYSTEM_SPACES = ("cdf_cdm", "cdf_cdm_units")
"""Spaces of the platform that are there in every project."""


def find_definition(world: World, table: str, key: tuple[str, ...]) -> Definition | None:
    """A space, container, view or data model: the project's own, or one that every project has."""
    return _lookup(table, world.table(table))(key)


def built_in(table: str) -> dict[tuple[str, ...], Definition]:
    """The definitions of a table that every project has."""
    from fn_emulator.cdf.modeling.core_model import definitions

    return definitions(table)


def schema_of(world: World) -> Schema:
    """The containers and views of a world."""

    def make(containers: Table, views: Table) -> Schema:
        return make_schema(_lookup(CONTAINERS, containers), _lookup(VIEWS, views))

    schema: Schema = world.derived("models/schema", (CONTAINERS, VIEWS), make)
    return schema


def graph_of(world: World) -> Graph:
    """The nodes and edges of a world."""
    graph: Graph = world.derived("models/graph", (INSTANCES,), _graph)
    return graph


def _graph(table: Table) -> Graph:
    return make_table_graph(table.items, table.sequence)


def require_spaces(world: World, spaces: Iterable[str]) -> None:
    """Refuse a space that is not there.

    Raises:
        CdfError: 400.
    """
    missing = [space for space in dict.fromkeys(spaces) if not _has_space(world, space)]
    if missing:
        shown = ", ".join(f"'{space}'" for space in missing)
        raise bad_request(f"One or more spaces do not exist: {shown}")


def _has_space(world: World, space: str) -> bool:
    if find_definition(world, SPACES, (space,)) is not None:
        return True
    return world.invent is not None and world.invent(world, SPACES, {"space": space})


def _lookup(table: str, held: Table) -> Callable[[Any], Definition | None]:
    items = held.items

    def find(key: tuple[str, ...]) -> Definition | None:
        found: Definition | None = items.get(key)
        return built_in(table).get(key) if found is None and key[0] in SYSTEM_SPACES else found

    return find
