"""Questions about nodes and edges beyond lists (``/models/instances/...``): query, search, aggregate, inspect."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from fn_emulator.cdf.api.bodies import body_of, items_of
from fn_emulator.cdf.api.fields import wrong_type
from fn_emulator.cdf.api.modeling_instances import MOST, as_answer, instances_of, keys_of, passing, scope_of
from fn_emulator.cdf.api.modeling_store import INSTANCES, VIEWS, built_in, graph_of, schema_of
from fn_emulator.cdf.contract import CdfError, Request, bad_request
from fn_emulator.cdf.modeling.aggregates import aggregate
from fn_emulator.cdf.modeling.filters import compile_filter, has_data
from fn_emulator.cdf.modeling.ordering import compile_sort
from fn_emulator.cdf.modeling.paging import read_limit
from fn_emulator.cdf.modeling.query_plan import run_query
from fn_emulator.cdf.modeling.references import Instance, ViewId, as_reference, view_id
from fn_emulator.cdf.modeling.rendering import read_sources
from fn_emulator.cdf.modeling.scope import Scope
from fn_emulator.cdf.modeling.search import search

QUERY_KEYS = ("with", "select", "parameters", "cursors", "includeTyping", "debug")
SELECT_KEYS = ("view", "query", "instanceType", "properties", "targetUnits", "filter", "operator", "limit")
SEARCH_KEYS = (*SELECT_KEYS, "includeTyping", "sort")
AGGREGATE_KEYS = (*SELECT_KEYS, "aggregates", "groupBy")


def query(request: Request) -> dict[str, Any]:
    """The result sets of a query."""
    world = request.world
    graph, schema = graph_of(world), schema_of(world)

    def keep(question: Any, find: Callable[[], list[Instance]]) -> list[Instance]:
        def make() -> list[Instance]:
            graph_of(world), schema_of(world)  # read here as well: what is kept goes when they change
            return find()

        found: list[Instance] = world.kept(("models/instances/query", json.dumps(question)), make)
        return found

    return run_query(body_of(request, *QUERY_KEYS), graph, schema, keep)


def search_instances(request: Request) -> dict[str, Any]:
    """The nodes or edges of a view that a text matches, best first, or in the order of ``sort``."""
    body = body_of(request, *SEARCH_KEYS)
    scope, graph = _scope(request, body), graph_of(request.world)
    limit = read_limit(body.get("limit"), MOST, MOST, "a search")
    sources = read_sources([{"source": _reference(body)}], scope.schema)
    ordering = compile_sort(body.get("sort"), scope, graph.rank)
    found = [*_found(request, body, scope)]
    if ordering.columns:
        found = ordering.sort(found)
    return as_answer(found[:limit], sources, scope.schema, body)


def aggregate_instances(request: Request) -> dict[str, Any]:
    """Counts, sums and the like over the nodes or edges of a view."""
    body = body_of(request, *AGGREGATE_KEYS)
    scope = _scope(request, body)
    return {"items": aggregate(body, _found(request, body, scope), scope)}


def _scope(request: Request, body: Mapping[str, Any]) -> Scope:
    if body.get("targetUnits"):
        raise bad_request("The in-memory CDF does not convert units: 'targetUnits' cannot be used.")
    return scope_of(request)._replace(view=view_id(body.get("view"), "The view"))


def _reference(body: Mapping[str, Any]) -> dict[str, Any]:
    return {**as_reference(view_id(body["view"], "The view")), "type": "view"}


def _found(request: Request, body: Mapping[str, Any], scope: Scope) -> Iterable[Instance]:
    """What is in the view, passes the filter and matches the text."""
    identifier = view_id(body["view"], "The view")
    tests = [has_data(identifier, scope), compile_filter(body.get("filter"), scope)]
    candidates = passing(instances_of(body, graph_of(request.world)), tests)
    return search(body.get("query"), candidates, body.get("properties"), body.get("operator"), scope)


def inspect_instances(request: Request) -> dict[str, Any]:
    """The views and containers in which instances have data; instances that are not there are left out."""
    keys = keys_of(items_of(request, MOST, known=("inspectionOperations",)))
    asked = body_of(request).get("inspectionOperations")
    if not isinstance(asked, Mapping):
        raise wrong_type("inspectionOperations", asked, "an object")
    items = request.world.table(INSTANCES).items
    scope = scope_of(request)
    return {"items": [_inspected(request, items[key], asked, scope) for key in keys if key in items]}


def _inspected(request: Request, instance: Instance, asked: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
    results: dict[str, Any] = {}
    if "involvedViews" in asked:
        operation = asked["involvedViews"] if isinstance(asked["involvedViews"], Mapping) else {}
        views = [*_views_of(request, instance, scope)]
        if not operation.get("allVersions"):
            views = [*{view[:2]: view for view in views}.values()]  # the version that was created last
        results |= {"involvedViewCount": len(views), "involvedViews": [as_reference(view) for view in views]}
    if "involvedContainers" in asked:
        containers = [as_reference(container) for container in instance["properties"]]
        results |= {"involvedContainerCount": len(containers), "involvedContainers": containers}
    named = {part: instance[part] for part in ("instanceType", "space", "externalId")}
    return {**named, "inspectionResults": results}


def _views_of(request: Request, instance: Instance, scope: Scope) -> Iterator[ViewId]:
    rows = instance["properties"]
    known = [*request.world.table(VIEWS).items]
    if any(container[0].startswith("cdf_") for container in rows):
        known += [*built_in(VIEWS)]
    for identifier in known:
        try:
            is_in = bool(scope.schema.view(identifier).containers) and has_data(identifier, scope)(instance)
        except CdfError:  # something that the view needs was deleted
            continue
        if is_in:
            yield identifier
