"""Nodes and edges (``/models/instances``): listed, looked up and deleted. ``modeling_apply`` writes them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fn_emulator.cdf.api.bodies import body_of, flag_of, items_of
from fn_emulator.cdf.api.modeling_log import log_of
from fn_emulator.cdf.api.modeling_mirror import follow
from fn_emulator.cdf.api.modeling_store import INSTANCES, graph_of, schema_of
from fn_emulator.cdf.contract import Request, bad_request
from fn_emulator.cdf.modeling.comparisons import Predicate
from fn_emulator.cdf.modeling.filters import compile_filter, has_data
from fn_emulator.cdf.modeling.graph import Graph
from fn_emulator.cdf.modeling.ordering import compile_sort
from fn_emulator.cdf.modeling.paging import read_limit, take_created, take_page
from fn_emulator.cdf.modeling.references import Instance, InstanceId, id_of
from fn_emulator.cdf.modeling.rendering import Source, read_sources, render, show_typing
from fn_emulator.cdf.modeling.scope import Scope
from fn_emulator.cdf.modeling.shapes import read_text
from fn_emulator.cdf.modeling.views import Schema

MOST = 1000
"""Instances in one request, and on one page [chunk sizes of cognite-sdk]."""

LIST_KEYS = ("includeTyping", "sources", "instanceType", "cursor", "limit", "sort", "filter", "debug")

Key = tuple[str, str, str]


def list_instances(request: Request) -> dict[str, Any]:
    """A page of the nodes or edges that match the filter and have data in all of the sources."""
    body = body_of(request, *LIST_KEYS)
    limit = read_limit(body.get("limit"), MOST, MOST, "a list")
    scope, graph = scope_of(request), graph_of(request.world)
    sources = read_sources(body.get("sources"), scope.schema)
    ordering = compile_sort(body.get("sort"), scope, graph.rank)
    subject = {key: held for key, held in body.items() if key not in ("cursor", "limit")}
    if ordering.columns:
        page = take_page(_sorted(request, subject), ordering, limit, body.get("cursor"), subject)
    else:
        instances, tests = instances_of(body, graph), _tests(body, scope)
        page = take_created(instances, tests, ordering, limit, body.get("cursor"), subject)
    answer = as_answer(page.items, sources, scope.schema, body)
    return answer if page.next_cursor is None else {**answer, "nextCursor": page.next_cursor}


def _tests(body: Mapping[str, Any], scope: Scope) -> list[Predicate]:
    tests = have_data(read_sources(body.get("sources"), scope.schema), scope)
    return tests if body.get("filter") is None else [*tests, compile_filter(body["filter"], scope)]


def _sorted(request: Request, body: Mapping[str, Any]) -> list[Instance]:
    """All instances of a sorted list; sorted once for its pages."""

    def make() -> list[Instance]:
        scope, graph = scope_of(request), graph_of(request.world)
        found = passing(instances_of(body, graph), _tests(body, scope))
        return compile_sort(body["sort"], scope, graph.rank).sort(found)

    instances: list[Instance] = request.world.kept((INSTANCES, json.dumps(body)), make)
    return instances


def scope_of(request: Request) -> Scope:
    """What references mean in a request."""
    return Scope(schema_of(request.world), node=graph_of(request.world).node)


def instances_of(body: Mapping[str, Any], graph: Graph) -> Sequence[Instance]:
    """All nodes, or all edges, as ``instanceType`` says."""
    kind = body.get("instanceType") or "node"
    if kind not in ("node", "edge"):
        raise bad_request(f"The instanceType must be node or edge. Got {kind!r:.100}.")
    return graph.nodes() if kind == "node" else graph.edges()


def have_data(sources: Iterable[Source], scope: Scope) -> list[Predicate]:
    """The tests of instances that are read through sources.

    They must have data in all of them, which is how the API reference describes ``sources``; it is kept from memory.
    """
    return [has_data(source.id, scope) for source in sources]


def passing(instances: Iterable[Instance], tests: list[Predicate]) -> Iterable[Instance]:
    """The instances that pass all tests."""
    for test in tests:
        instances = filter(test, instances)
    return instances


def as_answer(
    instances: Iterable[Instance], sources: list[Source], schema: Schema, body: Mapping[str, Any]
) -> dict[str, Any]:
    """The answer with instances, and with ``typing`` where the request has ``includeTyping``."""
    items = [render(instance, sources) for instance in instances]
    return {"items": items, **({"typing": show_typing(sources, schema)} if flag_of(body, "includeTyping") else {})}


def by_ids(request: Request) -> dict[str, Any]:
    """The instances that were asked for, are there and have data in all of the sources; the others are left out."""
    keys = keys_of(items_of(request, MOST, known=("sources", "includeTyping")))
    body, scope = body_of(request), scope_of(request)
    sources = read_sources(body.get("sources"), scope.schema)
    items = request.world.table(INSTANCES).items
    found = passing((items[key] for key in keys if key in items), have_data(sources, scope))
    return as_answer(found, sources, scope.schema, body)


def keys_of(items: Iterable[Mapping[str, Any]]) -> dict[Key, None]:
    """The keys of the instances that a request names, each once."""
    keys: dict[Key, None] = {}
    for index, item in enumerate(items):
        kind = item.get("instanceType")
        if kind not in ("node", "edge"):
            raise bad_request(f"The instanceType of items[{index}] must be node or edge. Got {kind!r:.100}.")
        space, external_id = (
            read_text(item.get(part), f"{part} of items[{index}]") for part in ("space", "externalId")
        )
        keys[str(kind), space, external_id] = None
    return keys


def delete(request: Request) -> dict[str, Any]:
    """Delete instances; the edges at a deleted node go with it [documented].

    The answer names those that were asked for and were there; whether the platform names the edges as well is not
    documented. Direct relations to a deleted node stay, and lead nowhere.
    """
    world = request.world
    items, log = world.table(INSTANCES).items, log_of(world)
    asked = [key for key in keys_of(items_of(request, MOST)) if key in items]
    deleted = {key: items[key] for key in [*asked, *_edges_at({key[1:] for key in asked if key[0] == "node"}, items)]}
    for key, instance in deleted.items():
        world.remove(INSTANCES, key)
        log.note(key, {**instance, "deletedTime": request.now_ms, "lastUpdatedTime": request.now_ms})
    follow(world, deleted.values(), ())
    return {"items": [{"instanceType": kind, "space": space, "externalId": name} for kind, space, name in asked]}


def _edges_at(nodes: set[InstanceId], items: Mapping[Key, Instance]) -> list[Key]:
    # One pass over all: after each deletion the graph's index would have to be made again, which takes longer.
    if not nodes:
        return []
    return [
        key
        for key, one in items.items()
        if key[0] == "edge" and (id_of(one["startNode"]) in nodes or id_of(one["endNode"]) in nodes)
    ]
