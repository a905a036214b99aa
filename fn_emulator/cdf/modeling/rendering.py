"""A stored instance as the API shows it: through the views and containers that a request names as sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from fn_emulator.cdf.contract import bad_request
from fn_emulator.cdf.modeling.references import ContainerId, Instance, ViewId, shown, source_id, source_key
from fn_emulator.cdf.modeling.views import Schema

ALL = "*"
SHOWN = ("instanceType", "version", "space", "externalId", "type", "startNode", "endNode")
TIMES = ("createdTime", "lastUpdatedTime", "deletedTime")
TYPING = ("nullable", "autoIncrement", "immutable", "defaultValue", "name", "description", "type")


class Source(NamedTuple):
    """One view or container that properties are read through.

    Attributes:
        id: The view or container.
        reads: Each property's name -> the container and property that hold it.
    """

    id: ContainerId | ViewId
    reads: Mapping[str, tuple[ContainerId, str]]


def read_sources(given: Any, schema: Schema) -> list[Source]:
    """The sources of a request.

    Args:
        given: ``[{"source": {view or container}, "properties": ["*"] or names}]``, or None. Without ``properties`` all
            are read.
        schema: Containers and views.

    Raises:
        CdfError: 400 where a source or one of its properties is not there.
    """
    if given is not None and not isinstance(given, list):
        raise bad_request(f"The sources must be an array. Got {given!r:.200}.")
    return [_source(one, schema) for one in given or ()]


def render(instance: Instance, sources: Iterable[Source]) -> dict[str, Any]:
    """A node or edge as the API returns it.

    Args:
        instance: As it is stored.
        sources: What to read it through. A source is shown only where the instance has data in one of its containers,
            and of its properties only those with a value.
    """
    shown_instance = {key: instance[key] for key in (*SHOWN, *TIMES) if instance.get(key) is not None}
    properties: dict[str, dict[str, Any]] = {}
    rows = instance["properties"]
    for source in sources:
        values = read_through(source, rows)
        if values is not None:
            properties.setdefault(source.id[0], {})[source_key(source.id)] = values
    return {**shown_instance, "properties": properties}


def read_through(source: Source, rows: Mapping[ContainerId, Mapping[str, Any]]) -> dict[str, Any] | None:
    """The properties of one source; None where the instance has no data in any of its containers."""
    values = {}
    is_there = False
    for name, (container, held) in source.reads.items():
        row = rows.get(container)
        if row is not None:
            is_there = True
            if held in row:
                values[name] = row[held]
    return values if is_there else None


def show_typing(sources: Iterable[Source], schema: Schema) -> dict[str, Any]:
    """The ``typing`` of an answer to a request with ``includeTyping``: what type each property has."""
    typing: dict[str, dict[str, Any]] = {}
    for source in sources:
        described = typing.setdefault(source.id[0], {}).setdefault(source_key(source.id), {})
        for name, (container, held) in source.reads.items():
            definition = schema.properties_of(container)[held]
            described[name] = {key: definition[key] for key in TYPING if key in definition}
    return typing


def _source(given: Any, schema: Schema) -> Source:
    if not isinstance(given, Mapping) or "source" not in given:
        raise bad_request(f"A source must be an object with 'source'. Got {given!r:.200}.")
    if given.get("targetUnits"):
        raise bad_request("The in-memory CDF does not convert units: 'targetUnits' cannot be used.")
    identifier = source_id(given["source"], "The source")
    reads = all_reads(identifier, schema)
    names = given.get("properties")
    if names is None or names == [ALL]:
        return Source(identifier, reads)
    if not isinstance(names, list):
        raise bad_request(f"The properties of a source must be an array. Got {names!r:.200}.")
    return Source(identifier, _selected(identifier, reads, names, schema))


def all_reads(identifier: ContainerId | ViewId, schema: Schema) -> Mapping[str, tuple[ContainerId, str]]:
    """Each property of a view or container that holds values -> the container and property that hold it."""
    if len(identifier) == 3:
        return schema.view(identifier).mapped
    return {name: (identifier, name) for name in schema.properties_of(identifier)}


def _selected(
    identifier: ContainerId | ViewId,
    reads: Mapping[str, tuple[ContainerId, str]],
    names: Sequence[Any],
    schema: Schema,
) -> dict[str, tuple[ContainerId, str]]:
    known = schema.view(identifier).properties if len(identifier) == 3 else reads
    for name in names:
        if not isinstance(name, str) or name not in known:
            raise bad_request(f"'{shown(identifier)}' has no property {name!r}.")
    return {name: reads[name] for name in names if name in reads}
