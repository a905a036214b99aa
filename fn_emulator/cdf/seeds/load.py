"""A seed -> a world, in the order in which its items refer to each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fn_emulator.cdf.seeds.items import prepare, taken
from fn_emulator.cdf.seeds.kinds import KINDS
from fn_emulator.cdf.seeds.model import Entry, Seed
from fn_emulator.cdf.seeds.read import read_seed, seed_from
from fn_emulator.cdf.seeds.requests import Sent, as_seed, send
from fn_emulator.cdf.world import World
from fn_emulator.errors import SeedError

Loader = Callable[[World, str, "list[Entry]"], None]


def load_seed(world: World, seed: Seed, now_ms: int) -> None:
    """Put all items of a seed into a world.

    Args:
        world: The world; what is in it already stays.
        seed: The seed.
        now_ms: The clock, in epoch milliseconds: when the items are created, and what ``2h-ago`` starts from.

    Raises:
        SeedError: If an endpoint refuses an item; what was loaded before it is in the world.
    """
    loaders = _loaders()
    with as_seed(world, now_ms):
        for name in KINDS:
            if seed.entries.get(name):
                _check_ids(name, seed.entries[name])
                loaders.get(name, _load_items)(world, name, seed.entries[name])


def load_seeds(world: World, sources: Iterable[Any], *, now_ms: int) -> None:
    """Load several seeds, one after the other.

    Args:
        world: The world.
        sources: Each a path of a file or folder, a mapping in the form of a seed, or a ``Seed``.
        now_ms: The clock, in epoch milliseconds.

    Raises:
        SeedError: If one cannot be read, or an endpoint refuses an item.
    """
    for source in sources:
        load_seed(world, _opened(source), now_ms)


def _opened(source: Any) -> Seed:
    import os

    if isinstance(source, Seed):
        return source
    if isinstance(source, Mapping):
        return seed_from(source)
    if isinstance(source, str | os.PathLike):
        return read_seed(os.fspath(source))
    raise SeedError(
        f"A seed is a {type(source).__name__}.", hint="give a path, or a mapping such as {'assets': [{'name': 'pump'}]}"
    )


def _check_ids(name: str, entries: list[Entry]) -> None:
    """Refuse an id that two items have."""
    seen: set[Any] = set()
    for entry in entries if KINDS[name].has_id else ():
        given = entry.value.get("id")
        if isinstance(given, int) and given in seen:
            raise taken(entry, given)
        seen.add(given if isinstance(given, int) else None)


def _loaders() -> dict[str, Loader]:
    """What cannot be loaded by one request with items; each is imported when a seed has some."""
    from fn_emulator.cdf.seeds import loaders, loading_files, loading_nested, loading_rows, points

    return {
        "assets": _load_assets,
        "groups": loaders.load_groups,
        "instances": loaders.load_instances,
        "files": loading_files.load_files,
        "extpipes": loading_nested.load_extpipes,
        "functions": loading_nested.load_functions,
        "threeD": loading_nested.load_models,
        "raw": loading_rows.load_raw,
        "datapoints": points.load_datapoints,
        "sequenceRows": loading_rows.load_sequence_rows,
    }


def _load_items(world: World, name: str, entries: list[Entry]) -> None:
    send_items(world, name, [prepare(world, name, entry) for entry in entries])


def send_items(world: World, name: str, sent: list[Sent]) -> None:
    """Create items at the path of their resource, with the ids that they come with."""
    answers = send(world, KINDS[name].path, sent, KINDS[name].chunk)
    made = [item for answer in answers for item in answer["items"]]
    for item, shown in zip(sent, made, strict=False):
        check_id(item, shown)


def check_id(item: Sent, shown: Any) -> None:
    """Refuse an id that the resource does not keep.

    Raises:
        SeedError: If it was created with another one.
    """
    wanted = item.preset.get("id")
    if wanted is not None and shown.get("id", wanted) != wanted:  # labels and relationships show none
        raise item.entry.error("cannot be chosen for this resource.", "id", hint="leave it out")


def _load_assets(world: World, name: str, entries: list[Entry]) -> None:
    """Parents before children; a parent that is named by its id must be there before the request of the child."""
    part: list[Sent] = []
    ids: set[Any] = set()
    for entry in _parents_first(entries):
        item = prepare(world, name, entry)
        if item.body.get("parentId") in ids or len(part) == KINDS[name].chunk:
            send_items(world, name, part)
            part, ids = [], set()
        part.append(item)
        ids.add(item.preset.get("id", 0))
    send_items(world, name, part)


def _parents_first(entries: list[Entry]) -> list[Entry]:
    by_name: dict[Any, Entry] = {}
    for entry in entries:
        for key in ("externalId", "id"):
            if isinstance(entry.value.get(key), str | int):
                by_name[key, entry.value[key]] = entry
    ordered: dict[int, Entry] = {}
    for entry in entries:
        chain: list[Entry] = []
        above: Entry | None = entry
        while above is not None and id(above) not in ordered and above not in chain:
            chain.append(above)
            above = _parent(above, by_name)
        ordered.update((id(one), one) for one in reversed(chain))
    return [*ordered.values()]


def _parent(entry: Entry, by_name: dict[Any, Entry]) -> Entry | None:
    for key, field in (("externalId", "parentExternalId"), ("id", "parentId")):
        named = entry.value.get(field)
        if isinstance(named, str | int):
            return by_name.get((key, named))
    return None
