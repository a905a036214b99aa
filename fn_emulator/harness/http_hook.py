"""Requests of the handler to CDF -> the in-memory CDF that answers them; all the others go where they always went.

How it works: the public send methods of requests, httpx and httpx2 are replaced at the start of each call and put back
at its end, so that ours are the outermost also where a test started ``responses`` or ``respx`` in between. Modules that
are not imported yet are waited for, so that a handler without HTTP pays nothing. Outside of calls, a fake that is open
in a test (``hold``) gets the requests to its own host. The answer comes from a plain function, ``exchange``::

    exchange({"method", "url", "headers": {lower-case name: value}, "body": bytes, "now_ms",
              "site": [file, line] or None, "world": int})
      -> {"status", "headers": {name: value}, "body": bytes} or {"raise": "timeout" | "reset"}
         or {"pass": number}: the library sends it, and what comes back is told by
    exchange({"received": number, "status": 0 without an answer, "headers", "body": decompressed})
"""

from __future__ import annotations

import time
from typing import Any

from . import backoff, call_site
from .http_route import CallRoute, Exchange, HeldRoute, is_answering, split
from .patching import Patch, WhenImported
from .sdk_settings import SdkSettings

CDF_DOMAIN = ".cognitedata.com"
TOKEN_PATHS = ("/oauth2/v2.0/token", "/oauth2/token", "/oauth/token", "/connect/token")
"""Ends of the addresses where identity providers give tokens."""


def open_hook() -> None:
    """To be called when a function is opened whose requests have an ``exchange``."""
    _HOOK.open()


def close_hook() -> None:
    """To be called when it is closed."""
    _HOOK.close()


def enter(calls: CallRoute) -> None:
    """A call begins: its requests are answered from now on."""
    _HOOK.enter(calls)


def leave(calls: CallRoute) -> None:
    """The call has ended, if it ever began."""
    _HOOK.leave(calls)


def hold(exchange: Exchange, base_url: str) -> HeldRoute:
    """Answer requests to the host of ``base_url`` also outside of calls, until ``release``.

    Asked again for a host that is held, ours becomes the outermost replacement again, and ``exchange`` is the new one;
    each ``hold`` wants its ``release``.
    """
    held = HeldRoute(exchange, split(base_url)[0])
    _HOOK.hold(held)
    return held


def release(held: HeldRoute) -> None:
    """End what ``hold`` began; the last one puts everything back."""
    _HOOK.release(held)


