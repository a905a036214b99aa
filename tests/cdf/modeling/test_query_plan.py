from __future__ import annotations

from typing import Any

import pytest

from fn_emulator.cdf.contract import CdfError
from fn_emulator.cdf.modeling.query_plan import run_query

from .graphs import make_graph

EQUIPMENT = {"type": "view", "space": "plant", "externalId": "Equipment", "version": "v1"}
SITE = {"source": EQUIPMENT, "identifier": "site"}
DESCENDING = [{"property": ["node", "externalId"], "direction": "descending"}]


def named(*names: str) -> dict[str, Any]:
    return {"in": {"property": ["node", "externalId"], "values": list(names)}}


ENDS_AT_D = {"equals": {"property": ["edge", "endNode"], "value": {"space": "data", "externalId": "d"}}}


@pytest.fixture(scope="module")
def query(schema, node, edge):
    """Run a query over a -> b -> c -> a (a circle), a -> d; a and b have the site d; answer external ids by name."""
    site = {"space": "data", "externalId": "d"}
    nodes = [node("a", site=site, pressure=1), node("b", site=site, pressure=2), node("c"), node("d")]
    graph = make_graph([*nodes, edge("a", "b"), edge("b", "c"), edge("c", "a"), edge("a", "d")])

    def query(
        select: str | dict[str, Any] = "x", /, *, request: dict[str, Any] | None = None, **expressions: Any
    ) -> Any:
        selects = {select: {}} if isinstance(select, str) else select
        answer = run_query({"with": expressions, "select": selects, **(request or {})}, graph, schema)
        found = {name: " ".join(one["externalId"] for one in items) for name, items in answer["items"].items()}
        return found[select] if isinstance(select, str) else (found, answer)

    return query


A = {"nodes": {"filter": named("a")}}


def test_nodes_are_filtered_sorted_and_limited(query):
    assert query(x={"nodes": {"filter": named("a", "b", "c")}, "sort": DESCENDING, "limit": 2}) == "c b"


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ({"from": "a"}, "a-b a-d b-c c-a"),
        ({"from": "a", "maxDistance": 1}, "a-b a-d"),
        ({"from": "a", "maxDistance": 2}, "a-b b-c a-d"),
        ({"from": "a", "maxDistance": 1, "direction": "inwards"}, "c-a"),
        ({"from": "a", "direction": "inwards"}, "a-b b-c c-a"),
        ({"from": "a", "nodeFilter": named("b")}, "a-b"),
        ({"from": "a", "terminationFilter": named("b")}, "a-b a-d"),
        ({"from": "a", "maxDistance": 1, "limitEach": 1}, "a-b"),
        ({"from": "a", "filter": ENDS_AT_D}, "a-d"),
        ({}, "a-b b-c c-a a-d"),
        ({"nodeFilter": named("a")}, "c-a"),
    ],
)  # fmt: skip
def test_edges_are_walked(query, edges, expected):
    assert sorted(query(a=A, x={"edges": edges}).split()) == sorted(expected.split())


@pytest.mark.parametrize(
    ("direction", "chain_to", "expected"),
    [
        ("outwards", "destination", "b d"),
        ("outwards", "source", "a"),
        ("inwards", "destination", "c"),
        ("inwards", "source", "a"),
    ],
)
def test_nodes_chain_from_a_side_of_edges(query, direction, chain_to, expected):
    edges = {"edges": {"from": "a", "maxDistance": 1, "direction": direction}}
    # The SDK sends a direction with every nodes expression; which side is meant depends on that of the edges.
    nodes = {"nodes": {"from": "e", "chainTo": chain_to, "direction": "outwards"}}
    assert query(a=A, e=edges, x=nodes) == expected


def test_nodes_chain_through_a_direct_relation(query):
    assert query(a=A, x={"nodes": {"from": "a", "through": SITE}}) == "d"
    d = {"nodes": {"filter": named("d")}}
    assert query(d=d, x={"nodes": {"from": "d", "through": SITE, "direction": "inwards"}}) == "a b"
    assert (
        query(d=d, x={"nodes": {"from": "d", "through": ["plant", "Equipment", "site"], "direction": "inwards"}})
        == "a b"
    )


