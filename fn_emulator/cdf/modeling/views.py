"""A view resolved: its properties with those it inherits, what they map to, and how the API shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from fn_emulator.cdf.contract import bad_request
from fn_emulator.cdf.modeling.references import (
    ContainerId,
    ViewId,
    as_reference,
    container_id,
    shown,
    unknown_source,
    view_id,
)

Definition = Mapping[str, Any]
Containers = Callable[[ContainerId], "Definition | None"]
Views = Callable[[ViewId], "Definition | None"]

FROM_CONTAINER = ("nullable", "autoIncrement", "immutable", "defaultValue", "constraintState")
"""What a mapped property takes over from its container, beside the type."""


class ResolvedView(NamedTuple):
    """What a view means.

    Attributes:
        id: Space, external id and version.
        properties: Its properties and the inherited ones as the API returns them.
        mapped: Property -> the container and the container's property that hold its values.
        containers: The containers that it maps, in the order of its properties.
        used_for: ``node``, ``edge`` or ``all``.
        filter: The filter that selects what the view shows; None for: whatever has data in all its containers.
        is_writable: Whether every property that the containers require is in the view.
    """

    id: ViewId
    properties: Mapping[str, Definition]
    mapped: Mapping[str, tuple[ContainerId, str]]
    containers: tuple[ContainerId, ...]
    used_for: str
    filter: Definition | None
    is_writable: bool


class Schema(NamedTuple):
    """The containers and views that instances are read and written through; make a new one when one of them changes.

    Attributes:
        container: Definition of a container as ``check_container`` stores it, or None.
        view: A view, resolved once; raises the platform's 400 where there is none.
    """

    container: Containers
    view: Callable[[ViewId], ResolvedView]

    def properties_of(self, identifier: ContainerId) -> Mapping[str, Definition]:
        """The properties of a container; raises the platform's 400 where there is none."""
        found = self.container(identifier)
        if found is None:
            raise unknown_source(identifier)
        properties: Mapping[str, Definition] = found["properties"]
        return properties

    def requires_values(self, identifier: ContainerId) -> bool:
        """Whether an instance cannot have data in a container without a value for one of its properties."""
        return any(is_required(held) for held in self.properties_of(identifier).values())


def make_schema(containers: Containers, views: Views) -> Schema:
    """A schema over two lookups, which must give the same answers as long as it is used."""

    @cache
    def view(identifier: ViewId) -> ResolvedView:
        found = views(identifier)
        if found is None:
            raise unknown_source(identifier)
        return resolve_view(found, containers, views)

    return Schema(containers, view)


def resolve_view(view: Definition, containers: Containers, views: Views) -> ResolvedView:
    """What a view means.

    Args:
        view: As ``check_view`` stores it; it need not be among ``views`` yet.
        containers: Definition of a container by id.
        views: Definition of a view by id.

    Raises:
        CdfError: 400 where an implemented view, a container or its property is not there, or views implement each other
            in a circle.
    """
    identifier = view_id(view, "the view")
    own = _effective(view, views, (identifier,))
    properties = {name: _shown_property(name, given, containers) for name, given in own.items()}
    mapped = {
        name: (container_id(given["container"], name), given["containerPropertyIdentifier"])
        for name, given in own.items()
        if "connectionType" not in given
    }
    mapped_containers = tuple(dict.fromkeys(container for container, _ in mapped.values()))
    return ResolvedView(
        id=identifier,
        properties=properties,
        mapped=mapped,
        containers=mapped_containers,
        used_for=_used_for(mapped_containers, containers),
        filter=view.get("filter"),
        is_writable=_is_writable(mapped.values(), containers),
    )


def show_view(view: Definition, resolved: ResolvedView, *, inherited: bool = True) -> dict[str, Any]:
    """A view as ``/models/views`` returns it.

    Args:
        view: As ``check_view`` stores it, perhaps with times.
        resolved: The same, resolved.
        inherited: Whether inherited properties are shown (``includeInheritedProperties``).
    """
    properties = resolved.properties
    if not inherited:
        properties = {name: properties[name] for name in view["properties"]}
    return {
        **view,
        "properties": dict(properties),
        "writable": resolved.is_writable,
        # The rules for ``queryable`` and ``writable`` are our reading of the names.
        "queryable": resolved.filter is not None or bool(resolved.containers),
        "usedFor": resolved.used_for,
        "mappedContainers": [as_reference(container) for container in resolved.containers],
    }


def _effective(view: Definition, views: Views, path: tuple[ViewId, ...]) -> dict[str, Definition]:
    """Inherited properties first, a view's own last.

    The order of ``implements`` decides between implemented views that share a property (documented). That the later one
    wins is our reading: which end of the list is stronger could not be established.
    """
    properties: dict[str, Definition] = {}
    for parent in view.get("implements") or ():
        identifier = view_id(parent, "implements")
        if identifier in path:
            circle = " -> ".join(map(shown, (*path, identifier)))
            raise bad_request(f"The views implement each other in a circle: {circle}.")
        found = views(identifier)
        if found is None:
            raise unknown_source(identifier)
        properties.update(_effective(found, views, (*path, identifier)))
    properties.update(view.get("properties") or {})
    return properties


def _shown_property(name: str, given: Definition, containers: Containers) -> Definition:
    if "connectionType" in given:
        return given
    identifier = container_id(given["container"], name)
    held = _container(identifier, containers)["properties"].get(given["containerPropertyIdentifier"])
    if held is None:
        raise bad_request(
            f"The property {name!r} of the view maps {given['containerPropertyIdentifier']!r} of the container "
            f"'{shown(identifier)}', which has no such property."
        )
    kind = dict(held["type"])
    if "source" in given and kind["type"] == "direct":
        kind["source"] = given["source"]
    taken = {key: held[key] for key in FROM_CONTAINER if key in held}
    return {**{key: value for key, value in given.items() if key != "source"}, "type": kind, **taken}


def _container(identifier: ContainerId, containers: Containers) -> Definition:
    found = containers(identifier)
    if found is None:
        raise unknown_source(identifier)
    return found


def _used_for(mapped: Iterable[ContainerId], containers: Containers) -> str:
    """Nodes, edges or both: what all the containers allow."""
    kinds = {_container(identifier, containers)["usedFor"] for identifier in mapped} - {"all"}
    if len(kinds) > 1:
        raise bad_request(
            "The view maps containers for nodes and containers for edges; no instance can have data in both."
        )
    return kinds.pop() if kinds else "all"


def _is_writable(mapped: Iterable[tuple[ContainerId, str]], containers: Containers) -> bool:
    """Whether all that the containers require is mapped; what has a default is not required."""
    present = set(mapped)
    required = {
        (identifier, name)
        for identifier in {container for container, _ in present}
        for name, held in _container(identifier, containers)["properties"].items()
        if is_required(held)
    }
    return required <= present


def is_required(held: Definition) -> bool:
    """Whether a container's property must be given when an instance first gets data in the container."""
    return not held.get("nullable", True) and "defaultValue" not in held and not held.get("autoIncrement", False)
