"""Trials of a handler that each begin freshly, beside a new interpreter for each of them.

Run by ``trials`` in the environment that is measured; it prints the medians of its rounds.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from fn_emulator import LoadedFunction, load_function
from fn_emulator.report.replay import verdict_text
from fn_emulator.trials import Trial

AT = datetime(2026, 1, 14, 9, 26, 53, tzinfo=timezone.utc)
TRIALS = 2000
INTERPRETERS = 5
ROWS = [[f"tank {number}", number * 4] for number in range(10)]
BODY = json.dumps({"data": [[number, *row] for number, row in enumerate(ROWS)]})
HANDLER = """\
import math


def handle(data):
    return {"data": [[number, f"{name} {math.isqrt(area)}"] for number, name, area in data["data"]]}
"""
ALONE = f"import json, handler\nprint(json.dumps(handler.handle(json.loads({BODY!r}))))\n"
KINDS = {
    "fresh": Trial((BODY,)),
    "state": Trial((BODY,), looks_at_state=True),
    "warm": Trial((BODY,), is_fresh=False),
}


def main(folder: Path, rounds: int) -> None:
    """Print microseconds of a trial by runner and kind, of one in a new interpreter, of lists of four, of a verdict.

    In process they are those of a processor: the budget is for a core, which a busy machine shares.
    """
    function = folder / "fn"
    function.mkdir(parents=True)
    (function / "handler.py").write_text(HANDLER)
    times: dict[str, list[float]] = {}
    with load_function(function) as here, load_function(function, runner="worker") as there:
        for _ in range(rounds):
            for runner, loaded in (("inprocess", here), ("worker", there)):
                clock = process_time if loaded is here else perf_counter
                for kind, trial in KINDS.items():
                    times.setdefault(f"{runner} {kind}", []).append(_seconds(loaded, [trial] * TRIALS, clock) / TRIALS)
                times.setdefault(f"{runner} four", []).append(_seconds(loaded, [KINDS["state"]] * 4, clock))
                times.setdefault(f"{runner} verdict", []).append(_verdict_seconds(loaded))
            times.setdefault("interpreter", []).append(_interpreter(function))
    print(json.dumps({name: median(taken) * 1e6 for name, taken in times.items()}))


def _seconds(loaded: LoadedFunction, trials: Iterable[Trial], clock: Callable[[], float]) -> float:
    start = clock()
    for evidence in loaded.run_trials(trials, random_seed=1, frozen_at=AT):
        assert evidence.delivered[0].answer_text is not None
    return clock() - start


def _verdict_seconds(loaded: LoadedFunction) -> float:
    """From the first trial to the report, of a function that is open and has run."""
    start = perf_counter()
    verdict = loaded.replay(ROWS)
    verdict_text(verdict)
    seconds = perf_counter() - start
    assert not verdict.findings
    return seconds


def _interpreter(function: Path) -> float:
    start = perf_counter()
    for _ in range(INTERPRETERS):
        subprocess.run((sys.executable, "-c", ALONE), cwd=function, stdout=subprocess.DEVNULL, check=True)
    return (perf_counter() - start) / INTERPRETERS


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
