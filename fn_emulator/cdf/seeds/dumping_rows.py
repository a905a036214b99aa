"""What a world holds in rows, in the short forms of a seed: datapoints, rows of sequences and RAW tables, instances."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from fn_emulator.cdf.seeds.instants import UNITS_MS
from fn_emulator.cdf.seeds.stored import identifier_of
from fn_emulator.cdf.world import Item, World


def dump_sequence_rows(world: World, name: str, needed: set[tuple[str, int]], *, is_exact: bool) -> list[Item]:
    """Rows with the same columns together: a row may lack some."""
    dumped = []
    for key, held in world.table("sequences/data").items.items():
        groups: dict[tuple[str, ...], list[Item]] = {}
        for number, values in sorted(held.by_number.items()):
            if values:
                row = {"rowNumber": number, "values": [values[column] for column in sorted(values)]}
                groups.setdefault(tuple(sorted(values)), []).append(row)
        identifier = identifier_of(world.table("sequences").items[key])
        dumped += [{**identifier, "columns": [*columns], "rows": rows} for columns, rows in groups.items()]
    return dumped


def dump_instances(world: World, name: str, needed: set[tuple[str, int]], *, is_exact: bool) -> list[Item]:
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


def dump_datapoints(world: World, name: str, needed: set[tuple[str, int]], *, is_exact: bool) -> list[Item]:
    """The points of each time series that has any."""
    dumped = []
    for key, series in world.table("timeseries/data").items.items():
        item = world.table("timeseries").items.get(key)
        if item is not None and len(series):
            dumped += [{**identifier_of(item), **part} for part in _points(series)]
    return dumped


def _points(series: Any) -> list[Item]:
    """Points at equal distances as ``start``, ``step``, ``values``; others one by one; those with a status as well."""
    track = series.track()
    times, values, statuses = [*track.times], [_finite(value) for value in track.values], track.statuses
    steps = {later - earlier for earlier, later in pairwise(times)}
    if not statuses and len(steps) == 1 and series.kind != "state":
        return [{"start": _in_text(times[0]), "step": _in_words(steps.pop()), "values": values}]
    points: list[Any] = []
    for time, value in zip(times, values, strict=True):
        status = statuses.get(time)
        if status is None:
            points.append([_in_text(time), value])
        else:
            known = {} if value == "NaN" and series.kind == "numeric" else {"value": value}
            points.append({"timestamp": _in_text(time), **known, "status": {"code": status.code}})
    return [{"datapoints": points}]


def _finite(value: Any) -> Any:
    """JSON has what is no finite number as text."""
    if not isinstance(value, float) or value - value == 0:
        return value
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"


def dump_raw(world: World, *, is_exact: bool) -> dict[str, Any]:
    """Databases and their tables with all rows."""
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


def _in_text(ms: int) -> Any:
    """An instant as ISO 8601 in UTC, milliseconds only where there are any."""
    from datetime import datetime, timedelta

    text = (datetime(1970, 1, 1) + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds")  # noqa: DTZ001
    return f"{text.removesuffix('.000')}Z"


def _in_words(ms: int) -> str:
    return next(f"{ms // size}{unit}" for unit, size in reversed(UNITS_MS.items()) if ms % size == 0)
