"""One item of ``POST /models/instances`` merged into what is stored: the new instance, and whether it changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from fn_emulator.cdf.contract import bad_request
from fn_emulator.cdf.modeling.identifiers import check_instance_id, check_space_id
from fn_emulator.cdf.modeling.property_types import store_value
from fn_emulator.cdf.modeling.references import (
    ContainerId,
    Instance,
    InstanceId,
    ViewId,
    id_of,
    instance_id,
    shown,
    source_id,
)
from fn_emulator.cdf.modeling.rendering import all_reads
from fn_emulator.cdf.modeling.rows import NextNumber, Row, check_requires, is_same, merge_row
from fn_emulator.cdf.modeling.views import Schema

FIRST_VERSION = 1


class Applied(NamedTuple):
    """What became of one item.

    Attributes:
        instance: The instance as it now is; of a skipped item the one that was there.
        was_modified: Whether it differs from what was there.
        relations: Nodes that the item's direct relations and type point to, for ``autoCreateDirectRelations``.
        is_skipped: Whether it was left out because of ``skipOnVersionConflict``.
    """

    instance: Instance
    was_modified: bool
    relations: tuple[InstanceId, ...] = ()
    is_skipped: bool = False


def apply_item(
    item: Any,
    existing: Instance | None,
    schema: Schema,
    now_ms: int,
    *,
    replace: bool = False,
    skip_on_version_conflict: bool = False,
    next_number: NextNumber | None = None,
) -> Applied:
    """Merge one written node or edge into what is stored.

    An item that changes nothing leaves version and times as they are (documented); one that does adds 1 to the version.

    Args:
        item: ``{"instanceType", "space", "externalId", "existingVersion"?, "type"?, "startNode", "endNode",
            "sources"?: [{"source": {view or container}, "properties": {...}}]}``.
        existing: The instance with that id, or None.
        schema: Containers and views.
        now_ms: The clock.
        replace: Set what the item leaves out of the containers of its sources to its default or null (documented).
        skip_on_version_conflict: Leave an item with a version conflict out, instead of failing.
        next_number: Next value of a property with ``autoIncrement``.

    Raises:
        CdfError: 400 for a version conflict, and where the item is malformed or a value does not fit.
    """
    sent = _mapping(item, "An item")
    kind = _instance_type(sent, existing)
    identifier = check_space_id(sent.get("space")), check_instance_id(sent.get("externalId"))
    version = _existing_version(sent)
    # The documentation also says "greater than or equal"; but an instance that was read and is written back carries its
    # own version, and is accepted.
    if existing is not None and version is not None and existing["version"] > version:
        if skip_on_version_conflict:
            return Applied(existing, was_modified=False, is_skipped=True)
        # Cognite's own functions (file annotation) wait for these words with 400, an older library of its extractors
        # with 409; the API reference tells neither.
        raise bad_request("A version conflict caused the ingest to fail.")
    head = _head(sent, kind, existing)
    written, addressed = _written(sent, schema, kind, is_new=existing is None)
    rows = dict(existing["properties"]) if existing else {}
    for container, values in written.items():
        if container in addressed or container in rows:
            rows[container] = merge_row(container, values, rows.get(container), schema, next_number, replace=replace)
    check_requires(rows, written, schema)
    relations = tuple(dict.fromkeys(_relations(head, written, schema)))
    if existing is not None and head == _own(existing) and is_same(rows, existing["properties"]):
        return Applied(existing, was_modified=False, relations=relations)
    instance = {
        "instanceType": kind,
        "space": identifier[0],
        "externalId": identifier[1],
        "version": existing["version"] + 1 if existing else FIRST_VERSION,
        "createdTime": existing["createdTime"] if existing else now_ms,
        "lastUpdatedTime": now_ms,
        **head,
        "properties": rows,
    }
    return Applied(instance, was_modified=True, relations=relations)


def _instance_type(sent: Mapping[str, Any], existing: Instance | None) -> str:
    kind = sent.get("instanceType")
    if kind not in ("node", "edge"):
        raise bad_request(f"The instanceType must be node or edge. Got {kind!r:.100}.")
    if existing is not None and existing["instanceType"] != kind:
        other = "an edge" if kind == "node" else "a node"
        raise bad_request(f"The {kind} '{shown(id_of(existing))}' cannot be written: it is {other} already.")
    return str(kind)


def _existing_version(sent: Mapping[str, Any]) -> int | None:
    version = sent.get("existingVersion")
    if version is not None and type(version) is not int:
        raise bad_request(f"The existingVersion must be an integer. Got {version!r:.100}.")
    return version


def _own(instance: Instance) -> dict[str, Any]:
    return {key: instance[key] for key in ("type", "startNode", "endNode") if key in instance}


def _head(sent: Mapping[str, Any], kind: str, existing: Instance | None) -> dict[str, Any]:
    """Type and ends. A node's type stays when it is left out, and goes when it is null."""
    head = _own(existing) if existing else {}
    names = ("type",) if kind == "node" else ("type", "startNode", "endNode")
    for name in names:
        if sent.get(name) is not None:
            space, external_id = instance_id(sent[name], f"The {name} of the {kind}")
            head[name] = {"space": space, "externalId": external_id}
        elif name in sent and kind == "node":
            head.pop(name, None)
        elif kind == "edge" and name not in head:
            raise bad_request(f"The edge '{sent['space']}:{sent['externalId']}' must have a {name}.")
    return head


