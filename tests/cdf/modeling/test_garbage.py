"""Whatever a handler sends is answered or refused: no request, however wrong, ends in an error of ours."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fn_emulator.cdf.contract import CdfError
from fn_emulator.cdf.modeling.aggregates import aggregate
from fn_emulator.cdf.modeling.filters import compile_filter
from fn_emulator.cdf.modeling.instances import apply_item
from fn_emulator.cdf.modeling.ordering import compile_sort
from fn_emulator.cdf.modeling.query_plan import run_query
from fn_emulator.cdf.modeling.schema_rules import check_container, check_data_model, check_space, check_view
from fn_emulator.cdf.modeling.scope import Scope
from fn_emulator.cdf.modeling.search import search
from fn_emulator.cdf.modeling.views import make_schema, resolve_view

from .graphs import make_graph

EQUIPMENT = {"type": "view", "space": "plant", "externalId": "Equipment", "version": "v1"}
CONTAINER = {"type": "container", "space": "plant", "externalId": "Equipment"}
NODE = {"space": "data", "externalId": "a"}
PRESSURE = ["plant", "Equipment/v1", "pressure"]
FILTER = {
    "and": [
        {"or": [{"range": {"property": PRESSURE, "gt": 1, "lte": {"parameter": "p"}}}, {"hasData": [EQUIPMENT]}]},
        {"not": {"in": {"property": ["node", "externalId"], "values": ["a", "b"]}}},
        {"nested": {"scope": ["plant", "Equipment/v1", "site"], "filter": {"exists": {"property": PRESSURE}}}},
        {"containsAny": {"property": ["plant", "Equipment", "tags"], "values": ["x"]}},
        {"overlaps": {"startProperty": PRESSURE, "endProperty": PRESSURE, "gt": 1}},
        {"prefix": {"property": ["node", "space"], "value": "d"}},
        {"instanceReferences": [NODE]},
        {"equals": {"property": ["plant", "Equipment/v1", "site"], "value": NODE}},
    ]
}
SORT = [{"property": PRESSURE, "direction": "descending", "nullsFirst": True}]
QUERY = {
    "with": {
        "n": {"nodes": {"filter": FILTER}, "sort": SORT, "limit": 5},
        "e": {"edges": {"from": "n", "maxDistance": 1, "limitEach": 1, "direction": "inwards", "nodeFilter": FILTER}},
        "m": {"nodes": {"from": "e", "chainTo": "source", "through": {"source": EQUIPMENT, "identifier": "site"}}},
        "u": {"union": ["n", {"intersection": ["n", "e"]}], "except": ["m"], "limit": 3},
    },
    "select": {"u": {"sources": [{"source": EQUIPMENT, "properties": ["name"]}], "sort": SORT, "limit": 1}, "m": {}},
    "parameters": {"p": 1},
    "cursors": {"n": None},
}
ITEM = {
    "instanceType": "node",
    **NODE,
    "existingVersion": 1,
    "type": NODE,
    "sources": [
        {"source": EQUIPMENT, "properties": {"name": "a", "site": NODE, "tags": ["x"], "kind": "wet", "data": {}}},
        {"source": CONTAINER, "properties": {"made": "2024-01-01T00:00:00Z", "pressure": 1, "neighbours": [NODE]}},
    ],
}
SENT_CONTAINER = {
    "space": "s",
    "externalId": "C",
    "usedFor": "all",
    "properties": {
        "p": {"type": {"type": "text", "list": True, "maxListSize": 3, "maxTextSize": 3}, "nullable": False},
        "q": {"type": {"type": "enum", "values": {"a": {"name": "A"}}, "unknownValue": "a"}, "defaultValue": "a"},
        "r": {"type": {"type": "direct", "container": CONTAINER}},
        "f": {"type": {"type": "float64", "unit": {"externalId": "pressure:bar"}}},
    },
    "constraints": {"c": {"constraintType": "requires", "require": CONTAINER}},
    "indexes": {"i": {"indexType": "btree", "properties": ["p"], "cursorable": True}},
}
SENT_VIEW = {
    "space": "s",
    "externalId": "V",
    "version": "1",
    "implements": [EQUIPMENT],
    "filter": FILTER,
    "properties": {
        "m": {"container": CONTAINER, "containerPropertyIdentifier": "site", "source": EQUIPMENT},
        "e": {"connectionType": "single_edge_connection", "type": NODE, "source": EQUIPMENT, "direction": "inwards"},
        "r": {
            "connectionType": "multi_reverse_direct_relation",
            "source": EQUIPMENT,
            "through": {"source": EQUIPMENT, "identifier": "site"},
        },
    },
}
MODEL = {"space": "s", "externalId": "M", "version": "1", "views": [EQUIPMENT], "name": "n"}
AGGREGATION = {
    "aggregates": [{"sum": {"property": "pressure"}}, {"histogram": {"property": "pressure", "interval": 2}}],
    "groupBy": ["kind"],
    "limit": 5,
}
SEARCH = {"query": "a", "properties": ["name"], "operator": "OR"}


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from paths(child, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], junk: Any) -> Any:
    if not path:
        return junk
    whole = copy.deepcopy(value)
    place = whole
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = junk
    return whole


JUNK = st.sampled_from(
    [None, True, -1, 0.5, 10**30, "", "x", "\ud800", [], [[]], [{}], [1, "a"], {}, {"a": []}, {"parameter": []}]
)


@pytest.fixture(scope="module")
def calls(schema, node, edge) -> dict[str, Callable[[Any], Any]]:
    existing = node("a", pressure=1.0)
    graph = make_graph([existing, node("b"), edge("a", "b")])
    of_view = Scope(schema, {"p": 1}, graph.node, ("plant", "Equipment", "v1"))
    nodes = list(graph.nodes())

    def resolve(sent: Any) -> Any:
        views = {("plant", "Equipment", "v1"): check_view({**EQUIPMENT})}
        return resolve_view(check_view(sent), schema.container, views.get)

    def filtered(given: Any) -> Any:
        matches = compile_filter(given, of_view)
        return [matches(one) for one in nodes]

    return {
        "space": check_space,
        "container": check_container,
        "view": resolve,
        "data model": check_data_model,
        "item": lambda sent: apply_item(sent, existing, schema, 1, replace=True),
        "filter": filtered,
        "sort": lambda sent: compile_sort(sent, of_view, graph.rank).sort(nodes),
        "query": lambda sent: run_query(sent, graph, schema),
        "aggregation": lambda sent: aggregate(sent, nodes, of_view),
        "search": lambda sent: search(sent["query"], nodes, sent["properties"], sent["operator"], of_view),
    }


VALID = {
    "space": {"space": "s", "name": "n", "description": "d"},
    "container": SENT_CONTAINER,
    "view": SENT_VIEW,
    "data model": MODEL,
    "item": ITEM,
    "filter": FILTER,
    "sort": SORT,
    "query": QUERY,
    "aggregation": AGGREGATION,
    "search": SEARCH,
}


@pytest.mark.parametrize("name", VALID)
def test_what_is_right_is_answered(calls, name):
    calls[name](VALID[name])


@pytest.mark.parametrize("name", VALID)
@given(data=st.data())
def test_what_is_wrong_is_refused(calls, name, data):
    places = [path for path in paths(VALID[name]) if path or name not in ("aggregation", "search")]
    sent = replaced(VALID[name], data.draw(st.sampled_from(places)), data.draw(JUNK))
    with suppress(CdfError):
        calls[name](sent)


def test_filter_is_not_nested_without_end(calls):
    deep: Any = {"matchAll": {}}
    for _ in range(2000):
        deep = {"not": deep}
    with pytest.raises(CdfError, match=r"A filter must be nested at most 100 deep."):
        calls["filter"](deep)


def test_schema_without_anything_refuses_every_reference():
    empty = make_schema({}.get, {}.get)
    with pytest.raises(CdfError, match=r"One or more containers do not exist: 'plant:Equipment'"):
        compile_filter({"hasData": [CONTAINER]}, Scope(empty))
