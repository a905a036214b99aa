"""Two worlds -> what one has that the other has not, item by item.

Worlds that come from one another share what did not change, so that comparing them costs what changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fn_emulator.cdf.world import Item, World

Difference = dict[str, dict[str, list[Any]]]
Changes = Iterator[tuple[str, Item]]
Describe = Callable[[World, World, str, Any, Any, Any], Changes]

TIMES = ("createdTime", "lastUpdatedTime", "uploadedTime")
"""What changes with each write, whatever is written; of instances also ``version``."""

ADDED = ("id", "rootId", *TIMES)
"""What the platform adds to an item."""

IDENTITY = ("instanceType", "space", "externalId", "version", "key", "name")
INTERNAL = ("files/uploads", "models/instances/log", "sessions")
"""Tables that are no resource that a function works on."""


def diff(before: World, after: World, special: Mapping[str, Describe] | None = None) -> Difference:
    """What is different in ``after``.

    Args:
        before: The state that is compared with.
        after: The state that is looked at.
        special: How to describe what changed in some tables, in the place of how it is done here.

    Returns:
        By resource, as the API's paths name them (``assets``, ``timeseries/data``, ``raw/rows``, ``models/instances``),
        the lists ``created``, ``updated`` and ``deleted``; what is not different is absent. A created item is shown
        without what the platform adds to it; an updated one by what identifies it and ``changes``,
        ``{field: [before, after]}`` with None for a field that was not there; a deleted one by what identifies it.
        Time series show counts of datapoints and the range of their timestamps in epoch milliseconds. All lists are
        sorted.
    """
    found: Difference = {}
    names = dict.fromkeys([*(name for name, _ in before.tables()), *(name for name, _ in after.tables())])
    for name in names:
        if before.table(name) is not after.table(name) and name not in INTERNAL:
            for operation, shown in _changes(before, after, name, special or {}):
                at = found.setdefault(resource_of(name), {"created": [], "updated": [], "deleted": []})
                at[operation].append(shown)
    return {
        resource: {operation: _sorted(items) for operation, items in found[resource].items()}
        for resource in sorted(found)
    }


def resource_of(table: str) -> str:
    """The resource of a table, as the API's paths have it: ``raw/rows`` for the rows of every RAW table."""
    if not table.startswith("raw/"):
        return table
    segments = table.split("/")
    return "raw/dbs" if len(segments) == 2 else f"raw/{segments[-1]}"


def _sorted(items: list[Any]) -> list[Any]:
    import json

    return sorted(items, key=lambda item: json.dumps(item, sort_keys=True, default=str))


def _changes(before: World, after: World, name: str, others: Mapping[str, Describe]) -> Changes:
    describe = others.get(name) or _describer(name)
    old, new = before.table(name), after.table(name)
    for key, item in new.items.items():
        was = old.items.get(key)
        if was is not item:
            yield from describe(before, after, name, key, was, item)
    for key in old.items.keys() - new.items.keys():
        yield from describe(before, after, name, key, old.items[key], None)


def _describer(name: str) -> Describe:
    special: dict[str, Describe] = {
        "timeseries/data": _series,
        "sequences/data": _rows,
        "files/contents": contents,
    }
    return special.get(name, _items)


def _items(before: World, after: World, name: str, key: Any, was: Any, item: Any) -> Changes:
    if not isinstance(was if item is None else item, Mapping):
        return  # what a module keeps for itself, such as the order of changes that a sync reads
    if was is None:
        yield "created", {**_place(name), **_without(after, item, ADDED)}
    elif item is None:
        yield "deleted", {**_place(name), **_identity(before, was)}
    else:
        changes = _field_changes(_without(before, was, TIMES), _without(after, item, TIMES))
        if changes:
            yield "updated", {**_place(name), **_identity(after, item), "changes": changes}


def _field_changes(was: Mapping[str, Any], item: Mapping[str, Any]) -> dict[str, list[Any]]:
    fields = dict.fromkeys([*was, *item])
    return {field: [was.get(field), item.get(field)] for field in fields if was.get(field) != item.get(field)}


