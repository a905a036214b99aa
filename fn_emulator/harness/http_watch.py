"""Stands for the HTTP hook until a library that sends requests is imported, so that a function without pays nothing."""

from __future__ import annotations

from typing import Any, Callable

from .owner import Owner, close_carrying, open_carrying
from .when_imported import WhenImported

Exchange = Callable[[dict[str, Any]], dict[str, Any]]

LIBRARIES = ("requests.adapters", "requests.sessions", "httpx", "httpx2", "asyncio", "cognite.client")


class FunctionHttp:
    """How the requests of one function are answered.

    Attributes:
        exchange: Answers them; see ``http_hook``.
        is_real: Whether they pass to a real project, where the SDK has to wait between its attempts.
        host: The fake's own host; requests to it are CDF's also where the domain is another.
        sdk_settings: What its calls set on the SDK's ``global_config``.
    """

    __slots__ = ("exchange", "host", "is_real", "sdk_settings")

    def __init__(self, exchange: Exchange, base_url: str, *, is_real: bool) -> None:
        self.exchange = exchange
        self.host = split(base_url)[0]
        self.is_real = is_real
        self.sdk_settings: dict[str, Any] = {}


class _Watch:
    """Waits for the libraries; one for the process, because they are the process's."""

    def __init__(self) -> None:
        self.active: Owner | None = None
        self._hook: Any = None
        self._waiting = WhenImported({name: self._finding(name) for name in LIBRARIES})

    def open(self) -> None:
        if self._waiting.open():
            open_carrying()

    def close(self) -> None:
        if not self._waiting.close():
            return
        close_carrying()
        if self._hook is not None:
            self._hook.close()
            self._hook = None

    def enter(self, owner: Owner) -> None:
        self.active = owner
        if self._hook is not None:
            self._hook.enter(owner)

    def leave(self, owner: Owner) -> None:
        if self.active is not owner:  # it was never started
            return
        self.active = None
        if self._hook is not None:
            self._hook.leave(owner)

    def _finding(self, name: str) -> Callable[[Any], None]:
        def found(module: Any) -> None:
            if self._hook is None:
                from .http_hook import HOOK

                self._hook = HOOK
            self._hook.found(name, module, self.active)

        return found


_WATCH = _Watch()


def open_hook() -> None:
    """To be called when a function is opened whose requests have an ``exchange``, or a fake is held."""
    _WATCH.open()


def close_hook() -> None:
    """To be called when it is closed; the last one puts everything back."""
    _WATCH.close()


def enter(owner: Owner) -> None:
    """A call begins: its requests are answered from now on."""
    _WATCH.enter(owner)


def leave(owner: Owner) -> None:
    """The call has ended, if it ever began."""
    _WATCH.leave(owner)


def split(url: str) -> tuple[str, str]:
    """Host (lower case, without port and credentials) and path of an address."""
    rest = url.partition("://")[2]
    authority, _, path = rest.partition("/")
    if "?" in authority or "#" in authority:
        authority, path = authority.partition("?")[0].partition("#")[0], ""
    place = authority.rpartition("@")[2].lower()
    host = place[1:].partition("]")[0] if place.startswith("[") else place.partition(":")[0]
    return host, "/" + path.partition("?")[0].partition("#")[0]
