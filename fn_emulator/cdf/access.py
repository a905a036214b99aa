"""What the caller may: an identity's capabilities -> the 403 of the platform, and the part of the data that it sees.

A grant with a scope covers what its scope names and nothing else. How the platform answers about the rest is documented
for lists only (they leave it out); our reading is that what a caller may not see is not there for it, also by id, and
that to write it is a 403.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from fn_emulator.cdf.contract import CdfError
from fn_emulator.cdf.grants import is_covered, scopes_of
from fn_emulator.cdf.world import World
from fn_emulator.model import JSON

May = Callable[[str, str], bool]
"""``may(acl, action)``: whether the caller may do it to anything at all."""

Covers = Callable[[str, str, Mapping[str, Any]], bool]
"""``covers(acl, action, item)``: whether it may do it to one item."""

TABLE_ACLS = {
    "3d/models": "threedAcl",
    "assets": "assetsAcl",
    "datasets": "datasetsAcl",
    "events": "eventsAcl",
    "extpipes": "extractionPipelinesAcl",
    "files": "filesAcl",
    "labels": "labelsAcl",
    "relationships": "relationshipsAcl",
    "sequences": "sequencesAcl",
    "timeseries": "timeSeriesAcl",
}
"""The capability that covers the items of a table, for those that can be scoped."""

IMPLIED = {("dataModelInstancesAcl", "WRITE_PROPERTIES"): "WRITE"}
"""An action that another one includes [cognite-sdk: ``compare_capabilities``]."""


WRITING = ("CREATE", "UPDATE", "DELETE")
"""What WRITE is for those that tell its kinds apart; that the right kind was granted was checked before."""


class Identity(NamedTuple):
    """Who calls.

    Attributes:
        name: ``all``, ``reader``, the name of a group, or ``custom``.
        capabilities: What it may, as CDF writes it: ``{"assetsAcl": {"actions": ["READ"], "scope": {"all": {}}}}``.
        groups: Ids of the stored groups that it is a member of.
    """

    name: str
    capabilities: tuple[Mapping[str, JSON], ...]
    groups: tuple[int, ...] = ()


def identity_of(wanted: str | Iterable[Mapping[str, JSON]], world: World | None = None) -> Identity:
    """The identity that a name or capabilities stand for.

    Args:
        wanted: ``all`` (may do everything), ``reader`` (READ and LIST of everything), the name of a group of ``world``,
            or capability objects.
        world: Where groups are looked for.

    Raises:
        SettingsError: If nothing has the name, or an object is no capability.
    """
    if not isinstance(wanted, str):
        return Identity("custom", tuple(_checked(wanted)))
    if wanted in ("all", "reader"):
        from fn_emulator.cdf.acls import capabilities

        return Identity(wanted, capabilities() if wanted == "all" else capabilities(("READ", "LIST")))
    groups = {} if world is None else world.table("groups").items
    found = [group for group in groups.values() if group["name"] == wanted]
    if not found:
        raise _no_such_identity(wanted, [group["name"] for group in groups.values()])
    granted = [capability for group in found for capability in group.get("capabilities") or ()]
    return Identity(wanted, tuple(_checked(granted)), tuple(group["id"] for group in found))


class Caller(NamedTuple):
    """An identity, ready to be asked for each request.

    Attributes:
        identity: Who calls; None is one that may do everything.
        may: None where everything is allowed.
        covers: None where ``may`` says it all.
    """

    identity: Identity | None = None
    may: May | None = None
    covers: Covers | None = None


def caller_of(identity: Identity) -> Caller:
    """The caller that an identity makes; ``all`` costs its requests nothing."""
    return Caller(identity) if identity.name == "all" else Caller(identity, may_of(identity), covers_of(identity))


def may_of(identity: Identity) -> May:
    """``may(acl, action)`` of an identity; a grant with a scope counts."""
    scopes = scopes_of(identity.capabilities)

    def may(acl: str, action: str) -> bool:
        return (acl, action) in scopes or (acl, IMPLIED.get((acl, action), "")) in scopes

    return may


def covers_of(identity: Identity) -> Covers | None:
    """``covers(acl, action, item)`` of an identity; None where no grant has a scope, so that ``may`` says it all."""
    scopes = scopes_of(identity.capabilities)
    if all("all" in scope for held in scopes.values() for scope in held):
        return None

    def covers(acl: str, action: str, item: Mapping[str, Any]) -> bool:
        others = WRITING if action == "WRITE" else (IMPLIED.get((acl, action), ""),)
        held = [scope for one in (action, *others) for scope in scopes.get((acl, one), ())]
        return any(is_covered(scope, item) for scope in held)

    return covers


def is_visible(world: World, table: str, item: Mapping[str, Any]) -> bool:
    """Whether an item of a table is there for the caller: it may read it, or write it."""
    acl = TABLE_ACLS.get(table)
    if world.covers is None or world.may is None or acl is None:
        return True
    if not any(world.may(acl, action) for action in ("READ", "WRITE", *WRITING)):
        return True  # it was not asked for by itself, which is a 403: something else refers to it
    return world.covers(acl, "READ", item) or world.covers(acl, "WRITE", item)


def require_cover(world: World, acl: str, action: str, items: Iterable[Mapping[str, Any]]) -> None:
    """Refuse what the caller may not do to one of the items.

    Raises:
        CdfError: 403.
    """
    if world.covers is not None and not all(world.covers(acl, action, item) for item in items):
        raise forbidden(acl, action)


def forbidden(acl: str, action: str) -> CdfError:
    """The 403 of one who lacks a capability. The platform does not tell it whether something exists."""
    return CdfError(
        403,
        f"Resource not found. This may also be due to insufficient access rights. (needs {acl}:{action})",
    )


def _checked(given: Iterable[Any]) -> list[Mapping[str, JSON]]:
    capabilities = [*given]
    for capability in capabilities:
        acls = [name for name in capability if name.endswith("Acl")] if isinstance(capability, Mapping) else []
        granted = capability[acls[0]] if len(acls) == 1 else None
        if not _is_complete(granted):
            from fn_emulator.errors import SettingsError

            raise SettingsError(
                f"A capability is {capability!r}.",
                hint='write it as {"assetsAcl": {"actions": ["READ"], "scope": {"all": {}}}}',
            )
    return capabilities


def _is_complete(granted: Any) -> bool:
    if not isinstance(granted, Mapping) or not isinstance(granted.get("scope"), Mapping):
        return False
    actions = granted.get("actions")
    return isinstance(actions, list) and all(isinstance(action, str) for action in actions)


def _no_such_identity(name: str, groups: Iterable[str]) -> Exception:
    from difflib import get_close_matches

    from fn_emulator.errors import SettingsError

    known = ["all", "reader", *sorted({*groups})]
    close = get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"use one of {', '.join(known)}, or give a group in the seed"
    return SettingsError(f"No identity is called {name!r}.", hint=hint)
