"""``advancedFilter``: boolean filters over property paths: ``{"prefix": {"property": ["name"], "value": "2"}}``.

The same language for assets, events, time series, files and sequences. Texts are compared with upper and lower case
told apart, which is our choice: what the platform does is not stated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fn_emulator.cdf.api.fields import wrong_type
from fn_emulator.cdf.api.property_paths import Read, property_path, reader_of
from fn_emulator.cdf.api.references import subtree
from fn_emulator.cdf.api.resource import Predicate, Resource
from fn_emulator.cdf.contract import Request, bad_request

DEEPEST, MOST_LEAVES, MOST_VALUES, MOST_SEARCHES = 10, 100, 100, 2
"""Limits on one filter [API specification of the filter endpoints]."""

RANGE = frozenset(("gt", "gte", "lt", "lte"))


def make_advanced(value: Any, resource: Resource, request: Request) -> Predicate:
    """The test of an ``advancedFilter``.

    Raises:
        CdfError: If it is malformed, too large, or names a property or a filter that is not there.
    """
    return _Reader(resource, request).read(value, "advancedFilter", 1)


class _Reader:
    """Reads one filter; a class for the counts that its limits need."""

    def __init__(self, resource: Resource, request: Request) -> None:
        self.resource, self.request = resource, request
        self.leaves = self.searches = 0

    def read(self, value: Any, path: str, depth: int) -> Predicate:
        if not isinstance(value, dict) or len(value) != 1:
            raise bad_request(f"{path} must be an object with exactly one filter.")
        if depth > DEEPEST:
            raise bad_request(f"{path}: a filter must be at most {DEEPEST} levels deep.")
        ((name, body),) = value.items()
        path = f"{path}.{name}"
        if name in ("and", "or"):
            return self.combined(name, body, path, depth)
        if name == "not":
            negated = self.read(body, path, depth + 1)
            return lambda item: not negated(item)
        return self.leaf(name, body, path)

    def combined(self, name: str, body: Any, path: str, depth: int) -> Predicate:
        if not isinstance(body, list) or not body:
            raise bad_request(f"{path} must be a list of at least one filter.")
        tests = [self.read(given, f"{path}[{index}]", depth + 1) for index, given in enumerate(body)]
        if name == "and":
            return lambda item: all(test(item) for test in tests)
        return lambda item: any(test(item) for test in tests)

    def leaf(self, name: str, body: Any, path: str) -> Predicate:
        self.leaves += 1
        self.searches += name == "search"
        if self.leaves > MOST_LEAVES or self.searches > MOST_SEARCHES:
            raise bad_request(f"A filter must have at most {MOST_LEAVES} leaves and {MOST_SEARCHES} searches.")
        make = LEAVES.get(name)
        if make is None:
            raise bad_request(f"Unexpected field - {path}; allowed: and, or, not, {', '.join(LEAVES)}")
        if not isinstance(body, dict):
            raise wrong_type(path, body, "an object")
        names = property_path(body.get("property"), self.resource, f"{path}.property")
        given = {key: held for key, held in body.items() if key != "property" and held is not None}
        if name == "inAssetSubtree":
            return _in_subtree(names, given, path, self.request)
        return make(reader_of(names, self.request), given, path)


def _equals(read: Read, given: Mapping[str, Any], path: str) -> Predicate:
    wanted = _plain(_only(given, "value", path), f"{path}.value")
    return lambda item: _same(read(item), wanted)


def _in(read: Read, given: Mapping[str, Any], path: str) -> Predicate:
    wanted = _values(given, path)
    return lambda item: any(_same(read(item), value) for value in wanted)


def _range(read: Read, given: Mapping[str, Any], path: str) -> Predicate:
    if not given or not {*given} <= RANGE:
        raise bad_request(f"{path} must have at least one of gt, gte, lt and lte, and nothing else.")
    if {"gt", "gte"} <= {*given} or {"lt", "lte"} <= {*given}:
        raise bad_request(f"{path} must not have both gt and gte, nor both lt and lte.")
    for name, limit in given.items():
        if not isinstance(limit, (int, float, str)) or isinstance(limit, bool):
            raise wrong_type(f"{path}.{name}", limit, "a number or a string")
    return lambda item: is_within(read(item), given)


def _prefix(read: Read, given: Mapping[str, Any], path: str) -> Predicate:
    wanted = _text(given, path)
    return lambda item: isinstance(held := read(item), str) and held.startswith(wanted)


def _exists(read: Read, given: Mapping[str, Any], path: str) -> Predicate:
    if given:
        raise bad_request(f"Unexpected field - {path}.{next(iter(given))}")
    return lambda item: read(item) is not None


def _contains_any(read: Read, given: Mapping[str, Any], path: str) -> Predicate:
    wanted = _values(given, path)
    return lambda item: any(value in _list(read(item)) for value in wanted)


def _contains_all(read: Read, given: Mapping[str, Any], path: str) -> Predicate:
    wanted = _values(given, path)
    return lambda item: all(value in _list(read(item)) for value in wanted)


def _search(read: Read, given: Mapping[str, Any], path: str) -> Predicate:
    from fn_emulator.cdf.api.search import score_of, words_of

    words = words_of(_text(given, path))
    return lambda item: score_of(words, read(item), is_any=False) > 0


def _in_subtree(names: list[str], given: Mapping[str, Any], path: str, request: Request) -> Predicate:
    key = "externalId" if "External" in names[0] else "id"
    wanted = subtree(request, [{key: value} for value in _values(given, path)], f"{path}.values")
    field = {"assetExternalIds": "assetIds", "externalId": "id"}.get(names[0], names[0])
    return lambda item: any(held in wanted for held in _list(item.get(field)))


LEAVES: Mapping[str, Callable[[Read, Mapping[str, Any], str], Predicate]] = {
    "equals": _equals,
    "in": _in,
    "range": _range,
    "prefix": _prefix,
    "exists": _exists,
    "containsAny": _contains_any,
    "containsAll": _contains_all,
    "search": _search,
    "inAssetSubtree": _exists,  # takes the request as well: see _Reader.leaf
}


def is_within(held: Any, limits: Mapping[str, Any]) -> bool:
    """Whether a value lies within ``gt``, ``gte``, ``lt`` and ``lte``; never when it is of another type than they."""
    for name, limit in limits.items():
        if held is None or isinstance(held, (list, dict, bool)) or isinstance(held, str) != isinstance(limit, str):
            return False
        if name.startswith("g") and (held < limit or (name == "gt" and held == limit)):
            return False
        if name.startswith("l") and (held > limit or (name == "lt" and held == limit)):
            return False
    return True


def _same(held: Any, wanted: Any) -> bool:
    return bool(held == wanted) and isinstance(held, bool) == isinstance(wanted, bool)


def _list(held: Any) -> list[Any]:
    if held is None:
        return []
    return list(held) if isinstance(held, (list, dict)) else [held]  # of metadata, its keys


def _only(given: Mapping[str, Any], name: str, path: str) -> Any:
    if {*given} != {name}:
        raise bad_request(f"{path} must have property and {name}, and nothing else.")
    return given[name]


def _text(given: Mapping[str, Any], path: str) -> str:
    value = _only(given, "value", path)
    if not isinstance(value, str) or not value:
        raise wrong_type(f"{path}.value", value, "a string that is not empty")
    return value


def _values(given: Mapping[str, Any], path: str) -> list[Any]:
    values = _only(given, "values", path)
    if not isinstance(values, list):
        raise wrong_type(f"{path}.values", values, "an array")
    if not 1 <= len(values) <= MOST_VALUES:
        raise bad_request(f"{path}.values must have 1 to {MOST_VALUES} items, it has {len(values)}.")
    return [_plain(value, f"{path}.values[{index}]") for index, value in enumerate(values)]


def _plain(value: Any, path: str) -> Any:
    if isinstance(value, dict) and isinstance(value.get("externalId"), str):
        return value["externalId"]  # a label
    if value is None or isinstance(value, (dict, list)):
        raise wrong_type(path, value, "a string, a number, a boolean or a label")
    return value
