from __future__ import annotations

import pytest

from fn_emulator.cdf.contract import CdfError
from fn_emulator.cdf.modeling.aggregates import aggregate
from fn_emulator.cdf.modeling.scope import Scope
from fn_emulator.cdf.modeling.search import search


@pytest.fixture(scope="module")
def of_view(schema):
    return Scope(schema, view=("plant", "Equipment", "v1"))


@pytest.fixture(scope="module")
def nodes(node):
    return [
        node("a", pressure=1.5, kind="wet"),
        node("b", pressure=4, kind="wet"),
        node("c", kind="dry"),
        node("d", pressure=-1),
    ]


def test_metrics_are_computed_over_values(of_view, nodes):
    metrics = [{name: {"property": "pressure"}} for name in ("count", "sum", "avg", "min", "max")]
    (item,) = aggregate({"aggregates": metrics}, nodes, of_view)
    assert [one["value"] for one in item["aggregates"]] == [3, 4.5, 1.5, -1.0, 4.0]
    assert item["aggregates"][0] == {"aggregate": "count", "property": "pressure", "value": 3}
    assert "group" not in item


def test_external_id_counts_instances(of_view, nodes):
    (item,) = aggregate({"aggregates": [{"count": {"property": "externalId"}}]}, nodes, of_view)
    assert item["aggregates"][0]["value"] == 4


def test_metric_of_nothing_has_no_value(of_view):
    (item,) = aggregate(
        {"aggregates": [{"max": {"property": "pressure"}}, {"count": {"property": "name"}}]}, [], of_view
    )
    assert item["aggregates"] == [
        {"aggregate": "max", "property": "pressure"},
        {"aggregate": "count", "property": "name", "value": 0},
    ]


def test_groups_are_the_values_that_occur(of_view, nodes):
    request = {"aggregates": [{"count": {"property": "externalId"}}], "groupBy": ["kind"]}
    found = [(one["group"], one["aggregates"][0]["value"]) for one in aggregate(request, nodes, of_view)]
    assert found == [({"kind": "dry"}, 1), ({"kind": "wet"}, 2)]
    assert len(aggregate({**request, "limit": 1}, nodes, of_view)) == 1


def test_histogram_counts_by_interval(of_view, nodes):
    (item,) = aggregate({"aggregates": [{"histogram": {"property": "pressure", "interval": 2}}]}, nodes, of_view)
    assert item["aggregates"] == [
        {
            "aggregate": "histogram",
            "property": "pressure",
            "interval": 2,
            "buckets": [{"start": -2, "count": 1}, {"start": 0, "count": 1}, {"start": 4, "count": 1}],
        }
    ]


@pytest.mark.parametrize(
    ("request_body", "message"),
    [
        ({"aggregates": [{"median": {"property": "pressure"}}]}, "Unknown aggregate 'median'."),
        (
            {"aggregates": [{"sum": {"property": "name"}}]},
            "The aggregate 'sum' cannot be used on 'plant.Equipment/v1.name'",
        ),
        ({"aggregates": [{"sum": {}}]}, "The aggregate 'sum' must have a property."),
        ({"aggregates": [{"sum": {"property": "colour"}}]}, "The property 'colour' does not exist."),
        (
            {"aggregates": [{"histogram": {"property": "pressure", "interval": 0}}]},
            "must be a number greater than 0. Got 0.",
        ),
        ({"groupBy": ["tags"]}, "cannot be grouped by: it is a list or JSON."),
        ({"groupBy": list("abcdef")}, "The groupBy must be an array of at most 5 properties."),
        ({"limit": 1001}, "The limit of an aggregation must be between 1 and 1000. Got 1001."),
    ],
)
def test_malformed_aggregation_is_refused(of_view, nodes, request_body, message):
    with pytest.raises(CdfError) as caught:
        aggregate(request_body, nodes, of_view)
    assert message in caught.value.message


@pytest.fixture(scope="module")
def found(of_view, node):
    texts = {"Sensor temperature": ["oil"], "temperature sensors": [], "Temperature": ["PT-100"], "pump": ["sens"]}
    nodes = [node(f"n{place}", name=name, tags=tags) for place, (name, tags) in enumerate(texts.items())]

    def found(query, names=None, operator=None):
        return [
            one["properties"]["plant", "Equipment"]["name"] for one in search(query, nodes, names, operator, of_view)
        ]

    return found


def test_all_words_must_match_and_the_last_may_be_begun(found):
    assert found("temperature sens", operator="AND") == ["temperature sensors", "Sensor temperature"]
    assert found("sens temperature", operator="AND") == []


def test_any_word_may_match(found):
    assert found("temperature pump", operator="OR") == [
        "Sensor temperature",
        "temperature sensors",
        "Temperature",
        "pump",
    ]


def test_lists_of_text_are_searched_and_properties_chosen(found):
    assert found("pt 100") == ["Temperature"]
    assert found("pt 100", ["name"]) == []


def test_without_a_query_everything_is_found(found):
    assert len(found(None)) == len(found(" ")) == 4


def test_malformed_search_is_refused(found):
    with pytest.raises(CdfError, match=r"The operator must be AND or OR. Got 'XOR'."):
        found("a", operator="XOR")
    with pytest.raises(CdfError, match=r"cannot be searched: it is no text."):
        found("a", ["pressure"])
