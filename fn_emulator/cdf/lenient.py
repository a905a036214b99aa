"""``--lenient``: what is looked up and not there is invented, so that a function runs before anyone has written a seed.

What is invented depends on the identifier and the clock alone, goes through the endpoints like a seed, and is kept as
one, ready to be saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from fn_emulator.cdf.recipes import RECIPES, level_of
from fn_emulator.cdf.world import Item, World
from fn_emulator.errors import SeedError

if TYPE_CHECKING:
    from fn_emulator.cdf.traffic.journal import Entry


class Invention(NamedTuple):
    """One thing that was invented.

    Attributes:
        resource: Such as ``timeseries`` or ``raw``.
        identifier: What was looked up: ``{"externalId": "pump"}``, ``{"database": "d", "table": "t"}``.
        seed: What was put into the world for it.
    """

    resource: str
    identifier: Item
    seed: Mapping[str, Any]


class Inventor:
    """What ``World.invent`` calls.

    Attributes:
        inventions: What was invented, in order.
    """

    def __init__(self) -> None:
        self.inventions: list[Invention] = []

    def __call__(self, world: World, table: str, identifier: Mapping[str, Any]) -> bool:
        """Create what an identifier of a table stands for; False where that cannot be invented."""
        invention = _invented(world, table, identifier)
        if invention is None:
            return False
        from fn_emulator.cdf.seeds import load_seed, seed_from

        try:
            load_seed(world, seed_from(invention.seed, shown="what was invented"), world.now_ms)
        except SeedError:
            return False  # the name is none that CDF takes: the request is answered as if nothing had been tried
        self.inventions.append(invention)
        return True

    def seed(self) -> dict[str, Any]:
        """All that was invented, as one seed."""
        merged: dict[str, Any] = {}
        for invention in self.inventions:
            for resource, items in invention.seed.items():
                if isinstance(items, list):
                    merged.setdefault(resource, []).extend(items)
                else:
                    databases = merged.setdefault(resource, {})
                    for database, tables in items.items():
                        for table, rows in (tables or {}).items():
                            databases.setdefault(database, {}).setdefault(table, {}).update(rows)
                        databases.setdefault(database, {})
        return merged


def make_inventor() -> Inventor:
    """A new inventor, for ``World.invent`` of one world and its forks."""
    return Inventor()


def _invented(world: World, table: str, identifier: Mapping[str, Any]) -> Invention | None:
    if table.startswith("raw/dbs"):
        return _raw(table, identifier)
    recipe = RECIPES.get(table)
    named = {key: identifier[key] for key in ("id", "externalId", "space") if key in identifier}
    if recipe is None or len(named) != 1:
        return None
    seed = {resource: items for resource, items in recipe(world, named, *named.values()) if items}
    return Invention(table, named, seed) if seed else None


def _raw(table: str, identifier: Mapping[str, Any]) -> Invention | None:
    segments = [segment.replace("%2F", "/").replace("%25", "%") for segment in table.split("/")]
    if isinstance(identifier.get("key"), str):
        return _row(segments[2], segments[4], identifier["key"])
    name = identifier.get("name")
    if not isinstance(name, str):
        return None
    if len(segments) == 2:
        return Invention("raw", {"database": name}, {"raw": {name: {}}})
    database = segments[2]
    rows = {f"row-{number}": {"name": f"{name} {number}", "value": level_of(name) + number} for number in range(1, 4)}
    return Invention("raw", {"database": database, "table": name}, {"raw": {database: {name: rows}}})


def _row(database: str, table: str, key: str) -> Invention:
    columns = {"name": key, "value": level_of(f"{table} {key}")}
    named = {"database": database, "table": table, "key": key}
    return Invention("raw", named, {"raw": {database: {table: {key: columns}}}})


def empty_store_hint(entries: Iterable[Entry]) -> str | None:
    """What to do about the first thing that a call looked up and that is not there; None where all was there.

    Args:
        entries: The call's requests, of the journal.

    Returns:
        One sentence.
    """
    for entry in entries:
        name = _lacking(entry)
        if name is not None:
            return (
                f"the in-memory CDF has no {name}: put it into a seed (seed.yaml beside the function, or --seed), "
                "or run with --lenient, which invents what is looked up"
            )
    return None


def _lacking(entry: Entry) -> str | None:
    """What the answer of a request says is not there: ``asset 'pump'``."""
    if entry.status not in (400, 403, 404) or entry.error is None:
        return None
    what, found, names = entry.error.partition(" not found: ")
    if not found:
        # The latest configuration of a pipeline that has none.
        what, found, names = entry.error.rpartition(" with external id ")
        return f"configuration of {names!r}" if found else None
    if entry.missing:
        first = entry.missing[0]
        words = first.values() if isinstance(first, Mapping) else [first]
        names = ", ".join(repr(word) for word in words)
    else:
        names = repr(names)
    what = what.removeprefix("Following ").removesuffix(" ids").removesuffix("s" if "Following" in what else "")
    return f"{what[:1].lower()}{what[1:]} {names}"
