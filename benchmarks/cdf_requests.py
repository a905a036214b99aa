"""A script: time requests of the real client to an in-memory CDF; prints JSON. Run in the measured environment."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

from cognite.client import __version__
from cognite.client.data_classes import TimeSeriesWrite
from cognite.client.data_classes.data_modeling import (
    ContainerApply,
    ContainerId,
    ContainerProperty,
    MappedPropertyApply,
    NodeApply,
    NodeOrEdgeData,
    SpaceApply,
    Text,
    ViewApply,
    ViewId,
)

from fn_emulator import FakeCdf

POINTS = 100_000
INSTANCES = 10_000
START_MS = 1_767_225_600_000


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1])
    client = FakeCdf().client
    client.time_series.create(TimeSeriesWrite(external_id="pump", name="pump"))
    _prepare_instances(client)
    times = {
        "sdk": __version__,
        "call": 1000 * _median(lambda: client.time_series.retrieve(external_id="pump"), 50 * runs),
        "datapoints": _median(lambda: _points(client), runs // 2),
        "instances": _median(lambda: _instances(client), max(runs // 5, 1)),
    }
    print(json.dumps(times))


def _median(action: Callable[[], Any], runs: int) -> float:
    """Seconds, after one round that is not counted."""
    taken = []
    for _ in range(runs + 1):
        start = perf_counter()
        action()
        taken.append(perf_counter() - start)
    return median(taken[1:])


def _points(client: Any) -> None:
    client.time_series.data.delete_range(START_MS, START_MS + POINTS * 1000, external_id="pump")
    client.time_series.data.insert([(START_MS + i * 1000, i * 0.5) for i in range(POINTS)], external_id="pump")
    points = client.time_series.data.retrieve(external_id="pump", start=START_MS, end=START_MS + POINTS * 1000)
    assert len(points) == POINTS


def _prepare_instances(client: Any) -> None:
    client.data_modeling.spaces.apply(SpaceApply("plant"))
    properties: dict[str, Any] = {"name": ContainerProperty(Text())}
    client.data_modeling.containers.apply(ContainerApply("plant", "Well", properties, used_for="node"))
    mapped: dict[str, Any] = {"name": MappedPropertyApply(ContainerId("plant", "Well"), "name")}
    client.data_modeling.views.apply(ViewApply("plant", "Well", "v1", properties=mapped))


def _instances(client: Any) -> None:
    view = ViewId("plant", "Well", "v1")
    nodes = [
        NodeApply("plant", f"well-{i}", sources=[NodeOrEdgeData(view, {"name": f"Well {i}"})]) for i in range(INSTANCES)
    ]
    client.data_modeling.instances.apply(nodes)
    assert len(client.data_modeling.instances.list("node", sources=view, limit=None)) == INSTANCES
    client.data_modeling.instances.delete([("plant", node.external_id) for node in nodes])


if __name__ == "__main__":
    main()
