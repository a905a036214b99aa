from __future__ import annotations

import pytest

data = pytest.importorskip("cognite.client.data_classes", reason="cognite-sdk is not installed")
aggregations = pytest.importorskip("cognite.client.data_classes.aggregations")
filters = pytest.importorskip("cognite.client.data_classes.filters")
AssetProperty = pytest.importorskip("cognite.client.data_classes.assets").AssetProperty


@pytest.fixture
def assets(client):
    """The example of the platform's page on aggregations, as metadata of assets; two have a label."""
    client.labels.create(data.LabelDefinitionWrite(external_id="Hot", name="hot"))
    pairs = [{"a": "1", "b": "1", "c": "2"}, {"a": "2", "C": "2"}, {"c": "2", "d": "1"}, {"a": "3", "d": "2"}]
    client.assets.create(
        [data.AssetWrite(name=str(n), metadata=held, labels=["Hot"] if n < 2 else None) for n, held in enumerate(pairs)]
    )


def buckets(found):
    return [(bucket.value, bucket.count) for bucket in found]


def test_count(client, assets):
    assert client.assets.aggregate_count() == 4


def test_count_of_a_property(client, assets):
    assert client.assets.aggregate_count(AssetProperty.metadata_key("d")) == 2


def test_count_with_both_filters(client, assets):
    asked = filters.Equals(AssetProperty.metadata_key("d"), "2")
    assert client.assets.aggregate_count(filter={"root": True}, advanced_filter=asked) == 1


def test_old_form_counts(post, client, assets):
    assert post("/assets/aggregate", {"filter": {"name": "1"}}) == (200, {"items": [{"count": 1}]})


def test_cardinality_of_values(client, assets):
    assert client.assets.aggregate_cardinality_values(AssetProperty.metadata_key("a")) == 3


def test_cardinality_of_properties_does_not_tell_cases_apart(client, assets):
    assert client.assets.aggregate_cardinality_properties(AssetProperty.metadata) == 4


def test_unique_values(client, assets):
    assert buckets(client.assets.aggregate_unique_values(AssetProperty.metadata_key("d"))) == [("1", 1), ("2", 1)]


def test_unique_properties(client, assets):
    found = client.assets.aggregate_unique_properties(AssetProperty.metadata)
    assert [(bucket.value["property"][1], bucket.count) for bucket in found] == [("a", 3), ("c", 3), ("d", 2), ("b", 1)]


def test_unique_labels_are_labels(client, assets):
    assert buckets(client.assets.aggregate_unique_values(AssetProperty.labels)) == [({"externalId": "Hot"}, 2)]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (aggregations.Prefix("1"), ["1"]),
        (aggregations.In(["2", "3"]), ["2", "3"]),
        (aggregations.Not(aggregations.Prefix("1")), ["2", "3"]),
        (aggregations.Range(gt="1", lte="2"), ["2"]),
        (aggregations.Or(aggregations.Prefix("1"), aggregations.Prefix("3")), ["1", "3"]),
        (aggregations.And(aggregations.Prefix("1"), aggregations.Prefix("3")), []),
    ],
)
def test_aggregate_filter_chooses_buckets(client, assets, asked, expected):
    found = client.assets.aggregate_unique_values(AssetProperty.metadata_key("a"), aggregate_filter=asked)
    assert [bucket.value for bucket in found] == expected


def test_filter_of_a_property_chooses_its_values(post, assets):
    asked = [{"property": ["metadata", "a"], "filter": {"prefix": {"value": "3"}}}]
    assert post("/assets/aggregate", {"aggregate": "cardinalityValues", "properties": asked})[1] == {
        "items": [{"count": 1}]
    }


def test_older_form_names_a_field(post, client):
    client.events.create([data.EventWrite(type="A"), data.EventWrite(type="a"), data.EventWrite()])
    _, answer = post("/events/aggregate", {"aggregate": "uniqueValues", "fields": ["type"]})
    assert answer == {"items": [{"count": 2, "values": ["a"]}]}


def test_columns_of_sequences_have_no_values_to_count(post):
    post("/sequences", {"items": [{"columns": [{"externalId": "a"}]}]})
    status, _ = post("/sequences/aggregate", {"aggregate": "uniqueValues", "properties": [{"property": ["columns"]}]})
    assert status == 400


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            {"aggregate": "sum"},
            "aggregate must be one of count, uniqueValues, cardinalityValues, uniqueProperties, cardinalityProperties, "
            "it is 'sum'.",
        ),
        ({"aggregate": "uniqueValues"}, "properties must be a list of exactly one object with a property."),
        (
            {"aggregate": "uniqueProperties", "path": ["name"]},
            'path must be ["metadata"], the only one whose properties are aggregated.',
        ),
        (
            {"aggregate": "uniqueValues", "properties": [{"property": ["metadata"]}]},
            "properties[0].property: 'metadata' has no single values to count.",
        ),
        (
            {"aggregate": "uniqueProperties", "path": ["metadata"], "aggregateFilter": {"like": {}}},
            "aggregateFilter.like must be prefix with value, in with values, or range with gt, gte, lt or lte.",
        ),
        (
            {"aggregate": "uniqueProperties", "path": ["metadata"], "aggregateFilter": {"and": []}},
            "aggregateFilter.and must be a list of at least one filter.",
        ),
        (
            {"aggregate": "uniqueProperties", "path": ["metadata"], "aggregateFilter": {"prefix": 1}},
            "aggregateFilter.prefix must be an object, it is a number.",
        ),
        (
            {"aggregate": "uniqueProperties", "path": ["metadata"], "aggregateFilter": 1},
            "aggregateFilter must be an object with exactly one filter.",
        ),
    ],
)
def test_malformed_aggregate_is_refused(post, assets, body, message):
    status, answer = post("/assets/aggregate", body)
    assert (status, answer["error"]["message"]) == (400, message)
