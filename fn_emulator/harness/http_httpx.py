"""The transports of ``httpx`` and ``httpx2``: requests that have a route are answered by it, the others are sent."""

from __future__ import annotations

from typing import Any

from .http_route import Reply, RouteOf, is_on_its_way, on_its_way
from .http_tls import without_certificates
from .patching import Make, Patch


def patches(httpx: Any, route_of: RouteOf) -> list[Patch]:
    """What to replace in the module ``httpx`` or ``httpx2``."""
    lazy_tls = without_certificates(httpx)
    return [
        Patch(httpx.AsyncHTTPTransport, "handle_async_request", _handle_async(httpx, route_of)),
        Patch(httpx.HTTPTransport, "handle_request", _handle(httpx, route_of)),
        Patch(httpx.AsyncHTTPTransport, "__init__", lazy_tls),
        Patch(httpx.HTTPTransport, "__init__", lazy_tls),
    ]


def _handle_async(httpx: Any, route_of: RouteOf) -> Make:
    def make(original: Any) -> Any:
        async def handle_async_request(transport: Any, request: Any) -> Any:
            if is_on_its_way(request):
                return await original(transport, request)
            url = str(request.url)
            route = route_of(request.method, url)
            if route is None:
                with on_its_way(request):
                    return await original(transport, request)
            body = await request.aread()
            reply = route.ask(request.method, url, dict(request.headers), body)
            if "pass" not in reply:
                return _answer(httpx, request, reply)
            try:
                with on_its_way(request):
                    response = await original(transport, request)
                try:
                    raw = b"".join([part async for part in response.stream])
                finally:
                    await response.aclose()
            except Exception:
                route.tell_received(reply["pass"], 0, {}, b"")
                raise
            return _received(httpx, response, raw, route, reply["pass"])

        return handle_async_request

    return make


def _handle(httpx: Any, route_of: RouteOf) -> Make:
    def make(original: Any) -> Any:
        def handle_request(transport: Any, request: Any) -> Any:
            if is_on_its_way(request):
                return original(transport, request)
            url = str(request.url)
            route = route_of(request.method, url)
            if route is None:
                with on_its_way(request):
                    return original(transport, request)
            body = request.read()
            reply = route.ask(request.method, url, dict(request.headers), body)
            if "pass" not in reply:
                return _answer(httpx, request, reply)
            try:
                with on_its_way(request):
                    response = original(transport, request)
                try:
                    raw = b"".join(response.stream)
                finally:
                    response.close()
            except Exception:
                route.tell_received(reply["pass"], 0, {}, b"")
                raise
            return _received(httpx, response, raw, route, reply["pass"])

        return handle_request

    return make


def _received(httpx: Any, response: Any, raw: bytes, route: Any, number: int) -> Any:
    """A response that was read to be told, once more for whoever sent the request."""
    status, headers = response.status_code, response.headers
    decoded = httpx.Response(status, headers=headers, content=raw).content
    route.tell_received(number, status, dict(headers), decoded)
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(raw), extensions=response.extensions)


def _answer(httpx: Any, request: Any, reply: Reply) -> Any:
    if reply.get("raise") == "timeout":
        raise httpx.ReadTimeout("The read operation timed out", request=request)
    if "raise" in reply:
        raise httpx.ReadError("[Errno 104] Connection reset by peer", request=request)
    return httpx.Response(
        reply["status"],
        headers=reply["headers"],
        stream=httpx.ByteStream(reply["body"]),
        request=request,
        extensions={"http_version": b"HTTP/1.1"},
    )
