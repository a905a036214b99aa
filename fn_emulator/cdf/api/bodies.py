"""Reading request bodies: ``items``, their number, identifiers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fn_emulator.cdf.api.fields import check_fields, identifier, record, text, wrong_type
from fn_emulator.cdf.contract import Request, bad_request

_BY_ID = identifier()
_BY_EXTERNAL_ID = text(255)
_BY_INSTANCE = record({"space": text(43, 1), "externalId": text(255, 1)}, {})
IDENTIFIERS = {"id": _BY_ID, "externalId": _BY_EXTERNAL_ID, "instanceId": _BY_INSTANCE}


def body_of(request: Request, *known: str) -> dict[str, Any]:
    """The body as a JSON object.

    Args:
        request: The request.
        known: Its possible keys; none checks nothing.
    """
    body = request.json if request.json is not None else {}
    if not isinstance(body, dict):
        raise wrong_type("The body", body, "an object")
    for key in body:
        if known and key not in known:
            raise bad_request(f"Unexpected field - {key}")
    return body


def items_of(request: Request, most: int, *, least: int = 1, known: Iterable[str] = ()) -> list[dict[str, Any]]:
    """The objects in ``items`` of the body.

    Args:
        request: The request.
        most: The platform's limit per request.
        least: 1 where the platform wants at least one.
        known: Other keys that the body may have.
    """
    items = body_of(request, "items", *known).get("items")
    if not isinstance(items, list):
        raise wrong_type("items", items, "an array")
    if not least <= len(items) <= most:
        raise bad_request(f"items must have {least} to {most} items, it has {len(items)}.")
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            raise wrong_type(f"items[{index}]", item, "an object")
    return items


def identifier_of(item: Mapping[str, Any], path: str, others: Iterable[str] = ()) -> dict[str, Any]:
    """The one of ``id``, ``externalId`` and ``instanceId`` that an object has.

    Args:
        item: The object.
        path: Where it stands, for messages.
        others: What it may hold besides.
    """
    if not isinstance(item, Mapping):
        raise wrong_type(path, item, "an object")
    given = {name: item[name] for name in IDENTIFIERS if item.get(name) is not None}
    if len(given) != 1:
        raise bad_request(f"{path} must have exactly one of id, externalId and instanceId.")
    check_fields({name: held for name, held in item.items() if name not in others}, path, IDENTIFIERS)
    return given


def flag_of(body: Mapping[str, Any], name: str) -> bool:
    """A boolean of the body, false when absent."""
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise wrong_type(name, value, "a boolean")
    return bool(value)


def limit_of(body: Mapping[str, Any], most: int, default: int = 100) -> int:
    """``limit`` of a list, in ``1 .. most``."""
    limit = body.get("limit")
    if limit is None:
        return default
    if not isinstance(limit, int) or isinstance(limit, bool):
        raise wrong_type("limit", limit, "an integer")
    if not 1 <= limit <= most:
        raise bad_request(f"limit must be between 1 and {most}, it is {limit}.")
    return limit


def whole_in_query(request: Request, name: str, least: int, most: int, *, default: int) -> int:
    """A whole number of the query string, in ``least .. most``."""
    given = request.query.get(name)
    if given is None:
        return default
    if not given.isascii() or not given.isdigit() or len(given) > 20 or not least <= int(given) <= most:
        raise bad_request(f"{name} must be an integer between {least} and {most}, it is {given!r}.")
    return int(given)


def flag_in_query(request: Request, name: str) -> bool:
    """A boolean of the query string, false when absent; SDK 7 writes ``True``, SDK 8 ``true``."""
    given = request.query.get(name, "false").lower()
    if given not in ("true", "false"):
        raise bad_request(f"{name} must be true or false, it is {given!r}.")
    return given == "true"