def _without(world: World, item: Mapping[str, Any], fields: tuple[str, ...]) -> Item:
    """An item as JSON has it, without some fields, with names in the place of ids where there are any."""
    left_out = (*fields, "version") if "instanceType" in item else fields
    shown: Item = {}
    for field, held in item.items():
        if field not in left_out:
            name, value = _by_name(world, field, held)
            shown[name] = _plain(value)
    return shown


def _by_name(world: World, field: str, held: Any) -> tuple[str, Any]:
    """``("dataSetExternalId", "plant")`` for a ``dataSetId``."""
    from fn_emulator.cdf.seeds.plain import REFERRING, names_of

    names = names_of(world, REFERRING[field], held) if field in REFERRING else None
    if names is None:
        return field, held
    return field.replace("Ids", "ExternalIds") if isinstance(held, list) else f"{field[:-2]}ExternalId", names


def _plain(held: Any) -> Any:
    if isinstance(held, Mapping):
        return {key if isinstance(key, str) else "/".join(key): _plain(value) for key, value in held.items()}
    return held


def _identity(world: World, item: Mapping[str, Any]) -> Item:
    """What identifies an item to its user; its id where it has nothing else."""
    fields = {field: item[field] for field in IDENTITY if field in item}
    for field in ("extpipeId", "functionId"):
        if field in item:
            number = "revision" if "revision" in item else "id"
            fields = dict([_by_name(world, field, item[field]), (number, item[number])])
    if len(fields) > 1:
        fields.pop("name", None)
    if "instanceType" in fields:
        fields.pop("version", None)
    return fields or {"id": item.get("id")}


def _place(table: str) -> Item:
    """Database and table of a RAW item."""
    segments = [segment.replace("%2F", "/").replace("%25", "%") for segment in table.split("/")]
    if segments[0] != "raw" or len(segments) < 4:
        return {}
    return {"database": segments[2]} if len(segments) == 4 else {"database": segments[2], "table": segments[4]}


def owner_of(before: World, after: World, name: str, key: Any) -> Item:
    """What identifies the item that something belongs to."""
    table = name.partition("/")[0]
    owner = after.table(table).items.get(key) or before.table(table).items.get(key)
    if owner is None:
        return {"id": key}
    return {"externalId": owner["externalId"]} if "externalId" in owner else _identity(after, owner)


def _series(before: World, after: World, name: str, key: Any, was: Any, item: Any) -> Changes:
    owner = owner_of(before, after, name, key)
    for operation, times in changed_times(points_of(was), points_of(item)):
        yield operation, {**owner, "datapoints": len(times), "first": min(times), "last": max(times)}


def changed_times(old: Mapping[int, Any], new: Mapping[int, Any]) -> Iterator[tuple[str, set[int]]]:
    """``created``, ``updated`` and ``deleted``, each with the timestamps of such points, where there are any."""
    changed = {time for time in new.keys() & old.keys() if new[time] != old[time]}
    found = (("created", new.keys() - old.keys()), ("updated", changed), ("deleted", old.keys() - new.keys()))
    yield from ((operation, times) for operation, times in found if times)


def points_of(series: Any) -> dict[int, Any]:
    """Value and status of each point by its timestamp; a value that is missing is told by its repr."""
    if series is None:
        return {}
    track = series.track()
    return {
        time: (value if value == value else "NaN", track.statuses.get(time))
        for time, value in zip(track.times, track.values, strict=True)
    }


def _rows(before: World, after: World, name: str, key: Any, was: Any, item: Any) -> Changes:
    old: Mapping[int, Any] = was.by_number if was is not None else {}
    new: Mapping[int, Any] = item.by_number if item is not None else {}
    owner = owner_of(before, after, name, key)
    for number in sorted(old.keys() | new.keys()):
        row = {**owner, "rowNumber": number}
        if number not in old:
            yield "created", {**row, "values": {**new[number]}}
        elif number not in new:
            yield "deleted", row
        elif old[number] != new[number]:
            yield "updated", {**row, "changes": _field_changes(old[number], new[number])}


def contents(before: World, after: World, name: str, key: Any, was: Any, item: Any) -> Changes:
    """What changed in the content of a file: how many bytes it has."""
    old = was.data if was is not None else None
    new = item.data if item is not None else None
    owner = owner_of(before, after, name, key)
    if old == new:
        return
    if new is None:
        yield "deleted", owner
    else:
        yield ("created" if old is None else "updated"), {**owner, "bytes": len(new)}
