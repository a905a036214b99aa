"""A year of a schedule of five minutes, as ``fn-emulate schedule`` makes it, and what a freeze for each call takes.

Run by ``schedule`` in the environment that is measured; it prints the medians of its rounds.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from fn_emulator.emulator import open_loaded
from fn_emulator.report.schedule.tally import Tally
from fn_emulator.runners import AT_ONCE
from fn_emulator.runners.opening import Surroundings
from fn_emulator.schedule import plan_schedule

COLD_CALLS = 30
DATA = {"name": "tank", "radius": 2.5}
START = datetime(2026, 1, 1, tzinfo=timezone.utc)
HANDLER = """\
import math


def handle(data):
    return {"name": data["name"], "area": math.pi * data["radius"] ** 2}
"""


def main(folder: Path, rounds: int) -> None:
    """Print the seconds of a year by runner, the number of its calls, and the seconds of one call with a freeze."""
    (folder / "fn").mkdir(parents=True)
    (folder / "fn" / "handler.py").write_text(HANDLER)
    times: dict[str, list[float]] = {"inprocess": [], "worker": [], "cold": []}
    for _ in range(rounds):
        for runner in ("inprocess", "worker"):
            times[runner].append(_year(folder / "fn", runner))
        times["cold"].append(_frozen_call())
    extent = plan_schedule("*/5 * * * *", START, START + timedelta(days=365)).extent()
    print(json.dumps({**{name: median(taken) for name, taken in times.items()}, "calls": extent.calls}))


def _year(function: Path, runner: str) -> float:
    around = Surroundings("worker", os.environ, has_only_declared_env=True)
    with open_loaded(function, flags={"runner": runner}, around=around) as loaded:
        loaded.call(DATA)
        start = perf_counter()
        plan = plan_schedule("*/5 * * * *", START, START + timedelta(days=365))
        extent = plan.extent()
        tally = Tally(extent.first, extent.last, extent.calls)
        calls = loaded.scheduled_calls(plan.ticks(), data=DATA)
        for result in loaded.invoke_each(calls, pace=AT_ONCE):
            tally.add(result)
        seconds = perf_counter() - start
    assert tally.total.statuses["Completed"] == extent.calls
    return seconds


def _frozen_call() -> float:
    """Seconds of one call of the bare handler, with a freeze of its own, as a test would write it."""
    from freezegun import freeze_time

    names: dict[str, Any] = {}
    exec(HANDLER, names)
    handle: Callable[..., Any] = names["handle"]
    taken = []
    for number in range(COLD_CALLS):
        start = perf_counter()
        with freeze_time(START + timedelta(minutes=5 * number)):
            handle(DATA)
        taken.append(perf_counter() - start)
    return median(taken)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
