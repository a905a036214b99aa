"""Create, list, find, update and delete: the endpoints that are the same for every ``Resource``."""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api.finding import by_ids, get_one
from fn_emulator.cdf.api.listing import list_items
from fn_emulator.cdf.api.resource import Resource
from fn_emulator.cdf.api.writing import create, delete, update
from fn_emulator.cdf.contract import Request
from fn_emulator.cdf.routes import Endpoint, route


def serve(resource: Resource, *operations: str) -> None:
    """Register endpoints of a resource, at the paths that they have in all parts of the API.

    Args:
        resource: The resource.
        operations: Some of ``create``, ``list``, ``browse`` (the list by GET), ``byids``, ``update``, ``delete``,
            ``get``, ``search``, ``aggregate``.
    """
    declared: dict[str, tuple[str, str, Endpoint]] = {
        "create": ("POST", "", create),
        "list": ("POST", "/list", list_items),
        "browse": ("GET", "", _browse),
        "byids": ("POST", "/byids", by_ids),
        "update": ("POST", "/update", update),
        "delete": ("POST", "/delete", delete),
        "get": ("GET", "/{id}", get_one),
        "search": ("POST", "/search", _search),
        "aggregate": ("POST", "/aggregate", _aggregate),
    }
    for operation in operations:
        method, ending, endpoint = declared[operation]
        action = "WRITE" if operation in ("create", "update", "delete") else "READ"
        route(f"{method} /{resource.name}{ending}", f"{resource.acl}:{action}")(_bound(endpoint, resource))


def _bound(endpoint: Endpoint, resource: Resource) -> Endpoint:
    return lambda request, **names: endpoint(request, resource, **names)


def _browse(request: Request, resource: Resource) -> Any:
    from fn_emulator.cdf.api.browse import browse

    return browse(request, resource)


def _search(request: Request, resource: Resource) -> Any:
    from fn_emulator.cdf.api.search import search  # few functions search: the module is read when one does

    return search(request, resource)


def _aggregate(request: Request, resource: Resource) -> Any:
    from fn_emulator.cdf.api.aggregate import aggregate

    return aggregate(request, resource)
