"""``python -m benchmarks``: measure everything that has a budget, and print the figures."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from benchmarks.calls import call_figures
from benchmarks.environment import make_environment
from benchmarks.fake_cdf import fake_cdf_figures
from benchmarks.figure import table
from benchmarks.machine import slowness
from benchmarks.plugin_import import plugin_figure
from benchmarks.reload import reload_figures
from benchmarks.schedule import schedule_figures
from benchmarks.startup import startup_figures
from benchmarks.trials import trial_figures
from benchmarks.worker import worker_figures

RUNS = 25
QUICK_RUNS = 7


def main() -> int:
    """Measure, print, and say with ``--gate`` whether a figure is far over its budget."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help=f"{QUICK_RUNS} runs of each instead of {RUNS}, and fewer peers"
    )
    parser.add_argument("--gate", action="store_true", help="exit 1 when a figure exceeds twice its budget")
    parser.add_argument("--wheel", type=Path, help="measure this wheel instead of one built from the checkout")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    options = parser.parse_args()
    runs = QUICK_RUNS if options.quick else RUNS
    with tempfile.TemporaryDirectory() as folder:
        environment = make_environment(Path(folder), options.wheel)
        slow = slowness()
        figures = [
            *startup_figures(environment, runs),
            *call_figures(environment, runs),
            *fake_cdf_figures(environment, runs),
            plugin_figure(environment, runs),
            *worker_figures(environment, runs),
            *schedule_figures(environment, runs),
            *trial_figures(environment, runs),
            *reload_figures(environment, runs, is_full=not options.quick),
        ]
        slow = max(slow, slowness())  # it changes from minute to minute
    print(table(figures, slow))
    if options.json:
        content = {"schema": 1, "runs": runs, "slowness": slow, "figures": [figure.to_json() for figure in figures]}
        options.json.write_text(json.dumps(content, indent=2) + "\n")
    return int(options.gate and any(figure.is_far_over(slow) for figure in figures))


if __name__ == "__main__":
    raise SystemExit(main())
