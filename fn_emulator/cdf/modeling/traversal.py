"""What one result set expression finds: nodes or edges that match, the far ends of relations, a walk along edges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from fn_emulator.cdf.contract import bad_request
from fn_emulator.cdf.modeling.comparisons import Predicate
from fn_emulator.cdf.modeling.filters import compile_filter
from fn_emulator.cdf.modeling.graph import Graph
from fn_emulator.cdf.modeling.ordering import Ordering
from fn_emulator.cdf.modeling.properties import Property, find_property
from fn_emulator.cdf.modeling.references import Instance, InstanceId, id_of, source_id, source_key
from fn_emulator.cdf.modeling.scope import Scope

OUTWARDS, INWARDS = "outwards", "inwards"


class Found(NamedTuple):
    """What an expression found, as another one chains from it.

    Attributes:
        instances: Nodes or edges.
        direction: In which direction its edges were followed.
        is_edges: Whether it finds edges.
    """

    instances: list[Instance]
    direction: str
    is_edges: bool


def find_nodes(body: Mapping[str, Any], base: Found | None, graph: Graph, scope: Scope) -> Iterable[Instance]:
    """The nodes of a ``nodes`` expression, before sort and limit.

    Args:
        body: ``{"from"?, "chainTo"?, "through"?, "direction"?, "filter"?}``.
        base: What the expression named by ``from`` found; None without one.
        graph: The instances.
        scope: What references mean.
    """
    matches = compile_filter(body.get("filter"), scope)
    return [node for node in _candidates(body, base, graph, scope) if matches(node)]


def find_edges(
    body: Mapping[str, Any], base: Found | None, graph: Graph, scope: Scope, ordering: Ordering
) -> Iterable[Instance]:
    """The edges of an ``edges`` expression, before sort and limit.

    Args:
        body: ``{"from"?, "maxDistance"?, "direction"?, "filter"?, "nodeFilter"?, "terminationFilter"?, "limitEach"?,
            "chainTo"?}``. Without ``maxDistance`` the walk goes on as far as edges lead; a node is left only once, so
            that a circle ends it.
        base: What the expression named by ``from`` found; None without one: all edges that match.
        graph: The instances.
        scope: What references mean.
        ordering: Which edges of a node come first, for ``limitEach``.
    """
    matches = compile_filter(body.get("filter"), scope)
    direction = read_direction(body)
    steps = _Steps(
        edges_at=graph.outgoing if direction == OUTWARDS else graph.incoming,
        far_end="endNode" if direction == OUTWARDS else "startNode",
        matches=matches,
        may_reach=compile_filter(body.get("nodeFilter"), scope),
        ends_at=compile_filter(body["terminationFilter"], scope) if body.get("terminationFilter") else lambda _: False,
        node=graph.node,
    )
    if base is None:
        return [edge for edge in graph.edges() if matches(edge) and steps.reaches(edge)]
    starts = list(dict.fromkeys(_ends(base, body)))
    most, distance = _count(body, "limitEach"), _count(body, "maxDistance")
    if most is not None and distance == 1:  # documented: it has a meaning only together with maxDistance 1 and from
        return [edge for start in starts for edge in ordering.sort(steps.edges(start))[:most]]
    return _walk(steps, starts, distance)


def read_direction(body: Mapping[str, Any]) -> str:
    """``outwards`` or ``inwards`` of an expression."""
    direction = body.get("direction") or OUTWARDS
    if direction not in (OUTWARDS, INWARDS):
        raise bad_request(f"The direction must be outwards or inwards. Got {direction!r:.100}.")
    return str(direction)


def _count(body: Mapping[str, Any], name: str) -> int | None:
    value = body.get(name)
    if value is not None and (type(value) is not int or value < 1):
        raise bad_request(f"The {name} must be an integer of at least 1. Got {value!r:.100}.")
    return value


class _Steps(NamedTuple):
    """Where a walk may go."""

    edges_at: Callable[[InstanceId], Iterable[Instance]]
    far_end: str
    matches: Predicate
    may_reach: Predicate
    ends_at: Predicate
    node: Callable[[InstanceId], Instance | None]

    def edges(self, start: InstanceId) -> Iterator[Instance]:
        """The edges that may be followed from a node."""
        return (edge for edge in self.edges_at(start) if self.matches(edge) and self.reaches(edge))

    def reaches(self, edge: Instance) -> bool:
        """Whether the node at the far end is there and may be reached."""
        node = self.node(id_of(edge[self.far_end]))
        return node is not None and self.may_reach(node)

    def goes_on(self, edge: Instance) -> bool:
        """Whether the walk leaves the node at the far end again."""
        node = self.node(id_of(edge[self.far_end]))
        return node is not None and not self.ends_at(node)


def _walk(steps: _Steps, starts: list[InstanceId], distance: int | None) -> list[Instance]:
    found: dict[InstanceId, Instance] = {}
    left = set(starts)
    level = 0
    while starts and (distance is None or level < distance):
        edges = {id_of(edge): edge for start in starts for edge in steps.edges(start)}
        new = {key: edge for key, edge in edges.items() if key not in found}
        found.update(new)
        reached = dict.fromkeys(id_of(edge[steps.far_end]) for edge in new.values() if steps.goes_on(edge))
        starts = [node for node in reached if node not in left]
        left.update(starts)
        level += 1
    return list(found.values())


def _candidates(body: Mapping[str, Any], base: Found | None, graph: Graph, scope: Scope) -> Iterable[Instance]:
    if base is None:
        return graph.nodes()
    if body.get("through") is not None:
        through = find_property(_through(body["through"]), scope.schema)
        if through.kind["type"] != "direct":
            raise bad_request(f"The property '{through.name}' of 'through' is no direct relation.")
        return _across(through, read_direction(body), base, graph)
    if not base.is_edges:
        return base.instances
    return _existing(_ends(base, body), graph)


def _across(through: Property, direction: str, base: Found, graph: Graph) -> Iterable[Instance]:
    """The nodes that a relation of the base points to; inwards, the nodes whose relation points to the base."""
    if direction == OUTWARDS:
        return _existing((target for one in base.instances for target in _targets(through, one)), graph)
    wanted = {id_of(one) for one in base.instances}
    return [node for node in graph.nodes() if not wanted.isdisjoint(_targets(through, node))]


def _targets(through: Property, instance: Instance) -> list[InstanceId]:
    value = through.read(instance)
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [id_of(target) for target in values]


def _ends(base: Found, body: Mapping[str, Any]) -> Iterator[InstanceId]:
    """Nodes that a result set stands for: nodes themselves; of edges the side that ``chainTo`` names.

    ``destination`` is where the edges were followed to: the end outwards, the start inwards (documented).
    """
    if not base.is_edges:
        return (id_of(one) for one in base.instances)
    chain_to = body.get("chainTo") or "destination"
    if chain_to not in ("destination", "source"):
        raise bad_request(f"The chainTo must be destination or source. Got {chain_to!r:.100}.")
    side = "endNode" if (chain_to == "destination") == (base.direction == OUTWARDS) else "startNode"
    return (id_of(edge[side]) for edge in base.instances)


def _existing(identifiers: Iterable[InstanceId], graph: Graph) -> list[Instance]:
    nodes = (graph.node(identifier) for identifier in dict.fromkeys(identifiers))
    return [node for node in nodes if node is not None]


def _through(given: Any) -> list[str]:
    """The property of ``through`` as a property reference: ``{"source" or "view", "identifier"}``, or a list."""
    if isinstance(given, list):
        return given
    reference = given.get("source", given.get("view")) if isinstance(given, Mapping) else None
    if reference is None or not isinstance(given.get("identifier"), str):
        raise bad_request(f"The 'through' must have a source and an identifier. Got {given!r:.200}.")
    if isinstance(reference, Mapping) and "type" not in reference:
        reference = {"type": "view" if "version" in reference else "container", **reference}
    identifier = source_id(reference, "The source of 'through'")
    return [identifier[0], source_key(identifier), given["identifier"]]
