"""A fresh start and its call: forked by ``--watch`` and ``--cold``, beside a fork alone and a new interpreter.

Run by ``worker`` in the environment that is measured; it prints the medians of its rounds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from fn_emulator.emulator import open_loaded
from fn_emulator.runners.opening import Surroundings

IMPORTS = {"stdlib": "import json\n", "pandas": "import pandas\nfrom cognite.client import CogniteClient\n"}
HANDLER = "\n\ndef handle(data):\n    return {'name': data['name']}\n"
DATA = {"name": "tank"}
BY_HAND = "import handler, json; print(json.dumps(handler.handle({'name': 'tank'})))"
INTERPRETERS = 5


def main(folder: Path, name: str, rounds: int) -> None:
    """Print the milliseconds of one start by way."""
    source = IMPORTS[name] + HANDLER
    (folder / "fn").mkdir(parents=True)
    (folder / "fn" / "handler.py").write_text(source)
    around = Surroundings("worker", {}, has_only_declared_env=True, starts_again=True)
    with open_loaded(folder / "fn", flags={}, around=around) as loaded:
        loaded.call(DATA)  # forks the zygote from this process, which has imported nothing of the handler's yet
        handle = _imported(source)
        times: dict[str, list[float]] = {"fresh": [], "fork": [], "interpreter": []}
        for number in range(rounds + 1):
            _time(times["fresh"], lambda: loaded.call(DATA, is_cold=True))
            _time(times["fork"], lambda: _fork_alone(handle))
            if number <= INTERPRETERS:
                _time(times["interpreter"], lambda: _new_interpreter(folder / "fn"))
        result = loaded.call(DATA, is_cold=True)
    assert result.status == "Completed"
    print(json.dumps({way: median(taken[1:]) for way, taken in times.items()}))


def _imported(source: str) -> Callable[..., Any]:
    names: dict[str, Any] = {}
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # a process with threads cannot be forked safely
    exec(source, names)
    handle: Callable[..., Any] = names["handle"]
    return handle


def _time(taken: list[float], start: Callable[[], object]) -> None:
    began = perf_counter()
    start()
    taken.append((perf_counter() - began) * 1000)


def _fork_alone(handle: Callable[..., Any]) -> None:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writing, json.dumps(handle(DATA)).encode())
        os._exit(0)
    os.close(writing)
    answer = os.read(reading, 1024)
    os.close(reading)
    os.waitpid(pid, 0)
    assert json.loads(answer) == DATA


def _new_interpreter(folder: Path) -> None:
    subprocess.run((sys.executable, "-c", BY_HAND), cwd=folder, stdout=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
