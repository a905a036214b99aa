"""The filters that look at one property of an instance: equals, in, range, prefix, exists, contains, overlaps."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from fn_emulator.cdf.contract import bad_request
from fn_emulator.cdf.modeling.properties import Property, comparable, sortable
from fn_emulator.cdf.modeling.references import Instance, id_of
from fn_emulator.cdf.modeling.scope import Scope

Predicate = Callable[[Instance], bool]

IN_VALUES = 1000
"""Values that ``in`` takes (Cognite's notes on limits of data modeling)."""

BOUNDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def _equals(body: Any, scope: Scope) -> Predicate:
    found = _property("equals", body, scope)
    return _compared(found, field("equals", body, "value"), scope, operator.eq)


def _in(body: Any, scope: Scope) -> Predicate:
    found = _property("in", body, scope)
    values = _values("in", body, found, scope)
    if len(values) > IN_VALUES:
        raise bad_request(f"The filter 'in' must have at most {IN_VALUES} values. Got {len(values)}.")
    wanted = {_hashable(value) for value in values}
    if found.is_list:
        return lambda instance: any(_hashable(one) in wanted for one in found.read(instance) or ())

    def is_in(instance: Instance) -> bool:
        value = found.read(instance)
        return value is not None and _hashable(value) in wanted

    return is_in


def _range(body: Any, scope: Scope) -> Predicate:
    found = _property("range", body, scope)
    if found.is_list or found.kind["type"] in ("json", "boolean", "direct"):
        raise bad_request(f"The filter 'range' cannot be used on the property '{found.name}' of type {_kind(found)}.")
    bounds = _bounds("range", body)
    parts = [_compared(found, body[key], scope, BOUNDS[key]) for key in bounds]
    return lambda instance: all(part(instance) for part in parts)


def _overlaps(body: Any, scope: Scope) -> Predicate:
    """Start and end of an instance against a range; a start or end that is missing is open, as in SQL ranges."""
    start = scope.property(field("overlaps", body, "startProperty"))
    end = scope.property(field("overlaps", body, "endProperty"))
    parts = []
    for key in _bounds("overlaps", body):
        against = end if key in ("gt", "gte") else start
        parts.append((against, _compared(against, body[key], scope, BOUNDS[key])))
    return lambda instance: all(part(instance) or against.read(instance) is None for against, part in parts)


def _prefix(body: Any, scope: Scope) -> Predicate:
    found = _property("prefix", body, scope)
    if found.kind["type"] != "text":
        raise bad_request(f"The filter 'prefix' cannot be used on the property '{found.name}' of type {_kind(found)}.")
    start = scope.value(field("prefix", body, "value"))
    if not isinstance(start, list if found.is_list else str):
        raise bad_request(
            f"The value of the filter 'prefix' on '{found.name}' must be {_kind(found)}. Got {start!r:.100}."
        )

    def starts(instance: Instance) -> bool:
        value = found.read(instance)
        return value is not None and value[: len(start)] == start

    return starts


def _exists(body: Any, scope: Scope) -> Predicate:
    found = _property("exists", body, scope)
    return lambda instance: found.read(instance) is not None


def _contains_any(body: Any, scope: Scope) -> Predicate:
    return _contains("containsAny", body, scope, lambda wanted, present: not wanted.isdisjoint(present))


def _contains_all(body: Any, scope: Scope) -> Predicate:
    return _contains("containsAll", body, scope, lambda wanted, present: wanted <= present)


def _contains(name: str, body: Any, scope: Scope, decide: Callable[[set[Any], set[Any]], bool]) -> Predicate:
    found = _property(name, body, scope)
    if not found.is_list:
        raise bad_request(f"The filter '{name}' cannot be used on the property '{found.name}', which is no list.")
    wanted = {_hashable(value) for value in _values(name, body, found, scope)}

    def contains(instance: Instance) -> bool:
        present = found.read(instance)
        return present is not None and decide(wanted, {_hashable(one) for one in present})

    return contains


def _compared(found: Property, given: Any, scope: Scope, compare: Callable[[Any, Any], bool]) -> Predicate:
    """The property against a literal, a parameter, or another property of the same instance."""
    if isinstance(given, Mapping) and set(given) == {"property"}:
        other = scope.property(given["property"])

        def both(instance: Instance) -> bool:
            left, right = sortable(found.read(instance)), sortable(other.read(instance))
            return left is not None and right is not None and compare(left, right)

        return both
    right = _literal(found, scope.value(given))

    def one(instance: Instance) -> bool:
        left = found.read(instance)
        return left is not None and compare(left, right)

    return one


def _literal(found: Property, value: Any) -> Any:
    if found.is_list and isinstance(value, list):
        return [comparable(found, one) for one in value]
    return comparable(found, value)


def _values(name: str, body: Any, found: Property, scope: Scope) -> list[Any]:
    given = scope.value(field(name, body, "values"))
    if not isinstance(given, list):
        raise bad_request(f"The values of the filter '{name}' must be an array. Got {given!r:.100}.")
    return [comparable(found, scope.value(value)) for value in given]


def _bounds(name: str, body: Mapping[str, Any]) -> list[str]:
    bounds = [key for key in BOUNDS if body.get(key) is not None]
    if not bounds or {"gt", "gte"} <= set(bounds) or {"lt", "lte"} <= set(bounds):
        raise bad_request(
            f"The filter '{name}' must have gt or gte, lt or lte, or one of each. Got {', '.join(bounds) or 'none'}."
        )
    return bounds


def _property(name: str, body: Any, scope: Scope) -> Property:
    return scope.property(field(name, body, "property"))


def _kind(found: Property) -> str:
    return f"a list of {found.kind['type']}" if found.is_list else str(found.kind["type"])


def _hashable(value: Any) -> Any:
    """References as pairs; other containers (JSON values) by their text."""
    if isinstance(value, Mapping) and value.keys() == {"space", "externalId"}:
        return id_of(value)
    return repr(value) if isinstance(value, (dict, list)) else value


def field(name: str, body: Any, key: str) -> Any:
    """A field that the body of an operator must have; 400 where it has not."""
    if not isinstance(body, Mapping) or key not in body:
        raise bad_request(f"The filter '{name}' must have '{key}'. Got {body!r:.200}.")
    return body[key]


def array(name: str, body: Any) -> list[Any]:
    """The body of an operator that must be an array with something in it; 400 where it is not."""
    if not isinstance(body, list) or not body:
        raise bad_request(f"The filter '{name}' must be an array that is not empty. Got {body!r:.200}.")
    return body


COMPARISONS: Mapping[str, Callable[[Any, Scope], Predicate]] = {
    "equals": _equals,
    "in": _in,
    "range": _range,
    "prefix": _prefix,
    "exists": _exists,
    "containsAny": _contains_any,
    "containsAll": _contains_all,
    "overlaps": _overlaps,
}
"""Operator -> a function that makes its predicate from its body."""
