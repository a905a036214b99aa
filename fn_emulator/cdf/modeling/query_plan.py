"""``/models/instances/query``: named result set expressions that chain from each other, each selected one as a page.

An expression is evaluated when it is first needed, and what it finds is its page: those that chain from it see what its
cursor and limit leave.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fn_emulator.cdf.contract import bad_request
from fn_emulator.cdf.modeling.graph import Graph
from fn_emulator.cdf.modeling.ordering import compile_sort
from fn_emulator.cdf.modeling.paging import read_limit, take_page
from fn_emulator.cdf.modeling.references import Instance, InstanceId, id_of
from fn_emulator.cdf.modeling.rendering import read_sources, render, show_typing
from fn_emulator.cdf.modeling.scope import Scope
from fn_emulator.cdf.modeling.shapes import read_array, read_object
from fn_emulator.cdf.modeling.traversal import OUTWARDS, Found, find_edges, find_nodes, read_direction
from fn_emulator.cdf.modeling.views import Schema

LIMIT = 100
MOST = 10_000
"""Instances that one expression finds when it does not say, and at most; not checked against the platform."""

SET_OPERATIONS = ("union", "unionAll", "intersection")

Keep = Callable[[Any, Callable[[], "list[Instance]"]], "list[Instance]"]
"""``keep(question, find)``: what ``find`` gives, or what it gave for the same question (plain JSON) on another page."""


def run_query(query: Any, graph: Graph, schema: Schema, keep: Keep = lambda question, find: find()) -> dict[str, Any]:
    """Answer a query.

    Args:
        query: The request: ``{"with": {name: expression}, "select": {name: {"sources"?, "sort"?, "limit"?}},
            "parameters"?, "cursors"?, "includeTyping"?}``.
        graph: The instances.
        schema: Containers and views.
        keep: Remembers all that an expression without ``from`` finds, for its next page.

    Returns:
        ``{"items": {name: [instance]}, "nextCursor": {name: cursor or None}}``, with ``typing`` where it was asked for.

    Raises:
        CdfError: 400 where something that the query names is not there, expressions chain in a circle, or it is
            malformed.
    """
    plan = _Plan(query, graph, schema, keep)
    items, typing = {}, {}
    for name, select in plan.select.items():
        sources = read_sources(select.get("sources"), schema)
        typing.update(show_typing(sources, schema) if query.get("includeTyping") else {})
        items[name] = [render(one, sources) for one in plan.selected(name, select)]
    answer: dict[str, Any] = {"items": items, "nextCursor": {name: plan.next_cursors.get(name) for name in items}}
    if query.get("includeTyping"):
        answer["typing"] = typing
    return answer


class _Plan:
    """One query while it is evaluated: what its expressions found, each once."""

    def __init__(self, query: Any, graph: Graph, schema: Schema, keep: Keep) -> None:
        self.keep = keep
        self.expressions = _named(query, "with")
        self.select = _named(query, "select")
        self.cursors = read_object(query.get("cursors") or {}, "cursors of the query")
        self.graph = graph
        self.scope = Scope(schema, read_object(query.get("parameters") or {}, "parameters of the query"), graph.node)
        self.next_cursors: dict[str, str | None] = {}
        self.found: dict[str, Found] = {}
        self.under_way: list[str] = []
        for name in [*self.select, *self.cursors]:
            self.expression(name)

    def expression(self, name: Any) -> Mapping[str, Any]:
        """The expression of a name."""
        if not isinstance(name, str) or name not in self.expressions:
            raise bad_request(f"There is no result set expression {name!r} in 'with'.")
        return self.expressions[name]

    def selected(self, name: str, select: Mapping[str, Any]) -> list[Instance]:
        """What an expression found, in the order and number that ``select`` wants."""
        instances = self.find(name).instances
        if select.get("sort"):
            instances = compile_sort(select["sort"], self.scope, self.graph.rank).sort(instances)
        return instances[: read_limit(select.get("limit"), MOST, MOST, f"select {name!r}")]

    def find(self, name: Any) -> Found:
        """What an expression finds."""
        expression = self.expression(name)
        if name in self.found:
            return self.found[name]
        if name in self.under_way:
            raise bad_request(f"The result set expressions chain in a circle: {' -> '.join([*self.under_way, name])}.")
        self.under_way.append(name)
        self.found[name] = self._evaluate(name, expression)
        self.under_way.pop()
        return self.found[name]

    def _evaluate(self, name: str, expression: Mapping[str, Any]) -> Found:
        if any(operation in expression for operation in SET_OPERATIONS):
            found = self._combine(expression)
            most = read_limit(expression.get("limit"), MOST, MOST, f"result set expression {name!r}")
            return found._replace(instances=found.instances[:most])
        ordering = compile_sort(expression.get("sort") or expression.get("postSort"), self.scope, self.graph.rank)
        kind = next((kind for kind in ("nodes", "edges") if kind in expression), None)
        body = expression.get(kind or "")
        if kind is None or not isinstance(body, Mapping):
            raise bad_request(f"The result set expression {name!r} must have nodes, edges, or a set operation.")
        base = None if body.get("from") is None else self.find(body["from"])

        def find() -> list[Instance]:
            if kind == "edges":
                return ordering.sort(find_edges(body, base, self.graph, self.scope, ordering))
            return ordering.sort(find_nodes(body, base, self.graph, self.scope))

        limit = read_limit(expression.get("limit"), LIMIT, MOST, f"result set expression {name!r}")
        question = [dict(expression), dict(self.scope.parameters)]
        instances = find() if base is not None else self.keep(question, find)
        page = take_page(instances, ordering, limit, self.cursors.get(name), [name, dict(expression)])
        self.next_cursors[name] = page.next_cursor
        return Found(page.items, read_direction(body), kind == "edges")

    def _combine(self, operation: Mapping[str, Any]) -> Found:
        """A set operation over names of expressions and further set operations."""
        kind = next((kind for kind in SET_OPERATIONS if kind in operation), None)
        if kind is None or not isinstance(operation[kind], list) or not operation[kind]:
            raise bad_request(f"A set operation must name its operands in an array. Got {operation!r:.200}.")
        operands = [self.find(one) if isinstance(one, str) else self._combine(_mapping(one)) for one in operation[kind]]
        without = {
            _key(one)
            for name in read_array(operation.get("except"), "except of a set operation")
            for one in self.find(name).instances
        }
        every = [one for operand in operands for one in operand.instances if _key(one) not in without]
        if kind == "intersection":
            common = set.intersection(*({_key(one) for one in operand.instances} for operand in operands))
            every = [one for one in every if _key(one) in common]
        if kind != "unionAll":
            every = list({_key(one): one for one in every}.values())
        directions = [operand.direction for operand in operands if operand.is_edges]
        return Found(every, directions[0] if directions else OUTWARDS, bool(directions))


def _key(instance: Instance) -> tuple[str, InstanceId]:
    return instance["instanceType"], id_of(instance)


def _named(query: Any, key: str) -> dict[str, Mapping[str, Any]]:
    given = query.get(key) if isinstance(query, Mapping) else None
    if not isinstance(given, Mapping) or not given:
        raise bad_request(f"A query must have '{key}' with at least one name. Got {given!r:.200}.")
    return {name: _mapping(one) for name, one in given.items()}


def _mapping(given: Any) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise bad_request(f"A result set expression or select must be an object. Got {given!r:.200}.")
    return given
