"""Nodes and edges (``/models/instances``): listed, looked up and deleted. ``modeling_apply`` writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fn_emulator.cdf.api.bodies import body_of, flag_of, items_of
from fn_emulator.cdf.api.modeling_log import log_of
from fn_emulator.cdf.api.modeling_store import INSTANCES, graph_of, schema_of
from fn_emulator.cdf.contract import Request, bad_request
from fn_emulator.cdf.modeling.comparisons import Predicate
from fn_emulator.cdf.modeling.filters import compile_filter, has_data
from fn_emulator.cdf.modeling.graph import Graph
from fn_emulator.cdf.modeling.ordering import compile_sort
from fn_emulator.cdf.modeling.paging import read_limit, take_page
from fn_emulator.cdf.modeling.references import Instance, id_of
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
    matches = compile_filter(body.get("filter"), scope)
    tests = [matches] if body.get("filter") is not None else []
    found = _passing(instances_of(body, graph), [*have_data(sources, scope), *tests])
    subject = {key: held for key, held in body.items() if key not in ("cursor", "limit")}
    page = take_page(found, compile_sort(body.get("sort"), scope, graph.rank), limit, body.get("cursor"), subject)
    answer = shown(page.items, sources, scope.schema, body)
    return answer if page.next_cursor is None else {**answer, "nextCursor": page.next_cursor}


def scope_of(request: Request, parameters: Any = None) -> Scope:
    """What references mean in a request."""
    return Scope(schema_of(request.world), node=graph_of(request.world).node)


def instances_of(body: Mapping[str, Any], graph: Graph) -> Iterable[Instance]:
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


def _passing(instances: Iterable[Instance], tests: list[Predicate]) -> Iterable[Instance]:
    for test in tests:
        instances = filter(test, instances)
    return instances


def shown(instances: Iterable[Instance], sources: list[Source], schema: Schema, body: Mapping[str, Any]) -> Any:
    """The answer with instances, and with ``typing`` where the request has ``includeTyping``."""
    items = [render(instance, sources) for instance in instances]
    return {"items": items, **({"typing": show_typing(sources, schema)} if flag_of(body, "includeTyping") else {})}


def by_ids(request: Request) -> dict[str, Any]:
    """The instances that were asked for, are there and have data in all of the sources; the others are left out."""
    keys = _keys(items_of(request, MOST, known=("sources", "includeTyping")))
    body, scope = body_of(request), scope_of(request)
    sources = read_sources(body.get("sources"), scope.schema)
    items = request.world.table(INSTANCES).items
    found = _passing((items[key] for key in keys if key in items), have_data(sources, scope))
    return shown(found, sources, scope.schema, body)  # type: ignore[no-any-return]


def _keys(items: Iterable[Mapping[str, Any]]) -> dict[Key, None]:
    keys: dict[Key, None] = {}
    for index, item in enumerate(items):
        kind = item.get("instanceType")
        if kind not in ("node", "edge"):
            raise bad_request(f"The instanceType of items[{index}] must be node or edge. Got {kind!r:.100}.")
        space, external_id = (read_text(item.get(part), f"{part} of items[{index}]") for part in ("space", "externalId"))
        keys[str(kind), space, external_id] = None
    return keys


def delete(request: Request) -> dict[str, Any]:
    """Delete instances; the edges at a deleted node go with it [documented].

    The answer names those that were asked for and were there; whether the platform names the edges as well is not
    documented. Direct relations to a deleted node stay, and lead nowhere.
    """
    world = request.world
    items, graph, log = world.table(INSTANCES).items, graph_of(world), log_of(world)
    asked = [key for key in _keys(items_of(request, MOST)) if key in items]
    nodes = [(key[1], key[2]) for key in asked if key[0] == "node"]
    edges = [edge for node in nodes for edge in (*graph.outgoing(node), *graph.incoming(node))]
    for key in dict.fromkeys([*asked, *(("edge", *id_of(edge)) for edge in edges)]):
        instance = world.table(INSTANCES).items[key]
        world.remove(INSTANCES, key)
        log.note(key, {**instance, "deletedTime": request.now_ms, "lastUpdatedTime": request.now_ms})
    return {"items": [{"instanceType": kind, "space": space, "externalId": name} for kind, space, name in asked]}
