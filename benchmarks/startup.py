"""Whole processes: a run of a small handler, beside the peer's run of the same handler and bare Python."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.environment import Environment, clean_variables
from benchmarks.figure import Figure

HANDLER = """\
import math


def {name}({arguments}):
    return {{"name": {data}["name"], "area": math.pi * {data}["radius"] ** 2}}
"""
DATA = '{"name": "tank", "radius": 2.5}'
PROJECT = '[tool.fn-emulate]\ncloud = "azure"\n\n[tool.fn-emulate.functions.fn.env]\nSITE = "NO-STV"\n'
TOOLKIT = """\
- externalId: fn
  name: Areas of {{ site }}
  runtime: py311
  envVars:
    SITE: "{{ site }}"
"""
CONFIG = "environment:\n  name: dev\nvariables:\n  modules:\n    site: NO-STV\n"

Command = tuple[Path, Sequence[str]]
"""The folder in which a command runs, and the command."""


def startup_figures(environment: Environment, runs: int) -> Iterator[Figure]:
    """Measure whole processes, ``runs`` times each, in turns."""
    times = {name: median(taken) * 1000 for name, taken in measure(_commands(environment), runs).items()}
    bare, peer, plain = times["bare"], times["peer"], times["plain"]
    detail = f"{plain:.1f} ms, awslambdalocal {peer:.1f} ms, bare Python {bare:.1f} ms"
    yield Figure("run, whole process, to awslambdalocal", plain / peer, 1.0, "x", detail)
    for name, files in (("project", "pyproject.toml"), ("toolkit", "Toolkit YAML")):
        yield Figure(f"run with {files}, more than without", times[name] - plain, 90, "ms", f"{times[name]:.1f} ms")


def _commands(environment: Environment) -> Mapping[str, Command]:
    ours = HANDLER.format(name="handle", arguments="data", data="data")
    theirs = HANDLER.format(name="handler", arguments="event, context", data="event")
    folder = environment.folder
    # The mark of a project's root keeps each case from looking for settings in the folders above.
    plain = folder_with(folder / "plain", {"cdf.toml": "", "fn/handler.py": ours})
    peer = folder_with(folder / "peer", {"handler.py": theirs, "event.json": DATA})
    project = folder_with(folder / "project", {"pyproject.toml": PROJECT, "fn/handler.py": ours})
    module = {"modules/fn.Function.yaml": TOOLKIT, "modules/fn/handler.py": ours}
    toolkit = folder_with(folder / "toolkit", {"cdf.toml": "", "config.dev.yaml": CONFIG, **module})
    run = (str(environment.bin / "fn-emulate"), "run", "fn", "--data", DATA)
    return {
        "plain": (plain, run),
        "peer": (peer, (environment.python, "-m", "awslambdalocal", "-e", "event.json", "handler.py")),
        "bare": (folder, (environment.python, "-c", "pass")),
        "project": (project, run),
        "toolkit": (toolkit / "modules", (*run, "--toolkit-env", "dev")),
    }


def folder_with(root: Path, files: Mapping[str, str]) -> Path:
    """Make a folder with some files in it."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def measure(commands: Mapping[str, Command], runs: int) -> Mapping[str, list[float]]:
    """Seconds of whole processes, in turns, ``runs`` of each."""
    for command in commands.values():  # once uncounted: bytecode files are written, files come into memory
        _seconds(*command)
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            times[name].append(_seconds(*command))
    return times


def _seconds(folder: Path, command: Sequence[str]) -> float:
    variables = clean_variables()
    start = perf_counter()
    ended = subprocess.run(
        command, cwd=folder, env=variables, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    taken = perf_counter() - start
    if ended.returncode:
        raise SystemExit(f"{' '.join(command)} exited with {ended.returncode}:\n{ended.stderr.decode()}")
    return taken
