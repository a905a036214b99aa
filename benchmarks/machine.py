"""How slow this machine is beside the one that the budgets were set on: ``python -m benchmarks.machine`` prints it.

A budget in milliseconds, or a limit of the gate in minutes, means that machine. Ratios mean every machine.
"""

from __future__ import annotations

import subprocess
import sys
from statistics import median
from time import perf_counter

BARE_S = 0.007
"""How long Python takes there to start and end without ``site``; 0.010 with it, in an empty environment."""

RUNS = 15


def slowness() -> float:
    """How many times as long bare Python takes to start and end here; 1 on a machine that is as fast, or faster."""
    return max(1.0, median(_seconds() for _ in range(RUNS)) / BARE_S)


def _seconds() -> float:
    start = perf_counter()
    # What other people have put into site-packages is no matter of the machine's.
    subprocess.run((sys.executable, "-S", "-E", "-c", "pass"), check=True)
    return perf_counter() - start


if __name__ == "__main__":
    print(f"{slowness():.2f}")
