"""Which requests the hook answers, and that it leaves the libraries as it found them."""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
import types
from collections.abc import Callable
from typing import Any

import pytest

from fn_emulator.harness.http_hook import hold, release
from fn_emulator.harness.realtime import REAL

from .exchange import CDF, TinyCdf, json_reply

LIBRARIES = ("requests", "httpx", "httpx2")


@pytest.fixture
def cdf() -> TinyCdf:
    return TinyCdf()


@pytest.fixture
def open_faked(open_harness: Callable[..., Any], cdf: TinyCdf) -> Callable[..., Any]:
    return lambda files, **spec: open_harness(files, **{"client": "fake", "cdf": CDF, "exchange": cdf, **spec})


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest) -> str:
    pytest.importorskip(request.param, reason=f"{request.param} is not installed")
    return str(request.param)


def sending(library: str) -> dict[str, Any]:
    """What each library's public send method is now."""
    module = importlib.import_module(library)
    if library == "requests":
        return {"send": vars(module.adapters.HTTPAdapter)["send"]}
    return {
        "sync": vars(module.HTTPTransport)["handle_request"],
        "async": vars(module.AsyncHTTPTransport)["handle_async_request"],
        "init": vars(module.HTTPTransport)["__init__"],
    }


def test_a_plain_request_to_cdf_is_answered(open_faked, cdf, library):
    source = (
        f"import {library} as http\n"
        "def handle():\n"
        "    reply = http.post('https://greenfield.cognitedata.com/api/v1/x?a=1', data=b'{}', headers={'A-B': 'c'})\n"
        "    reply.raise_for_status()\n"
        "    return [reply.status_code, reply.headers['CONTENT-TYPE'], reply.json()['items'][0]['id'],\n"
        "            reply.elapsed.total_seconds() < 30]\n"
    ).replace("data=b'{}'", "data=b'{}'" if library == "requests" else "content=b'{}'")
    assert open_faked(source).answer() == [200, "application/json", 1, True]
    request = cdf.requests[0]
    assert (request["method"], request["url"]) == ("POST", "https://greenfield.cognitedata.com/api/v1/x?a=1")
    assert (request["headers"]["a-b"], request["body"], request["world"]) == ("c", b"{}", 0)
    assert request["site"][0].endswith("handler.py")
    assert request["site"][1] == 3


def test_an_error_status_is_raised_as_by_the_library(open_faked, cdf, library):
    cdf.queue = [json_reply({"error": {"message": "no"}}, 404)]
    source = (
        f"import {library} as http\ndef handle():\n"
        "    http.get('https://api.cognitedata.com/nothing').raise_for_status()\n"
    )
    failure = open_faked(source).call()["failure"]
    assert (failure["type"], "404" in failure["message"]) == (
        "HTTPError" if library == "requests" else "HTTPStatusError",
        True,
    )


@pytest.mark.parametrize(("kind", "names"), [("timeout", ["ReadTimeout"]), ("reset", ["ConnectionError", "ReadError"])])
def test_a_fault_is_what_the_library_raises(open_faked, cdf, library, kind, names):
    cdf.queue = [{"raise": kind}]
    source = f"import {library} as http\ndef handle():\n    http.get('https://api.cognitedata.com/x', timeout=3)\n"
    assert open_faked(source).call()["failure"]["type"] in names


STREAMS = {
    "requests": "with http.get(URL, stream=True) as reply:\n        return list(map(len, reply.iter_content(3)))\n",
    "httpx": "with http.stream('GET', URL) as reply:\n        return list(map(len, reply.iter_bytes(3)))\n",
}


def test_an_answer_can_be_streamed(open_faked, cdf, library):
    cdf.queue = [{"status": 200, "headers": {}, "body": b"12345678"}]
    body = STREAMS["requests" if library == "requests" else "httpx"]
    source = f"import {library} as http\nURL = 'https://api.cognitedata.com/file'\ndef handle():\n    {body}"
    assert open_faked(source).answer() == [3, 3, 2]


BODIES = {
    "bytes": "b'ab'",
    "text": "'ab'",
    "file": "io.BytesIO(b'ab')",
    "iterator": "iter([b'a', b'b'])",
    "nothing": "None",
}


@pytest.mark.parametrize("body", BODIES)
def test_a_body_of_any_kind_is_read(open_faked, cdf, library, body):
    key = "data" if library == "requests" else "content"
    source = (
        f"import io\nimport {library} as http\n"
        f"def handle():\n    http.post('https://api.cognitedata.com/x', {key}={BODIES[body]})\n"
    )
    open_faked(source).answer()
    assert cdf.requests[0]["body"] == (b"" if body == "nothing" else b"ab")


