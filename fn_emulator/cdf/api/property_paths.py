"""Property paths of filters, aggregates and sorting: ``["name"]``, ``["metadata", "vendor"]``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fn_emulator.cdf.api.references import roots_of
from fn_emulator.cdf.api.resource import Resource
from fn_emulator.cdf.contract import Request, bad_request
from fn_emulator.cdf.world import Item

SYSTEM = ("id", "createdTime", "lastUpdatedTime", "assetRootId", "assetRootIds", "rootId", "parentExternalId")
"""Properties that the platform adds to items of several kinds."""

Read = Callable[[Item], Any]


def property_path(value: Any, resource: Resource, path: str) -> list[str]:
    """A property path, checked: the name of a field, with a key where the field holds pairs.

    Raises:
        CdfError: If it is no such path.
    """
    if not isinstance(value, list) or not 1 <= len(value) <= 2 or not all(isinstance(n, str) and n for n in value):
        raise bad_request(f"{path} must be a list of one or two names.")
    field = resource.fields.get(value[0])
    if field is None and value[0] not in SYSTEM and value[0] not in resource.filters:
        raise bad_request(f"{path}: {value[0]!r} is not a property of {resource.name}.")
    if len(value) == 2 and (field is None or field.kind != "map"):
        raise bad_request(f"{path}: {value[0]!r} has no properties of its own.")
    return value


def reader_of(path: list[str], request: Request) -> Read:
    """What reads the value at a property path; labels as their external ids."""
    name = path[0]
    if len(path) == 2:
        key = path[1]
        return lambda item: (item.get(name) or {}).get(key)
    if name == "assetRootId":
        return lambda item: next(iter(roots_of(request.world, [item.get("assetId")])), None)
    if name == "assetRootIds":
        return lambda item: roots_of(request.world, item.get("assetIds") or []) or None
    if name == "labels":
        return lambda item: [label["externalId"] for label in item["labels"]] if item.get("labels") else None
    return lambda item: item.get(name)
