"""A world -> a seed: to be compared in a test, or saved and loaded again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from fn_emulator.cdf.seeds.instants import UNITS_MS
from fn_emulator.cdf.seeds.kinds import ASSET, FILE, KINDS
from fn_emulator.cdf.seeds.plain import name_references, needed_ids, plain_item, sort_key
from fn_emulator.cdf.world import Item, World

Dumper = Callable[..., "list[Any]"]


def dump(world: World, *, is_exact: bool = False) -> dict[str, Any]:
    """All that a world holds, in the form of a seed.

    Calls of functions, sessions and uploads under way are left out, and so are versions of instances.

    Args:
        world: The world.
        is_exact: With ids and times, and in the order of creation; otherwise sorted by what identifies the items, so
            that two worlds with the same content give the same dump however they came to it.

    Returns:
        Plain JSON by resource, in the order of loading; resources without items are absent.
    """
    needed = needed_ids(world)
    dumpers: dict[str, Dumper] = {
        "files": _files,
        "extpipes": _extpipes,
        "functions": _functions,
        "sequences": _sequences,
        "sequenceRows": _sequence_rows,
        "instances": _instances,
        "datapoints": _datapoints,
        "threeD": _models,
    }
    dumped: dict[str, Any] = {}
    for name in KINDS:
        if name == "raw":
            found: Any = _raw(world, is_exact=is_exact)
        else:
            found = dumpers.get(name, _items)(world, name, needed, is_exact=is_exact)
            found = found if is_exact else sorted(found, key=sort_key)
        if found:
            dumped[name] = found
    return dumped


def table_of(name: str) -> str:
    """The world's table with the items of a resource."""
    return KINDS[name].path.strip("/")


def _items(world: World, name: str, needed: set[tuple[str, int]], *, is_exact: bool) -> list[Item]:
    table = table_of(name)
    return [_named(world, name, table, item, needed, is_exact=is_exact) for item in _stored(world, name)]


def _stored(world: World, name: str) -> list[Item]:
    """The items of a resource; those that an instance brings with it come back with the instance."""
    return [item for item in world.table(table_of(name)).items.values() if "instanceId" not in item]


def _named(world: World, name: str, table: str, item: Item, needed: set[tuple[str, int]], *, is_exact: bool) -> Item:
    plain = plain_item(world, name, item, is_exact=is_exact)
    return {"id": item["id"], **plain} if (table, item.get("id")) in needed else plain


def _files(world: World, name: str, needed: set[tuple[str, int]], *, is_exact: bool) -> list[Item]:
    from fn_emulator.cdf.api.file_store import content_of

    files = []
    for item, stored in zip(_items(world, name, needed, is_exact=is_exact), _stored(world, name), strict=True):
        content = content_of(world, stored["id"])
        times = {"uploadedTime": stored["uploadedTime"]} if is_exact and "uploadedTime" in stored else {}
        files.append({**item, **times, **_content(content)})
    return files


def _content(content: bytes | None) -> Item:
    if content is None:
        return {}
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = "\0"
    if all(letter.isprintable() or letter in "\n\t" for letter in text):
        return {"content": text}
    from base64 import b64encode

    return {"contentBase64": b64encode(content).decode()}


def _extpipes(world: World, name: str, needed: set[tuple[str, int]], *, is_exact: bool) -> list[Item]:
    pipes = _items(world, name, needed, is_exact=is_exact)
    for pipe, stored in zip(pipes, _stored(world, name), strict=True):
        for key, table, fields in (
            ("configs", "extpipes/config", ("config", "description")),
            ("runs", "extpipes/runs", ("status", "message")),
        ):
            parts = [part for part in world.table(table).items.values() if part["extpipeId"] == stored["id"]]
            kept = (*fields, "createdTime") if is_exact else fields
            if parts:
                pipe[key] = [{field: part[field] for field in kept if part.get(field) is not None} for part in parts]
    return pipes


def _functions(world: World, name: str, needed: set[tuple[str, int]], *, is_exact: bool) -> list[Item]:
    functions = _items(world, name, needed, is_exact=is_exact)
    for function, stored in zip(functions, _stored(world, name), strict=True):
        function.pop("lastUpdatedTime", None)
        if not is_exact:
            function.pop("fileId", None)
        schedules = [
            {key: held[key] for key in ("name", "cronExpression", "description", "data") if held.get(key) is not None}
            for held in world.table("functions/schedules").items.values()
            if held["functionId"] == stored["id"]
        ]
        if schedules:
            function["schedules"] = schedules
    return functions


def _sequences(world: World, name: str, needed: set[tuple[str, int]], *, is_exact: bool) -> list[Item]:
    sequences = _items(world, name, needed, is_exact=is_exact)
    for sequence in sequences:
        sequence["columns"] = [
            {key: held for key, held in column.items() if not key.endswith("Time")} for column in sequence["columns"]
        ]
    return sequences


def _sequence_rows(world: World, name: str, needed: set[tuple[str, int]], *, is_exact: bool) -> list[Item]:
    """Rows with the same columns together: a row may lack some."""
    dumped = []
    for key, held in world.table("sequences/data").items.items():
        groups: dict[tuple[str, ...], list[Item]] = {}
        for number, values in sorted(held.by_number.items()):
            if values:
                row = {"rowNumber": number, "values": [values[column] for column in sorted(values)]}
                groups.setdefault(tuple(sorted(values)), []).append(row)
        identifier = _identifier(world.table("sequences").items[key])
        dumped += [{**identifier, "columns": [*columns], "rows": rows} for columns, rows in groups.items()]
    return dumped


