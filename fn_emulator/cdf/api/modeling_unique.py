"""Uniqueness constraints of containers, held across all instances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fn_emulator.cdf.api.modeling_store import INSTANCES
from fn_emulator.cdf.contract import bad_request
from fn_emulator.cdf.modeling.references import Instance, shown
from fn_emulator.cdf.modeling.rows import unique_keys
from fn_emulator.cdf.modeling.views import Schema
from fn_emulator.cdf.world import World

Key = tuple[str, str, str]


def check_unique(world: World, schema: Schema, changed: Mapping[Key, Instance]) -> None:
    """Refuse instances that would share what must be unique.

    Args:
        world: What is stored.
        schema: Containers and views.
        changed: The new and changed instances, not stored yet.

    Raises:
        CdfError: 400; which status and words the platform has was not found documented.
    """
    claims = [(claim, key) for key, one in changed.items() for claim in unique_keys(one["properties"], schema, key[1])]
    if not claims:
        return
    holders: dict[Any, Key] = {
        claim: key
        for key, one in world.table(INSTANCES).items.items()
        if key not in changed
        for claim in unique_keys(one["properties"], schema, key[1])
    }
    for claim, key in claims:
        holder = holders.setdefault(claim, key)
        if holder != key:
            container, constraint = claim[0], claim[1]
            raise bad_request(
                f"The constraint '{constraint}' of the container '{shown(container)}' is violated: the {key[0]} "
                f"'{shown(key[1:])}' has the same values as '{shown(holder[1:])}'.",
            )
