"""Resources that take requests with items, but not in the order or form of the seed."""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.seeds.items import prepare
from fn_emulator.cdf.seeds.kinds import KINDS
from fn_emulator.cdf.seeds.load import send_items
from fn_emulator.cdf.seeds.model import Entry
from fn_emulator.cdf.seeds.requests import send
from fn_emulator.cdf.world import World


def load_instances(world: World, name: str, entries: list[Entry]) -> None:
    """Nodes before the edges between them; a node that a direct relation names is created, as is the API's default."""
    send(world, KINDS[name].path, [prepare(world, name, entry) for entry in _nodes_first(entries)], KINDS[name].chunk)


def _nodes_first(entries: list[Entry]) -> list[Entry]:
    """In the order of the seed, but for nodes that an earlier edge connects."""
    nodes = {_end(entry.value): entry for entry in entries if entry.value.get("instanceType") != "edge"}
    ordered: dict[int, Entry] = {}
    for entry in entries:
        ends = [nodes.get(_end(entry.value.get(key))) for key in ("startNode", "endNode")]
        ordered.update((id(one), one) for one in (*ends, entry) if one is not None)
    return [*ordered.values()]


def _end(named: Any) -> tuple[str, str] | None:
    return (str(named.get("space")), str(named.get("externalId"))) if isinstance(named, dict) else None


def load_groups(world: World, name: str, entries: list[Entry]) -> None:
    """Groups, whose capabilities may name data sets by external id."""
    from fn_emulator.cdf.seeds.scopes import with_ids

    sent = [prepare(world, name, entry) for entry in entries]
    send_items(world, name, [one._replace(body=with_ids(world, one.entry, one.body)) for one in sent])
