"""``/models/instances/sync``: what has changed or was deleted since a cursor, by result set expression.

Without a cursor an expression gives all that it finds, as pages in the order of change; its last cursor then leads to
what changes later. An expression with ``from`` starts from all that the other one finds, not from its page. An instance
that has left a result set without being deleted is not told. ``mode`` makes a difference for ``noBackfill`` only, and
``backfillSort`` none.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

from fn_emulator.cdf.api.bodies import body_of, flag_of
from fn_emulator.cdf.api.modeling_instances import scope_of
from fn_emulator.cdf.api.modeling_log import Key, Log, changed_since, read_log
from fn_emulator.cdf.api.modeling_store import INSTANCES, graph_of, schema_of
from fn_emulator.cdf.api.paging import make_cursor, position_of
from fn_emulator.cdf.contract import Request, bad_request
from fn_emulator.cdf.modeling.filters import compile_filter
from fn_emulator.cdf.modeling.graph import Graph
from fn_emulator.cdf.modeling.ordering import compile_sort
from fn_emulator.cdf.modeling.paging import read_limit
from fn_emulator.cdf.modeling.references import Instance
from fn_emulator.cdf.modeling.rendering import read_sources, render, show_typing
from fn_emulator.cdf.modeling.scope import Scope
from fn_emulator.cdf.modeling.shapes import read_object, read_text
from fn_emulator.cdf.modeling.traversal import OUTWARDS, Found, find_edges, find_nodes, read_direction
from fn_emulator.cdf.world import World

SYNC_KEYS = ("with", "select", "parameters", "cursors", "includeTyping", "debug")
LIMIT = 100
MOST = 10_000
"""Changes that one expression gives when it does not say, and at most; not checked against the platform."""

FEW = 1000
"""Changes since a cursor up to which only what has changed is looked at; with more, all is, once for all pages."""

Expressions = Mapping[str, Any]
Change = tuple[int, Instance]
"""The number of an instance's last change, and the instance."""


def sync(request: Request) -> dict[str, Any]:
    """What the selected expressions find that is newer than their cursors, and the next cursor of each."""
    body = body_of(request, *SYNC_KEYS)
    expressions = read_object(body.get("with"), "'with' of a sync")
    selects = read_object(body.get("select"), "'select' of a sync")
    cursors = read_object(body.get("cursors") or {}, "cursors of a sync")
    scope = scope_of(request)._replace(parameters=read_object(body.get("parameters") or {}, "parameters of a sync"))
    items, following, typing = {}, {}, {}
    for name, select in selects.items():
        sources = read_sources(read_object(select, f"select {name!r}").get("sources"), scope.schema)
        typing.update(show_typing(sources, scope.schema))
        page, following[name] = _page(request.world, expressions, name, cursors.get(name), scope)
        items[name] = [render(instance, sources) for instance in page]
    answer = {"items": items, "nextCursor": following}
    return {**answer, "typing": typing} if flag_of(body, "includeTyping") else answer


def _expression(expressions: Expressions, name: Any) -> dict[str, Any]:
    if not isinstance(name, str) or name not in expressions:
        raise bad_request(f"There is no result set expression {name!r} in 'with'.")
    return read_object(expressions[name], f"result set expression {name!r}")


def _page(world: World, expressions: Expressions, name: str, cursor: Any, scope: Scope) -> tuple[list[Instance], str]:
    expression, log = _expression(expressions, name), read_log(world)
    limit = read_limit(expression.get("limit"), LIMIT, MOST, f"result set expression {name!r}")
    after = position_of(cursor, expression)
    if after is None and expression.get("mode") == "noBackfill":
        return [], make_cursor(log.last, expression)
    newer = _newer(world, expressions, name, after, scope)
    start = 0 if after is None else bisect_right(newer, after, key=_number)
    found = newer[start : start + limit + 1]
    if after is not None or expression.get("skipAlreadyDeleted") is False:
        found = sorted([*found, *_deleted(expression, log, scope, after or 0)], key=_number)
    page = found[:limit]
    last = page[-1][0] if len(found) > limit else log.last
    return [one for _, one in page], make_cursor(last, expression)


def _newer(world: World, expressions: Expressions, name: str, after: int | None, scope: Scope) -> list[Change]:
    """What an expression finds, in the order of change: at least what is newer than a cursor."""
    log = read_log(world)
    if after is None or log.last - after > FEW or _body(expressions[name])[1].get("from") is not None:
        key = ("models/instances/sync", name, json.dumps([expressions, scope.parameters]))
        changes: list[Change] = world.kept(key, lambda: _in_order(world, expressions, name, graph_of(world), scope))
        return changes
    items = world.table(INSTANCES).items
    newer = [items[key] for key in changed_since(log, after) if key in items]
    graph = graph_of(world)._replace(
        nodes=lambda: [one for one in newer if one["instanceType"] == "node"],
        edges=lambda: [one for one in newer if one["instanceType"] == "edge"],
    )
    return _in_order(world, expressions, name, graph, scope)


def _in_order(world: World, expressions: Expressions, name: str, graph: Graph, scope: Scope) -> list[Change]:
    numbers = read_log(world).changes
    scope = scope._replace(schema=schema_of(world))  # the same, but read here: what is kept goes when it changes
    found = _find(expressions, name, graph, scope, ()).instances
    return sorted(((numbers.get(_key(one), 0), one) for one in found), key=_number)


def _number(change: Change) -> int:
    return change[0]


def _key(instance: Instance) -> Key:
    return instance["instanceType"], instance["space"], instance["externalId"]


def _find(expressions: Expressions, name: Any, graph: Graph, scope: Scope, path: tuple[str, ...]) -> Found:
    """All that an expression finds among what is there."""
    expression = _expression(expressions, name)
    if name in path:
        raise bad_request(f"The result set expressions chain in a circle: {' -> '.join((*path, name))}.")
    kind, body = _body(expression)
    through = body.get("from")
    base = None if through is None else _find(expressions, read_text(through, "from"), graph, scope, (*path, name))
    if kind == "nodes":
        return Found([*find_nodes(body, base, graph, scope)], OUTWARDS, is_edges=False)
    edges = find_edges(body, base, graph, scope, compile_sort(None, scope, graph.rank))
    return Found([*edges], read_direction(body), is_edges=True)


def _body(expression: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    for kind in ("nodes", "edges"):
        if kind in expression:
            return kind, read_object(expression[kind], kind)
    raise bad_request("A result set expression of a sync must have 'nodes' or 'edges'.")


def _deleted(expression: Mapping[str, Any], log: Log, scope: Scope, after: int) -> list[Change]:
    """Later deleted instances that the expression would have found; with ``from`` all that pass its filter."""
    kind, body = _body(expression)
    matches = compile_filter(body.get("filter"), scope)
    return [
        (log.changes[key], one)
        for key, one in log.deleted.items()
        if f"{key[0]}s" == kind and log.changes[key] > after and matches(one)
    ]
