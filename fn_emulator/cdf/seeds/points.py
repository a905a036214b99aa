"""Datapoints of a seed, in all the forms that they may be written in -> requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fn_emulator.cdf.api.finding import find_key
from fn_emulator.cdf.seeds.instants import read_duration
from fn_emulator.cdf.seeds.items import instant
from fn_emulator.cdf.seeds.kinds import KINDS
from fn_emulator.cdf.seeds.model import Entry
from fn_emulator.cdf.seeds.requests import Sent, send
from fn_emulator.cdf.world import World

MOST_POINTS = 100_000
"""Datapoints in one request [API specification]."""


def load_datapoints(world: World, name: str, entries: list[Entry]) -> None:
    """The points of each time series, which must be there."""
    for entry in entries:
        named = {
            key: entry.value[key] for key in ("id", "externalId", "instanceId") if entry.value.get(key) is not None
        }
        if len(named) != 1:
            raise entry.error("must have exactly one of id, externalId and instanceId.")
        key = find_key(world, "timeseries", named)
        if key is None:
            (shown,) = named.values()
            hint = "add it to timeseries: a series is not made from its points alone"
            raise entry.error(f": there is no time series {shown!r}.", hint=hint)
        is_text = bool(world.table("timeseries").items[key].get("isString"))
        points = [*_points(world, entry, is_text=is_text)]
        for start in range(0, len(points), MOST_POINTS):
            _insert(world, entry, named, points[start : start + MOST_POINTS], start)


def _insert(world: World, entry: Entry, named: dict[str, Any], points: list[Any], start: int) -> None:
    lines = entry.lines[start : start + MOST_POINTS]
    send(world, KINDS["datapoints"].path, [Sent(entry._replace(lines=lines), {**named, "datapoints": points})])


def _points(world: World, entry: Entry, *, is_text: bool) -> Iterator[dict[str, Any]]:
    if "values" in entry.value or "step" in entry.value:
        yield from _stepped(world, entry, is_text=is_text)
    for place, given in enumerate(entry.value.get("datapoints") or ()):
        below = ("datapoints", place)
        line = entry.lines[place] if entry.lines else None
        if isinstance(given, list):
            if len(given) != 2:
                raise entry.error("must be [timestamp, value].", *below, line=line)
            given = {"timestamp": given[0], "value": given[1]}
        if entry.lines and not is_text:
            given["value"] = _number(entry, given["value"], line)
        if "timestamp" not in given:
            raise entry.error("has no timestamp.", *below, hint="write {timestamp: ..., value: ...}")
        _check_value(entry, given.get("value"), *below, is_text=is_text, line=line)
        yield {**given, "timestamp": instant(world, entry, given["timestamp"], *below, "timestamp", line=line)}


def _number(entry: Entry, text: str, line: int | None) -> float | str:
    try:
        number = float(text)
        return number if number - number == 0 else text.strip()  # JSON has NaN and Infinity as texts
    except ValueError:
        hint = "leave the cell empty for no point, or make the time series one of texts (isString)"
        raise entry.error(f": {text!r} is not a number.", line=line, hint=hint) from None


def _check_value(entry: Entry, value: Any, *below: Any, is_text: bool, line: int | None = None) -> None:
    """The endpoint would say which series has a value of the wrong type, but not which point."""
    if value is None or (isinstance(value, str) if is_text else _is_number(value)):
        return
    problem, hint = f"has the value {value!r}, its time series is one of", "isString of the time series decides"
    raise entry.error(f"{problem} {'texts' if is_text else 'numbers'}.", *below, hint=hint, line=line)


def _is_number(value: Any) -> bool:
    return value in ("NaN", "Infinity", "-Infinity") or (isinstance(value, int | float) and not isinstance(value, bool))


def _stepped(world: World, entry: Entry, *, is_text: bool) -> Iterator[dict[str, Any]]:
    """Points at equal distances: ``start``, ``step`` and ``values``, of which null is no point."""
    missing = [key for key in ("start", "step", "values") if entry.value.get(key) is None]
    if missing:
        raise entry.error(f"has no {missing[0]}.", hint="points at equal distances have start, step and values")
    start = instant(world, entry, entry.value["start"], "start")
    step = read_duration(entry.value["step"])
    if step is None:
        given = entry.value["step"]
        raise entry.error(f"is {given!r}, which is no duration.", "step", hint="write 1h (ms, s, m, h, d, w)")
    for place, value in enumerate(entry.value["values"]):
        _check_value(entry, value, "values", place, is_text=is_text)
        if value is not None:
            yield {"timestamp": start + place * step, "value": value}