def _identifier(item: Mapping[str, Any]) -> Item:
    for key in ("externalId", "instanceId"):
        if key in item:
            return {key: item[key]}
    return {"id": item["id"]}


def _instances(world: World, name: str, needed: set[tuple[str, int]], *, is_exact: bool) -> list[Item]:
    """Nodes and edges with their properties by container, as they are stored."""
    dumped = []
    for item in world.table("models/instances").items.values():
        kept = ("instanceType", "space", "externalId", "type", "startNode", "endNode")
        plain = {key: item[key] for key in kept if item.get(key) is not None}
        sources = [
            {"source": {"type": "container", "space": space, "externalId": container}, "properties": {**properties}}
            for (space, container), properties in sorted(item["properties"].items())
        ]
        dumped.append({**plain, "sources": sources} if sources else plain)
    return dumped


def _models(world: World, name: str, needed: set[tuple[str, int]], *, is_exact: bool) -> list[Item]:
    """3D models with their revisions, the nodes of these as trees, and what is mapped to the nodes."""
    models = _items(world, name, needed, is_exact=is_exact)
    for model, stored in zip(models, _stored(world, name), strict=True):
        revisions = [one for one in world.table("3d/revisions").items.values() if one["modelId"] == stored["id"]]
        if revisions:
            model["revisions"] = [_revision(world, revision, is_exact=is_exact) for revision in revisions]
    return models


REVISION = ("fileId", "published", "rotation", "scale", "translation", "camera", "metadata")


def _revision(world: World, stored: Item, *, is_exact: bool) -> Item:
    own = ("id", "createdTime") if is_exact else ()
    revision = {key: stored[key] for key in (*own, *REVISION) if key in stored}
    name_references(world, FILE, revision)
    nodes = [node for key, node in world.table("3d/nodes").items.items() if key[0] == stored["id"]]
    mappings = [{**held} for key, held in world.table("3d/mappings").items.items() if key[0] == stored["id"]]
    for mapping in mappings:
        name_references(world, ASSET, mapping)
    parts = {"nodes": _tree(nodes, None, has_ids=is_exact or bool(mappings)), "mappings": mappings}
    return {**revision, **{key: held for key, held in parts.items() if held}}


def _tree(nodes: list[Item], parent: Any, *, has_ids: bool) -> list[Item]:
    kept = ("id", "name", "properties", "boundingBox") if has_ids else ("name", "properties", "boundingBox")
    tree = []
    for node in nodes:
        if node.get("parentId") == parent:
            children = _tree(nodes, node["id"], has_ids=has_ids)
            shown = {key: node[key] for key in kept if key in node}
            tree.append({**shown, "children": children} if children else shown)
    return tree


def _datapoints(world: World, name: str, needed: set[tuple[str, int]], *, is_exact: bool) -> list[Item]:
    dumped = []
    for key, series in world.table("timeseries/data").items.items():
        item = world.table("timeseries").items.get(key)
        if item is not None and len(series):
            dumped += [{**_identifier(item), **part} for part in _points(series)]
    return dumped


def _points(series: Any) -> list[Item]:
    """Points at equal distances as ``start``, ``step``, ``values``; others one by one; those with a status as well."""
    track = series.track()
    times, values, statuses = [*track.times], [_finite(value) for value in track.values], track.statuses
    steps = {later - earlier for earlier, later in pairwise(times)}
    if not statuses and len(steps) == 1 and series.kind != "state":
        return [{"start": in_text(times[0]), "step": _in_words(steps.pop()), "values": values}]
    points: list[Any] = []
    for time, value in zip(times, values, strict=True):
        status = statuses.get(time)
        if status is None:
            points.append([in_text(time), value])
        else:
            known = {} if value == "NaN" and series.kind == "numeric" else {"value": value}
            points.append({"timestamp": in_text(time), **known, "status": {"code": status.code}})
    return [{"datapoints": points}]


def _finite(value: Any) -> Any:
    """JSON has what is no finite number as text."""
    if not isinstance(value, float) or value - value == 0:
        return value
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"


def _raw(world: World, *, is_exact: bool) -> dict[str, Any]:
    from fn_emulator.cdf.api.raw_store import DATABASES, rows_of, tables_of

    def ordered(names: Any) -> list[Any]:
        return [*names] if is_exact else sorted(names)

    dumped: dict[str, Any] = {}
    for database in ordered(world.table(DATABASES).items):
        dumped[database] = {}
        for table in ordered(world.table(tables_of(database)).items):
            rows = world.table(rows_of(database, table)).items
            dumped[database][table] = (
                [*rows.values()] if is_exact else {key: rows[key]["columns"] for key in sorted(rows)}
            )
    return dumped


def in_text(ms: int) -> Any:
    """An instant as ISO 8601 in UTC, milliseconds only where there are any."""
    from datetime import datetime, timedelta

    text = (datetime(1970, 1, 1) + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds")  # noqa: DTZ001
    return f"{text.removesuffix('.000')}Z"


def _in_words(ms: int) -> str:
    return next(f"{ms // size}{unit}" for unit, size in reversed(UNITS_MS.items()) if ms % size == 0)
