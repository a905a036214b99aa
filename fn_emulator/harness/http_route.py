"""Who answers a request: the in-memory CDF of the call that runs, or a fake that is open in a test."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any, Callable

from . import call_site
from .backoff import VirtualWaits
from .exclusive import exclusively, wait_for_others
from .http_watch import Exchange

Reply = Mapping[str, Any]


class CallRoute:
    """The way of one call's requests."""

    def __init__(
        self,
        exchange: Exchange,
        is_user_file: call_site.IsUserFile,
        *,
        is_real: bool = False,
        world: int = 0,
        pid: int | None = None,
    ) -> None:
        """Prepare.

        Args:
            exchange: Answers a request to CDF; see the top of ``http_hook``. It is called by one thread at a time.
            is_user_file: Whether a file name belongs to the function.
            is_real: Whether requests pass to a real project, where the SDK has to wait between its attempts.
            world: Travels in each of its requests.
            pid: The process that it belongs to; None for this one.
        """
        self.is_user_file = is_user_file
        self.is_real = is_real
        self.waits = VirtualWaits()
        self.foreign: list[dict[str, Any]] = []
        self._exchange = exchange
        self._world = world
        self._pid = os.getpid() if pid is None else pid
        self._is_ended = False

    def end(self) -> None:
        """The call has ended, and CDF answers nothing of it any more; waits for what it answers at the moment."""
        self._is_ended = True
        wait_for_others()

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """The answer of CDF to a request of the handler's.

        Raises:
            ForkedError: In another process than the call's.
            AnsweringError: If CDF asks itself.
        """
        error = call_site.forked(self._pid)
        if error is not None:
            raise error
        site = call_site.find(self.is_user_file)
        request = {
            "method": method.upper(),
            "url": url,
            "headers": headers,
            "body": body,
            "now_ms": round(time.time() * 1000 + self.waits.total_ms),
            "site": None if site is None else list(site),
            "world": self._world,
        }
        return exclusively(self._answer, request)

    def _answer(self, request: dict[str, Any]) -> Reply:
        # It may have waited for its turn until the call was over.
        return ENDED.ask() if self._is_ended else self._exchange(request)

    def tell_received(self, number: int, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Tell what came back for a request that was let pass."""
        _tell(self._exchange, number, status, headers, body)

    def tell_foreign(self, method: str, url: str) -> None:
        """Note a request that goes elsewhere; its address without query and credentials."""
        site = call_site.find(self.is_user_file)
        file, line = site or (None, None)
        self.foreign.append({"method": method, "url": _without_secrets(url), "file": file, "line": line})


class HeldRoute:
    """A fake that is open outside of calls: it gets the requests to its own host."""

    def __init__(self, exchange: Exchange, host: str) -> None:
        """Prepare; ``host`` is the fake's own."""
        self.host = host
        self._exchange = exchange

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """The answer of this fake."""
        request = {"method": method.upper(), "url": url, "headers": headers, "body": body}
        return exclusively(self._exchange, {**request, "now_ms": round(time.time() * 1000), "site": None, "world": 0})

    def tell_received(self, number: int, status: int, headers: Mapping[str, str], body: bytes) -> None:  # noqa: D102
        _tell(self._exchange, number, status, headers, body)


class _EndedRoute:
    """What a handler left running asks no CDF: the answer is an error that no SDK sends again."""

    _BODY = (
        b'{"error": {"code": 410, "message": "The call that sent this has ended; '
        b'wait for its threads and tasks before handle returns."}}'
    )

    def ask(self, *request: object) -> Reply:
        """The answer to any request."""
        return {"status": 410, "headers": {"content-type": "application/json"}, "body": self._BODY}

    def tell_received(self, number: int, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Nothing is let pass."""


ENDED = _EndedRoute()


class on_its_way:  # noqa: N801 - read as a function
    """Marks a request while it is sent: where our replacement lies twice in the way, the second lets it pass."""

    __slots__ = ("_request",)

    def __init__(self, request: Any) -> None:
        self._request = request

    def __enter__(self) -> None:
        self._request._fn_emulator_is_on_its_way = True

    def __exit__(self, *error: object) -> None:
        del self._request._fn_emulator_is_on_its_way


def is_on_its_way(request: Any) -> bool:
    """Whether our replacement has let a request pass already."""
    return hasattr(request, "_fn_emulator_is_on_its_way")


RouteOf = Callable[[str, str], Any]
"""Takes method and address of a request, gives what answers it: a ``CallRoute``, ``HeldRoute``, ``ENDED`` or None."""


def _tell(exchange: Exchange, number: int, status: int, headers: Mapping[str, str], body: bytes) -> None:
    exclusively(exchange, {"received": number, "status": status, "headers": dict(headers), "body": body})


def _without_secrets(url: str) -> str:
    scheme, _, rest = url.partition("://")
    authority, slash, path = rest.partition("?")[0].partition("#")[0].partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"
