"""Graphs of instances that no store holds."""

from __future__ import annotations

from collections.abc import Iterable

from fn_emulator.cdf.modeling.graph import Graph, make_table_graph
from fn_emulator.cdf.modeling.references import Instance


def make_graph(instances: Iterable[Instance]) -> Graph:
    """A graph of instances in the order of their creation."""
    items = {(one["instanceType"], one["space"], one["externalId"]): one for one in instances}
    return make_table_graph(items, {key: place for place, key in enumerate(items)})
