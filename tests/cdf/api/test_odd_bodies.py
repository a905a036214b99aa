"""Whatever is sent to functions, identity and jobs is answered in the platform's form, never with a traceback."""

from __future__ import annotations

import json
from importlib import import_module

import pytest

from fn_emulator.cdf import routes
from fn_emulator.cdf.api.function_seeds import seed_function
from fn_emulator.cdf.api.three_d_nodes import seed_nodes
from fn_emulator.cdf.fake import FakeCdf

MODULES = ("annotations", "context", "functions", "groups", "sessions", "three_d", "token")
PARTS = ("3d", "annotations", "context", "functions", "groups", "sessions", "token")

for module in MODULES:
    import_module(f"fn_emulator.cdf.api.{module}")


def declared(node, path=()):
    """Method and path of every route, with 7 in place of ids."""
    yield from ((method, path) for method in node.by_method)
    for name, below in node.named.items():
        yield from declared(below, (*path, name))
    if node.placeholder is not None:
        yield from declared(node.placeholder, (*path, "7"))


ROUTES = sorted((method, "/".join(path)) for method, path in declared(routes._ROOT) if path[0] in PARTS)

ODD = (None, 1, "a", [], {}, [[]], [None], {"id": {}}, {"id": []}, {"id": 7, "update": 1}, {"externalId": {}})
NAMES = ("items", "filter", "limit", "cursor", "data", "nonce", "id", "externalId", "sources", "entities", "fileId")
BODIES = [*ODD, *({name: value} for name in NAMES for value in ODD), *({"items": [value]} for value in ODD)]


@pytest.fixture
def cdf():
    """A CDF in which 7 is the id of most things."""
    made = FakeCdf()
    made.world.put("files", 7, {"id": 7, "name": "a"})
    seed_function(made.world, {"id": 7, "name": "f", "calls": [{"id": 7}]})
    made.world.put("3d/models", 7, {"id": 7, "name": "m", "createdTime": 0})
    made.world.put("3d/revisions", 7, {"id": 7, "modelId": 7, "fileId": 7, "published": False})
    seed_nodes(made.world, 7, [{"id": 7, "name": "root"}])
    return made


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_any_body_is_answered(cdf, method, path):
    base = "/api/v1/" if path.startswith("token") else f"/api/v1/projects/{cdf.project}/"
    for body in BODIES:
        sent = json.dumps(body).encode() if method == "POST" else b""
        status, _, answer = cdf.handle(method, f"{cdf.base_url}{base}{path}", {}, sent, now_ms=0)
        assert status in (200, 201, 501) or json.loads(answer)["error"]["code"] == status


@pytest.mark.parametrize("id_", ["%C2%B2", "-1", "9" * 40, "a%20b", "%00"])
@pytest.mark.parametrize("path", sorted({path for method, path in ROUTES if method == "GET" and "7" in path}))
def test_any_id_in_a_path_is_answered(cdf, path, id_):
    url = f"{cdf.base_url}/api/v1/projects/{cdf.project}/{path}".replace("/7", f"/{id_}")
    assert cdf.handle("GET", url, {}, b"", now_ms=0)[0] in (200, 400, 404)


@pytest.mark.parametrize("query", ["limit=0", "limit=%C2%B2", "cursor=x", "partition=x", "limit=" + "9" * 30])
@pytest.mark.parametrize("path", ["sessions", "functions", "functions/7/calls", "3d/models", "3d/models/7/revisions"])
def test_any_query_is_answered(cdf, path, query):
    url = f"{cdf.base_url}/api/v1/projects/{cdf.project}/{path}?{query}"
    assert cdf.handle("GET", url, {}, b"", now_ms=0)[0] in (200, 400)
