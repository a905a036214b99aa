from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fn_emulator.cdf.contract import CdfError
from fn_emulator.cdf.modeling.filters import compile_filter
from fn_emulator.cdf.modeling.references import id_of
from fn_emulator.cdf.modeling.scope import Scope

EQUIPMENT = {"type": "view", "space": "plant", "externalId": "Equipment", "version": "v1"}
PUMP = {**EQUIPMENT, "externalId": "Pump"}


def through_view(name: str) -> list[str]:
    return ["plant", "Equipment/v1", name]


def in_container(name: str) -> list[str]:
    return ["plant", "Equipment", name]


A = {"space": "data", "externalId": "a"}
IS_DRY = {"equals": {"property": through_view("kind"), "value": "dry"}}


@pytest.fixture(scope="module")
def nodes(node):
    site = {"space": "data", "externalId": "c"}
    return [
        node("a", pressure=1.5, made="2024-01-01T00:00:00Z", tags=["x", "y"], kind="wet", rate=9.0),
        node("b", pressure=3.0, made="2024-06-01T00:00:00Z", tags=["y"], site=site, isOn=True),
        node(
            "c",
            count=1,
            made="2024-01-01T01:00:00+01:00",
            kind="dry",
            rate=1.0,
            neighbours=[{"space": "data", "externalId": "a"}],
        ),
    ]


@pytest.fixture(scope="module")
def matching(schema, nodes):
    by_id = {id_of(node): node for node in nodes}

    def matching(given: Any, **parameters: Any) -> str:
        matches = compile_filter(given, Scope(schema, parameters, by_id.get))
        return "".join(node["externalId"] for node in nodes if matches(node))

    return matching


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, "abc"),
        ({"matchAll": {}}, "abc"),
        ({"equals": {"property": ["node", "externalId"], "value": "b"}}, "b"),
        ({"equals": {"property": ["edge", "externalId"], "value": "b"}}, ""),
        ({"equals": {"property": ["node", "createdTime"], "value": 1000}}, "abc"),
        ({"range": {"property": ["node", "createdTime"], "gt": "1970-01-01T00:00:01Z"}}, ""),
        ({"equals": {"property": through_view("pressure"), "value": 3}}, "b"),
        ({"equals": {"property": in_container("pressure"), "value": 3}}, "b"),
        ({"equals": {"property": through_view("made"), "value": "2024-01-01T01:00:00+01:00"}}, "ac"),
        ({"equals": {"property": through_view("site"), "value": {"space": "data", "externalId": "c"}}}, "b"),
        ({"equals": {"property": through_view("isOn"), "value": True}}, "b"),
        ({"equals": {"property": through_view("tags"), "value": ["x", "y"]}}, "a"),
        ({"equals": {"property": in_container("name"), "value": {"property": ["node", "externalId"]}}}, "abc"),
        ({"in": {"property": through_view("kind"), "values": ["wet", "other"]}}, "a"),
        ({"range": {"property": through_view("pressure"), "gte": 1.5, "lt": 3}}, "a"),
        ({"range": {"property": through_view("made"), "gt": "2024-01-01T00:00:00Z"}}, "b"),
        ({"range": {"property": through_view("pressure"), "gt": {"property": through_view("count")}}}, ""),
        ({"prefix": {"property": ["node", "externalId"], "value": ""}}, "abc"),
        ({"prefix": {"property": through_view("tags"), "value": ["x"]}}, "a"),
        ({"exists": {"property": through_view("site")}}, "b"),
        ({"not": {"exists": {"property": through_view("pressure")}}}, "c"),
        ({"containsAny": {"property": through_view("tags"), "values": ["x", "z"]}}, "a"),
        ({"containsAll": {"property": through_view("tags"), "values": ["y"]}}, "ab"),
        ({"containsAny": {"property": through_view("neighbours"), "values": [A]}}, "c"),
        ({"hasData": [PUMP]}, "ac"),
        ({"hasData": [{"type": "container", "space": "plant", "externalId": "Equipment"}]}, "abc"),
        ({"hasData": [{**PUMP, "externalId": "WetPump"}]}, "a"),
        ({"instanceReferences": [{"space": "data", "externalId": "a"}, {"space": "other", "externalId": "b"}]}, "a"),
        ({"nested": {"scope": through_view("site"), "filter": IS_DRY}}, "b"),
        ({"nested": {"scope": through_view("neighbours"), "filter": {"not": IS_DRY}}}, "c"),
        ({"and": [{"hasData": [PUMP]}, {"exists": {"property": through_view("pressure")}}]}, "a"),
        ({"or": [{"hasData": [PUMP]}, {"exists": {"property": through_view("site")}}]}, "abc"),
        ({"invalid": {"filterType": "equals"}}, ""),
    ],
)  # fmt: skip
def test_filter_selects(matching, given, expected):
    assert matching(given) == expected


