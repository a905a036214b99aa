"""Sessions (``/sessions``): the nonces that start calls and schedules of functions.

A nonce serves once and for about a minute [docs: sessions, "Nonces and binding"]; which error a bad one gets is
documented nowhere, so that text is ours.
"""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api.bodies import body_of, identifier_of, items_of, whole_in_query
from fn_emulator.cdf.api.fields import boolean, check_fields, text
from fn_emulator.cdf.api.paging import one_page, with_cursor
from fn_emulator.cdf.contract import Reply, Request, bad_request, not_found
from fn_emulator.cdf.routes import route
from fn_emulator.cdf.world import Item, World

TABLE = "sessions"

NONCE_LIVES_MS = 60_000

SESSION_LIVES_MS = 3_600_000
"""An hour, the life of a usual access token: our choice, the platform refreshes sessions as long as it can."""

STATUSES = ("READY", "ACTIVE", "CANCELLED", "EXPIRED", "REVOKED", "ACCESS_LOST")

MOST = 1000
"""Items in one request; the SDK says that the platform has no documented limit, and sends 100."""

_FLAGS = {"tokenExchange": "TOKEN_EXCHANGE", "oneshotTokenExchange": "ONESHOT_TOKEN_EXCHANGE"}
_FIELDS = {name: boolean() for name in _FLAGS} | {"clientId": text(255, 1), "clientSecret": text(10_000, 1)}


@route("POST /sessions", "sessionsAcl:CREATE")
def create(request: Request) -> Reply:
    """One session with its nonce; it is READY until something binds it."""
    (given,) = items_of(request, 1)
    check_fields(given, "items[0]", _FIELDS)
    kind = _kind_of(given)
    world = request.world
    session = {"id": world.new_id(), "type": kind, "status": "READY", "nonce": f"nonce-{world.new_id():x}"}
    if "clientId" in given:
        session["clientId"] = given["clientId"]
    session |= {"creationTime": request.now_ms, "expirationTime": request.now_ms + SESSION_LIVES_MS}
    world.put(TABLE, session["id"], session)
    shown = {name: session[name] for name in ("id", "status", "nonce", "type", "clientId") if name in session}
    return Reply({"items": [shown]})


def _kind_of(given: Item) -> str:
    if given.get("clientId") and given.get("clientSecret") and len(given) == 2:
        return "CLIENT_CREDENTIALS"
    chosen = [kind for name, kind in _FLAGS.items() if given.get(name) is True]
    if len(chosen) != 1 or len(given) != 1:
        raise bad_request(
            "items[0] must have clientId and clientSecret, or tokenExchange true, or oneshotTokenExchange true."
        )
    return chosen[0]


def bind(world: World, nonce: Any, path: str) -> int:
    """Bind the session of a nonce to what it is used for.

    Args:
        world: The state.
        nonce: What the request has.
        path: Where it stands, for messages.

    Returns:
        The session's id.

    Raises:
        CdfError: 400 if no session has the nonce, it was used before, or it is older than a minute.
    """
    if not isinstance(nonce, str) or not nonce:
        raise bad_request(f"{path} is missing.")
    session = next((held for held in world.table(TABLE).items.values() if held.get("nonce") == nonce), None)
    if session is None:
        raise bad_request(f"{path} is not a nonce of a session.")
    if session["status"] != "READY" or world.now_ms - session["creationTime"] > NONCE_LIVES_MS:
        raise bad_request(f"{path} has been used before, or is older than a minute.")
    world.put(TABLE, session["id"], {**session, "status": "ACTIVE"})
    return int(session["id"])


@route("GET /sessions", "sessionsAcl:LIST")
def list_sessions(request: Request) -> dict[str, Any]:
    """A page of the sessions, of one status where that is asked for."""
    status = request.query.get("status")
    if status is not None and status not in STATUSES:
        raise bad_request(f"status must be one of {', '.join(STATUSES)}, it is {status!r}.")
    limit = whole_in_query(request, "limit", 1, MOST, default=25)
    table = request.world.table(TABLE)
    rows = (
        (table.sequence[key], held)
        for key, held in [*table.items.items()]
        if status is None or held["status"] == status
    )
    page, following = one_page(rows, limit, request.query.get("cursor") or None, status)
    return with_cursor([_shown(session) for session in page], following)


@route("POST /sessions/byids", "sessionsAcl:LIST")
def by_ids(request: Request) -> dict[str, Any]:
    """The sessions that were asked for."""
    return {"items": [_shown(session) for session in _named(request)]}


@route("POST /sessions/revoke", "sessionsAcl:DELETE")
def revoke(request: Request) -> dict[str, Any]:
    """Revoke sessions; to revoke one twice changes nothing. One who may not list sessions sees their ids only."""
    revoked = [{**session, "status": "REVOKED"} for session in _named(request)]
    for session in revoked:
        request.world.put(TABLE, session["id"], session)
    may = request.world.may
    sees_all = may is None or may("sessionsAcl", "LIST")
    return {"items": [_shown(session) if sees_all else {"id": session["id"]} for session in revoked]}


def _named(request: Request) -> list[Item]:
    body_of(request, "items")
    ids = [identifier_of(item, f"items[{i}]").get("id") for i, item in enumerate(items_of(request, MOST))]
    held = request.world.table(TABLE).items
    missing = [{"id": id_} for id_ in ids if id_ not in held]
    if missing:
        raise not_found("Session ids", missing)
    return [held[id_] for id_ in ids]


def _shown(session: Item) -> Item:
    return {name: held for name, held in session.items() if name != "nonce"}
