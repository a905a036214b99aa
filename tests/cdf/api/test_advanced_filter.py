from __future__ import annotations

import pytest

data = pytest.importorskip("cognite.client.data_classes", reason="cognite-sdk is not installed")
filters = pytest.importorskip("cognite.client.data_classes.filters")
AssetProperty = pytest.importorskip("cognite.client.data_classes.assets").AssetProperty
EventProperty = pytest.importorskip("cognite.client.data_classes.events").EventProperty
SequenceProperty = pytest.importorskip("cognite.client.data_classes.sequences").SequenceProperty


@pytest.fixture
def assets(client):
    """``21PT`` and ``21PI`` from SAP, ``30XV`` from nowhere, and ``hot`` on the first."""
    client.labels.create(data.LabelDefinitionWrite(external_id="hot", name="hot"))
    client.assets.create(
        [
            data.AssetWrite(name="21PT", source="SAP", metadata={"level": "1", "zone": "A"}, labels=["hot"]),
            data.AssetWrite(name="21PI", source="SAP", metadata={"level": "2"}, description="pump pressure"),
            data.AssetWrite(name="30XV", description="valve of the pump"),
        ]
    )


METADATA = AssetProperty.metadata_key

CASES = {
    "equals": (filters.Equals(AssetProperty.name, "21PT"), ["21PT"]),
    "case": (filters.Equals(AssetProperty.name, "21pt"), []),
    "metadata": (filters.Equals(METADATA("level"), "2"), ["21PI"]),
    "in": (filters.In(AssetProperty.name, ["21PI", "30XV", "x"]), ["21PI", "30XV"]),
    "range": (filters.Range(METADATA("level"), gt="1", lte="2"), ["21PI"]),
    "range-ends": (filters.Range(METADATA("level"), gte="1", lt="2"), ["21PT"]),
    "prefix": (filters.Prefix(AssetProperty.name, "21"), ["21PT", "21PI"]),
    "exists": (filters.Exists(METADATA("zone")), ["21PT"]),
    "contains-any": (filters.ContainsAny(AssetProperty.labels, ["hot", "cold"]), ["21PT"]),
    "contains-all": (filters.ContainsAll(AssetProperty.labels, ["hot", "cold"]), []),
    "metadata-keys": (filters.ContainsAny(AssetProperty.metadata, ["level"]), ["21PT", "21PI"]),
    "search": (filters.Search(AssetProperty.description, "PUMP"), ["21PI", "30XV"]),
    "not": (filters.Not(filters.Prefix(AssetProperty.name, "21")), ["30XV"]),
    "and": (filters.And(filters.Exists(AssetProperty.source), filters.Prefix(AssetProperty.name, "21PI")), ["21PI"]),
    "or": (filters.Or(filters.Equals(AssetProperty.name, "30XV"), filters.Exists(METADATA("zone"))), ["21PT", "30XV"]),
}


@pytest.mark.parametrize(("asked", "expected"), CASES.values(), ids=CASES.keys())
def test_filter(client, assets, asked, expected):
    assert [asset.name for asset in client.assets.list(advanced_filter=asked)] == expected


def test_both_filters_apply(client, assets):
    asked = filters.Prefix(AssetProperty.name, "21")
    assert [a.name for a in client.assets.list(advanced_filter=asked, metadata={"level": "1"})] == ["21PT"]


def test_numbers_are_compared_as_numbers(client):
    client.events.create([data.EventWrite(external_id=str(n), start_time=n) for n in (9, 10, 11)])
    found = client.events.list(advanced_filter=filters.Range(EventProperty.start_time, gte=10))
    assert [event.external_id for event in found] == ["10", "11"]


def test_asset_root_of_an_event(post, client):
    client.assets.create(
        [
            data.AssetWrite(name="r", external_id="r"),
            data.AssetWrite(name="c", external_id="c", parent_external_id="r"),
        ]
    )
    child = client.assets.retrieve(external_id="c")
    client.events.create([data.EventWrite(external_id="in", asset_ids=[child.id]), data.EventWrite(external_id="out")])
    asked = {"containsAny": {"property": ["assetRootIds"], "values": [child.root_id]}}
    _, answer = post("/events/list", {"advancedFilter": asked})
    assert [item["externalId"] for item in answer["items"]] == ["in"]
    asked = {"inAssetSubtree": {"property": ["assetIds"], "values": [child.parent_id]}}
    _, answer = post("/events/list", {"advancedFilter": asked})
    assert [item["externalId"] for item in answer["items"]] == ["in"]


def test_asset_root_of_a_sequence(client):
    root = client.assets.create(data.AssetWrite(name="r", external_id="r"))
    child = client.assets.create(data.AssetWrite(name="c", parent_external_id="r"))
    columns = [data.SequenceColumnWrite(external_id="a")]
    client.sequences.create(
        [
            data.SequenceWrite(external_id="in", asset_id=child.id, columns=columns),
            data.SequenceWrite(external_id="out", columns=columns),
        ]
    )
    found = client.sequences.list(advanced_filter=filters.Equals(SequenceProperty.asset_root_id, root.id))
    assert [sequence.external_id for sequence in found] == ["in"]


NAME = {"property": ["name"]}
PREFIX = "advancedFilter.prefix.value"
RANGED = "advancedFilter.range must"
REFUSED = [
    ("x", "advancedFilter must be an object with exactly one filter."),
    ({"and": []}, "advancedFilter.and must be a list of at least one filter."),
    ({"exists": {"property": ["x"]}}, "advancedFilter.exists.property: 'x' is not a property of assets."),
    ({"exists": {"property": ["name", "x"]}}, "advancedFilter.exists.property: 'name' has no properties of its own."),
    ({"exists": {"property": []}}, "advancedFilter.exists.property must be a list of one or two names."),
    ({"equals": NAME}, "advancedFilter.equals must have property and value, and nothing else."),
    ({"in": {**NAME, "values": []}}, "advancedFilter.in.values must have 1 to 100 items, it has 0."),
    ({"range": NAME}, "advancedFilter.range must have at least one of gt, gte, lt and lte, and nothing else."),
    ({"range": {**NAME, "gt": 1, "gte": 1}}, f"{RANGED} not have both gt and gte, nor both lt and lte."),
    ({"prefix": {**NAME, "value": 1}}, f"{PREFIX} must be a string that is not empty, it is a number."),
    ({"exists": {**NAME, "value": 1}}, "Unexpected field - advancedFilter.exists.value"),
    (
        {"like": NAME},
        "Unexpected field - advancedFilter.like; allowed: and, or, not, equals, in, range, prefix, exists, "
        "containsAny, containsAll, search, inAssetSubtree",
    ),
    ({"or": [{"exists": NAME}] * 101}, "A filter must have at most 100 leaves and 2 searches."),
    ({"or": [{"search": {**NAME, "value": "x"}}] * 3}, "A filter must have at most 100 leaves and 2 searches."),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "message"), REFUSED)
def test_malformed_filter_is_refused(post, asked, message):
    status, answer = post("/assets/list", {"advancedFilter": asked})
    assert (status, answer["error"]["message"]) == (400, message)


def test_deep_filter_is_refused(post):
    asked = {"exists": NAME}
    for _ in range(10):
        asked = {"not": asked}
    status, answer = post("/assets/list", {"advancedFilter": asked})
    assert (status, answer["error"]["message"][-40:]) == (400, "a filter must be at most 10 levels deep.")
