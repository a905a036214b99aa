"""Who may talk to a local server: programs on this machine that know its token, and no web page.

A page in a browser can send requests to loopback addresses, also under a host name of its own that leads there; so the
headers ``Host`` and ``Origin`` have to name this machine.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from fn_emulator.harness.network import is_loopback

LINKS = "/api/v1/files/content/"
"""Addresses that work without a token: they are signed, and whoever answers them looks at the signature."""


def refusal(headers: Mapping[str, str], path: str, token: str | None) -> tuple[int, str] | None:
    """Status and message for a request that is not answered; None where it may pass.

    Args:
        headers: Names in lower case.
        path: The path of the request.
        token: What ``Authorization: Bearer`` has to hold; None asks for nothing.
    """
    host = headers.get("host", "")
    if not _is_this_machine(host):
        return 421, f"This server answers on this machine alone, not as {host!r}."
    origin = headers.get("origin")
    if origin is not None and not _is_this_machine(origin.partition("://")[2]):
        return 403, f"This server answers no web pages, and this request comes from {origin!r}."
    if token is None or path.startswith(LINKS) or _has_token(headers.get("authorization", ""), token):
        return None
    return 401, "Unauthorized: send the token that fn-emulate serve printed, as Authorization: Bearer TOKEN."


def asks_for_token(method: str, path: str) -> bool:
    """Whether a request is one of OAuth credentials, which come without a token."""
    return method == "POST" and path.endswith("/token")


def grant(headers: Mapping[str, str], body: bytes, token: str) -> tuple[int, dict[str, Any]]:
    """Status and JSON body for OAuth client credentials: the client's secret is the server's token.

    Args:
        headers: Names in lower case; the secret may stand in ``Authorization: Basic``.
        body: The form, where it stands otherwise.
        token: The server's token.
    """
    from base64 import b64decode
    from urllib.parse import parse_qs, unquote_plus

    given = parse_qs(body.decode("latin-1")).get("client_secret", [""])[0]
    kind, _, pair = headers.get("authorization", "").partition(" ")
    if not given and kind.lower() == "basic":
        try:
            given = unquote_plus(b64decode(pair, validate=True).decode("latin-1").partition(":")[2])
        except ValueError:
            given = ""
    if not hmac.compare_digest(given.encode(), token.encode()):
        return 401, {"error": "invalid_client", "error_description": "The client secret is the token that was printed."}
    return 200, {"access_token": token, "token_type": "Bearer", "expires_in": 3600}


def _has_token(authorization: str, token: str) -> bool:
    kind, _, given = authorization.partition(" ")
    # All of it is compared, so that the time does not tell how much was right.
    return hmac.compare_digest(given.strip().encode(), token.encode()) and kind.lower() == "bearer"


def _is_this_machine(place: str) -> bool:
    """Whether ``host:port`` names a loopback address; the origin ``null`` of a page names none."""
    host = place[1:].partition("]")[0] if place.startswith("[") else place.partition(":")[0]
    return host not in ("", "0.0.0.0", "::") and is_loopback(host)
