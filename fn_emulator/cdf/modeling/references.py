"""How definitions and instances are named: the reference objects of the API as tuples, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fn_emulator.cdf.contract import CdfError, bad_request

ContainerId = tuple[str, str]
ViewId = tuple[str, str, str]
InstanceId = tuple[str, str]
Instance = Mapping[str, Any]

CONTAINER_KEYS = ("space", "externalId")
VIEW_KEYS = ("space", "externalId", "version")


def source_id(reference: Any, where: str) -> ContainerId | ViewId:
    """Id of the view or container that a reference object names; a view's has three parts.

    Args:
        reference: ``{"type": "view", "space", "externalId", "version"}`` or ``{"type": "container", "space",
            "externalId"}``.
        where: Where the reference stands, for the message.

    Raises:
        CdfError: 400 where it is neither.
    """
    kind = reference.get("type") if isinstance(reference, Mapping) else None
    if kind == "view":
        return view_id(reference, where)
    if kind == "container":
        return container_id(reference, where)
    raise bad_request(f"{where} is {reference!r}, which is no reference to a view or container.")


def view_id(reference: Any, where: str) -> ViewId:
    """Id of the view that a reference object names; see ``source_id``."""
    space, external_id, version = _texts(reference, VIEW_KEYS, where, "view")
    return space, external_id, version


def container_id(reference: Any, where: str) -> ContainerId:
    """Id of the container that a reference object names; see ``source_id``."""
    space, external_id = _texts(reference, CONTAINER_KEYS, where, "container")
    return space, external_id


def instance_id(reference: Any, where: str) -> InstanceId:
    """Id of the node or edge that ``{"space", "externalId"}`` names; see ``source_id``."""
    space, external_id = _texts(reference, CONTAINER_KEYS, where, "node or edge")
    return space, external_id


def id_of(instance: Instance) -> InstanceId:
    """Id of an instance."""
    return instance["space"], instance["externalId"]


def as_reference(identifier: ContainerId | ViewId) -> dict[str, str]:
    """The reference object of a view or container."""
    if len(identifier) == 3:
        return {"type": "view", **dict(zip(VIEW_KEYS, identifier, strict=True))}
    return {"type": "container", **dict(zip(CONTAINER_KEYS, identifier, strict=True))}


def source_key(identifier: ContainerId | ViewId) -> str:
    """What a view or container is called below its space: ``Pump/v1``, or ``Pump``."""
    return "/".join(identifier[1:])


def shown(identifier: ContainerId | ViewId) -> str:
    """An id as the platform's messages show it: ``space:Pump/v1``."""
    return f"{identifier[0]}:{source_key(identifier)}"


def unknown_source(identifier: ContainerId | ViewId) -> CdfError:
    """What the platform answers where a view or container is not there (seen in SDK tests and users' logs)."""
    kind = "views" if len(identifier) == 3 else "containers"
    return bad_request(f"One or more {kind} do not exist: '{shown(identifier)}'")


def _texts(reference: Any, keys: tuple[str, ...], where: str, what: str) -> list[str]:
    if not isinstance(reference, Mapping):
        raise bad_request(f"{where} is {reference!r}, which is no reference to a {what}.")
    values = [reference.get(key) for key in keys]
    for key, value in zip(keys, values, strict=True):
        if not isinstance(value, str):
            raise bad_request(f"{where} refers to a {what} whose {key} is {value!r}, which is not a text.")
    return [value for value in values if isinstance(value, str)]
