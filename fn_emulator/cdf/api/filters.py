"""Filters of lists, searches and aggregates: each maker turns a filter's value into the test that an item must pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fn_emulator.cdf.api.bodies import identifier_of
from fn_emulator.cdf.api.fields import wrong_type
from fn_emulator.cdf.api.resource import MakeTest, Predicate
from fn_emulator.cdf.contract import Request, bad_request
from fn_emulator.cdf.world import Item


def make_filter(filters: Mapping[str, MakeTest], value: Any, request: Request, path: str = "filter") -> list[Predicate]:
    """The tests of a ``filter`` object, all of which an item must pass.

    Raises:
        CdfError: If it is no object, or has a key that the resource does not filter by.
    """
    if value is None:
        return []
    if not isinstance(value, dict):
        raise wrong_type(path, value, "an object")
    tests = []
    for key, wanted in value.items():
        make = filters.get(key)
        if make is None:
            raise bad_request(f"Unexpected field - {path}.{key}")
        if wanted is not None:
            tests.append(make(wanted, f"{path}.{key}", request))
    return tests


def passes(item: Item, tests: Iterable[Predicate]) -> bool:
    """Whether an item passes all tests."""
    for test in tests:  # noqa: SIM110 - all(...) takes four times as long, in the inner loop of every list
        if not test(item):
            return False
    return True


def equals(field: str, kind: type = str) -> MakeTest:
    """The field is the value."""
    wanted = {str: "a string", bool: "a boolean", int: "an integer"}[kind]

    def make(value: Any, path: str, request: Request) -> Predicate:
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise wrong_type(path, value, wanted)
        return lambda item: item.get(field) == value

    return make


def prefix(field: str) -> MakeTest:
    """The field starts with the value; upper and lower case differ."""

    def make(value: Any, path: str, request: Request) -> Predicate:
        if not isinstance(value, str):
            raise wrong_type(path, value, "a string")
        return lambda item: str(item.get(field) or "").startswith(value)

    return make


def among(field: str) -> MakeTest:
    """The field is one of the values."""

    def make(value: Any, path: str, request: Request) -> Predicate:
        values = _scalars(value, path)
        return lambda item: item.get(field) in values

    return make


def span(field: str) -> MakeTest:
    """The field lies in ``{min, max}``, both ends included; ``isNull: true`` asks for items without it."""

    def make(value: Any, path: str, request: Request) -> Predicate:
        if not isinstance(value, dict):
            raise wrong_type(path, value, "an object")
        for key, limit in value.items():
            if key not in ("min", "max", "isNull"):
                raise bad_request(f"Unexpected field - {path}.{key}")
            if (
                key != "isNull"
                and limit is not None
                and (not isinstance(limit, (int, float)) or isinstance(limit, bool))
            ):
                raise wrong_type(f"{path}.{key}", limit, "a number")
        if value.get("isNull"):
            return lambda item: item.get(field) is None
        low, high = value.get("min"), value.get("max")

        def test(item: Item) -> bool:
            held = item.get(field)
            return held is not None and (low is None or held >= low) and (high is None or held <= high)

        return test

    return make


def active_at() -> MakeTest:
    """The item is active at some time of ``{min, max}``: from ``startTime`` to ``endTime``, both included.

    Without a start it never is, without an end it is for ever [API specification of events].
    """

    def make(value: Any, path: str, request: Request) -> Predicate:
        span("startTime")(value, path, request)
        low, high = value.get("min"), value.get("max")

        def test(item: Item) -> bool:
            start, end = item.get("startTime"), item.get("endTime")
            is_begun = start is not None and (high is None or start <= high)
            return is_begun and (end is None or low is None or end >= low)

        return test

    return make


def subset(field: str = "metadata") -> MakeTest:
    """The field holds all pairs of the value."""

    def make(value: Any, path: str, request: Request) -> Predicate:
        if not isinstance(value, dict):
            raise wrong_type(path, value, "an object")
        wanted = value.items()
        return lambda item: all((item.get(field) or {}).get(key) == held for key, held in wanted)

    return make


def with_labels(field: str = "labels") -> MakeTest:
    """``{"containsAny": [{"externalId"}]}`` or ``{"containsAll": [...]}``."""

    def make(value: Any, path: str, request: Request) -> Predicate:
        if not isinstance(value, dict) or len(value) != 1 or not {*value} <= {"containsAny", "containsAll"}:
            raise bad_request(f"{path} must have exactly one of containsAny and containsAll.")
        ((operation, given),) = value.items()
        wanted = {_label_name(label, f"{path}.{operation}") for label in _list(given, f"{path}.{operation}")}
        has = any if operation == "containsAny" else all
        return lambda item: has(label in _label_names(item, field) for label in wanted)

    return make


def one_of_ids(field: str, table: str) -> MakeTest:
    """The field holds (or is) the id of one of the items that the value identifies in another table."""

    def make(value: Any, path: str, request: Request) -> Predicate:
        wanted = set()
        for given in _identifiers(value, path):
            key = given["id"] if "id" in given else request.world.table(table).find(*next(iter(given.items())))
            wanted.update([key] if key is not None else [])  # nothing belongs to what is not there
        return lambda item: any(held in wanted for held in _held(item, field))

    return make


def or_bare_ids(make: MakeTest) -> MakeTest:
    """A filter that takes identifiers, and ids alone as well: ``[{"id": 1}]`` or ``[1]``."""

    def make_of_either(value: Any, path: str, request: Request) -> Predicate:
        given = [{"id": one} if isinstance(one, int) else one for one in value] if isinstance(value, list) else value
        return make(given, path, request)

    return make_of_either


def one_of_numbers(field: str) -> MakeTest:
    """The field holds (or is) one of the ids in the value."""

    def make(value: Any, path: str, request: Request) -> Predicate:
        wanted = set(_scalars(value, path))
        return lambda item: any(held in wanted for held in _held(item, field))

    return make


TIMES: Mapping[str, MakeTest] = {"createdTime": span("createdTime"), "lastUpdatedTime": span("lastUpdatedTime")}


def _held(item: Item, field: str) -> list[Any]:
    held = item.get(field)
    return held if isinstance(held, list) else [held]


def _label_names(item: Item, field: str) -> list[str]:
    return [label["externalId"] for label in item.get(field) or ()]


def _label_name(label: Any, path: str) -> str:
    if not isinstance(label, dict) or not isinstance(label.get("externalId"), str):
        raise bad_request(f"{path} must be a list of objects with externalId.")
    return str(label["externalId"])


def _identifiers(value: Any, path: str) -> list[dict[str, Any]]:
    return [
        identifier_of(given, f"{path}[{index}]") if isinstance(given, dict) else _refuse(given, f"{path}[{index}]")
        for index, given in enumerate(_list(value, path))
    ]


def _refuse(value: Any, path: str) -> dict[str, Any]:
    raise wrong_type(path, value, "an object")


def _scalars(value: Any, path: str) -> list[Any]:
    for index, held in enumerate(_list(value, path)):
        if held is None or isinstance(held, (dict, list)):
            raise wrong_type(f"{path}[{index}]", held, "a string or an integer")
    return list(value)


def _list(value: Any, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise wrong_type(path, value, "an array")
    return value