def test_an_asynchronous_request_is_answered(open_faked, cdf, library):
    if library == "requests":
        pytest.skip("requests has no asynchronous client")
    source = (
        f"import asyncio\nimport {library} as http\n"
        "async def parts():\n    yield b'a'\n    yield b'b'\n"
        "async def main():\n"
        "    async with http.AsyncClient() as client:\n"
        "        reply = await client.post('https://api.cognitedata.com/x', content=parts())\n"
        "        return reply.json()['items'][0]['name']\n"
        "def handle():\n    return asyncio.run(main())\n"
    )
    assert open_faked(source).answer() == "first"
    assert (cdf.requests[0]["body"], cdf.requests[0]["site"][1]) == (b"ab", 8)


def test_a_foreign_host_is_noted_and_refused(open_faked, cdf, library):
    source = (
        f"import {library} as http\ndef handle():\n    http.get('https://user:pass@example.com:8443/a/b?key=secret')\n"
    )
    harness = open_faked(source)
    reply = harness.call()
    assert (cdf.requests, reply["failure"] is None) == ([], False)
    assert reply["refused"][0]["host"] == "example.com"
    assert reply["foreign"] == [
        {"method": "GET", "url": "https://example.com:8443/a/b", "file": f"{harness.root}/handler.py", "line": 3}
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://login.microsoftonline.com/t/oauth2/v2.0/token",
        "https://login.windows.net/t/oauth2/token",
        "https://sts.windows.net/t/oauth2/v2.0/token",
        "https://auth.cognite.com/oauth2/token",
        "https://auth.bluefield.cognitedata.com/oauth2/token",
        "https://fn-emulator-1.cognitedata.com/token",
    ],
)
def test_a_token_is_given_here(open_faked, cdf, library, url):
    source = f"import {library} as http\ndef handle():\n    return http.post('{url}').json()['access_token']\n"
    assert open_faked(source).answer() == "made here"


@pytest.mark.parametrize(
    "url",
    [
        "https://login.salesforce.com/services/oauth2/token",
        "https://shop.example.com/oauth/token",
        "https://127.0.0.1:9/oauth2/v2.0/token",
    ],
)
def test_a_token_of_others_is_left_alone(open_faked, cdf, library, url):
    source = f"import {library} as http\ndef handle():\n    http.post('{url}')\n"
    reply = open_faked(source, network="off").call()
    assert (cdf.requests, [request["url"] for request in reply["foreign"]]) == ([], [url])


SDK_CODE = "exec(compile('def ask(http, url):\\n return http.post(url).json()', 'x', 'exec'), vars(lib))"


@pytest.mark.parametrize(("package", "count"), [("cognite.client.credentials", 1), ("authlib.oauth2", 1), ("shop", 0)])
def test_a_token_that_the_sdk_asks_for_is_given_here_whatever_the_provider(open_faked, cdf, library, package, count):
    source = (
        f"import types, {library} as http\nlib = types.ModuleType('{package}')\n{SDK_CODE}\n"
        "def handle():\n    lib.ask(http, 'https://idp.example.com/connect/token')\n"
    )
    open_faked(source).call()
    assert len(cdf.requests) == count


def test_a_host_that_only_looks_like_cdf_is_foreign(open_faked, cdf, library):
    source = f"import {library} as http\ndef handle():\n    http.get('https://cognitedata.com.example.org/x')\n"
    assert open_faked(source).call()["foreign"][0]["url"] == "https://cognitedata.com.example.org/x"


def test_the_libraries_are_as_before_when_the_function_is_closed(open_faked, library):
    before = sending(library)
    harness = open_faked(f"import {library} as http\ndef handle():\n    http.get('https://api.cognitedata.com/x')\n")
    opened = sending(library)
    for _ in range(2):
        harness.answer()
        assert sending(library) == opened
    close(harness)
    assert sending(library) == before


def close(harness: Any) -> None:
    harness.session.close()
    harness.session.close = lambda: None


def test_what_a_test_replaced_before_the_call_is_wrapped_and_put_back(open_faked, cdf, library, monkeypatch):
    owner, name = send_of(library)
    theirs = lambda *args, **kwargs: pytest.fail("reached")  # noqa: E731
    monkeypatch.setattr(owner, name, theirs)
    harness = open_faked(f"import {library} as http\ndef handle():\n    http.get('https://api.cognitedata.com/x')\n")
    harness.answer()
    close(harness)
    assert (len(cdf.requests), vars(owner)[name]) == (1, theirs)


def test_what_was_replaced_during_the_call_is_left_alone(open_faked, library, monkeypatch):
    owner, name = send_of(library)
    monkeypatch.setattr(owner, name, vars(owner)[name])  # so that it is put back after the test
    source = (
        f"import {library} as http\nfrom {library} import adapters\n"
        "def handle():\n    adapters.HTTPAdapter.send = theirs\ndef theirs(*args, **kwargs):\n    pass\n"
    )
    if library != "requests":
        source = (
            f"import {library} as http\ndef handle():\n    http.HTTPTransport.handle_request = theirs\n"
            "def theirs(*args):\n    pass\n"
        )
    open_faked(source).answer()
    assert vars(owner)[name].__name__ == "theirs"


