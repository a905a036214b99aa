"""Connections of the handler's own clients, made while CDF is faked, are checked as ever."""

from __future__ import annotations

import http.server
import importlib
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .exchange import CDF, TinyCdf


class Hello(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"hi")

    def log_message(self, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl, which makes the test's certificate, is not installed")
    path = tmp_path / "both.pem"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(path), "-out", str(tmp_path / "cert.pem")]
    subprocess.run([*command, *names], check=True, capture_output=True)
    with path.open("a") as both:
        both.write((tmp_path / "cert.pem").read_text())
    return path


@pytest.fixture
def secure_port(certificate: Path) -> Iterator[int]:
    with http.server.HTTPServer(("127.0.0.1", 0), Hello) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture(params=["httpx", "httpx2"])
def library(request: pytest.FixtureRequest) -> str:
    pytest.importorskip(request.param, reason=f"{request.param} is not installed")
    return str(request.param)


SYNC = "def handle(data):\n    return http.get(data['url']).text\n"
ASYNC = (
    "import asyncio\n"
    "async def main(url):\n    async with http.AsyncClient() as client:\n        return (await client.get(url)).text\n"
    "def handle(data):\n    return asyncio.run(main(data['url']))\n"
)


@pytest.mark.parametrize("source", [SYNC, ASYNC])
def test_a_certificate_is_accepted_or_refused_as_ever(open_harness, certificate, secure_port, library, source):
    spec = {"client": "fake", "cdf": CDF, "exchange": TinyCdf()}
    order = {"url": f"https://localhost:{secure_port}/"}
    trusting = open_harness(
        f"import {library} as http\n{source}", name="trusting", env={"SSL_CERT_FILE": str(certificate)}, **spec
    )
    assert trusting.answer(order) == "hi"
    failure = open_harness(f"import {library} as http\n{source}", **spec).call(order)["failure"]
    assert (failure["type"], "CERTIFICATE_VERIFY_FAILED" in failure["message"]) == ("ConnectError", True)


def test_the_certificates_of_a_client_that_only_talks_to_cdf_are_not_read(open_harness, library, monkeypatch):
    importlib.import_module(library)
    monkeypatch.setattr(ssl, "create_default_context", lambda *args, **kwargs: pytest.fail("read"))
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda *args: pytest.fail("read"))
    source = (
        f"import {library} as http\ndef handle():\n    return http.get('https://api.cognitedata.com/x').status_code\n"
    )
    assert open_harness(source, client="fake", cdf=CDF, exchange=TinyCdf()).answer() == 200
