"""Requests of the handler to CDF -> the in-memory CDF that answers them; all the others go where they always went.

How it works: the public send methods of requests, httpx and httpx2 are replaced while a function or a fake is open, and
again at the start of each call, so that ours are the outermost also where a test started ``responses`` or ``respx`` in
between. Each request goes the way of its ``owner``: of the call that runs; of one that has ended, which reaches no CDF
any more; or, without one, of a fake that is open in a test (``hold``) or of the network, as ever. The answer comes from
a plain function, ``exchange``::

    exchange({"method", "url", "headers": {lower-case name: value}, "body": bytes, "now_ms",
              "site": [file, line] or None, "world": int})
      -> {"status", "headers": {name: value}, "body": bytes} or {"raise": "timeout" | "reset"}
         or {"pass": number}: the library sends it, and what comes back is told by
    exchange({"received": number, "status": 0 without an answer, "headers", "body": decompressed})
"""

from __future__ import annotations

import time
from typing import Any

from . import backoff, http_watch
from .exclusive import AnsweringError, is_answering
from .http_route import ENDED, CallRoute, HeldRoute
from .http_watch import Exchange, split
from .identity import is_for_token
from .network import CDF_DOMAIN
from .owner import Owner, current
from .patching import Patch
from .sdk_settings import SdkSettings

Route = Any
"""A ``CallRoute``, a ``HeldRoute`` or ``ENDED``."""


def hold(exchange: Exchange, base_url: str) -> HeldRoute:
    """Answer requests to the host of ``base_url`` also outside of calls, until ``release``.

    Asked again for a host that is held, ours becomes the outermost replacement again, and ``exchange`` is the new one;
    each ``hold`` wants its ``release``.
    """
    held = HeldRoute(exchange, split(base_url)[0])
    http_watch.open_hook()
    HOOK.hold(held)
    return held


def release(held: HeldRoute) -> None:
    """End what ``hold`` began; the last one puts everything back."""
    HOOK.release(held)
    http_watch.close_hook()


class _Hook:
    """What is replaced, and whose requests are whose: one for the process, because the libraries are the process's."""

    def __init__(self) -> None:
        self._held: dict[str, HeldRoute] = {}
        self._patches: list[Patch] = []
        self._put: list[Patch] = []
        # Who is outermost does not matter for these.
        self._steady: list[Patch] = []
        self._quieted: Any = None
        self._settings = SdkSettings()

    def route(self, method: str, url: str) -> Route | None:
        """Who answers a request; None: it is sent as ever."""
        owner = current()
        host, path = split(url)
        if is_answering():
            if host in self._held or (owner is not None and host == own_host(owner)):
                raise AnsweringError
            return None  # a request that CDF itself makes while it answers one
        if owner is None:
            return self._held.get(host)
        if not owner.is_running:
            return ENDED if self._is_of_cdf(owner, method, host, path) else None
        if host != own_host(owner) and host in self._held:
            return self._held[host]
        if owner.http is None:
            return None
        if self._is_of_cdf(owner, method, host, path):
            return route_of(owner)
        route_of(owner).tell_foreign(method, url)
        return None

    def _is_of_cdf(self, owner: Owner, method: str, host: str, path: str) -> bool:
        if host in self._held or host == own_host(owner):
            return True
        return owner.http is not None and (host.endswith(CDF_DOMAIN) or is_for_token(method, host, path))

    def found(self, name: str, module: Any, active: Owner | None) -> None:
        """A library was imported, or was there when the hook was opened; ``active`` is the call that runs."""
        from . import http_httpx, http_requests

        if name == "requests.adapters" and isinstance(getattr(module, "HTTPAdapter", None), type):
            self._add(*http_requests.patches(module, self.route))
        elif name == "requests.sessions" and isinstance(getattr(module, "Session", None), type):
            self._add(*http_requests.session_patches(module, self.route, self._is_held))
        elif name in ("httpx", "httpx2") and isinstance(getattr(module, "AsyncHTTPTransport", None), type):
            self._add(*http_httpx.patches(module, self.route))
        elif name == "asyncio":
            self._add_steady(Patch(module, "sleep", backoff.instant_asyncio_sleep(self._waits, self._is_faked)))
        elif name == "cognite.client":
            self._found_sdk(module, is_in_call=active is not None)
        # else it is somebody's stand-in

    def close(self) -> None:
        for patch in [*self._patches, *self._steady]:
            patch.pull_all()
        self._patches.clear()
        self._steady.clear()
        self._put.clear()
        if self._quieted is not None:
            self._quieted.disable_pypi_version_check = False
            self._quieted = None
        self._settings.forget()

    def enter(self, owner: Owner) -> None:
        self._settings.enter(owner.http.sdk_settings)
        self._put = [patch for patch in self._patches if patch.put()]

    def leave(self, owner: Owner) -> None:
        if owner.route is not None:
            owner.route.end()
        owner.http.sdk_settings = self._settings.leave()
        for patch in self._put:
            patch.pull()
        self._put = []

    def hold(self, held: HeldRoute) -> None:
        self._held[held.host] = held
        for patch in self._patches:
            patch.put()

    def release(self, held: HeldRoute) -> None:
        if self._held.get(held.host) is held:
            del self._held[held.host]

    def _add(self, *patches: Patch) -> None:
        for patch in patches:
            patch.put()
            self._patches.append(patch)

    def _add_steady(self, *patches: Patch) -> None:
        for patch in patches:
            patch.put()
            self._steady.append(patch)

    def _found_sdk(self, sdk: Any, *, is_in_call: bool) -> None:
        self._add_steady(Patch(time, "sleep", backoff.instant_sleep(self._waits, self._is_faked)))
        config = getattr(sdk, "global_config", None)
        if config is not None and not config.disable_pypi_version_check:
            config.disable_pypi_version_check = True  # else the first client asks the package index for a newer version
            self._quieted = config
        if config is not None and config.disable_pypi_version_check is True:  # else it is somebody's stand-in
            self._settings.found(config, is_in_call=is_in_call)

    def _is_held(self, url: str) -> bool:
        return bool(self._held) and split(url)[0] in self._held

    def _is_faked(self) -> bool:
        owner = current()
        if owner is None or owner.http is None:
            return bool(self._held)
        return not owner.http.is_real

    def _waits(self) -> backoff.VirtualWaits | None:
        owner = current()
        if owner is None or not owner.is_running or owner.http is None or owner.http.is_real:
            return None
        return route_of(owner).waits


def own_host(owner: Owner) -> str | None:
    """The host of the in-memory CDF that a call has for itself."""
    return None if owner.http is None else owner.http.host


def route_of(owner: Owner) -> CallRoute:
    """The way of a call's requests, made with the first one."""
    route: CallRoute | None = owner.route
    if route is None:
        http = owner.http
        route = owner.route = CallRoute(
            http.exchange, owner.is_user_file, is_real=http.is_real, world=owner.world, pid=owner.pid
        )
    return route


HOOK = _Hook()
