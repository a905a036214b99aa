"""The in-memory CDF as its users hold it: a world, what was sent to it, and a real client that talks to it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from itertools import count
from typing import Any

from fn_emulator.cdf.dispatch import Wire, handle
from fn_emulator.cdf.world import World

DOMAIN = "cognitedata.com"
PROJECT = "fn-emulator"

_numbers = count(1)  # of the fakes of this process: two that are open at once have hosts of their own


class FakeCdf:
    """A stateful CDF in memory, behind the real client.

    Attributes:
        world: Its state.
        project: Name of its project.
        base_url: Where clients find it; nothing is ever sent to this host.
    """

    def __init__(self, *, project: str = PROJECT) -> None:
        """An empty CDF.

        Args:
            project: Name of its project.
        """
        number = next(_numbers)
        self.world = World(project)
        self.project = project
        self.base_url = f"https://fn-emulator{'' if number == 1 else f'-{number}'}.{DOMAIN}"
        self._lock = threading.RLock()
        self._client: Any = None
        self._held: Any = None

    @property
    def client(self) -> Any:
        """A real ``CogniteClient`` that talks to this CDF, to prepare a test and to look at what came of it.

        Raises:
            SdkMissingError: If this interpreter has no cognite-sdk.
        """
        from fn_emulator.harness import http_hook

        held = http_hook.hold(self.exchange, self.base_url)  # again each time: a test may have patched since
        if self._held is not None:
            http_hook.release(self._held)
        self._held = held
        if self._client is None:
            self._client = self._make_client()
        return self._client

    def _make_client(self) -> Any:
        from fn_emulator.harness.client import fake_client

        try:
            return fake_client(self.project, self.base_url)
        except ImportError as exc:
            from fn_emulator.errors import SdkMissingError

            raise SdkMissingError(
                "fake_cdf.client needs cognite-sdk, which is not installed here.",
                hint='pip install "fn-emulator[cdf]"',
            ) from exc

    def close(self) -> None:
        """Let its client reach nothing any more."""
        if self._held is not None:
            from fn_emulator.harness import http_hook

            http_hook.release(self._held)
            self._held = None

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
