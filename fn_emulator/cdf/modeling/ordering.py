"""The order of results: the properties of ``sort``, then the order of creation, so that it is total."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from fn_emulator.cdf.contract import bad_request
from fn_emulator.cdf.modeling.properties import Property, sortable
from fn_emulator.cdf.modeling.references import Instance
from fn_emulator.cdf.modeling.scope import Scope

Values = list[Any]


class Column(NamedTuple):
    """One property to sort by."""

    property: Property
    is_descending: bool
    are_nulls_first: bool


class Ordering(NamedTuple):
    """A total order of instances.

    Attributes:
        columns: What to sort by, most important first.
        rank: The order of creation, which decides between equals.
    """

    columns: tuple[Column, ...]
    rank: Callable[[Instance], int]

    def values(self, instance: Instance) -> Values:
        """What places an instance in this order, as JSON: fit for a cursor."""
        return [*(sortable(column.property.read(instance)) for column in self.columns), self.rank(instance)]

    def sort(self, instances: Iterable[Instance]) -> list[Instance]:
        """The instances in this order."""
        ordered = sorted(instances, key=self.rank)
        for column in reversed(self.columns):
            ordered.sort(key=column_key(column), reverse=column.is_descending)
        return ordered

    def is_after(self, values: Values, other: Values) -> bool:
        """Whether an instance with ``values`` stands behind one with ``other``."""
        for column, left, right in zip(self.columns, values, other, strict=False):
            if left != right:
                return _is_after(column, left, right)
        return bool(values[-1] > other[-1])


def compile_sort(given: Any, scope: Scope, rank: Callable[[Instance], int]) -> Ordering:
    """A request's ``sort``.

    Args:
        given: ``[{"property": [...], "direction": "ascending" | "descending", "nullsFirst": ...}]``, or None.
        scope: What its references mean.
        rank: The order of creation.

    Returns:
        The order. Without ``nullsFirst`` nulls are last where it is ascending and first where it is descending, as
        PostgreSQL has it; the API's own default was not found documented.

    Raises:
        CdfError: 400 where it is malformed, or a property cannot be sorted by.
    """
    if given is not None and not isinstance(given, list):
        raise bad_request(f"The sort must be an array. Got {given!r:.200}.")
    return Ordering(tuple(_column(one, scope) for one in given or ()), rank)


def column_key(column: Column) -> Callable[[Instance], tuple[bool, Any]]:
    """Sort key of an instance by one column: nulls are put to their side, whatever the direction."""
    null_is_high = column.are_nulls_first == column.is_descending

    def key(instance: Instance) -> tuple[bool, Any]:
        value = sortable(column.property.read(instance))
        return (null_is_high, 0) if value is None else (not null_is_high, value)

    return key


def _is_after(column: Column, left: Any, right: Any) -> bool:
    if left is None or right is None:
        return (left is None) != column.are_nulls_first
    return bool(left < right if column.is_descending else left > right)


def _column(given: Any, scope: Scope) -> Column:
    if not isinstance(given, dict) or "property" not in given:
        raise bad_request(f"A sort must be an object with a property. Got {given!r:.200}.")
    direction = given.get("direction") or "ascending"
    if direction not in ("ascending", "descending"):
        raise bad_request(f"The direction of a sort must be ascending or descending. Got {direction!r}.")
    found = scope.property(given["property"])
    if found.is_list or found.kind["type"] == "json":
        raise bad_request(f"The property '{found.name}' cannot be sorted by: it is a list or JSON.")
    nulls_first = given.get("nullsFirst")
    is_descending = direction == "descending"
    return Column(found, is_descending, is_descending if nulls_first is None else bool(nulls_first))


def directions(columns: Sequence[Column]) -> list[str]:
    """What a cursor notes of an order, so that it is refused where the order is another."""
    return [f"{column.property.name} {column.is_descending} {column.are_nulls_first}" for column in columns]
