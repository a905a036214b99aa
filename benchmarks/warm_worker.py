"""A warm call in the worker beside the same in process, as ``load_function`` gives both.

Run by ``worker`` in the environment that is measured; it prints the medians of its rounds.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

from fn_emulator import LoadedFunction, load_function

CALLS = 50
DATA = {"name": "tank", "radius": 2.5}
HANDLER = """\
import math


def handle(data):
    return {"name": data["name"], "area": math.pi * data["radius"] ** 2}
"""


def main(folder: Path, rounds: int) -> None:
    """Print the milliseconds of one call by runner."""
    (folder / "fn").mkdir(parents=True)
    (folder / "fn" / "handler.py").write_text(HANDLER)
    with load_function(folder / "fn") as here, load_function(folder / "fn", runner="worker") as there:
        runners = {"inprocess": here, "worker": there}
        times: dict[str, list[float]] = {name: [] for name in runners}
        for number in range(rounds + 1):
            for name, loaded in runners.items():
                milliseconds = _milliseconds(loaded)
                if number:  # the first round is not counted
                    times[name].append(milliseconds)
        result = there.call(DATA)
    assert result.status == "Completed"
    assert result.where.runner == "worker"
    print(json.dumps({name: median(taken) for name, taken in times.items()}))


def _milliseconds(loaded: LoadedFunction) -> float:
    start = perf_counter()
    for _ in range(CALLS):
        loaded.call(DATA)
    return (perf_counter() - start) * 1000 / CALLS


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[3]))
