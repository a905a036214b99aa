"""Who answers a request: the in-memory CDF of the call that runs, or a fake that is open in a test."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from typing import Any, Callable

from . import call_site
from .backoff import VirtualWaits

Exchange = Callable[[dict[str, Any]], dict[str, Any]]
Reply = Mapping[str, Any]
Foreign = Callable[[str, str, Any], None]


class CallRoute:
    """The way of one function's requests during its calls."""

    def __init__(
        self,
        exchange: Exchange,
        base_url: str,
        is_user_file: call_site.IsUserFile,
        observer: Foreign | None = None,
        *,
        is_real: bool = False,
    ) -> None:
        """Prepare.

        Args:
            exchange: Answers a request to CDF; see the top of ``http_hook``. It is called by one thread at a time.
            base_url: The fake's own address; requests to its host are CDF's also where the domain is another.
            is_user_file: Whether a file name belongs to the function.
            observer: Called as ``observer(method, url, site)`` before a request goes elsewhere; the address comes
                without query and credentials.
            is_real: Whether requests pass to a real project, where the SDK has to wait between its attempts.
        """
        self.host = split(base_url)[0]
        self.is_user_file = is_user_file
        self.is_real = is_real
        self.waits = VirtualWaits()
        self.foreign: list[dict[str, Any]] = []
        self.sdk_settings: dict[str, Any] = {}
        self._observer = observer
        self._exchange = exchange
        self._world = 0

    def begin(self, world: int) -> None:
        """Start a call; ``world`` travels in each of its requests."""
        self.waits = VirtualWaits()
        self.foreign = []
        self._world = world
        _LOCK.postponed = None

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """The answer of CDF to a request of the handler's."""
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
        return _exclusively(self._exchange, request)

    def tell_received(self, number: int, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Tell what came back for a request that was let pass."""
        _tell(self._exchange, number, status, headers, body)

    def tell_foreign(self, method: str, url: str) -> None:
        """Note a request that goes elsewhere."""
        site = call_site.find(self.is_user_file)
        address = _without_secrets(url)
        file, line = site or (None, None)
        self.foreign.append({"method": method, "url": address, "file": file, "line": line})
        if self._observer is not None:
            self._observer(method, address, None if site is None else list(site))


class HeldRoute:
    """A fake that is open outside of calls: it gets the requests to its own host."""

    def __init__(self, exchange: Exchange, host: str) -> None:
        """Prepare; ``host`` is the fake's own."""
        self.host = host
        self._exchange = exchange

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """The answer of this fake."""
        request = {"method": method.upper(), "url": url, "headers": headers, "body": body}
        return _exclusively(self._exchange, {**request, "now_ms": round(time.time() * 1000), "site": None, "world": 0})

    def tell_received(self, number: int, status: int, headers: Mapping[str, str], body: bytes) -> None:  # noqa: D102
        _tell(self._exchange, number, status, headers, body)


RouteOf = Callable[[str, str], Any]
"""Takes method and address of a request, gives the ``CallRoute`` or ``HeldRoute`` that answers it, or None."""


class _OneAtATime:
    """A lock that knows its thread, and that a forked child finds open whoever had it at the fork.

    Attributes:
        has_main_thread: The main thread holds it or waits for it; said before, because a signal may come between.
        postponed: What a signal wants to raise once the main thread has let go of it.
    """

    def __init__(self) -> None:
        self._new()

    def _new(self) -> None:
        self.has_main_thread = False
        self.postponed: BaseException | None = None
        self._lock = threading.Lock()
        self._pid = os.getpid()
        self._thread: int | None = None

    def is_mine(self) -> bool:
        return self._thread == threading.get_ident() and self._pid == os.getpid()

    def __enter__(self) -> None:
        if self._pid != os.getpid():
            self._new()
        thread = threading.get_ident()
        self.has_main_thread = self.has_main_thread or thread == threading.main_thread().ident
        self._lock.acquire()
        self._thread = thread

    def __exit__(self, *error: object) -> None:
        is_main = self._thread == threading.main_thread().ident
        self._thread = None
        self._lock.release()
        if is_main:
            self.has_main_thread = False


def _tell(exchange: Exchange, number: int, status: int, headers: Mapping[str, str], body: bytes) -> None:
    _exclusively(exchange, {"received": number, "status": status, "headers": dict(headers), "body": body})


def _exclusively(exchange: Exchange, request: dict[str, Any]) -> dict[str, Any]:
    """Ask while nobody else does; what a signal wanted to raise meanwhile is raised afterwards."""
    with _LOCK:
        reply = exchange(request)
    postponed, _LOCK.postponed = _LOCK.postponed, None
    if postponed is not None:
        raise postponed
    return reply


def split(url: str) -> tuple[str, str]:
    """Host (lower case, without port and credentials) and path of an address."""
    rest = url.partition("://")[2]
    authority, _, path = rest.partition("/")
    if "?" in authority or "#" in authority:
        authority, path = authority.partition("?")[0].partition("#")[0], ""
    place = authority.rpartition("@")[2].lower()
    host = place[1:].partition("]")[0] if place.startswith("[") else place.partition(":")[0]
    return host, "/" + path.partition("?")[0].partition("#")[0]


def _without_secrets(url: str) -> str:
    scheme, _, rest = url.partition("://")
    authority, slash, path = rest.partition("?")[0].partition("#")[0].partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"


_LOCK = _OneAtATime()
"""A store is not thread-safe, and several fakes may stand on the same one."""


def postpone(interruption: BaseException) -> bool:
    """Keep what a signal wants to raise until CDF has answered, so that no request is carried out by half.

    Args:
        interruption: The exception.

    Returns:
        Whether it is kept: the main thread, which signals reach, asks CDF at the moment.
    """
    if not _LOCK.has_main_thread:
        return False
    _LOCK.postponed = interruption
    return True


def is_answering() -> bool:
    """Whether this thread runs within an ``exchange``: requests that CDF itself makes are not the handler's."""
    return _LOCK.is_mine()
