"""An editor's side of the Debug Adapter Protocol, as small as a test needs it."""

from __future__ import annotations

import json
import socket
import time
from itertools import count
from typing import Any


class DapClient:
    """Attaches to a process that waits for a debugger; use it in a ``with`` block."""

    def __init__(self, configuration: dict[str, Any]) -> None:
        """Connect; ``configuration`` is an entry of launch.json."""
        self._configuration = configuration
        connect = configuration["connect"]
        self._socket = _connected(connect["host"], connect["port"])
        self._stream = self._socket.makefile("rb")
        self._numbers = count(1)
        self._seen: list[dict[str, Any]] = []

    def __enter__(self) -> DapClient:
        return self

    def __exit__(self, *error: object) -> None:
        self._stream.close()
        self._socket.close()

    def attach(self, path: str, *lines: int) -> None:
        """Attach, with breakpoints at some lines of one file, and let the process go on."""
        self.ask("initialize", adapterID="test", pathFormat="path", linesStartAt1=True)
        attached = self.send("attach", **self._configuration)
        self.wait_for("event", event="initialized")
        self.ask("setBreakpoints", source={"path": path}, breakpoints=[{"line": line} for line in lines])
        self.ask("configurationDone")
        self.wait_for("response", request_seq=attached)

    def stopped_at(self) -> tuple[str, int]:
        """Wait until a thread stops, and say where: the file and the line."""
        thread = self.wait_for("event", event="stopped")["body"]["threadId"]
        (frame, *_) = self.ask("stackTrace", threadId=thread)["stackFrames"]
        self._thread, self._frame = thread, frame["id"]
        return frame["source"]["path"], frame["line"]

    def evaluate(self, expression: str) -> str:
        """What an expression comes to, in the frame that stopped."""
        return str(self.ask("evaluate", expression=expression, frameId=self._frame)["result"])

    def go_on(self) -> None:
        """Let the thread run that stopped."""
        self.ask("continue", threadId=self._thread)

    def ask(self, command: str, **arguments: Any) -> Any:
        """Send a request, and give the body of its response."""
        return self.wait_for("response", request_seq=self.send(command, **arguments)).get("body")

    def send(self, command: str, **arguments: Any) -> int:
        """Send a request, and give its number."""
        number = next(self._numbers)
        body = json.dumps({"seq": number, "type": "request", "command": command, "arguments": arguments}).encode()
        self._socket.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        return number

    def wait_for(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The next message of a kind, or one that came before and nobody waited for."""
        while True:
            for message in self._seen:
                if message["type"] == kind and fields.items() <= message.items():
                    self._seen.remove(message)
                    assert message.get("success", True), message
                    return message
            self._seen.append(self._receive())

    def _receive(self) -> dict[str, Any]:
        size = 0
        while header := self._stream.readline().strip():
            size = int(header.rpartition(b" ")[2])
        body = self._stream.read(size)
        assert body, "the process has closed the connection"
        message: dict[str, Any] = json.loads(body)
        return message


def _connected(host: str, port: int) -> socket.socket:
    """A connection; it is told where the process will listen a moment before it does."""
    for _ in range(200):
        try:
            return socket.create_connection((host, port), timeout=20)
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise AssertionError(f"nobody listens on {host}:{port}")
