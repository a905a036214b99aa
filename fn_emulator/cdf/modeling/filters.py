"""Filters of data modeling: compiled once into a predicate, which is then asked for each instance.

A comparison with a property that an instance has no value for is false, and its ``not`` is true; whether the platform's
``not`` is that of SQL, where neither holds, is not documented.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from fn_emulator.cdf.contract import bad_request
from fn_emulator.cdf.modeling.properties import Property, comparable, find_property, sortable
from fn_emulator.cdf.modeling.references import (
    ContainerId,
    Instance,
    InstanceId,
    ViewId,
    id_of,
    instance_id,
    source_id,
)
from fn_emulator.cdf.modeling.views import Schema

Predicate = Callable[[Instance], bool]

IN_VALUES = 1000
"""Values that ``in`` takes (Cognite's notes on limits of data modeling)."""

BOUNDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


class Scope(NamedTuple):
    """What a filter's references mean.

    Attributes:
        schema: Containers and views.
        parameters: Values for ``{"parameter": name}``.
        node: A node by id, for ``nested``.
        view: The view that a property's name alone refers to (search and aggregation).
        within: Views whose own filter is being compiled, so that a filter may speak of its own view.
    """

    schema: Schema
    parameters: Mapping[str, Any] = {}
    node: Callable[[InstanceId], Instance | None] = lambda _: None
    view: ViewId | None = None
    within: frozenset[ViewId] = frozenset()

    def property(self, path: Any) -> Property:
        """The property that a reference names; see ``find_property``."""
        return find_property(path, self.schema, self.view)

    def value(self, given: Any) -> Any:
        """A literal value; that of a parameter where one is named."""
        if not isinstance(given, Mapping) or set(given) != {"parameter"}:
            return given
        if given["parameter"] not in self.parameters:
            raise bad_request(f"The parameter '{given['parameter']}' has no value: it is not in 'parameters'.")
        return self.parameters[given["parameter"]]


def compile_filter(given: Any, scope: Scope) -> Predicate:
    """A filter as a predicate.

    Args:
        given: One object with one key, the operator: ``{"equals": {"property": [...], "value": ...}}``; None for all.
        scope: What its references mean.

    Returns:
        ``(instance) -> bool``.

    Raises:
        CdfError: 400 where the operator is unknown, the filter is malformed, or a reference or value does not fit.
    """
    if given is None:
        return _always
    if not isinstance(given, Mapping) or len(given) != 1:
        raise bad_request(f"A filter must be an object with one operator. Got {given!r:.200}.")
    ((name, body),) = given.items()
    build = _OPERATORS.get(name)
    if build is None:
        raise bad_request(f"Unknown filter '{name}'. Known filters: {', '.join(sorted(_OPERATORS))}.")
    return build(body, scope)


def has_data(identifier: ContainerId | ViewId, scope: Scope) -> Predicate:
    """Whether an instance has data in a container, or in what a view shows.

    A view's own filter decides where it has one; else the instance must have data in all containers that it maps.
    """
    if len(identifier) == 2:
        scope.schema.properties_of(identifier)
        return lambda instance: identifier in instance["properties"]
    resolved = scope.schema.view(identifier)
    if resolved.filter is not None and identifier not in scope.within:
        inside = scope._replace(within=scope.within | {identifier}, view=None)
        return compile_filter(resolved.filter, inside)
    containers = resolved.containers
    return lambda instance: all(container in instance["properties"] for container in containers)


def _always(_: Instance) -> bool:
    return True


def _never(_: Instance) -> bool:
    return False


def _and(body: Any, scope: Scope) -> Predicate:
    parts = [compile_filter(part, scope) for part in _array("and", body)]
    return lambda instance: all(part(instance) for part in parts)


def _or(body: Any, scope: Scope) -> Predicate:
    parts = [compile_filter(part, scope) for part in _array("or", body)]
    return lambda instance: any(part(instance) for part in parts)


def _not(body: Any, scope: Scope) -> Predicate:
    part = compile_filter(body, scope)
    return lambda instance: not part(instance)


def _match_all(_: Any, __: Scope) -> Predicate:
    return _always


def _invalid(_: Any, __: Scope) -> Predicate:
    # What the API shows for a view's filter whose properties were deleted; it matches nothing.
    return _never


def _equals(body: Any, scope: Scope) -> Predicate:
    found = _property("equals", body, scope)
    return _compared(found, _field("equals", body, "value"), scope, operator.eq)


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
    start = scope.property(_field("overlaps", body, "startProperty"))
    end = scope.property(_field("overlaps", body, "endProperty"))
    parts = []
    for key in _bounds("overlaps", body):
        against = end if key in ("gt", "gte") else start
        parts.append((against, _compared(against, body[key], scope, BOUNDS[key])))
    return lambda instance: all(part(instance) or against.read(instance) is None for against, part in parts)


def _prefix(body: Any, scope: Scope) -> Predicate:
    found = _property("prefix", body, scope)
    if found.kind["type"] != "text":
        raise bad_request(f"The filter 'prefix' cannot be used on the property '{found.name}' of type {_kind(found)}.")
    start = scope.value(_field("prefix", body, "value"))
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


def _nested(body: Any, scope: Scope) -> Predicate:
    through = scope.property(_field("nested", body, "scope"))
    if through.kind["type"] != "direct":
        raise bad_request(f"The scope of the filter 'nested' is '{through.name}', which is no direct relation.")
    inner = compile_filter(_field("nested", body, "filter"), scope)

    def matches(instance: Instance) -> bool:
        value = through.read(instance)
        targets = value if isinstance(value, list) else [value] if value is not None else []
        nodes = (scope.node(id_of(target)) for target in targets)
        return any(node is not None and inner(node) for node in nodes)

    return matches


def _has_data(body: Any, scope: Scope) -> Predicate:
    parts = [has_data(source_id(one, "The filter 'hasData'"), scope) for one in _array("hasData", body)]
    return lambda instance: all(part(instance) for part in parts)


def _instance_references(body: Any, scope: Scope) -> Predicate:
    given = _array("instanceReferences", scope.value(body))
    wanted = {instance_id(one, "The filter 'instanceReferences'") for one in given}
    return lambda instance: id_of(instance) in wanted


_OPERATORS: dict[str, Callable[[Any, Scope], Predicate]] = {
    "and": _and,
    "or": _or,
    "not": _not,
    "equals": _equals,
    "in": _in,
    "range": _range,
    "prefix": _prefix,
    "exists": _exists,
    "containsAny": _contains_any,
    "containsAll": _contains_all,
    "overlaps": _overlaps,
    "nested": _nested,
    "hasData": _has_data,
    "instanceReferences": _instance_references,
    "matchAll": _match_all,
    "invalid": _invalid,
}


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
    given = scope.value(_field(name, body, "values"))
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
    return scope.property(_field(name, body, "property"))


def _field(name: str, body: Any, key: str) -> Any:
    if not isinstance(body, Mapping) or key not in body:
        raise bad_request(f"The filter '{name}' must have '{key}'. Got {body!r:.200}.")
    return body[key]


def _array(name: str, body: Any) -> list[Any]:
    if not isinstance(body, list) or not body:
        raise bad_request(f"The filter '{name}' must be an array that is not empty. Got {body!r:.200}.")
    return body


def _kind(found: Property) -> str:
    return f"a list of {found.kind['type']}" if found.is_list else str(found.kind["type"])


def _hashable(value: Any) -> Any:
    """References as pairs; other containers (JSON values) by their text."""
    if isinstance(value, Mapping) and value.keys() == {"space", "externalId"}:
        return id_of(value)
    return repr(value) if isinstance(value, (dict, list)) else value
