"""Whatever is sent to the classic resources, the answer is one of the platform's, and never an error of our own."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fn_emulator.cdf.api.advanced import LEAVES
from fn_emulator.cdf.api.aggregate import AGGREGATES
from fn_emulator.cdf.api.assets import ASSETS
from fn_emulator.cdf.api.data_sets import DATA_SETS
from fn_emulator.cdf.api.events import EVENTS
from fn_emulator.cdf.api.labels import LABELS
from fn_emulator.cdf.api.relationships import RELATIONSHIPS
from fn_emulator.cdf.api.sequences import SEQUENCES
from fn_emulator.cdf.fake import FakeCdf

KINDS = (ASSETS, EVENTS, DATA_SETS, LABELS, RELATIONSHIPS, SEQUENCES)
OPERATIONS = ("", "/list", "/byids", "/update", "/delete", "/search", "/aggregate")
PATHS = [f"/{kind.name}{operation}" for kind in KINDS for operation in OPERATIONS]
PATHS += [f"/sequences/data{operation}" for operation in ("", "/list", "/latest", "/delete")]

PLAIN = st.none() | st.booleans() | st.integers(-1, 3) | st.floats(allow_nan=False, allow_infinity=False)
PLAIN |= st.sampled_from(["", "a", "b", "1/2", "count", "uniqueValues", "uniqueProperties", "asset", "STRING", "Point"])

FIELDS = sorted({"id", "instanceId", *(name for kind in KINDS for name in kind.fields)})
FILTERS = sorted({name for kind in KINDS for name in kind.filters})
CHANGES = ["set", "setNull", "add", "remove", "modify"]
INNER = [
    "externalId",
    "id",
    "min",
    "max",
    "isNull",
    "containsAny",
    "type",
    "geometry",
    "coordinates",
    "update",
    "space",
]
KEYS = st.sampled_from(FIELDS + CHANGES + INNER)
JSON = st.recursive(
    PLAIN, lambda part: st.lists(part, max_size=3) | st.dictionaries(KEYS, part, max_size=4), max_leaves=8
)


def some(names, values, most=3):
    return st.dictionaries(st.sampled_from(names), values, max_size=most)


NAMED = st.just({"externalId": "a"}) | st.just({"externalId": "b"})
CHANGED = some(FIELDS, some(CHANGES, JSON, 2) | JSON)
ROWS = st.lists(some(["rowNumber", "values"], JSON) | JSON, max_size=2)
ITEM = st.builds(
    lambda named, fields, update, rest: {**named, **fields, **update, **rest},
    NAMED | st.just({}),
    some(FIELDS, JSON),
    st.just({}) | st.fixed_dictionaries({"update": CHANGED}),
    some(["columns", "rows", "name"], st.just("a") | st.just(["a"]) | ROWS, 2),
)
LEAF = st.fixed_dictionaries(
    {"property": st.sampled_from([["name"], ["metadata", "a"], ["metadata"], ["labels"], ["assetIds"]]) | JSON},
    optional=dict.fromkeys(("value", "values", "gt", "lte"), JSON),
)
FILTER = st.recursive(
    some([*LEAVES, "like"], LEAF | JSON, 1),
    lambda part: some(["and", "or", "not"], st.lists(part, max_size=2) | part, 1),
    max_leaves=4,
)
BODIES = JSON | st.fixed_dictionaries(
    {},
    optional={
        "items": st.lists(ITEM | NAMED | JSON, max_size=3),
        "filter": some(FILTERS, JSON),
        "advancedFilter": FILTER | JSON,
        "aggregate": st.sampled_from(AGGREGATES) | JSON,
        "aggregateFilter": some(["prefix", "in", "range", "and", "not"], LEAF | JSON, 1),
        "properties": st.lists(LEAF, max_size=2) | JSON,
        "path": st.just(["metadata"]) | JSON,
        "search": some(["name", "description", "query"], JSON) | JSON,
        "sort": st.lists(LEAF | PLAIN, max_size=2) | JSON,
    },
)
LOOSE = ["limit", "cursor", "partition", "recursive", "ignoreUnknownIds", "aggregatedProperties", "fetchResources"]
LOOSE += ["start", "end", "before", "columns", "externalId", "id", "fields"]
BODIES |= st.builds(
    lambda body, rest: {**body, **rest}, BODIES.filter(lambda body: type(body) is dict), some(LOOSE, JSON)
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
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return fake.handle("POST", url, {}, content, now_ms=1)


NEGATIONS = ('{"not":', "}")
COLLECTIONS = ('{"type":"GeometryCollection","geometries":[', "]}")
DEEP = {
    "/assets/list": ('{"advancedFilter":', *NEGATIONS, "}"),
    "/assets/aggregate": ('{"aggregate":"uniqueProperties","path":["metadata"],"aggregateFilter":', *NEGATIONS, "}"),
    "/assets": ('{"items":[{"name":"a","geoLocation":{"type":"Feature","geometry":', *COLLECTIONS, "}}]}"),
}


@pytest.mark.parametrize("path", DEEP)
@pytest.mark.parametrize("depth", [100, 450, 900, 5000])
def test_deep_bodies_are_refused(world, path, depth):
    start, opening, closing, end = DEEP[path]
    fake = FakeCdf()
    fake.world = world.fork()
    body = start + opening * depth + "1" + closing * depth + end
    assert send(fake, path, body.encode())[0] == 400


@given(path=st.sampled_from(PATHS), body=BODIES)
@settings(max_examples=5 * settings.default.max_examples, deadline=None)
def test_every_answer_is_one_of_the_platforms(world, path, body):
    fake = FakeCdf()
    fake.world = world.fork()
    status, _, answer = send(fake, path, body)
    assert status in (200, 201, 400, 409, 501)
    if status >= 400:
        assert json.loads(answer)["error"]["message"]
    if status not in (200, 201):
        assert dict(fake.world.tables()) == dict(world.tables())
