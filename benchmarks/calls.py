"""Warm calls in process, measured in the environment by the script ``warm_call``."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

from benchmarks.environment import Environment, clean_variables
from benchmarks.figure import Figure

SCRIPT = Path(__file__).with_name("warm_call.py")


def call_figures(environment: Environment, runs: int) -> Iterator[Figure]:
    """Measure ``runs`` rounds of calls, in turns with calls of the handler itself."""
    command = (environment.python, str(SCRIPT), str(environment.folder / "calls"), str(runs))
    ended = subprocess.run(
        command, cwd=environment.folder, env=clean_variables(), stdout=subprocess.PIPE, text=True, check=True
    )
    times = json.loads(ended.stdout)
    for name, what in (("recorded", "warm call, recorded"), ("call", "warm call, not recorded")):
        detail = f"{times[name]:.1f} us, the handler alone {times['direct']:.2f} us"
        yield Figure(f"{what}, over calling the handler", times[name] - times["direct"], 60, "us", detail)