class _Hook:
    """What is replaced, and whose requests are whose: one for the process, because the libraries are the process's."""

    def __init__(self) -> None:
        self.active: CallRoute | None = None
        self._held: dict[str, HeldRoute] = {}
        self._opened = 0
        self._patches: list[Patch] = []
        self._put: list[Patch] = []
        # Who is outermost does not matter for these; they stay, and act in calls only.
        self._steady: list[Patch] = []
        self._is_released_late = False
        self._quieted: Any = None
        self._settings = SdkSettings()
        self._waiting = WhenImported(
            {
                "requests.adapters": self._found_requests,
                "requests.sessions": self._found_sessions,
                "httpx": self._found_httpx,
                "httpx2": self._found_httpx,
                "asyncio": self._found_asyncio,
                "concurrent.futures.thread": self._found_pool,
                "cognite.client": self._found_sdk,
            }
        )

    def route(self, method: str, url: str) -> CallRoute | HeldRoute | None:
        """Who answers a request; None: it is sent as ever."""
        active = self.active
        if is_answering():  # a request that CDF itself makes while it answers one
            return None
        host, path = split(url)
        if active is not None and host == active.host:
            return active
        if host in self._held:
            return self._held[host]
        if active is None:
            return None
        if host.endswith(CDF_DOMAIN) or (method.upper() == "POST" and path.endswith(TOKEN_PATHS)):
            return active
        active.tell_foreign(method, url)
        return None

    def open(self) -> None:
        self._opened += 1
        if self._opened == 1:
            self._waiting.open()

    def close(self) -> None:
        self._opened -= 1
        if self._opened:
            return
        self._waiting.close()
        for patch in [*self._patches, *self._steady]:
            patch.pull_all()
        self._patches.clear()
        self._steady.clear()
        if self._quieted is not None:
            self._quieted.disable_pypi_version_check = False
            self._quieted = None
        self._settings.forget()

    def enter(self, calls: CallRoute) -> None:
        self.active = calls
        self._settings.enter(calls.sdk_settings)
        self._put = [patch for patch in self._patches if patch.put()]

    def leave(self, calls: CallRoute) -> None:
        if self.active is not calls:  # it was never started
            return
        self.active = None
        calls.sdk_settings = self._settings.leave()
        for patch in self._put:
            patch.pull()
        self._put = []
        if self._is_released_late:
            self._pull_all()

    def hold(self, held: HeldRoute) -> None:
        self.open()
        self._held[held.host] = held
        for patch in self._patches:
            patch.put()

    def release(self, held: HeldRoute) -> None:
        if self._held.get(held.host) is held:
            del self._held[held.host]
        self._is_released_late = self.active is not None
        if not self._is_released_late:
            self._pull_all()
        self.close()

    def _pull_all(self) -> None:
        if not self._held:
            for patch in self._patches:
                patch.pull_all()
        self._is_released_late = False

    def _add(self, *patches: Patch) -> None:
        for patch in patches:
            self._patches.append(patch)
            if self._held:
                patch.put()  # until it is released
            elif self.active is not None:
                patch.put()
                self._put.append(patch)

    def _add_steady(self, *patches: Patch) -> None:
        for patch in patches:
            patch.put()
            self._steady.append(patch)

    def _found_requests(self, adapters: Any) -> None:
        from . import http_requests

        if isinstance(getattr(adapters, "HTTPAdapter", None), type):  # else it is somebody's stand-in
            self._add(*http_requests.patches(adapters, self.route))

    def _found_sessions(self, sessions: Any) -> None:
        from . import http_requests

        if isinstance(getattr(sessions, "Session", None), type):
            self._add(*http_requests.session_patches(sessions, self.route, self._is_held))

    def _found_httpx(self, httpx: Any) -> None:
        from . import http_httpx

        if isinstance(getattr(httpx, "AsyncHTTPTransport", None), type):
            self._add(*http_httpx.patches(httpx, self.route))

    def _found_asyncio(self, asyncio: Any) -> None:
        self._add_steady(
            Patch(asyncio, "run_coroutine_threadsafe", call_site.carried_to_loop(self._is_user_file)),
            Patch(asyncio, "sleep", backoff.instant_asyncio_sleep(self._waits, self._is_faked)),
        )

    def _found_pool(self, pools: Any) -> None:
        self._add_steady(Patch(pools.ThreadPoolExecutor, "submit", call_site.carried_to_pool(self._is_user_file)))

    def _found_sdk(self, sdk: Any) -> None:
        self._add_steady(Patch(time, "sleep", backoff.instant_sleep(self._waits, self._is_faked)))
        config = getattr(sdk, "global_config", None)
        if config is not None and not config.disable_pypi_version_check:
            config.disable_pypi_version_check = True  # else the first client asks the package index for a newer version
            self._quieted = config
        if config is not None and config.disable_pypi_version_check is True:  # else it is somebody's stand-in
            self._settings.found(config, is_in_call=self.active is not None)

    def _is_held(self, url: str) -> bool:
        return bool(self._held) and split(url)[0] in self._held

    def _is_user_file(self) -> call_site.IsUserFile | None:
        return None if self.active is None else self.active.is_user_file

    def _is_faked(self) -> bool:
        return bool(self._held) if self.active is None else not self.active.is_real

    def _waits(self) -> backoff.VirtualWaits | None:
        return None if self.active is None or self.active.is_real else self.active.waits


_HOOK = _Hook()
