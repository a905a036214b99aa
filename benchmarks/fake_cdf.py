"""The in-memory CDF: a run of a handler that uses its client, and requests of the real client to it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.environment import Environment, clean_variables
from benchmarks.figure import Figure
from benchmarks.startup import folder_with, measure

SCRIPT = Path(__file__).with_name("cdf_requests.py")
HANDLER = "def handle(client):\n    return len(client.assets.list())\n"


def fake_cdf_figures(environment: Environment, runs: int) -> Iterator[Figure]:
    """Measure whole processes in turns, then requests within one process."""
    folder = folder_with(environment.folder / "cdf", {"cdf.toml": "", "fn/handler.py": HANDLER})
    commands = {
        "run": (folder, (str(environment.bin / "fn-emulate"), "run", "fn")),
        "import": (folder, (environment.python, "-c", "import cognite.client")),
    }
    times = {name: median(taken) * 1000 for name, taken in measure(commands, runs).items()}
    detail = f"{times['run']:.0f} ms, the import {times['import']:.0f} ms"
    yield Figure(
        "run with the fake client, to import cognite.client", times["run"] / times["import"], 1.25, "x", detail
    )
    yield from _request_figures(environment, runs)


def _request_figures(environment: Environment, runs: int) -> Iterator[Figure]:
    ended = subprocess.run(
        (environment.python, str(SCRIPT), str(runs)),
        env=clean_variables(),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    times = json.loads(ended.stdout)
    sdk = f"cognite-sdk {times['sdk']}"
    yield Figure("fake CDF, a simple call after the first", times["call"], 0.5, "ms", sdk)
    yield Figure("fake CDF, 100,000 datapoints in and out", times["datapoints"], 1, "s", sdk)
    yield Figure("fake CDF, 10,000 instances applied and listed", times["instances"], 2, "s", sdk)