def test_overlap_is_open_where_a_start_or_end_is_missing(matching):
    overlaps = {"startProperty": through_view("count"), "endProperty": through_view("pressure")}
    assert matching({"overlaps": {**overlaps, "gte": 2, "lt": 8}}) == "bc"
    assert matching({"overlaps": {**overlaps, "lte": 7, "gt": 3}}) == "c"


def test_parameter_stands_for_a_value(matching):
    given = {"in": {"property": ["node", "externalId"], "values": {"parameter": "wanted"}}}
    assert matching(given, wanted=["a", "c"]) == "ac"
    with pytest.raises(CdfError, match=r"The parameter 'wanted' has no value: it is not in 'parameters'."):
        matching(given)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"equal": {}}, "Unknown filter 'equal'. Known filters: and, containsAll"),
        ({}, "A filter must be an object with one operator. Got {}."),
        ({"and": []}, "The filter 'and' must be an array that is not empty. Got []."),
        ({"equals": {"value": 1}}, "The filter 'equals' must have 'property'."),
        ({"equals": {"property": through_view("pressure"), "value": "high"}}, "must be a number. Got value 'high'."),
        ({"equals": {"property": through_view("name"), "value": None}}, "must not be null"),
        ({"equals": {"property": through_view("colour"), "value": 1}}, "'plant:Equipment/v1' has no property 'colour'"),
        ({"exists": {"property": in_container("colour")}}, "The container 'plant:Equipment' has no property 'colour'."),
        ({"exists": {"property": ["plant", "Pump/v1", "flowsTo"]}}, "is a connection, which holds no value."),
        ({"exists": {"property": ["plant", "Pump/v2", "rate"]}}, "One or more views do not exist: 'plant:Pump/v2'"),
        ({"exists": {"property": ["plant", "Valve", "rate"]}}, "One or more containers do not exist: 'plant:Valve'"),
        ({"exists": {"property": ["name"]}}, "The property reference ['name'] is not valid"),
        ({"range": {"property": through_view("pressure")}}, "gt or gte, lt or lte, or one of each. Got none."),
        ({"range": {"property": through_view("pressure"), "gt": 1, "gte": 1}}, "Got gt, gte."),
        ({"range": {"property": through_view("isOn"), "gt": 1}}, "The filter 'range' cannot be used on the property"),
        ({"prefix": {"property": through_view("count"), "value": "1"}}, "of type int32."),
        ({"containsAny": {"property": through_view("name"), "values": ["x"]}}, "which is no list."),
        ({"in": {"property": through_view("name"), "values": ["x"] * 1001}}, "at most 1000 values. Got 1001."),
        ({"nested": {"scope": through_view("name"), "filter": {"matchAll": {}}}}, "which is no direct relation."),
        ({"hasData": [{"space": "s"}]}, "which is no reference to a view or container."),
    ],
)  # fmt: skip
def test_malformed_filter_is_refused(matching, given, message):
    with pytest.raises(CdfError) as caught:
        matching(given)
    assert message in caught.value.message
    assert caught.value.status == 400


leaves = st.sampled_from([
    {"exists": {"property": through_view("pressure")}},
    {"equals": {"property": through_view("kind"), "value": "wet"}},
    {"range": {"property": through_view("pressure"), "gt": 2}},
    {"hasData": [PUMP]},
])  # fmt: skip
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda one: {"not": one}, inner),
        st.builds(lambda many: {"and": many}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda many: {"or": many}, st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=8,
)


@given(left=trees, right=trees)
def test_filters_are_a_boolean_algebra(matching, left, right):
    def negated(given: dict[str, Any]) -> dict[str, Any]:
        return {"not": given}

    assert matching(negated(negated(left))) == matching(left)
    assert matching(negated({"and": [left, right]})) == matching({"or": [negated(left), negated(right)]})
    assert matching({"or": [left, negated(left)]}) == "abc"
    assert matching({"and": [left, {"or": [left, right]}]}) == matching(left)
