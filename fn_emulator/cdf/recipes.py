"""What ``--lenient`` invents for an identifier that is looked up and not there, by table: the same each time."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fn_emulator.cdf.world import Item, World

HOURS = 30 * 24
"""How much of the past an invented time series covers, a point an hour."""


DATA_SET = "invented"


ABOUT = "Invented by fn-emulator, because it was looked up and not there."


Recipe = Callable[[World, Item, Any], "Iterator[tuple[str, list[Item]]]"]


def _named(what: str, **fields: Any) -> Recipe:
    """The recipe for an item that has a name."""

    def make(world: World, named: Item, key: Any) -> Iterator[tuple[str, list[Item]]]:
        yield what, [{**named, "name": _name(what, key), **fields}]

    return make


def _name(what: str, key: Any) -> str:
    return key[:50] if isinstance(key, str) and key else f"{what} {key}"


def _time_series(world: World, named: Item, key: Any) -> Iterator[tuple[str, list[Item]]]:
    yield "timeseries", [{**named, "name": _name("timeseries", key), "description": ABOUT}]
    yield "datapoints", [{**named, "start": f"{HOURS}h-ago", "step": "1h", "values": values_of(str(key))}]


def values_of(name: str) -> list[float]:
    """A month of hourly values with a level, a daily swing and some noise, all of which the name decides."""
    level = level_of(name)
    swing, shift = level / 10, level_of(f"{name} shift")
    return [
        round(level + swing * math.sin(math.tau * (hour + shift) / 24) + swing * _noise(name, hour), 3)
        for hour in range(HOURS + 1)
    ]


def level_of(name: str) -> int:
    """A whole number from 20 to 119."""
    return 20 + zlib.crc32(name.encode("utf-8", "surrogatepass")) % 100


def _noise(name: str, hour: int) -> float:
    """From -0.1 to 0.1."""
    return zlib.crc32(f"{name} {hour}".encode("utf-8", "surrogatepass")) % 2001 / 10_000 - 0.1


def _event(world: World, named: Item, key: Any) -> Iterator[tuple[str, list[Item]]]:
    yield "events", [{**named, "type": "invented", "description": ABOUT, "startTime": "1h-ago", "endTime": "now"}]


def _file(world: World, named: Item, key: Any) -> Iterator[tuple[str, list[Item]]]:
    name = _name("file", key)
    yield "files", [{**named, "name": name, "content": CONTENTS.get(name.rpartition(".")[2].lower(), f"{ABOUT}\n")}]


CONTENTS = {
    "csv": "timestamp,value\n2024-01-01T00:00:00Z,1\n2024-01-01T01:00:00Z,2\n",
    "json": "{}\n",
    "yaml": "{}\n",
    "yml": "{}\n",
}
"""What is in an invented file, by the ending of its name."""


def _extpipe(world: World, named: Item, key: Any) -> Iterator[tuple[str, list[Item]]]:
    if world.table("datasets").find("externalId", DATA_SET) is None:
        yield "datasets", [{"externalId": DATA_SET, "name": "Invented"}]
    # An extraction pipeline cannot be without an external id.
    pipe = {"externalId": f"extpipe-{key}", **named, "name": _name("extpipe", key), "dataSetExternalId": DATA_SET}
    yield "extpipes", [{**pipe, "description": ABOUT, "config": "{}\n"}]


def _sequence(world: World, named: Item, key: Any) -> Iterator[tuple[str, list[Item]]]:
    columns = [{"externalId": "value", "valueType": "DOUBLE"}]
    rows = [{"rowNumber": number, "values": [float(level_of(str(key)) + number)]} for number in range(10)]
    yield "sequences", [{**named, "name": _name("sequence", key), "description": ABOUT, "columns": columns}]
    yield "sequenceRows", [{**named, "columns": ["value"], "rows": rows}]


def _relationship(world: World, named: Item, key: Any) -> Iterator[tuple[str, list[Item]]]:
    """Between two assets that need not be there, as on the platform."""
    name = str(key)[:248]
    source, target = f"{name}:source", f"{name}:target"
    ends = {"sourceType": "asset", "sourceExternalId": source, "targetType": "asset", "targetExternalId": target}
    yield "relationships", [{**named, **ends}] if "externalId" in named else []


def _label(world: World, named: Item, key: Any) -> Iterator[tuple[str, list[Item]]]:
    yield "labels", [{**named, "name": key}] if "externalId" in named else []


def _space(world: World, named: Item, key: Any) -> Iterator[tuple[str, list[Item]]]:
    yield "spaces", [{**named, "name": key, "description": ABOUT}]


RECIPES: Mapping[str, Recipe] = {
    "assets": _named("assets", description=ABOUT),
    "datasets": _named("datasets", description=ABOUT),
    "events": _event,
    "extpipes": _extpipe,
    "files": _file,
    "functions": _named("functions", description=ABOUT),
    "labels": _label,
    "models/spaces": _space,
    "relationships": _relationship,
    "sequences": _sequence,
    "timeseries": _time_series,
}
"""The tables of which something can be invented: instances, views and containers have no shape to be guessed."""
