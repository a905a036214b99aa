"""What goes into the in-memory CDF and what comes out: a request, a reply, an error in the platform's own shape.

The whole contract is ``handle(method, url, headers, body) -> (status, headers, body)`` (``fn_emulator.cdf.dispatch``);
the hook beside the handler, the loopback server and the recorder all speak it. Endpoints see a ``Request`` and return
plain JSON, or a ``Reply`` when they answer with something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from fn_emulator.model import JSON, NOTHING

if TYPE_CHECKING:
    from fn_emulator.cdf.world import World


class Request(NamedTuple):
    """One HTTP request to CDF, as an endpoint sees it.

    Attributes:
        method: ``GET``, ``POST``, ``PUT`` ...
        path: The path below ``/api/v1/projects/{project}``, percent-encoded as it was sent, such as ``/assets/byids``.
        world: The state that the request works on.
        json: The decoded JSON body; None where there is none.
        query: The query string's parameters; of a repeated one the last.
        headers: Names in lower case.
        body: The body's bytes, decompressed.
        host: Scheme and host that it was sent to, such as ``https://greenfield.cognitedata.com``.
    """

    method: str
    path: str
    world: World
    json: JSON = None
    query: Mapping[str, str] = NOTHING
    headers: Mapping[str, str] = NOTHING
    body: bytes = b""
    host: str = ""

    @property
    def now_ms(self) -> int:
        """The clock of this request, in epoch milliseconds; a frozen one where the handler's is."""
        return self.world.now_ms


class Reply(NamedTuple):
    """An answer: JSON, or bytes with their content type."""

    body: JSON | bytes
    status: int = 200
    headers: Mapping[str, str] = NOTHING


class CdfError(Exception):
    """An answer of 400 or more: ``{"error": {"code", "message", ...}}``.

    cognite-sdk reads ``missing`` and ``duplicated`` (lists of identifiers) and raises ``CogniteNotFoundError`` and
    ``CogniteDuplicatedError`` for them.
    """

    def __init__(self, status: int, message: str, **details: JSON) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.details = details

    def body(self) -> dict[str, Any]:
        """The JSON body."""
        return {"error": {"code": self.status, "message": self.message, **self.details}}


def bad_request(message: str) -> CdfError:
    """What is wrong with the request, as 400."""
    return CdfError(400, message)


def not_found(what: str, identifiers: Iterable[JSON]) -> CdfError:
    """Identifiers that nothing has: 400 with ``missing``, the only form that SDK 7 and 8 both understand."""
    missing = list(identifiers)
    return CdfError(400, f"{what} not found: {_listed(missing)}", missing=missing)


def duplicated(what: str, identifiers: Iterable[JSON]) -> CdfError:
    """Identifiers that are taken: 409 with ``duplicated``."""
    taken = list(identifiers)
    return CdfError(409, f"{what} duplicated: {_listed(taken)}", duplicated=taken)


def _listed(identifiers: list[JSON]) -> str:
    shown = [
        ", ".join(f"{key}: {value}" for key, value in i.items()) if isinstance(i, dict) else str(i) for i in identifiers
    ]
    return "; ".join(shown[:10]) + (f" and {len(shown) - 10} more" if len(shown) > 10 else "")
