"""The in-memory CDF as its users hold it: a world, what was sent to it, and a real client that talks to it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from fn_emulator.cdf.dispatch import Wire, handle
from fn_emulator.cdf.world import World

DOMAIN = "cognitedata.com"


class FakeCdf:
    """A stateful CDF in memory, behind the real client.

    Attributes:
        world: Its state.
        project: Name of its project.
        base_url: Where clients find it; nothing is ever sent to this host.
    """

    def __init__(self, *, project: str = "fn-emulator", name: str = "fn-emulator") -> None:
        """An empty CDF.

        Args:
            project: Name of its project.
            name: First part of its host's name.
        """
        self.world = World(project)
        self.project = project
        self.base_url = f"https://{name}.{DOMAIN}"
        self._lock = threading.RLock()

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes, *, now_ms: int) -> Wire:
        """Answer one HTTP request.

        Args:
            method: ``GET``, ``POST`` ...
            url: The whole URL.
            headers: The request's headers, names in lower case.
            body: The body as it was sent.
            now_ms: The clock of the request, in epoch milliseconds.

        Returns:
            Status, headers and body of the answer.
        """
        with self._lock:
            self.world.now_ms = now_ms
            return handle(self.world, method, url, headers, body)

    def exchange(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a request of the hook: ``{"method", "url", "headers", "body", "now_ms", "site", "world"}``.

        Returns:
            ``{"status", "headers", "body"}``, or ``{"raise": "timeout" | "reset"}``.
        """
        status, headers, body = self.handle(
            sent["method"], sent["url"], sent["headers"], sent["body"], now_ms=sent["now_ms"]
        )
        return {"status": status, "headers": headers, "body": body}