def test_ours_put_back_late_by_somebody_passes_everything_on(open_faked, cdf, library):
    owner, name = send_of(library)
    original = vars(owner)[name]
    seen = []
    source = f"import {library} as http\ndef handle(client):\n    client(http)\n    http.get('https://api.cognitedata.com/x')\n"
    harness = open_faked(source, client_object=lambda http: seen.append(vars(owner)[name]))
    harness.answer()
    close(harness)
    setattr(owner, name, seen[0])
    try:
        harness = open_faked(source, client_object=lambda http: None)
        harness.answer()
        close(harness)
        assert (len(cdf.requests), vars(owner)[name]) == (2, original)
    finally:
        setattr(owner, name, original)


def send_of(library: str) -> tuple[Any, str]:
    module = importlib.import_module(library)
    return (module.adapters.HTTPAdapter, "send") if library == "requests" else (module.HTTPTransport, "handle_request")


def test_outside_of_a_call_a_held_fake_gets_the_requests_to_its_host_only(cdf, library, monkeypatch):
    owner, name = send_of(library)
    original, http = vars(owner)[name], importlib.import_module(library)
    other, passed = TinyCdf(), []
    held = [hold(cdf, CDF["base_url"]), hold(other, "https://fn-emulator-2.cognitedata.com")]
    monkeypatch.setattr(owner, name, lambda *args, **kwargs: passed.append(1) or 1 / 0)
    held.append(hold(cdf, CDF["base_url"]))  # outermost again
    try:
        http.get(CDF["base_url"] + "/a")
        http.get("https://fn-emulator-2.cognitedata.com/b")
        with pytest.raises(ZeroDivisionError):
            http.get("https://api.cognitedata.com/c")
    finally:
        monkeypatch.undo()
        for each in held:
            release(each)
    assert (cdf.paths, passed) == (["fn-emulator-1.cognitedata.com/a"], [1])
    assert other.paths == ["fn-emulator-2.cognitedata.com/b"]
    assert vars(owner)[name] is original


def test_a_call_and_a_held_fake_go_together(open_faked, cdf, library):
    test_side = TinyCdf()
    held = hold(test_side, "https://fn-emulator-9.cognitedata.com")
    http = importlib.import_module(library)
    try:
        harness = open_faked(f"import {library} as http\ndef handle():\n    http.get('{CDF['base_url']}/in')\n")
        harness.answer()
        http.get("https://fn-emulator-9.cognitedata.com/out")
    finally:
        release(held)
    assert (cdf.paths, test_side.paths) == (
        ["fn-emulator-1.cognitedata.com/in"],
        ["fn-emulator-9.cognitedata.com/out"],
    )


def test_a_request_that_cdf_makes_while_it_answers_is_not_its_own(open_faked, cdf, library):
    http = importlib.import_module(library)

    def relay(request: Any) -> Any:
        try:
            http.get("https://api.cognitedata.com/relayed")
        except Exception as exc:  # refused by the network guard
            return json_reply({"error": type(exc).__name__})
        return json_reply({})

    source = f"import {library} as http\ndef handle():\n    return http.get('https://api.cognitedata.com/x').json()\n"
    assert open_faked(source, exchange=relay).answer()["error"] in ("ConnectionError", "ConnectError")


def test_a_library_that_is_imported_in_the_call_is_hooked(tmp_path):
    """In an interpreter where nothing has imported the library yet."""
    from .alone import run_alone

    library = next(name for name in LIBRARIES if importlib.util.find_spec(name))
    source = f"def handle():\n    import {library} as http\n    return http.get('https://api.cognitedata.com/x').status_code\n"
    printed = run_alone(tmp_path, source)
    assert json.loads(printed) == {"answer": 200, "paths": ["api.cognitedata.com/x"]}


def test_stand_ins_for_the_libraries_are_left_alone(open_faked, monkeypatch):
    monkeypatch.setitem(sys.modules, "requests.adapters", types.ModuleType("requests.adapters"))
    monkeypatch.setitem(sys.modules, "httpx", types.ModuleType("httpx"))
    monkeypatch.setitem(sys.modules, "httpx2", None)
    stub = types.ModuleType("cognite.client")
    stub.__path__ = []
    monkeypatch.setitem(sys.modules, "cognite.client", stub)
    assert open_faked("def handle():\n    return 1\n").answer() == 1


def test_a_time_limit_waits_until_cdf_has_answered(open_harness):
    pytest.importorskip("requests", reason="requests is not installed")
    done = []

    def slow(sent):
        end = REAL.perf_counter() + 0.3
        while REAL.perf_counter() < end:
            pass
        done.append(sent["method"])
        return json_reply({})

    source = (
        "import requests\n"
        "def handle():\n"
        "    requests.get('https://x.cognitedata.com/a')\n"
        "    while True:\n"
        "        pass\n"
    )
    reply = open_harness(source, exchange=slow, cdf=CDF).call(timeout_s=0.1)
    assert (reply["timed_out"], done) == (True, ["GET"])
