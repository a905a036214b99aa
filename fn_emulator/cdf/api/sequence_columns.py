"""Columns of sequences: what they may be, and the updates ``add``, ``remove`` and ``modify``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fn_emulator.cdf.api.fields import Field, check_fields, list_of, mapping, one_of, text, wrong_type
from fn_emulator.cdf.api.resource import Resource
from fn_emulator.cdf.api.updates import updated
from fn_emulator.cdf.contract import bad_request, duplicated
from fn_emulator.cdf.world import Item, stamped

MOST_COLUMNS = 400
"""Columns of one sequence [API specification of ``/sequences/data/list``: 1 .. 400]."""

VALUE_TYPES = ("STRING", "DOUBLE", "LONG")


def _value_type() -> Field:
    def check(value: Any, path: str) -> None:
        # SDK 7 sends Double.
        one_of(*VALUE_TYPES).check(value.upper() if isinstance(value, str) else value, path)

    return Field(check, is_fixed=True)


COLUMNS = Resource(
    name="columns",
    noun="Column",
    acl="sequencesAcl",
    fields={
        "externalId": text(255, 1).kept(),
        "name": text(64),
        "description": text(1000),
        "valueType": _value_type(),
        "metadata": mapping(),
    },
    required=("externalId",),
)

Moves = Mapping[str, "str | None"]
"""External ids of columns -> what they are called now, None where they are gone."""


def columns() -> Field:
    """Columns with external ids that differ; ``set`` does not exist for them."""

    def check(value: Any, path: str) -> None:
        list_of(_column(), MOST_COLUMNS, 1).check(value, path)
        _check_unique([column["externalId"] for column in value], path)

    return Field(check, is_fixed=True)


def new_column(column: Item, now_ms: int) -> Item:
    """A column with what the platform adds."""
    given = {name: held for name, held in column.items() if held is not None}
    kind = given.get("valueType", "DOUBLE").upper()
    return {**given, "valueType": kind, **stamped(now_ms)}


def change_columns(before: list[Item], changes: Any, path: str, now_ms: int) -> tuple[list[Item], Moves]:
    """The columns after an update, and what became of the names of those that rows may have.

    Args:
        before: The columns.
        changes: ``{"add": [...], "remove": [{"externalId"}], "modify": [{"externalId", "update"}]}``, or None.
        path: Where the changes stand, for messages.
        now_ms: The clock.
    """
    if changes is None:
        return before, {}
    known = {name: list_of(field) for name, field in (("add", _column()), ("remove", _NAMED), ("modify", _MODIFIED))}
    check_fields(changes, path, known)
    held = {column["externalId"]: column for column in before}
    gone = _names(changes.get("remove"), held, f"{path}.remove")
    kept = [column for column in before if column["externalId"] not in gone]
    renamed: dict[str, str | None] = dict.fromkeys(gone)
    for index, change in enumerate(changes.get("modify") or ()):
        (name,) = _names([change], held, f"{path}.modify")
        after = updated(held[name], change.get("update"), COLUMNS, f"{path}.modify[{index}].update")
        kept = [{**after, "lastUpdatedTime": now_ms} if column["externalId"] == name else column for column in kept]
        if after["externalId"] != name:
            renamed[name] = after["externalId"]
    kept += [new_column(column, now_ms) for column in changes.get("add") or ()]
    _check_unique([column["externalId"] for column in kept], path)
    if not 1 <= len(kept) <= MOST_COLUMNS:
        raise bad_request(f"{path}: a sequence must have 1 to {MOST_COLUMNS} columns.")
    return kept, renamed


def _column() -> Field:
    return Field(lambda value, path: check_fields(value, path, COLUMNS.fields, COLUMNS.required))


_NAMED = Field(lambda value, path: check_fields(value, path, {"externalId": text(255, 1)}, ("externalId",)))
_MODIFIED = Field(
    lambda value, path: check_fields(
        value, path, {"externalId": text(255, 1), "update": Field(lambda given, where: None)}, ("externalId", "update")
    )
)


def _names(given: Any, held: Mapping[str, Item], path: str) -> list[str]:
    if given is not None and not isinstance(given, list):
        raise wrong_type(path, given, "an array")
    names = [one["externalId"] for one in given or ()]
    for name in names:
        if name not in held:
            raise bad_request(f"{path}: the sequence has no column {name!r}.")
    return names


def _check_unique(names: list[str], path: str) -> None:
    twice = sorted({name for name in names if names.count(name) > 1}) if len({*names}) != len(names) else []
    if twice:
        raise duplicated(f"{path}: column ids", [{"externalId": name} for name in twice])
