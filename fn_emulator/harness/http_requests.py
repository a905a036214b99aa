"""``HTTPAdapter.send`` of requests: requests that have a route are answered by it, the others are sent.

The answer is built as ``requests`` builds it from its connection: streaming, decoding, hooks and errors are its own.
"""

from __future__ import annotations

import errno
from typing import Any, Callable

from .http_route import Reply, RouteOf, is_on_its_way, on_its_way
from .patching import Make, Patch


def patches(adapters: Any, route_of: RouteOf) -> list[Patch]:
    """What to replace in the module ``requests.adapters``."""
    return [Patch(adapters.HTTPAdapter, "send", _send(route_of))]


def session_patches(sessions: Any, route_of: RouteOf, is_held: Callable[[str], bool]) -> list[Patch]:
    """What to replace in the module ``requests.sessions``.

    Requests to a fake that is open in a test reach it also where another tool, started since, replaced the adapter's
    ``send`` over ours.
    """
    return [Patch(sessions.Session, "get_adapter", _get_adapter(route_of, is_held))]


def _get_adapter(route_of: RouteOf, is_held: Callable[[str], bool]) -> Make:
    def make(original: Any) -> Any:
        def get_adapter(session: Any, url: Any, *args: Any, **kwargs: Any) -> Any:
            adapter = original(session, url, *args, **kwargs)
            is_ours = hasattr(type(adapter).send, "asks_route")  # it would ask twice
            return _Direct(adapter, route_of) if is_held(str(url)) and not is_ours else adapter

        return get_adapter

    return make


class _Direct:
    """An adapter whose ``send`` nobody else has replaced."""

    def __init__(self, adapter: Any, route_of: RouteOf) -> None:
        self._adapter = adapter
        self._send = _send(route_of)(type(adapter).send)

    def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return self._send(self._adapter, request, *args, **kwargs)


def _send(route_of: RouteOf) -> Make:
    def make(original: Any) -> Any:
        def send(adapter: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
            if is_on_its_way(request):
                return original(adapter, request, *args, **kwargs)
            route = route_of(request.method, str(request.url))
            if route is None:
                with on_its_way(request):
                    return original(adapter, request, *args, **kwargs)
            body = _body(request.body)
            reply = route.ask(request.method, str(request.url), _headers(request), body)
            if "pass" in reply:
                request.body = body or None  # a file or an iterator has been read
                try:
                    with on_its_way(request):
                        response = original(adapter, request, *args, **kwargs)
                    content = response.content
                except Exception:
                    route.tell_received(reply["pass"], 0, {}, b"")
                    raise
                route.tell_received(reply["pass"], response.status_code, dict(response.headers), content)
                return response
            if "raise" in reply:
                timeout = args[1] if len(args) > 1 else kwargs.get("timeout")
                raise _error(reply["raise"], request, timeout)
            return _response(adapter, request, reply)

        send.asks_route = True  # type: ignore[attr-defined]
        return send

    return make


def _headers(request: Any) -> dict[str, str]:
    return {_text(name).lower(): _text(value) for name, value in request.headers.items()}


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _body(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, (bytes, bytearray, memoryview, str)):
        return _bytes(body)
    if hasattr(body, "read"):
        return _bytes(body.read())
    return b"".join(map(_bytes, body))


def _bytes(part: Any) -> bytes:
    return part.encode("utf-8") if isinstance(part, str) else bytes(part)


def _response(adapter: Any, request: Any, reply: Reply) -> Any:
    import http.client
    import io

    import urllib3

    raw = urllib3.HTTPResponse(
        body=io.BytesIO(reply["body"]),
        headers=reply["headers"],
        status=reply["status"],
        reason=http.client.responses.get(reply["status"], ""),
        version=11,
        preload_content=False,
        decode_content=False,
        request_method=request.method,
    )
    return adapter.build_response(request, raw)


def _error(kind: str, request: Any, timeout: Any) -> Exception:
    """What ``requests`` raises, with what urllib3 raised inside, because the SDK looks for either."""
    from urllib.parse import urlsplit

    import requests.exceptions
    import urllib3

    if kind == "timeout":
        address = urlsplit(request.url)
        is_tls = address.scheme == "https"
        pool_class = urllib3.HTTPSConnectionPool if is_tls else urllib3.HTTPConnectionPool
        pool = pool_class(address.hostname or "", address.port or (443 if is_tls else 80))
        seconds = timeout[1] if isinstance(timeout, tuple) else timeout
        message = f"Read timed out. (read timeout={seconds})"
        inner: Exception = urllib3.exceptions.ReadTimeoutError(pool, request.url, message)
        timed_out: Exception = requests.exceptions.ReadTimeout(inner, request=request)
        return timed_out
    reset = ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")
    inner = urllib3.exceptions.ProtocolError("Connection aborted.", reset)
    broken: Exception = requests.exceptions.ConnectionError(inner, request=request)
    return broken
