"""The worker: what it adds to a run and to a warm call, and what a fresh start costs beside a new interpreter."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.environment import Environment, clean_variables
from benchmarks.figure import Figure
from benchmarks.startup import DATA, HANDLER, folder_with, measure

WARM_SCRIPT = Path(__file__).with_name("warm_worker.py")
FRESH_SCRIPT = Path(__file__).with_name("fresh_start.py")

FORKS = 4
"""How many times longer than a fork that calls the handler, and no more, a fresh start may take."""


def worker_figures(environment: Environment, runs: int) -> Iterator[Figure]:
    """Measure whole processes in turns, then calls within one process; pandas is installed for some."""
    environment.install("pandas")
    yield _run_figure(environment, runs)
    times = _measured(environment, WARM_SCRIPT, "warm", runs)
    detail = f"{times['worker']:.3f} ms, in process {times['inprocess']:.3f} ms"
    yield Figure("warm call, more in the worker", times["worker"] - times["inprocess"], 0.3, "ms", detail)
    for name in ("stdlib", "pandas"):
        times = _measured(environment, FRESH_SCRIPT, name, runs)
        fresh, fork, new = times["fresh"], times["fork"], times["interpreter"]
        detail = f"{fresh:.1f} ms, the fork {fork:.1f} ms; a new interpreter {new:.0f} ms, {new / fresh:.1f} x"
        yield Figure(f"fresh start with a call, {name}, to a fork", fresh / fork, FORKS, "x", detail)


def _run_figure(environment: Environment, runs: int) -> Figure:
    handler = HANDLER.format(name="handle", arguments="data", data="data")
    folder = folder_with(environment.folder / "runners", {"cdf.toml": "", "fn/handler.py": handler})
    run = (str(environment.bin / "fn-emulate"), "run", "fn", "--data", DATA, "--runner")
    commands = {name: (folder, (*run, name)) for name in ("worker", "inprocess")}
    # A difference of two processes is a small part of what is measured: more runs than elsewhere.
    times = {name: median(taken) * 1000 for name, taken in measure(commands, 2 * runs).items()}
    detail = f"{times['worker']:.1f} ms, in process {times['inprocess']:.1f} ms"
    return Figure("run, more with the worker", times["worker"] - times["inprocess"], 8, "ms", detail)


def _measured(environment: Environment, script: Path, name: str, runs: int) -> Mapping[str, Any]:
    ended = subprocess.run(
        (environment.python, str(script), str(environment.folder / script.stem / name), name, str(runs)),
        cwd=environment.folder,
        env=clean_variables(),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    times: dict[str, Any] = json.loads(ended.stdout)
    return times