def test_nodes_chain_from_nodes_and_filter_them(query):
    assert (
        query(ab={"nodes": {"filter": named("a", "b")}}, x={"nodes": {"from": "ab", "filter": named("b", "c")}}) == "b"
    )


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ({"union": ["ab", "bc"]}, "a b c"),
        ({"unionAll": ["ab", "bc"]}, "a b b c"),
        ({"intersection": ["ab", "bc"]}, "b"),
        ({"union": ["ab", "bc"], "except": ["a"]}, "b c"),
        ({"union": ["a", {"intersection": ["ab", "bc"]}]}, "a b"),
        ({"union": ["ab", "bc"], "limit": 1}, "a"),
    ],
)
def test_set_operations_combine_results(query, operation, expected):
    ab, bc = {"nodes": {"filter": named("a", "b")}}, {"nodes": {"filter": named("b", "c")}}
    assert query(a=A, ab=ab, bc=bc, x=operation) == expected


def test_select_chooses_properties_order_and_number(query):
    select = {"x": {"sources": [{"source": EQUIPMENT, "properties": ["pressure"]}], "sort": DESCENDING, "limit": 2}}
    found, answer = query(select, x={"nodes": {"filter": named("a", "b", "c")}})
    assert found == {"x": "c b"}
    assert answer["items"]["x"][1]["properties"] == {"plant": {"Equipment/v1": {"pressure": 2.0}}}
    assert answer["items"]["x"][0]["properties"] == {"plant": {"Equipment/v1": {}}}


def test_typing_is_given_where_it_is_asked_for(query):
    select = {"x": {"sources": [{"source": EQUIPMENT, "properties": ["*"]}]}}
    _, answer = query(select, request={"includeTyping": True}, x=A)
    assert answer["typing"]["plant"]["Equipment/v1"]["pressure"]["type"]["type"] == "float64"


def test_cursor_moves_a_result_and_what_chains_from_it(query):
    expressions = {
        "n": {"nodes": {"filter": named("a", "b")}, "limit": 1},
        "e": {"edges": {"from": "n", "maxDistance": 1}},
    }
    both = {"n": {}, "e": {}}
    found, answer = query(both, **expressions)
    assert found == {"n": "a", "e": "a-b a-d"}
    assert answer["nextCursor"]["e"] is None
    found, answer = query(both, request={"cursors": answer["nextCursor"]}, **expressions)
    assert found == {"n": "b", "e": "b-c"}
    assert answer["nextCursor"] == {"n": None, "e": None}


def test_parameters_reach_the_filters(query):
    filtered = {"nodes": {"filter": {"equals": {"property": ["node", "externalId"], "value": {"parameter": "id"}}}}}
    assert query(request={"parameters": {"id": "c"}}, x=filtered) == "c"


@pytest.mark.parametrize(
    ("expressions", "message"),
    [
        ({"y": A}, "There is no result set expression 'x' in 'with'."),
        ({"x": {"nodes": {"from": "y"}}}, "There is no result set expression 'y' in 'with'."),
        ({"x": {"nodes": {"from": "y"}}, "y": {"edges": {"from": "x"}}}, "chain in a circle: x -> y -> x."),
        ({"x": {}}, "The result set expression 'x' must have nodes, edges, or a set operation."),
        (
            {"x": {**A, "limit": 10_001}},
            "The limit of result set expression 'x' must be between 1 and 10000. Got 10001.",
        ),
        ({"x": {"edges": {"direction": "up"}}}, "The direction must be outwards or inwards. Got 'up'."),
        ({"a": A, "x": {"nodes": {"from": "a", "through": {**SITE, "identifier": "name"}}}}, "is no direct relation."),
        (
            {"a": A, "x": {"edges": {"from": "a", "maxDistance": 0}}},
            "The maxDistance must be an integer of at least 1. Got 0.",
        ),
        (
            {"e": {"edges": {}}, "x": {"nodes": {"from": "e", "chainTo": "end"}}},
            "must be destination or source. Got 'end'.",
        ),
        ({"a": A, "x": {"nodes": {"from": "a", "through": {}}}}, "The 'through' must have a source and an identifier."),
        ({"x": {"union": []}}, "A set operation must name its operands in an array."),
    ],
)
def test_malformed_query_is_refused(query, expressions, message):
    with pytest.raises(CdfError) as caught:
        query(**expressions)
    assert message in caught.value.message


def test_query_without_select_is_refused(query):
    with pytest.raises(CdfError, match=r"A query must have 'select' with at least one name."):
        query({}, x=A)
