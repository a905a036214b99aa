"""``GET /x``: the older form of a list, whose filter stands in the query string."""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api.bodies import whole_in_query
from fn_emulator.cdf.api.listing import list_items
from fn_emulator.cdf.api.resource import Resource
from fn_emulator.cdf.contract import Request, bad_request

PLAIN = (
    *("name", "source", "type", "subtype", "externalIdPrefix", "root", "directoryPrefix", "mimeType", "uploaded"),
    *("isString", "isStep", "unit"),
)
"""Filters that a query string holds as they are."""

PAGE = 100
"""Items in an answer by default [API reference: lists of time series and of relationships]."""

FLAGS = ("root", "uploaded", "isString", "isStep")


def browse(request: Request, resource: Resource) -> dict[str, Any]:
    """A page of items by ``limit``, ``cursor``, ``partition`` and plain filters; others want ``POST /x/list``."""
    given = {name: value for name, value in request.query.items() if name not in ("limit", "cursor", "partition")}
    for name in given:
        if name not in PLAIN or name not in resource.filters:
            raise bad_request(f"Unexpected query parameter - {name}; POST /{resource.name}/list takes every filter.")
    body = {
        "limit": whole_in_query(request, "limit", 1, resource.page, default=PAGE),
        "cursor": request.query.get("cursor"),
        "partition": request.query.get("partition"),
        "filter": {name: _flag(value) if name in FLAGS else value for name, value in given.items()},
    }
    return list_items(request._replace(json=body), resource)


def _flag(value: str) -> Any:
    return {"true": True, "false": False}.get(value.lower(), value)
