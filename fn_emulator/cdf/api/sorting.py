"""``sort`` of a list: ``[{"property": ["name"], "order": "desc", "nulls": "auto"}]`` or ``["startTime:desc"]``."""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api.fields import wrong_type
from fn_emulator.cdf.api.resource import Resource
from fn_emulator.cdf.contract import bad_request
from fn_emulator.cdf.world import Item

SCORE = ["_score_"]
"""How well an item answers a search; in a list without one all are equal."""


def sort_items(items: list[Item], sort: Any, resource: Resource) -> list[Item]:
    """The items in the order asked for; equal ones keep the order of their creation.

    Nulls come last when ascending and first when descending, unless ``nulls`` says ``first`` or ``last``
    [API specification: ``auto``].
    """
    from fn_emulator.cdf.api.property_paths import property_path

    if not isinstance(sort, list):
        raise wrong_type("sort", sort, "an array")
    for index in reversed(range(len(sort))):
        path, is_descending, nulls = _read(sort[index], f"sort[{index}]")
        if path != SCORE:
            property_path(path, resource, f"sort[{index}].property")
        has_nulls_first = nulls == "first" or (nulls == "auto" and is_descending)
        held = [(value_at(item, path), item) for item in items]
        absent = [item for value, item in held if value is None]
        present = [pair for pair in held if pair[0] is not None]
        present.sort(key=lambda pair: _comparable(pair[0]), reverse=is_descending)
        ordered = [item for _, item in present]
        items = absent + ordered if has_nulls_first else ordered + absent
    return items


def value_at(item: Item, path: list[str]) -> Any:
    """What stands at a property path such as ``["metadata", "vendor"]``, or None."""
    value: Any = item
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _read(entry: Any, path: str) -> tuple[list[str], bool, str]:
    if isinstance(entry, str):
        field, _, order = entry.partition(":")
        entry = {"property": [field], "order": order or "asc"}
    if not isinstance(entry, dict):
        raise wrong_type(path, entry, "an object")
    names, order, nulls = entry.get("property"), entry.get("order") or "asc", entry.get("nulls") or "auto"
    names = [names] if isinstance(names, str) else names
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise bad_request(f"{path}.property must be a list of names.")
    if order not in ("asc", "desc") or nulls not in ("auto", "first", "last"):
        raise bad_request(f"{path} must have order asc or desc and nulls auto, first or last.")
    return names, order == "desc", nulls


def _comparable(value: Any) -> Any:
    # Values of one property may have several types in metadata-like objects: numbers before texts before the rest.
    if isinstance(value, (int, float)):
        return (0, value)
    return (1, value) if isinstance(value, str) else (2, str(value))
