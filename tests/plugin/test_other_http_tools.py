"""Tools that answer HTTP requests in tests, beside the in-memory CDF: each answers what is its own."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest

pytest.importorskip("cognite.client", reason="cognite-sdk is not installed")

OTHER = "https://weather.example.com/now"
SEED = {"assets": [{"externalId": "pump", "name": "Pump"}]}
HANDLER = """\
import {library}


def handle(client):
    before = [asset.name for asset in client.assets.list()]
    weather = {library}.get("{url}").json()
    return [before, weather, [asset.name for asset in client.assets.list()]]
"""
ANSWER = [["Pump"], {"celsius": 7}, ["Pump"]]


@contextmanager
def with_responses() -> Iterator[None]:
    responses = pytest.importorskip("responses")
    with responses.RequestsMock() as mock:
        mock.get(OTHER, json={"celsius": 7})
        yield


@contextmanager
def with_respx() -> Iterator[None]:
    respx = pytest.importorskip("respx")
    with respx.mock(assert_all_mocked=True) as router:
        router.get(OTHER).respond(json={"celsius": 7})
        yield


@contextmanager
def with_a_patched_transport() -> Iterator[None]:
    """As pytest-httpx does it."""
    import httpx

    patch = pytest.MonkeyPatch()
    reply = httpx.Response(200, json={"celsius": 7})
    patch.setattr(httpx.HTTPTransport, "handle_request", lambda transport, request: reply)
    with patch.context():
        yield
    patch.undo()


TOOLS = {
    "responses": ("requests", with_responses),
    "respx": ("httpx", with_respx),
    "a patched transport": ("httpx", with_a_patched_transport),
}


@pytest.fixture(params=TOOLS)
def tool(request: pytest.FixtureRequest) -> tuple[str, Callable[[], AbstractContextManager[None]]]:
    library, start = TOOLS[request.param]
    for needed in (library, request.param):
        if " " not in needed:
            pytest.importorskip(needed, reason=f"{needed} is not installed")
    return library, start


@pytest.fixture
def write(tmp_path: Any) -> Callable[..., str]:
    def make(library: str, url: str = OTHER) -> str:
        (tmp_path / "fn").mkdir()
        (tmp_path / "fn" / "handler.py").write_text(HANDLER.format(library=library, url=url))
        return str(tmp_path / "fn")

    return make


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """After each of these tests every send method is what it was before."""
    before = sending()
    yield
    assert sending() == before


def sending() -> dict[str, Any]:
    found = {}
    for module, owner, name in (
        ("requests.adapters", "HTTPAdapter", "send"),
        ("httpx", "HTTPTransport", "handle_request"),
        ("httpx", "AsyncHTTPTransport", "handle_async_request"),
        ("httpx2", "HTTPTransport", "handle_request"),
        ("httpx2", "AsyncHTTPTransport", "handle_async_request"),
        ("httpcore", "ConnectionPool", "handle_request"),
    ):
        if importlib.util.find_spec(module.partition(".")[0]) is not None:
            found[module, owner, name] = vars(getattr(importlib.import_module(module), owner))[name]
    return found


def test_a_tool_that_was_started_first(load_function, fake_cdf, tool, write):
    library, start = tool
    with start():
        fake_cdf.seed(SEED)
        assert load_function(write(library)).call().response == ANSWER


def test_a_tool_that_is_started_when_the_function_is_open_and_warm(load_function, fake_cdf, tool, write):
    library, start = tool
    fn = load_function(write(library), network="off")
    assert fn.call().status == "Failed"  # nobody answers for the other host yet
    fake_cdf.seed(SEED)
    with start():
        assert fn.call().response == ANSWER
    assert fn.call().status == "Failed"


def test_a_tool_that_is_started_while_the_test_uses_the_client(load_function, fake_cdf, tool, write):
    library, start = tool
    fake_cdf.client.assets.create([asset_to_write("Pump")])
    fn = load_function(write(library))
    with start():
        assert fn.call().response == ANSWER
        assert [asset.name for asset in fake_cdf.client.assets.list()] == ["Pump"]
    assert [asset.name for asset in fake_cdf.client.assets.list()] == ["Pump"]


def test_a_tool_that_ends_before_the_client_of_the_test_is_asked_again(fake_cdf, tool):
    with tool[1]():
        client = fake_cdf.client
        assert list(client.assets.list()) == []
        get(tool[0])
    assert list(client.assets.list()) == []


def test_a_tool_that_outlives_the_fake(tool):
    from fn_emulator import FakeCdf

    library, start = tool
    cdf = FakeCdf()
    assert list(cdf.client.assets.list()) == []
    with start():
        assert list(cdf.client.assets.list()) == []
        cdf.close()
        assert get(library) == {"celsius": 7}
    again = FakeCdf()  # the tool has put back what it found, which was ours: the next one takes it away
    assert list(again.client.assets.list()) == []
    again.close()


def test_a_call_of_a_function_within_a_tool_that_then_goes_on(load_function, tool, write):
    library, start = tool
    with start():
        fn = load_function(write(library))
        fn.call()
        fn.close()
        assert get(library) == {"celsius": 7}


@pytest.mark.parametrize("library", ["requests", "httpx", "httpx2"])
def test_a_server_of_the_test_is_reached(load_function, fake_cdf, library, write, request):
    pytest.importorskip("pytest_httpserver")
    pytest.importorskip(library, reason=f"{library} is not installed")
    server = request.getfixturevalue("httpserver")
    server.expect_request("/now").respond_with_json({"celsius": 7})
    fake_cdf.seed(SEED)
    result = load_function(write(library, server.url_for("/now")), network="local").call()
    assert result.response == ANSWER
    assert [effect.target for effect in result.effects if effect.kind == "network"] == [server.url_for("/now")]


def test_an_answer_that_the_tool_misses_is_the_tools_own_error(load_function, write):
    responses = pytest.importorskip("responses")
    with responses.RequestsMock():
        result = load_function(write("requests")).call()
    assert result.failure.type == "ConnectionError"
    assert "Connection refused by Responses" in result.failure.message


def asset_to_write(name: str) -> Any:
    from cognite.client import data_classes

    return getattr(data_classes, "AssetWrite", data_classes.Asset)(name=name)


def get(library: str) -> Any:
    return sys.modules[library].get(OTHER).json()


def test_a_client_that_the_test_kept_reaches_its_fake_while_responses_is_active(fake_cdf):
    import cognite.client

    if cognite.client.__version__ >= "8":
        pytest.skip("this SDK does not send with requests")
    client = fake_cdf.client
    with with_responses():
        assert list(client.assets.list()) == []
        assert get("requests") == {"celsius": 7}
    assert list(client.assets.list()) == []
