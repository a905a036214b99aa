"""Fresh trials of a handler of ten rows, measured in the environment by the script ``fresh_trials``."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

from benchmarks.environment import Environment, clean_variables
from benchmarks.figure import Figure

SCRIPT = Path(__file__).with_name("fresh_trials.py")
MOST_ROUNDS = 9
BUDGET_US = 50


def trial_figures(environment: Environment, runs: int) -> Iterator[Figure]:
    """Measure some rounds of trials in each runner, beside a new interpreter for each trial."""
    rounds = min(MOST_ROUNDS, runs)
    command = (environment.python, str(SCRIPT), str(environment.folder / "trials"), str(rounds))
    ended = subprocess.run(
        command, cwd=environment.folder, env=clean_variables(), stdout=subprocess.PIPE, text=True, check=True
    )
    times = json.loads(ended.stdout)
    for runner, what in (("inprocess", "in process"), ("worker", "in the worker")):
        fresh, alone = times[f"{runner} fresh"], times["interpreter"]
        detail = (
            f"{1e6 / fresh:,.0f} a second, with a look at the state {1e6 / times[f'{runner} state']:,.0f},"
            f" warm {1e6 / times[f'{runner} warm']:,.0f}; a new interpreter for each {alone / fresh:.0f} x"
        )
        yield Figure(f"a fresh trial of ten rows, {what}", fresh, BUDGET_US, "us", detail)
    for runner, what in (("inprocess", "in process"), ("worker", "in the worker")):
        milliseconds = times[f"{runner} four"] / 1e3
        yield Figure(f"four fresh trials, frozen for them, {what}", milliseconds, 5, "ms", "with a look at the state")
    for runner, what in (("inprocess", "in process"), ("worker", "in the worker")):
        milliseconds = times[f"{runner} verdict"] / 1e3
        yield Figure(f"a clean verdict of ten rows, {what}", milliseconds, 15, "ms", "a runner that has run before")
