"""Which endpoint answers a method and path, and what the caller must be allowed to.

An endpoint is a function ``(request, **placeholders) -> JSON or Reply``, declared with ``@route``; those of one part of
the API are in one module of ``fn_emulator.cdf.api``, imported when the first request for that part comes.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

from fn_emulator.cdf.contract import Request

Endpoint = Callable[..., Any]

MODULES = {
    "annotations": "annotations",
    "assets": "assets",
    "context": "context",
    "datasets": "data_sets",
    "events": "events",
    "extpipes": "extpipes",
    "files": "file_content",
    "functions": "functions",
    "groups": "groups",
    "labels": "labels",
    "models": "modeling",
    "projects": "token",
    "raw": "raw",
    "relationships": "relationships",
    "sequences": "sequences",
    "sessions": "sessions",
    "3d": "three_d",
    "timeseries": "timeseries",
    "token": "token",
}
"""First segment of a path -> the module of ``fn_emulator.cdf.api`` that serves it."""


class Access(NamedTuple):
    """What a caller needs: a capability such as ``assetsAcl`` and one of its actions, such as ``READ``."""

    acl: str
    action: str


class Route(NamedTuple):
    """An endpoint with its declared path."""

    endpoint: Endpoint
    access: Access | None


class _Node:
    """One segment of the declared paths: what may follow it, and the endpoints that end there."""

    __slots__ = ("by_method", "name", "named", "placeholder")

    def __init__(self) -> None:
        self.named: dict[str, _Node] = {}
        self.placeholder: _Node | None = None
        self.name = ""
        self.by_method: dict[str, Route] = {}


_ROOT = _Node()

_COMPLETE: set[str] = set()
"""Modules whose routes are all there; those of a part that was imported by itself are not."""


def route(declared: str, access: str | None = None) -> Callable[[Endpoint], Endpoint]:
    """Declare the endpoint of a method and path.

    Args:
        declared: Such as ``POST /raw/dbs/{db}/tables``; placeholders are given to the endpoint by name, decoded.
        access: Capability and action that the caller needs, such as ``rawAcl:WRITE``; None for what everybody may.
    """
    method, _, path = declared.partition(" ")
    acl, _, action = (access or "").partition(":")
    needed = Access(acl, action) if access else None

    def add(endpoint: Endpoint) -> Endpoint:
        node = _ROOT
        for segment in path.strip("/").split("/"):
            if segment.startswith("{"):
                node.placeholder = node.placeholder or _Node()
                node = node.placeholder
                # Two names for one place would each be given to the other's endpoint.
                assert node.name in ("", segment[1:-1]), f"{declared}: {segment} is called {{{node.name}}} elsewhere"
                node.name = segment[1:-1]
            else:
                node = node.named.setdefault(segment, _Node())
        node.by_method[method] = Route(endpoint, needed)
        return endpoint

    return add


def later(module: str, name: str) -> Endpoint:
    """The endpoint ``name`` of a module below ``fn_emulator.cdf.api``, which is imported when it is first called."""

    def endpoint(request: Request, **placeholders: str) -> Any:
        return getattr(import_module(f"fn_emulator.cdf.api.{module}"), name)(request, **placeholders)

    return endpoint


def declared_routes() -> list[tuple[str, str, Access | None]]:
    """Method, path and access of every endpoint that there is."""
    for part in MODULES:
        find_route("GET", part)
    found: list[tuple[str, str, Access | None]] = []
    waiting = [("", _ROOT)]
    while waiting:
        path, node = waiting.pop()
        found.extend((method, path, declared.access) for method, declared in node.by_method.items())
        waiting.extend((f"{path}/{segment}", below) for segment, below in node.named.items())
        if node.placeholder is not None:
            waiting.append((f"{path}/{{{node.placeholder.name}}}", node.placeholder))
    return sorted(found, key=lambda route: route[:2])


def find_route(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route of a path below ``/api/v1/projects/{project}`` and the values of its placeholders, or None."""
    segments = path.strip("/").split("/")
    module = MODULES.get(segments[0])
    if module is not None and module not in _COMPLETE:
        import_module(f"fn_emulator.cdf.api.{module}")
        _COMPLETE.add(module)
    return _match(_ROOT, segments, method)


def _match(node: _Node, segments: list[str], method: str) -> tuple[Route, dict[str, str]] | None:
    if not segments:
        found = node.by_method.get(method)
        return None if found is None else (found, {})
    following = node.named.get(segments[0])
    if following is not None and (match := _match(following, segments[1:], method)) is not None:
        return match
    if node.placeholder is None or not segments[0]:
        return None
    match = _match(node.placeholder, segments[1:], method)
    if match is not None:
        match[1][node.placeholder.name] = _decoded(segments[0])
    return match


def _decoded(segment: str) -> str:
    if "%" not in segment:
        return segment
    from urllib.parse import unquote

    return unquote(segment)


__all__ = ["MODULES", "Access", "Endpoint", "Request", "Route", "declared_routes", "find_route", "later", "route"]
