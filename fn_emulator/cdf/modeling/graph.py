"""Nodes and edges to be queried: what a result set expression can ask of the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from fn_emulator.cdf.modeling.references import Instance, InstanceId, id_of

Edges = Callable[[InstanceId], Iterable[Instance]]


class Graph(NamedTuple):
    """The instances of a store, through functions, so that a store may answer them from indexes of its own.

    Attributes:
        nodes: All nodes, in the order of creation.
        edges: All edges, in the order of creation.
        node: A node by id, or None.
        outgoing: The edges that start at a node.
        incoming: The edges that end at a node.
        rank: The order of creation.
    """

    nodes: Callable[[], Sequence[Instance]]
    edges: Callable[[], Sequence[Instance]]
    node: Callable[[InstanceId], Instance | None]
    outgoing: Edges
    incoming: Edges
    rank: Callable[[Instance], int]


def make_table_graph(
    items: Mapping[tuple[str, str, str], Instance], ranks: Mapping[tuple[str, str, str], int]
) -> Graph:
    """A graph of a table that does not change while the graph is used; all but single nodes is gathered on first use.

    Args:
        items: ``(instanceType, space, externalId)`` -> instance, in the order of creation.
        ranks: The same keys -> the place in that order.
    """
    by_type: dict[str, list[Instance]] = {}

    def of_type(kind: str) -> list[Instance]:
        if not by_type:
            by_type.update(node=[], edge=[])
            for instance in items.values():
                by_type[instance["instanceType"]].append(instance)
        return by_type[kind]

    return Graph(
        nodes=lambda: of_type("node"),
        edges=lambda: of_type("edge"),
        node=lambda identifier: items.get(("node", *identifier)),
        outgoing=_edges_at(lambda: of_type("edge"), "startNode"),
        incoming=_edges_at(lambda: of_type("edge"), "endNode"),
        rank=lambda instance: ranks[instance["instanceType"], instance["space"], instance["externalId"]],
    )


def _edges_at(edges: Callable[[], Iterable[Instance]], end: str) -> Edges:
    found: dict[InstanceId, list[Instance]] | None = None

    def at(node: InstanceId) -> Iterable[Instance]:
        nonlocal found
        if found is None:
            found = _by_end(edges(), end)
        return found.get(node, ())

    return at


def _by_end(edges: Iterable[Instance], end: str) -> dict[InstanceId, list[Instance]]:
    found: dict[InstanceId, list[Instance]] = {}
    for edge in edges:
        target: Mapping[str, str] = edge[end]
        found.setdefault(id_of(target), []).append(edge)
    return found
