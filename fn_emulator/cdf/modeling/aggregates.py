"""``/models/instances/aggregate``: counts, sums, averages, extremes and histograms over the instances of a view."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fn_emulator.cdf.contract import bad_request
from fn_emulator.cdf.modeling.paging import read_limit
from fn_emulator.cdf.modeling.properties import Property, sortable
from fn_emulator.cdf.modeling.property_types import NUMBERS
from fn_emulator.cdf.modeling.references import Instance
from fn_emulator.cdf.modeling.scope import Scope

LIMIT = 25
MOST_GROUPS = 1000
GROUP_PROPERTIES = 5
AGGREGATES = 5

Group = tuple[Any, ...]

METRICS: Mapping[str, Callable[[list[Any]], Any]] = {
    "sum": math.fsum,
    "avg": lambda values: math.fsum(values) / len(values),
    "min": min,
    "max": max,
}


def aggregate(request: Mapping[str, Any], instances: Iterable[Instance], scope: Scope) -> list[dict[str, Any]]:
    """The ``items`` of an answer.

    Args:
        request: ``{"instanceType"?, "aggregates"?: [{"count": {"property": name}} ...], "groupBy"?: [name ...],
            "limit"?}``; its view, filter and query have selected the instances already.
        instances: The nodes or edges to aggregate.
        scope: What names mean: ``scope.view`` is the request's view.

    Returns:
        One item without ``groupBy``; else one for each combination of values, in their order. Instances without a value
        for one of the properties to group by are in no group (our choice; the platform's is not
        documented).

    Raises:
        CdfError: 400 where a property is not there or has no fitting type, or the request is malformed.
    """
    names = _names(request.get("groupBy"))
    columns = [scope.property(name) for name in names]
    for column in columns:
        if column.is_list or column.kind["type"] == "json":
            raise bad_request(f"The property '{column.name}' cannot be grouped by: it is a list or JSON.")
    metrics = [_metric(one, scope) for one in _listed(request.get("aggregates"))]
    kind = request.get("instanceType") or "node"
    limit = read_limit(request.get("limit"), LIMIT, MOST_GROUPS, "an aggregation")
    groups = _grouped(instances, columns)
    if not names:
        groups.setdefault((), ([], []))
    return [
        {
            "instanceType": kind,
            **({"group": dict(zip(names, values, strict=True))} if names else {}),
            "aggregates": [metric(members) for metric in metrics],
        }
        for _, (values, members) in sorted(groups.items(), key=lambda entry: entry[0])[:limit]
    ]


def _grouped(instances: Iterable[Instance], columns: list[Property]) -> dict[Group, tuple[list[Any], list[Instance]]]:
    groups: dict[Group, tuple[list[Any], list[Instance]]] = {}
    for instance in instances:
        values = [column.read(instance) for column in columns]
        if None not in values:
            key = tuple(tuple(one) if isinstance(one, list) else one for one in map(sortable, values))
            groups.setdefault(key, (values, []))[1].append(instance)
    return groups


def _metric(given: Any, scope: Scope) -> Callable[[list[Instance]], dict[str, Any]]:
    """One aggregate as a function of a group's instances."""
    if not isinstance(given, Mapping) or len(given) != 1:
        raise bad_request(f"An aggregate must be an object with one key. Got {given!r:.200}.")
    ((name, body),) = given.items()
    if name not in ("count", "histogram", *METRICS):
        raise bad_request(f"Unknown aggregate '{name}'. Known aggregates: avg, count, histogram, max, min, sum.")
    if not isinstance(body, Mapping) or not isinstance(body.get("property"), str):
        if name != "count" or body:
            raise bad_request(f"The aggregate '{name}' must have a property. Got {body!r:.200}.")
        return lambda members: {"aggregate": "count", "value": len(members)}
    found = scope.property(body["property"])
    head = {"aggregate": name, "property": body["property"]}
    if name == "count":
        return lambda members: {**head, "value": len(_values(found, members))}
    if found.kind["type"] not in NUMBERS or found.is_list:
        raise bad_request(f"The aggregate '{name}' cannot be used on '{found.name}', which is no number.")
    if name == "histogram":
        return _histogram(head, found, body.get("interval"))
    compute = METRICS[name]
    return lambda members: {**head, **_computed(compute, _values(found, members))}


def _computed(compute: Callable[[list[Any]], Any], values: list[Any]) -> dict[str, Any]:
    return {"value": compute(values)} if values else {}


def _histogram(head: Mapping[str, Any], found: Property, interval: Any) -> Callable[[list[Instance]], dict[str, Any]]:
    """Counts of values in steps of ``interval`` from 0; steps without a value are left out."""
    if type(interval) not in (int, float) or not interval > 0:
        raise bad_request(f"The interval of a histogram must be a number greater than 0. Got {interval!r:.100}.")

    def compute(members: list[Instance]) -> dict[str, Any]:
        counts: dict[int, int] = {}
        for value in _values(found, members):
            step = math.floor(value / interval)
            counts[step] = counts.get(step, 0) + 1
        buckets = [{"start": step * interval, "count": counts[step]} for step in sorted(counts)]
        return {**head, "interval": interval, "buckets": buckets}

    return compute


def _values(found: Property, members: list[Instance]) -> list[Any]:
    return [value for value in map(found.read, members) if value is not None]


def _names(given: Any) -> list[str]:
    names = [given] if isinstance(given, str) else given or []
    if not isinstance(names, list) or len(names) > GROUP_PROPERTIES or not all(isinstance(one, str) for one in names):
        raise bad_request(f"The groupBy must be an array of at most {GROUP_PROPERTIES} properties. Got {given!r:.200}.")
    return names


def _listed(given: Any) -> list[Any]:
    if given is not None and (not isinstance(given, list) or len(given) > AGGREGATES):
        raise bad_request(f"The aggregates must be an array of at most {AGGREGATES}. Got {given!r:.200}.")
    return given or []
