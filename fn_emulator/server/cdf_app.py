"""The in-memory CDF behind a socket, for whatever speaks HTTP: other processes and languages, notebooks, curl.

``cdf_app`` turns HTTP into the one contract of ``fn_emulator.cdf.dispatch`` and back; ``run_server`` listens. Addresses
in answers (where to upload and download) lead back here, because they are made from the request's own ``Host``.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fn_emulator.cdf.dispatch import Wire
from fn_emulator.clock import milliseconds, now
from fn_emulator.errors import ExtraMissingError, ServerError
from fn_emulator.server.access import asks_for_token, grant, refusal

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

    from fn_emulator.cdf.fake import FakeCdf

HOST = "127.0.0.1"

LARGEST_BODY = 1 << 29
"""Bytes of a request that are read."""

PATIENCE_S = 2
"""Seconds that open requests have to end when the server is stopped."""


def cdf_app(fake: FakeCdf, *, token: str | None = None) -> Starlette:
    """The ASGI application that serves a CDF.

    Args:
        fake: The CDF. Its clock is the real one.
        token: What requests must bring as their bearer token; None asks for nothing.

    Raises:
        ExtraMissingError: If Starlette is not installed.
    """
    try:
        from starlette.applications import Starlette
        from starlette.routing import Mount
    except ImportError as exc:
        raise _no_extra() from exc
    return Starlette(routes=[Mount("/", app=_Endpoint(fake, token))])


class _Endpoint:
    """Every method and path."""

    def __init__(self, fake: FakeCdf, token: str | None) -> None:
        self._fake = fake
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":  # a web socket: nothing of CDF's
            await send({"type": "websocket.close", "code": 1003})
            return
        from starlette.requests import Request

        response = await self._response(Request(scope, receive))
        await response(scope, receive, send)

    async def _response(self, request: Request) -> Response:
        from starlette.concurrency import run_in_threadpool

        headers = {name.lower(): value for name, value in request.headers.items()}
        path = request.scope["raw_path"].decode("latin-1").partition("?")[0]
        is_for_token = asks_for_token(request.method, path)
        refused = refusal(headers, path, None if is_for_token else self._token)
        if refused is not None:
            return _sent(_error(*refused))
        body = await _body(request)
        if body is None:
            return _sent(_error(413, f"The body has more than {LARGEST_BODY} bytes."))
        if is_for_token and self._token is not None:
            status, granted = grant(headers, body, self._token)
            return _sent((status, {"content-type": "application/json"}, json.dumps(granted).encode()))
        query = request.scope["query_string"].decode("latin-1")
        url = f"http://{headers['host']}{path}{'?' if query else ''}{query}"
        answer = await run_in_threadpool(
            self._fake.handle, request.method, url, headers, body, now_ms=milliseconds(now())
        )
        return _sent(answer)


async def _body(request: Request) -> bytes | None:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_BODY:
            return None
        parts.append(part)
    return b"".join(parts)


def _error(status: int, message: str) -> Wire:
    body = json.dumps({"error": {"code": status, "message": message}}).encode()
    return status, {"content-type": "application/json"}, body


def _sent(answer: Wire) -> Response:
    from starlette.responses import Response

    status, headers, body = answer
    return Response(body, status, headers)


def run_server(
    fake: FakeCdf, host: str = HOST, port: int = 0, *, token: str | None, started: Callable[[str], None]
) -> None:
    """Serve a CDF until the process is interrupted.

    Args:
        fake: The CDF.
        host: A loopback address.
        port: Where to listen; 0 takes any that is free.
        token: As in ``cdf_app``.
        started: Called with the server's address as soon as it can be reached.

    Raises:
        ServerError: If the port cannot be had.
        ExtraMissingError: If Starlette or uvicorn is not installed.
        KeyboardInterrupt: When it was interrupted.
    """
    try:
        import uvicorn
    except ImportError as exc:
        raise _no_extra() from exc
    app = cdf_app(fake, token=token)

    class Server(uvicorn.Server):
        """Tells its address only when it handles signals: who reads it may end it at once."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            for listener in sockets or ():
                started(f"http://{host}:{listener.getsockname()[1]}")

    with _listening(host, port) as listener:
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=PATIENCE_S,
        )
        Server(config).run(sockets=[listener])


def _listening(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()  # from now on a client waits instead of being refused
    except OSError as exc:
        listener.close()
        raise ServerError(
            f"{host}:{port} cannot be listened on: {exc.strerror}.", hint="take another port with --port"
        ) from exc
    return listener


def _no_extra() -> Any:
    return ExtraMissingError(
        "serve needs Starlette and uvicorn, which are not installed here.", hint='pip install "fn-emulator[serve]"'
    )
