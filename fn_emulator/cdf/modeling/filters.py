"""Filters of data modeling: compiled once into a predicate, which is then asked for each instance.

A comparison with a property that an instance has no value for is false, and its ``not`` is true; whether the platform's
``not`` is that of SQL, where neither holds, is not documented.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fn_emulator.cdf.contract import bad_request
from fn_emulator.cdf.modeling.comparisons import COMPARISONS, Predicate, array, field
from fn_emulator.cdf.modeling.references import ContainerId, Instance, ViewId, id_of, instance_id, source_id
from fn_emulator.cdf.modeling.scope import Scope

DEEPEST = 100
"""How deep a filter may be nested; the number is ours, the platform's is not documented."""


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
    if scope.depth >= DEEPEST:
        raise bad_request(f"A filter must be nested at most {DEEPEST} deep.")
    return build(body, scope._replace(depth=scope.depth + 1))


def has_data(identifier: ContainerId | ViewId, scope: Scope) -> Predicate:
    """Whether an instance has data in a container, or in what a view shows.

    The instance must have data in all containers that a view maps. A view with a filter of its own shows what that
    selects, so here it alone decides. Neither was checked against the platform.
    """
    if len(identifier) == 2:
        scope.schema.properties_of(identifier)
        return lambda instance: identifier in instance["properties"]
    resolved = scope.schema.view(identifier)
    if resolved.filter is not None and identifier not in scope.within:
        inside = scope._replace(within=scope.within | {identifier}, view=None)
        return compile_filter(resolved.filter, inside)
    containers = {*resolved.containers}
    return lambda instance: instance["properties"].keys() >= containers


def _always(_: Instance) -> bool:
    return True


def _never(_: Instance) -> bool:
    return False


def _and(body: Any, scope: Scope) -> Predicate:
    parts = [compile_filter(part, scope) for part in array("and", body)]
    return lambda instance: all(part(instance) for part in parts)


def _or(body: Any, scope: Scope) -> Predicate:
    parts = [compile_filter(part, scope) for part in array("or", body)]
    return lambda instance: any(part(instance) for part in parts)


def _not(body: Any, scope: Scope) -> Predicate:
    part = compile_filter(body, scope)
    return lambda instance: not part(instance)


def _match_all(_: Any, __: Scope) -> Predicate:
    return _always


def _invalid(_: Any, __: Scope) -> Predicate:
    # What the API shows for a view's filter whose properties were deleted; it matches nothing.
    return _never


def _nested(body: Any, scope: Scope) -> Predicate:
    through = scope.property(field("nested", body, "scope"))
    if through.kind["type"] != "direct":
        raise bad_request(f"The scope of the filter 'nested' is '{through.name}', which is no direct relation.")
    inner = compile_filter(field("nested", body, "filter"), scope)

    def matches(instance: Instance) -> bool:
        value = through.read(instance)
        targets = value if isinstance(value, list) else [value] if value is not None else []
        nodes = (scope.node(id_of(target)) for target in targets)
        return any(node is not None and inner(node) for node in nodes)

    return matches


def _has_data(body: Any, scope: Scope) -> Predicate:
    parts = [has_data(source_id(one, "The filter 'hasData'"), scope) for one in array("hasData", body)]
    return lambda instance: all(part(instance) for part in parts)


def _instance_references(body: Any, scope: Scope) -> Predicate:
    given = array("instanceReferences", scope.value(body))
    wanted = {instance_id(one, "The filter 'instanceReferences'") for one in given}
    return lambda instance: id_of(instance) in wanted


_OPERATORS: dict[str, Callable[[Any, Scope], Predicate]] = {
    **COMPARISONS,
    "and": _and,
    "or": _or,
    "not": _not,
    "nested": _nested,
    "hasData": _has_data,
    "instanceReferences": _instance_references,
    "matchAll": _match_all,
    "invalid": _invalid,
}
