"""``update`` objects: ``{"name": {"set": ...}, "metadata": {"add": {...}, "remove": [...]}}`` applied to an item."""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api.fields import Field, wrong_type
from fn_emulator.cdf.api.resource import Resource
from fn_emulator.cdf.contract import bad_request
from fn_emulator.cdf.world import Item

OPERATIONS = {
    "plain": ("set", "setNull"),
    "map": ("set", "setNull", "add", "remove"),
    "list": ("set", "setNull", "add", "remove"),
}


def updated(item: Item, changes: Any, resource: Resource, path: str) -> Item:
    """A new item with the changes.

    Raises:
        CdfError: If a field is unknown or cannot be updated, an operation does not fit it, or a value does not.
    """
    if not isinstance(changes, dict):
        raise wrong_type(path, changes, "an object")
    after = dict(item)
    for name, change in changes.items():
        field = resource.fields.get(name)
        if field is None or field.is_fixed:
            raise bad_request(f"Unexpected field - {path}.{name}")
        if change is None:
            continue
        value = _changed(after.get(name), change, field, f"{path}.{name}")
        if value is None and name in resource.required:
            raise bad_request(f"{path}.{name} cannot be set to null.")
        if value is None:
            after.pop(name, None)
        else:
            field.check(value, f"{path}.{name}")
            after[name] = value
    return after


def _changed(before: Any, change: Any, field: Field, path: str) -> Any:
    if not isinstance(change, dict):
        raise wrong_type(path, change, "an object")
    given = {name: value for name, value in change.items() if value is not None}
    allowed = OPERATIONS[field.kind]
    for name in given:
        if name not in allowed:
            raise bad_request(f"Unexpected field - {path}.{name}; allowed: {', '.join(allowed)}")
    if "setNull" in given:
        if given != {"setNull": True} or not field.is_nullable:
            raise bad_request(f"{path} cannot be set to null here.")
        return None
    if "set" in given:
        if len(given) > 1:
            raise bad_request(f"{path} has set and {', '.join(sorted({*given} - {'set'}))}; set stands alone.")
        field.check(given["set"], f"{path}.set")
        return given["set"]
    if not given:
        raise bad_request(f"{path} must have one of {', '.join(allowed)}.")
    return (_map_changed if field.kind == "map" else _list_changed)(before, given, field, path)


def _map_changed(before: Any, given: dict[str, Any], field: Field, path: str) -> dict[str, Any]:
    added, removed = given.get("add", {}), given.get("remove", [])
    field.check(added, f"{path}.add")
    if not isinstance(removed, list):
        raise wrong_type(f"{path}.remove", removed, "an array")
    kept = {key: held for key, held in (before or {}).items() if key not in removed}
    return {**kept, **added}


def _list_changed(before: Any, given: dict[str, Any], field: Field, path: str) -> list[Any]:
    added, removed = given.get("add", []), given.get("remove", [])
    field.check(added, f"{path}.add")
    if not isinstance(removed, list):
        raise wrong_type(f"{path}.remove", removed, "an array")
    kept = [held for held in before or [] if held not in removed]
    return kept + [held for held in added if held not in kept]
