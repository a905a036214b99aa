"""``handle``: the one contract of the in-memory CDF, from bytes to bytes. Everything below it is plain JSON."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from fn_emulator.cdf.contract import CdfError, Reply, Request
from fn_emulator.cdf.routes import Access, Route, find_route
from fn_emulator.cdf.world import Tally, World

PROJECTS = "/api/v1/projects/"

WHERE_TO_ADD = 'README, "Adding an endpoint to the in-memory CDF"'

LARGEST_BODY = 1 << 30
"""Bytes to which a compressed body may grow."""

UNAUTHORIZED = '{"error":{"code":401,"message":"Unauthorized"}}'

WITHOUT_TOKEN = ("/api/v1/files/content/",)
"""Links that are signed: whoever has one needs no token."""

BYTES = ("application/protobuf", "application/octet-stream")
"""Content types of bodies that are not JSON."""

Wire = tuple[int, dict[str, str], bytes]


def handle(world: World, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Wire:
    """Answer one HTTP request from a world.

    Args:
        world: The state; its ``now_ms`` is the clock and its ``access`` says what the caller may.
        method: ``GET``, ``POST`` ...
        url: The whole URL.
        headers: The request's headers, names in lower case.
        body: The body as it was sent, perhaps compressed.

    Returns:
        Status, headers and body of the answer. An endpoint that is not there is a 501 that names method and path.
    """
    world.tally = Tally()
    try:
        reply = _reply(world, method, url, headers, body)
    except CdfError as exc:
        reply = Reply(exc.body(), exc.status)
    except RecursionError:  # of a check: everything is checked before anything is stored
        reply = Reply(CdfError(400, "The body is nested too deeply.").body(), 400)
    return _encoded(reply, world)


def is_unauthorized(url: str, headers: Mapping[str, str]) -> bool:
    """Whether a request lacks the token that every part of the API wants; which token it is nobody checks here."""
    path = split_url(url)[1]
    is_of_the_api = path.startswith("/api/") and not path.startswith(WITHOUT_TOKEN)
    return is_of_the_api and not headers.get("authorization", "").lower().startswith("bearer ")


def split_url(url: str) -> tuple[str, str, str]:
    """Scheme and host, path, and query string of a URL; a fragment is dropped."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    path, _, query = (slash + path).partition("#")[0].partition("?")
    return f"{scheme}://{host}", path, query


def path_in_project(path: str) -> str | None:
    """``/assets/list`` of ``/api/v1/projects/p/assets/list``; None where it is not below a project."""
    if not path.startswith(PROJECTS):
        return None
    return "/" + path[len(PROJECTS) :].partition("/")[2]


def _reply(world: World, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
    host, path, query = split_url(url)
    inner = path_in_project(path)
    if inner is None and method == "POST" and path.endswith("/token"):
        return _token(world, body, headers)
    if inner is None or inner == "/":  # token inspection, files' contents and projects are beside what is in a project
        inner = path.removeprefix("/api/v1")
    found = find_route(method, inner)
    if found is None:
        raise CdfError(501, f"The in-memory CDF does not implement {method} {inner}. See {WHERE_TO_ADD}.")
    chosen, placeholders = found
    _note_project(world, path)
    _check_access(world, chosen)
    raw = _decompressed(body, headers)
    request = Request(
        method=method,
        path=inner,
        world=world,
        json=_json(raw, headers) if method != "PUT" else None,  # what is put are the contents of files
        query=_parameters(query),
        headers=headers,
        body=raw,
        host=host,
    )
    world.tally.sent = request.json if request.json is not None else raw or None
    if world.covers is None or chosen.access is None:
        return _answered(chosen, request, placeholders)
    from fn_emulator.cdf.scopes import check_request, without_hidden

    check_request(world.covers, chosen.access, placeholders, request.json)
    reply = _answered(chosen, request, placeholders)
    return reply._replace(body=without_hidden(world.covers, chosen.access, placeholders, reply.body))


def _answered(chosen: Route, request: Request, placeholders: dict[str, str]) -> Reply:
    answer = chosen.endpoint(request, **placeholders)
    return answer if isinstance(answer, Reply) else Reply(answer)


def _token(world: World, body: bytes, headers: Mapping[str, str]) -> Reply:
    from fn_emulator.cdf.api.token import give_token

    return give_token(Request("POST", "/token", world, headers=headers, body=_decompressed(body, headers)))


def _note_project(world: World, path: str) -> None:
    project = path[len(PROJECTS) :].partition("/")[0] if path.startswith(PROJECTS) else None
    if project and project not in world.projects:
        world.projects += (project,)


def _check_access(world: World, chosen: Route) -> None:
    needed: Access | None = chosen.access
    if needed is not None and world.may is not None and not world.may(needed.acl, needed.action):
        from fn_emulator.cdf.access import forbidden

        raise forbidden(*needed)


def _decompressed(body: bytes, headers: Mapping[str, str]) -> bytes:
    if not body or headers.get("content-encoding", "").lower() not in ("gzip", "deflate"):
        return body
    try:
        return b"".join(_members(body))
    except zlib.error as exc:
        raise CdfError(400, f"The body is not {headers['content-encoding']}: {exc}") from None


def _members(body: bytes) -> Iterator[bytes]:
    """What is in a compressed body: gzip may have several members, one behind the other."""
    room = LARGEST_BODY
    while body:
        stream = zlib.decompressobj(zlib.MAX_WBITS | 32)
        plain = stream.decompress(body, room + 1)
        room -= len(plain)
        if room < 0:
            raise CdfError(413, "The body is too large.")
        if not stream.eof:
            raise zlib.error("it ends too early")
        yield plain
        body = stream.unused_data.lstrip(b"\0")  # gzip allows padding


def _json(raw: bytes, headers: Mapping[str, str]) -> Any:
    kind = headers.get("content-type", "application/json").lower()
    if not raw or kind.startswith(BYTES):
        return None
    if not kind.startswith("application/json"):
        raise CdfError(415, f"Unsupported media type: {kind}. Send content-type: application/json.")
    try:
        return json.loads(raw, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as exc:
        raise CdfError(400, f"Invalid JSON: {exc}") from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _parameters(query: str) -> dict[str, str]:
    if not query:
        return {}
    from urllib.parse import parse_qsl

    return dict(parse_qsl(query, keep_blank_values=True))


def _encoded(reply: Reply, world: World) -> Wire:
    headers = {"x-request-id": f"fn-emulator-{world.count_request()}", **reply.headers}
    if isinstance(reply.body, bytes):
        headers.setdefault("content-type", "application/octet-stream")
        return reply.status, headers, reply.body
    headers["content-type"] = "application/json"
    items = reply.body.get("items") if isinstance(reply.body, dict) else None
    world.tally.answered = len(items) if isinstance(items, list) else None
    return reply.status, headers, json.dumps(reply.body, separators=(",", ":")).encode()
