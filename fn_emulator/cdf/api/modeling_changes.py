"""What may change of a container that is there: nothing that would make the data in it mean something else."""

from __future__ import annotations

from fn_emulator.cdf.contract import bad_request
from fn_emulator.cdf.modeling.shapes import Definition

FIXED = ("type", "list", "container", "collation")
"""Parts of a property's type that stay as they are. Enum values may be added, units and sizes changed."""


def check_container_change(before: Definition, after: Definition) -> Definition:
    """A container as it is to be.

    The API reference says no more than that a container's schema is immutable; these rules are our reading of it: other
    properties may be added, captions, defaults, constraints and indexes changed, and a property that is left out stays,
    as no data is dropped without being asked.

    Args:
        before: As it is stored.
        after: As it was sent, checked.

    Raises:
        CdfError: 400 for another ``usedFor``, another type of a property, or an enum value that is left out.
    """
    name = f"{before['space']}:{before['externalId']}"
    if before["usedFor"] != after["usedFor"]:
        raise bad_request(
            f"The container '{name}' is used for {before['usedFor']}; usedFor cannot be changed to {after['usedFor']}."
        )
    for held, definition in before["properties"].items():
        if held in after["properties"]:
            _check_type(f"{name}.{held}", definition["type"], after["properties"][held]["type"])
    return {**after, "properties": {**before["properties"], **after["properties"]}}


def _check_type(name: str, before: Definition, after: Definition) -> None:
    for part in FIXED:
        if before.get(part) != after.get(part):
            shown = f"from {before.get(part)!r} to {after.get(part)!r}"
            raise bad_request(f"The property '{name}' exists: its {part} cannot be changed {shown}.")
    lost = [value for value in before.get("values", {}) if value not in after.get("values", {})]
    if lost:
        raise bad_request(f"The property '{name}' exists: its enum value '{lost[0]}' cannot be removed.")
