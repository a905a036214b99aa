"""A "real" project for tests: the in-memory CDF behind an HTTP server on loopback."""

from __future__ import annotations

import gzip
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from fn_emulator.cdf.cassette.recorded import Recorded
from fn_emulator.cdf.cassette.recorder import PassThrough
from fn_emulator.cdf.fake import FakeCdf
from fn_emulator.harness import http_hook
from fn_emulator.harness.client import fake_client, real_client
from fn_emulator.masking import Masker

TOKEN = "the-token-of-the-real-project"
SECRET = "s3cret-value"


class Project:
    """A project that is reached over a socket."""

    def __init__(self, fake, server):
        self.fake = fake
        self.base_url = f"http://127.0.0.1:{server.server_port}"
        self.authorizations = []


@pytest.fixture
def project():
    """The loopback server; ``project.fake`` is the store behind it."""
    fake = FakeCdf(project="p")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler())
    server.project = Project(fake, server)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server.project
    server.shutdown()
    thread.join()
    server.server_close()
    fake.close()


def _handler():
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self):
            project = self.server.project
            project.authorizations.append(self.headers.get("authorization"))
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            url = project.base_url + self.path
            status, found, content = project.fake.handle(
                self.command, url, headers, body, now_ms=round(time.time() * 1000)
            )
            content = gzip.compress(content)
            self.send_response(status)
            lengths = {"content-encoding": "gzip", "content-length": str(len(content)), "set-cookie": "session=1"}
            for name, value in {**found, **lengths}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = answer  # noqa: N815

        def log_message(self, *args):
            pass

    return Handler


@pytest.fixture
def connect(project):
    """A real client whose requests go through an exchange: ``connect(exchange)``."""
    pytest.importorskip("cognite.client", reason="cognite-sdk is not installed")
    held = []

    def connect(exchange, *, base_url=None, has_token=True):
        held.append(http_hook.hold(exchange, base_url or project.base_url))
        if has_token:
            return real_client("p", base_url or project.base_url, {"token": TOKEN})
        return fake_client("p", base_url or project.base_url)

    yield connect
    for one in reversed(held):
        http_hook.release(one)


@pytest.fixture
def mask():
    """Takes the secret of these tests out of JSON."""
    return Masker({"key": SECRET}).mask_json


@pytest.fixture
def record(connect, project, mask):
    """Records what a function does with the client: ``record(work) -> Cassette``; ``record.passed`` is the exchange."""

    def record(work, *, has_writes=True):
        record.passed = PassThrough(mask, has_writes=has_writes)
        work(connect(record.passed.exchange))
        return record.passed.cassette(
            recorded_at="2026-03-29T10:00:00Z", project="p", base_url=project.base_url, sdk="8"
        )

    return record


@pytest.fixture
def answer_from(connect, mask):
    """A client that a cassette answers: ``client, recorded = answer_from(cassette)``."""

    def answer_from(cassette):
        recorded = Recorded(cassette, mask)
        return connect(recorded.exchange, base_url=cassette.base_url, has_token=False), recorded

    return answer_from
