"""Handlers whose client goes to the "real" project: which requests pass, by which library, through which policy."""

import json
import socket

import pytest

from fn_emulator.cdf.cassette.recorder import PassThrough
from fn_emulator.harness.session import open_session

pytestmark = pytest.mark.filterwarnings("ignore:Given base URL")


@pytest.fixture
def call(tmp_path, project, mask):
    """Calls a handler with a client of a mode: ``call(source, "record")``; ``call.passed`` is the exchange."""

    def call(source, mode, *, network="off"):
        root = tmp_path / "fn"
        root.mkdir()
        (root / "handler.py").write_text(source)
        call.passed = PassThrough(mask, mode=mode)
        spec = {
            **{"schema": 1, "root": str(root), "module": "handler", "shown": {}, "env": {}, "env_only": False},
            **{"network": network, "client": mode, "needs_handle": True, "may_end_process": False},
            "cdf": {"project": "p", "base_url": project.base_url, "credentials": {"token": "t"}},
        }
        session = open_session(spec, None, call.passed.exchange)
        request = {"call_info": {}, "secrets": {}, "frozen_at": None, "cold": False, "preload": []}
        try:
            return session.call({**request, "data": json.dumps({"url": project.base_url}), "timeout_s": 30.0})
        finally:
            session.close()

    return call


@pytest.mark.parametrize("mode", ["record", "live"])
def test_a_handlers_client_reaches_the_project_under_every_policy(call, project, mode):
    pytest.importorskip("cognite.client", reason="cognite-sdk is not installed")
    reply = call("def handle(client):\n    return len(client.events.list(limit=5))\n", mode)
    assert (reply["failure"], reply["answer"]["value"]) == (None, 0)
    assert project.authorizations == ["Bearer t"]
    (entry,) = call.passed.journal.since()
    assert (entry.operation, entry.line) == ("list", 2)
    assert reply["refused"] == []


SENDS = {
    "requests": "import requests\ndef handle(data):\n    return requests.post(data['url'] + PATH, data=BODY).json()\n",
    "httpx": "import httpx\ndef handle(data):\n    return httpx.post(data['url'] + PATH, content=BODY).json()\n",
    "httpx2": "import httpx2\ndef handle(data):\n    return httpx2.post(data['url'] + PATH, content=BODY).json()\n",
}


@pytest.mark.parametrize("library", SENDS)
@pytest.mark.parametrize("body", ["b'{}'", "iter([b'{', b'}'])"])
def test_requests_of_every_library_pass_and_come_back(call, library, body):
    pytest.importorskip(library, reason=f"{library} is not installed")
    source = "PATH, BODY = '/api/v1/projects/p/events/list', " + body + "\n" + SENDS[library]
    if body != "b'{}'":  # the loopback server of these tests reads no chunks
        source = source.replace("BODY)", "BODY, headers={'content-length': '2'})")
    reply = call(source, "record")
    assert (reply["failure"], reply["answer"]["value"]) == (None, {"items": []})
    (entry,) = call.passed.journal.since()
    assert (entry.sent, entry.answered, entry.status) == ({}, 0, 200)


@pytest.mark.parametrize("library", SENDS)
def test_a_request_without_an_answer_is_told(call, library):
    pytest.importorskip(library, reason=f"{library} is not installed")
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"'http://127.0.0.1:{free.getsockname()[1]}'"
    source = "PATH, BODY = '/api/v1/projects/p/events/list', b'{}'\n" + SENDS[library].replace("data['url']", url)
    reply = call(source, "record")
    assert "Connect" in reply["failure"]["type"]
    assert [(entry.status, entry.is_fine) for entry in call.passed.journal.since()] == [(0, False)]


def test_an_asynchronous_request_passes(call):
    http = pytest.importorskip("cognite.client._http_client", reason="no SDK")
    library = next((name for name in ("httpx2", "httpx") if hasattr(http, name)), None)
    if library is None:
        pytest.skip("this SDK has no asynchronous library")
    source = (
        f"import asyncio, {library} as http\n"
        "async def main(url):\n"
        "    async with http.AsyncClient() as client:\n"
        "        return (await client.post(url + '/api/v1/projects/p/events/list', json={})).json()\n"
        "def handle(data):\n    return asyncio.run(main(data['url']))\n"
    )
    assert call(source, "live")["answer"]["value"] == {"items": []}


def test_other_hosts_stay_refused(call):
    source = "import socket\ndef handle():\n    socket.create_connection(('127.0.0.2', 9))\n"
    reply = call(source, "record")
    assert [refused["host"] for refused in reply["refused"]] == ["127.0.0.2"]
