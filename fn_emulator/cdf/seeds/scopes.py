"""Scopes of groups: data sets by external id in a seed <-> by id, as the API has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fn_emulator.cdf.seeds.items import resolve
from fn_emulator.cdf.seeds.kinds import Reference
from fn_emulator.cdf.seeds.model import Entry
from fn_emulator.cdf.seeds.plain import names_of
from fn_emulator.cdf.world import Item, World

BY_NAME = {"externalIds": Reference("ids", "datasets", is_list=True)}

Place = tuple[Any, ...]


def with_ids(world: World, entry: Entry, group: Item) -> Item:
    """A group whose data set scopes hold ``ids`` in the place of ``externalIds``.

    Raises:
        SeedError: If an external id leads nowhere.
    """
    changed: Item = _copied(group)
    for place, scope in _data_set_scopes(changed):
        resolve(world, BY_NAME, entry, scope, *place)
    return changed


def with_names(world: World, group: Item) -> Item:
    """The same backwards, where every data set of a scope has an external id."""
    changed: Item = _copied(group)
    for _, scope in _data_set_scopes(changed):
        ids = scope.get("ids")
        whole = [int(one) if str(one).isdigit() else one for one in ids] if isinstance(ids, list) else None
        names = names_of(world, "datasets", whole)
        if names is not None:
            scope["externalIds"] = names
            del scope["ids"]
    return changed


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(held) for key, held in value.items()}
    return [_copied(held) for held in value] if isinstance(value, list) else value


def _data_set_scopes(group: Item) -> Iterator[tuple[Place, Item]]:
    """Each scope of data sets, and where in the group it stands; what has another shape is the endpoint's business."""
    capabilities = group.get("capabilities")
    for index, capability in enumerate(capabilities if isinstance(capabilities, list) else ()):
        for acl, granted in capability.items() if isinstance(capability, dict) else ():
            scope = granted.get("scope") if isinstance(granted, dict) else None
            for kind, held in scope.items() if isinstance(scope, dict) else ():
                if kind.lower() == "datasetscope" and isinstance(held, dict):
                    yield ("capabilities", index, acl, "scope", kind), held
