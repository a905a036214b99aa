"""Whatever is sent to the classic resources, the answer is one of the platform's, and never an error of our own."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fn_emulator.cdf.fake import FakeCdf

RESOURCES = ("assets", "events", "datasets", "labels", "relationships", "sequences")
OPERATIONS = ("", "/list", "/byids", "/update", "/delete", "/search", "/aggregate")
PATHS = [f"/{resource}{operation}" for resource in RESOURCES for operation in OPERATIONS]
PATHS += [f"/sequences/data{operation}" for operation in ("", "/list", "/latest", "/delete")]

FIELDS = """id externalId instanceId name parentId parentExternalId description dataSetId metadata source labels geoLocation
    startTime endTime type subtype assetIds assetId columns valueType rows rowNumber values writeProtected space
    sourceType targetType sourceExternalId targetExternalId confidence geometry coordinates""".split()
FILTERS = """parentIds parentExternalIds rootIds assetSubtreeIds assetExternalIds dataSetIds root externalIdPrefix
    createdTime activeAtTime min max isNull containsAny containsAll property value and or not in range equals prefix exists
    search inAssetSubtree gt lte query sourceTypes""".split()
PARTS = """items filter advancedFilter aggregate aggregateFilter properties path fields limit cursor partition sort order
    update set setNull add remove modify recursive ignoreUnknownIds aggregatedProperties fetchResources start end
    before""".split()
PLAIN = st.none() | st.booleans() | st.integers(-1, 3) | st.floats(allow_nan=False, allow_infinity=False)
PLAIN |= st.sampled_from(["", "a", "b", "1/2", "count", "uniqueValues", "uniqueProperties", "asset", "STRING", "Point"])
KEYS = st.sampled_from(FIELDS + FILTERS + PARTS)
JSON = st.recursive(
    PLAIN, lambda part: st.lists(part, max_size=3) | st.dictionaries(KEYS, part, max_size=4), max_leaves=12
)
OBJECT = st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4)
BODIES = JSON | st.fixed_dictionaries(
    {},
    optional={
        "items": st.lists(OBJECT | st.fixed_dictionaries({"externalId": st.just("a"), "update": OBJECT}), max_size=3),
        "filter": st.dictionaries(st.sampled_from(FIELDS + FILTERS), JSON, max_size=3),
        "advancedFilter": st.dictionaries(st.sampled_from(FILTERS), JSON, max_size=1),
        "aggregate": JSON,
        "externalId": st.just("a"),
        "sort": JSON,
    },
)


@pytest.fixture(scope="module")
def world():
    """A state with an item of each kind, all called ``a``."""
    fake = FakeCdf()
    link = {"sourceExternalId": "a", "sourceType": "asset", "targetExternalId": "a", "targetType": "event"}
    items = {
        "assets": {"name": "a", "metadata": {"a": "1"}},
        "events": {"startTime": 1},
        "datasets": {},
        "labels": {"name": "a"},
        "relationships": link,
        "sequences": {"columns": [{"externalId": "a", "valueType": "STRING"}]},
    }
    for resource, item in items.items():
        send(fake, f"/{resource}", {"items": [{"externalId": "a", **item}]})
    row = {"rowNumber": 1, "values": ["x"]}
    send(fake, "/sequences/data", {"items": [{"externalId": "a", "columns": ["a"], "rows": [row]}]})
    return fake.world


def send(fake, path, body):
    url = f"{fake.base_url}/api/v1/projects/{fake.project}{path}"
    return fake.handle("POST", url, {}, json.dumps(body).encode(), now_ms=1)


@given(path=st.sampled_from(PATHS), body=BODIES)
@settings(max_examples=600, deadline=None)
def test_every_answer_is_one_of_the_platforms(world, path, body):
    fake = FakeCdf()
    fake.world = world.fork()
    status, _, answer = send(fake, path, body)
    assert status in (200, 201, 400, 409, 501)
    if status >= 400:
        assert json.loads(answer)["error"]["message"]
    if status not in (200, 201):
        assert dict(fake.world.tables()) == dict(world.tables())
