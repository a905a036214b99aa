"""One item of a seed -> the item as the API takes it: names become ids, written instants become milliseconds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fn_emulator.cdf.api.finding import find_key
from fn_emulator.cdf.call_info import MAX_ID
from fn_emulator.cdf.seeds.instants import ALLOWED, read_instant
from fn_emulator.cdf.seeds.kinds import KINDS, TIMES, Reference
from fn_emulator.cdf.seeds.model import Entry
from fn_emulator.cdf.seeds.requests import Sent
from fn_emulator.cdf.world import World
from fn_emulator.errors import SeedError


def prepare(world: World, name: str, entry: Entry, own: tuple[str, ...] = ()) -> Sent:
    """The item of an entry, ready to be sent.

    Args:
        world: What it may refer to.
        name: Its resource.
        entry: The entry.
        own: Keys that the seed alone knows and that are dealt with elsewhere.

    Raises:
        SeedError: If a name leads nowhere, an instant cannot be read, or an id is taken.
    """
    kind = KINDS[name]
    item = {key: held for key, held in entry.value.items() if key not in own and held is not None}
    item = read_instants(world, entry, item, (*kind.instants, *TIMES) if kind.has_id else kind.instants)
    resolve(world, kind.references, entry, item)
    preset = {key: item.pop(key) for key in ("id", *TIMES) if key in item} if kind.has_id else {}
    _check_preset(world, name, entry, preset)
    return Sent(entry, item, preset)


def instant(world: World, entry: Entry, value: Any, *below: Any, line: int | None = None) -> int:
    """Milliseconds since the epoch of an instant of a seed.

    Raises:
        SeedError: If it is none.
    """
    found = read_instant(value, world.now_ms)
    if found is None:
        raise entry.error(f"is {value!r}, which is no instant.", *below, hint=f"write {ALLOWED}", line=line)
    return found


def read_instants(world: World, entry: Entry, held: Any, keys: Iterable[str], *below: Any) -> Any:
    """An object of a seed with milliseconds in the place of the instants that it holds as texts.

    Args:
        world: Whose clock relative instants start from.
        entry: The entry that the object is of.
        held: The object; what is none is given back.
        keys: Its fields that hold instants.
        below: Where in the entry it stands.

    Raises:
        SeedError: If a text is no instant.
    """
    if not isinstance(held, dict):
        return held
    read = {key: instant(world, entry, held[key], *below, key) for key in keys if isinstance(held.get(key), str)}
    return {**held, **read}


def resolve(world: World, references: Mapping[str, Reference], entry: Entry, item: dict[str, Any], *below: Any) -> None:
    """Put ids in the place of the external ids of an item.

    Args:
        world: Where they are looked up.
        references: The keys that hold external ids.
        entry: The entry that the item is of.
        item: Is changed.
        below: Where in the entry it stands.

    Raises:
        SeedError: If one leads nowhere.
    """
    for key, reference in references.items():
        if key not in item:
            continue
        given = item.pop(key)
        names = given if reference.is_list and isinstance(given, list) else [given]
        ids = []
        for name in names:
            found = find_key(world, reference.table, {"externalId": name}) if isinstance(name, str) else None
            if found is None:
                hint = f"add it to {reference.table}, with this externalId"
                raise entry.error(f"is {name!r}, which nothing in {reference.table} has.", *below, key, hint=hint)
            ids.append(found)
        item[reference.field] = ids if reference.is_list else ids[0]


def _check_preset(world: World, name: str, entry: Entry, preset: Mapping[str, Any]) -> None:
    for key, value in preset.items():
        least, most = (1, MAX_ID) if key == "id" else (0, 2**63 - 1)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise entry.error(f"is {value!r}, it must be a whole number from {least} to {most}.", key)
    if preset.get("id") in world.table(name).items:
        raise taken(entry, preset["id"])


def taken(entry: Entry, given: int) -> SeedError:
    """The error for an id that another item has."""
    return entry.error(f"is {given}, which is taken.", "id", hint="give each item an id of its own, or none")
