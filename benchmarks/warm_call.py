"""A warm call in process: what checks, capture and record add to calling the handler.

Run by ``calls`` in the environment that is measured; it prints the medians of its rounds.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

CALLS = 200
DATA = {"name": "tank", "radius": 2.5}
HANDLER = """\
import math


def handle(data):
    return {"name": data["name"], "area": math.pi * data["radius"] ** 2}
"""


def main(folder: Path, rounds: int) -> None:
    """Print the microseconds of one call: of the handler alone, as ``load_function`` gives it, and recorded."""
    from fn_emulator import load_function
    from fn_emulator.calls import CallLog
    from fn_emulator.emulator import open_loaded
    from fn_emulator.runners.opening import Surroundings

    (folder / "fn").mkdir(parents=True)
    (folder / "fn" / "handler.py").write_text(HANDLER)
    names: dict[str, Callable[..., object]] = {}
    exec(HANDLER, names)  # the handler as it is without us
    with (
        load_function(folder / "fn") as loaded,
        open_loaded(
            folder / "fn", flags={}, around=Surroundings("inprocess", {}), log=CallLog(str(folder))
        ) as recorded,
    ):
        calls = {"direct": names["handle"], "call": loaded.call, "recorded": recorded.call}
        times: dict[str, list[float]] = {name: [] for name in calls}
        for number in range(rounds + 1):
            for name, call in calls.items():
                seconds = _seconds(call)
                if number:  # the first round is not counted
                    times[name].append(seconds * 1e6 / CALLS)
        result = recorded.call(DATA)
    assert result.status == "Completed"
    assert result.recording is not None
    print(json.dumps({name: median(taken) for name, taken in times.items()}))


def _seconds(call: Callable[..., object]) -> float:
    start = perf_counter()
    for _ in range(CALLS):
        call(DATA)
    return perf_counter() - start


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
