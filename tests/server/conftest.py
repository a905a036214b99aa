"""A CDF that is served on loopback."""

from __future__ import annotations

import http.client
import json
import socket
import threading

import pytest

from fn_emulator.cdf.fake import FakeCdf

TOKEN = "the-token"


class Served:
    """A server in a thread of this process."""

    def __init__(self, fake, port):
        self.fake = fake
        self.port = port
        self.base_url = f"http://127.0.0.1:{port}"

    def send(self, method, path, body=None, **headers):
        """Status and JSON of the answer to a plain request, with a token unless headers say otherwise."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        sent = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json", **headers}
        connection.putrequest(method, path, skip_host="host" in sent)
        for name, value in sent.items():
            if value is not None:
                connection.putheader(name, value)
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        connection.putheader("content-length", str(len(content)))
        connection.endheaders(content)
        answer = connection.getresponse()
        found = answer.read()
        connection.close()
        return answer.status, json.loads(found) if found[:1] == b"{" else found


@pytest.fixture
def serve():
    """Serve a CDF: ``serve(token=None) -> Served``."""
    uvicorn = pytest.importorskip("uvicorn", reason="the extra serve is not installed")
    from fn_emulator.server.cdf_app import cdf_app

    running = []

    def serve(token=TOKEN):
        fake = FakeCdf()
        listener = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(cdf_app(fake, token=token), log_level="warning", lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        running.append((server, thread, listener))
        return Served(fake, listener.getsockname()[1])

    yield serve
    for server, thread, listener in running:
        server.should_exit = server.force_exit = True
        thread.join()
        listener.close()
