"""Whatever is sent to data modeling is answered; what is wrong with it is a 400 with a sentence."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fn_emulator.cdf.api.modeling import DEFINITIONS, ENDPOINTS
from tests.cdf.api.modeling_plant import EQUIPMENT, PUMP_VIEW, SEED, node

PATHS = sorted({
    *(path.removeprefix("POST ") for path in ENDPOINTS if path.startswith("POST ")),
    *(f"/models/{kind}{ending}" for kind in DEFINITIONS for ending in ("", "/byids", "/delete")),
})  # fmt: skip

WORDS = [
    *("items", "space", "externalId", "version", "instanceType", "sources", "source", "properties", "filter", "sort"),
    *("with", "select", "cursors", "nodes", "edges", "from", "through", "view", "views", "limit", "cursor", "type"),
    *("aggregates", "groupBy", "inspectionOperations", "involvedViews", "implements", "constraints", "existingVersion"),
    *("plant", "Pump", "v1", "node", "edge", "n", "startNode", "endNode", "container", "parameters", "mode"),
]
words = st.sampled_from(WORDS)
leaves = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 2000), st.floats(allow_nan=False), words, st.text(max_size=3)
)
known = st.sampled_from([PUMP_VIEW, EQUIPMENT, node("n"), SEED["views"][0], SEED["containers"][1], {"space": "plant"}])
values = st.recursive(
    leaves | known,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def world():
    from fn_emulator.cdf.fake import FakeCdf

    fake = FakeCdf()
    fake.seed(SEED, {"instances": [node("n")]})
    return fake.world


@pytest.mark.parametrize("path", PATHS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=values | st.fixed_dictionaries({"items": st.lists(values, max_size=3)}))
def test_every_request_is_answered(world, path, body):
    import json

    from fn_emulator.cdf.dispatch import handle

    url = f"https://cdf.test/api/v1/projects/p{path}"
    status, _, answer = handle(world.fork(), "POST", url, {}, json.dumps(body).encode())
    assert status in (200, 400)
    if status == 400:
        assert json.loads(answer)["error"]["message"]


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "cursor=x", "includeGlobal=perhaps", "allVersions=1"])
def test_query_of_a_list_is_checked(post, query):
    assert post(f"/models/views?{query}", None, "GET")[0] == 400


@pytest.mark.parametrize("cursor", [1, "x", [], "WzEsIDJd", {"a": 1}])
def test_cursor_of_a_list_of_instances_is_checked(post, cursor):
    status, answer = post("/models/instances/list", {"cursor": cursor})
    assert status == 400
    assert answer["error"]["message"].startswith("The cursor ")
