"""A year of a schedule, measured in the environment by the script ``year``."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

from benchmarks.environment import Environment, clean_variables
from benchmarks.figure import Figure

SCRIPT = Path(__file__).with_name("year.py")
MOST_ROUNDS = 5


def schedule_figures(environment: Environment, runs: int) -> Iterator[Figure]:
    """Measure some rounds of a year in each runner, beside a cold freeze for each of its calls."""
    rounds = min(MOST_ROUNDS, max(1, runs // 3))
    command = (environment.python, str(SCRIPT), str(environment.folder / "year"), str(rounds))
    ended = subprocess.run(
        command, cwd=environment.folder, env=clean_variables(), stdout=subprocess.PIPE, text=True, check=True
    )
    times = json.loads(ended.stdout)
    cold_s = times["cold"] * times["calls"]
    for runner, what in (("inprocess", "in process"), ("worker", "in the worker")):
        detail = (
            f"{times['calls']:,} calls, {times[runner] / times['calls'] * 1e6:.0f} us each; a freeze for each"
            f" {cold_s:.0f} s, {cold_s / times[runner]:.0f} x"
        )
        yield Figure(f"a year of five-minute calls, {what}", times[runner], 2.5, "s", detail)