def _written(
    sent: Mapping[str, Any], schema: Schema, kind: str, *, is_new: bool
) -> tuple[dict[ContainerId, Row], set[ContainerId]]:
    """The given values of every container behind the sources, as stored or None; and the containers that get data.

    All containers that a view maps get data, also where none of their properties is given. This is not documented, but
    follows from the core model: its containers require each other, and a node written through a view of it with the
    properties of one container is taken. A container with required properties is left out where an instance that is
    there lacks it and nothing is given for it; what the platform does with that is not known.
    """
    written: dict[ContainerId, Row] = {}
    addressed: set[ContainerId] = set()
    sources = sent.get("sources") or []
    if not isinstance(sources, list):
        raise bad_request(f"The sources of an item must be an array. Got {sources!r:.200}.")
    for given in sources:
        source = _mapping(given, "A source")
        identifier = source_id(source.get("source"), "The source")
        reads = all_reads(identifier, schema)
        values = _mapping(source.get("properties") or {}, f"The properties of '{shown(identifier)}'")
        for container in dict.fromkeys(container for container, _ in reads.values()):
            _check_used_for(container, schema, kind)
            written.setdefault(container, {})
            if is_new or len(identifier) == 2 or not schema.requires_values(container):
                addressed.add(container)
        for name, value in values.items():
            container, held = _held(name, identifier, reads, schema)
            definition = schema.properties_of(container)[held]
            written[container][held] = store_value(name, definition, value)
            addressed.add(container)
    return written, addressed


def _held(
    name: str, identifier: ContainerId | ViewId, reads: Mapping[str, tuple[ContainerId, str]], schema: Schema
) -> tuple[ContainerId, str]:
    if name in reads:
        return reads[name]
    if len(identifier) == 3 and name in schema.view(identifier).properties:
        raise bad_request(f"The property '{name}' of '{shown(identifier)}' is a connection, which cannot be written.")
    raise bad_request(f"'{shown(identifier)}' has no property '{name}'.")


def _check_used_for(container: ContainerId, schema: Schema, kind: str) -> None:
    definition = schema.container(container)
    used_for = definition["usedFor"] if definition else "all"
    if used_for not in (kind, "all"):
        raise bad_request(
            f"The container '{shown(container)}' is used for {used_for}s; a {kind} cannot have data in it."
        )


def _relations(head: Mapping[str, Any], written: Mapping[ContainerId, Row], schema: Schema) -> Iterator[InstanceId]:
    if "type" in head:
        yield id_of(head["type"])
    for container, row in written.items():
        properties = schema.properties_of(container)
        for name, value in row.items():
            if properties[name]["type"]["type"] == "direct" and value is not None:
                yield from map(id_of, value if isinstance(value, list) else [value])


def _mapping(given: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise bad_request(f"{what} must be an object. Got {given!r:.200}.")
    return given
