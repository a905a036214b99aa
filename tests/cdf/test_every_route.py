"""What holds for every endpoint: nothing that it is sent makes it fail, and it says what a caller needs."""

from __future__ import annotations

import json
import re

import pytest

from fn_emulator.cdf.fake import FakeCdf
from fn_emulator.cdf.routes import declared_routes
from fn_emulator.cdf.traffic.classify import classify

ROUTES = declared_routes()
FREE = {"/groups", "/token/inspect", "/projects/{project}", "/sessions", "/functions/status", "/functions/limits"}
"""What everybody may ask for."""

ODD = [None, True, 0, -1, 2**70, 1.5, "", "x", "\u0000", "\ud800", [], [None], [[]], {}, {"a": None}, {"\u0000": 1}]
BODIES = [
    *ODD,
    *({"items": value} for value in ODD),
    *({"items": [value]} for value in ODD),
    *({"items": [{field: value}]} for field in ("id", "externalId", "instanceId", "name", "space") for value in ODD),
    *({"items": [{"externalId": "a", "update": value}]} for value in ODD),
    *({"filter": value, "limit": 5} for value in ODD),
    *(
        {field: value}
        for field in ("limit", "cursor", "partition", "sort", "search", "advancedFilter")
        for value in ODD
    ),
    {"items": [{"externalId": "a"}] * 2},
    {"items": [{"externalId": "a"}], "unheardOf": 1},
    {"items": [{"id": 1}] * 20_000},
]


def sent(cdf, method, path, body, query=""):
    url = f"{cdf.base_url}/api/v1/projects/{cdf.project}{path}{query}"
    content = b"" if method == "GET" else json.dumps(body).encode()
    return cdf.handle(method, url, {"content-type": "application/json"}, content, now_ms=1_772_000_000_000)


@pytest.mark.parametrize(("method", "path"), [route[:2] for route in ROUTES])
def test_whatever_it_is_sent_is_answered(method, path):
    cdf = FakeCdf()
    for word in ("1", "a", "%00", "%ED%A0%80", "x" * 300):
        filled = re.sub(r"\{\w+\}", word, path)
        for query in ("", "?limit=x&cursor=%00", "?limit=-1&partition=2/1&overwrite=perhaps&parts=-5&revision=x"):
            bodies = BODIES if word == "a" and not query else BODIES[:20]
            for body in bodies:
                status, _, answer = sent(cdf, method, filled, body, query)
                assert status < 500 or status == 501, (filled, query, body, answer)
                if status >= 400:
                    error = json.loads(answer)["error"]
                    assert (error["code"], bool(error["message"])) == (status, True)


@pytest.mark.parametrize(("method", "path", "access"), ROUTES)
def test_it_says_what_a_caller_needs(method, path, access):
    assert (access is not None) or path in FREE or path.startswith(("/files/content", "/projects")), f"{method} {path}"


@pytest.mark.parametrize(("method", "path", "access"), ROUTES)
def test_what_changes_cdf_is_told_as_a_write_or_an_action(method, path, access):
    kind = classify(method, "https://x.cognitedata.com/api/v1/projects/p" + re.sub(r"\{\w+\}", "1", path)).kind
    if method == "GET":
        assert kind == "read"
    elif access is not None and access.action in ("READ", "LIST"):
        assert kind == "read" or path.startswith("/context")
    elif access is not None:
        assert kind in ("write", "action")
