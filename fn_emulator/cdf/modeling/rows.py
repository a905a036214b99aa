"""One container's values on one instance, its row: merged with what is written, and held against the constraints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fn_emulator.cdf.contract import bad_request
from fn_emulator.cdf.modeling.references import ContainerId, shown
from fn_emulator.cdf.modeling.views import Schema, is_required

Row = dict[str, Any]
NextNumber = Callable[[ContainerId, str], int]


def merge_row(
    container: ContainerId,
    values: Row,
    before: Mapping[str, Any] | None,
    schema: Schema,
    next_number: NextNumber | None,
    *,
    replace: bool,
) -> Row:
    """One container's values after the write: nulls remove, defaults fill a new row, required ones must be there."""
    properties = schema.properties_of(container)
    is_fresh = before is None or replace
    row = {} if before is None or replace else dict(before)
    for name, held in properties.items():
        if name in values:
            row[name] = values[name]
        elif is_fresh and "defaultValue" in held:
            row[name] = held["defaultValue"]
        elif is_fresh and held.get("autoIncrement") and next_number is not None:
            row[name] = before[name] if before and name in before else next_number(container, name)
        elif is_fresh and is_required(held):
            raise bad_request(
                f"The property '{name}' of the container '{shown(container)}' is required, but was not given a value."
            )
    _check_immutable(container, row, before or {}, properties)
    return {name: value for name, value in row.items() if value is not None}


def is_same(rows: Mapping[ContainerId, Row], before: Mapping[ContainerId, Row]) -> bool:
    """Whether an instance's rows are what they were; in JSON values, true is not 1."""
    return rows == before and all(_is_alike(row, before[container]) for container, row in rows.items())


def _is_alike(value: Any, other: Any) -> bool:
    """Whether equal values are of the same types throughout."""
    if type(value) is dict:
        return all(_is_alike(held, other[name]) for name, held in value.items())
    if type(value) is list:
        return all(map(_is_alike, value, other))
    return type(value) is type(other)


def _check_immutable(
    container: ContainerId, row: Row, before: Mapping[str, Any], properties: Mapping[str, Mapping[str, Any]]
) -> None:
    """Refuse another value, or none, for an immutable property that has one."""
    for name, value in before.items():
        if properties.get(name, {}).get("immutable") and row.get(name) != value:
            raise bad_request(
                f"The property '{name}' of the container '{shown(container)}' is immutable and cannot be changed."
            )


def check_requires(rows: Mapping[ContainerId, Row], written: Mapping[ContainerId, Row], schema: Schema) -> None:
    """Data in a container with a ``requires`` constraint needs data in the other container."""
    for container in written:
        definition = schema.container(container) if container in rows else None
        for name, constraint in (definition or {}).get("constraints", {}).items():
            if constraint["constraintType"] != "requires":
                continue
            other = constraint["require"]["space"], constraint["require"]["externalId"]
            if other not in rows:
                raise bad_request(
                    f"The constraint '{name}' of the container '{shown(container)}' requires data in the container "
                    f"'{shown(other)}', of which there is none."
                )


def unique_keys(rows: Mapping[ContainerId, Row], schema: Schema, space: str) -> Iterator[tuple[Any, ...]]:
    """What no two instances may share: one hashable key for each uniqueness constraint that the rows fall under.

    Nulls are equal to nothing, as in SQL: a row without a value for one of the properties has no key.
    """
    for container, row in rows.items():
        definition = schema.container(container)
        for name, constraint in (definition or {}).get("constraints", {}).items():
            if constraint["constraintType"] == "uniqueness":
                values = [row.get(held) for held in constraint["properties"]]
                if None not in values:
                    yield (container, name, space if constraint.get("bySpace") else None, repr(values))
