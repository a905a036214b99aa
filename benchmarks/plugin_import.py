"""What the pytest plugin adds to a run that does not use it: its import."""

from __future__ import annotations

import subprocess
from statistics import median

from benchmarks.environment import Environment, clean_variables
from benchmarks.figure import Figure


def plugin_figure(environment: Environment, runs: int) -> Figure:
    """Measure the import of the plugin, by the interpreter's own count, in ``runs`` processes."""
    return Figure("import of the plugin", median(_milliseconds(environment) for _ in range(runs)), 10, "ms", "")


def _milliseconds(environment: Environment) -> float:
    # pytest has imported itself by then, and with it much of what a plugin might import.
    command = (environment.python, "-X", "importtime", "-c", "import pytest, pytest_fn_emulator")
    ended = subprocess.run(command, env=clean_variables(), capture_output=True, text=True, check=True)
    (line,) = (line for line in ended.stderr.splitlines() if line.endswith("| pytest_fn_emulator"))
    return int(line.split("|")[1]) / 1000
