"""``POST /x/aggregate``: counts, unique values and unique properties of the items that pass a filter.

Numbers are exact here; the platform calls its own approximate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fn_emulator.cdf.api.advanced import RANGE, is_within
from fn_emulator.cdf.api.bodies import body_of
from fn_emulator.cdf.api.fields import wrong_type
from fn_emulator.cdf.api.listing import matching
from fn_emulator.cdf.api.property_paths import property_path, reader_of
from fn_emulator.cdf.api.resource import Resource
from fn_emulator.cdf.contract import Request, bad_request
from fn_emulator.cdf.world import Item

AGGREGATES = ("count", "uniqueValues", "cardinalityValues", "uniqueProperties", "cardinalityProperties")

MOST_BUCKETS = 10_000
"""Buckets of one answer [API specification: unique values and properties]."""

Keeps = Callable[[Any], bool]


def aggregate(request: Request, resource: Resource) -> dict[str, Any]:
    """``[{"count": n}]``, or for the ``unique...`` aggregates a bucket a value, the most frequent first."""
    body = body_of(request, "filter", "advancedFilter", "aggregate", "aggregateFilter", "properties", "fields", "path")
    kind = body.get("aggregate") or "count"
    if kind not in AGGREGATES:
        raise bad_request(f"aggregate must be one of {', '.join(AGGREGATES)}, it is {kind!r}.")
    items = [item for _, item in matching(request, resource, body)]
    if kind == "count":
        return {"items": [{"count": _count(items, body, resource, request)}]}
    is_of_values = kind.endswith("Values")
    counts = (_values if is_of_values else _properties)(items, body, resource, request)
    keeps = bucket_filter(body.get("aggregateFilter"), "aggregateFilter")
    kept = [(value, count) for value, count in counts.items() if keeps(_plain(value))]
    if kind.startswith("cardinality"):
        return {"items": [{"count": len(kept)}]}
    kept.sort(key=lambda bucket: (-bucket[1], str(bucket[0])))
    shown = (lambda value: value) if is_of_values else (lambda value: {"property": ["metadata", value]})
    return {"items": [{"count": count, "values": [_label(shown(value))]} for value, count in kept[:MOST_BUCKETS]]}


class _LabelId(str):
    """A label's external id among values, shown as a label."""


def _count(items: list[Item], body: Mapping[str, Any], resource: Resource, request: Request) -> int:
    if body.get("properties") is None:
        return len(items)
    path, _ = _property(body, resource)
    read = reader_of(path, request)
    return sum(read(item) is not None for item in items)


def _values(items: list[Item], body: Mapping[str, Any], resource: Resource, request: Request) -> dict[Any, int]:
    path, keeps = _property(body, resource)
    read = reader_of(path, request)
    counts: dict[Any, int] = {}
    for item in items:
        held = read(item)
        values = [one for one in (held if isinstance(held, list) else [held]) if one is not None]
        if isinstance(held, dict) or any(isinstance(one, (dict, list)) for one in values):
            raise bad_request(f"properties[0].property: {path[0]!r} has no single values to count.")
        for value in {_folded(one, path) for one in values}:
            if keeps(_plain(value)):
                counts[value] = counts.get(value, 0) + 1
    return counts


def _properties(items: list[Item], body: Mapping[str, Any], resource: Resource, request: Request) -> dict[Any, int]:
    path = body.get("path")
    if path != ["metadata"] or "metadata" not in resource.fields:
        raise bad_request('path must be ["metadata"], the only one whose properties are aggregated.')
    counts: dict[Any, int] = {}
    for item in items:
        for key in {key.lower() for key in item.get("metadata") or ()}:
            counts[key] = counts.get(key, 0) + 1
    return counts


def _property(body: Mapping[str, Any], resource: Resource) -> tuple[list[str], Keeps]:
    given = body.get("properties")
    if given is None and isinstance(body.get("fields"), list):  # the form of older clients
        given = [{"property": [name]} for name in body["fields"]]
    if not isinstance(given, list) or len(given) != 1 or not isinstance(given[0], dict):
        raise bad_request("properties must be a list of exactly one object with a property.")
    path = property_path(given[0].get("property"), resource, "properties[0].property")
    return path, bucket_filter(given[0].get("filter"), "properties[0].filter")


def bucket_filter(value: Any, path: str) -> Keeps:
    """The test of an ``aggregateFilter``, which a bucket's value must pass.

    Raises:
        CdfError: If it is malformed.
    """
    if value is None:
        return lambda held: True
    if not isinstance(value, dict) or len(value) != 1:
        raise bad_request(f"{path} must be an object with exactly one filter.")
    ((name, body),) = value.items()
    path = f"{path}.{name}"
    if name in ("and", "or"):
        return _combined(name, body, path)
    if name == "not":
        # cognite-sdk sends an object, the documents' form of it was a list of one.
        negated = bucket_filter(body[0] if isinstance(body, list) and len(body) == 1 else body, path)
        return lambda held: not negated(held)
    if not isinstance(body, dict):
        raise wrong_type(path, body, "an object")
    return _bucket_leaf(name, body, path)


def _combined(name: str, body: Any, path: str) -> Keeps:
    if not isinstance(body, list) or not body:
        raise bad_request(f"{path} must be a list of at least one filter.")
    tests = [bucket_filter(given, f"{path}[{index}]") for index, given in enumerate(body)]
    if name == "and":
        return lambda held: all(test(held) for test in tests)
    return lambda held: any(test(held) for test in tests)


def _bucket_leaf(name: str, body: Mapping[str, Any], path: str) -> Keeps:
    if name == "prefix" and isinstance(body.get("value"), str):
        start = body["value"].lower()
        return lambda held: isinstance(held, str) and held.lower().startswith(start)
    if name == "in" and isinstance(body.get("values"), list):
        wanted = [_lower(_plain(value)) for value in body["values"]]
        return lambda held: _lower(held) in wanted
    limits = {key: _lower(limit) for key, limit in body.items() if limit is not None}
    if (
        name == "range"
        and limits
        and {*limits} <= RANGE
        and all(isinstance(x, (str, int, float)) for x in limits.values())
    ):
        return lambda held: is_within(_lower(held), limits)
    raise bad_request(f"{path} must be prefix with value, in with values, or range with gt, gte, lt or lte.")


def _folded(value: Any, path: list[str]) -> Any:
    # Texts are aggregated in a case-insensitive manner [API specification]; that they come back in lower case is our
    # reading of it. Labels are not texts.
    if path == ["labels"]:
        return _LabelId(value)
    return _lower(value)


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _plain(value: Any) -> Any:
    return value.get("externalId") if isinstance(value, dict) else value


def _label(value: Any) -> Any:
    return {"externalId": str(value)} if isinstance(value, _LabelId) else value
