"""From a save to the new answer: ``run --watch`` beside what else runs a handler again when it is saved."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from statistics import median
from time import sleep
from typing import NamedTuple

from benchmarks.environment import Environment
from benchmarks.figure import Figure
from benchmarks.watch_commands import functions_framework, lambdarunner, ours, ours_written
from benchmarks.watched import Watched

SAVES = 20
PAUSE_S = 0.2
BEGIN_S = 1.0
"""A command may begin to watch a moment after its first answer."""

HANDLERS = {"stdlib": ("", 60), "pandas and cognite-sdk": ("import pandas\nimport cognite.client\n", 100)}
"""What the handler imports, and the budget in milliseconds."""

HEAVY = ("pandas", "cognite-sdk")
NEWER = ("python3.13", "python3.14", "python3.12")
"""lambdarunner needs one of these."""


class Side(NamedTuple):
    """A command that is measured.

    Attributes:
        name: As it is told.
        start: Environment, a new folder and the handler's imports -> the command, started.
        environment: Where it is installed; None where it cannot be.
        beside: The side of ours on the same interpreter, that a peer is compared with.
    """

    name: str
    start: Callable[[Environment, Path, str], AbstractContextManager[Watched]]
    environment: Environment | None
    beside: str = ""


def reload_figures(environment: Environment, runs: int, *, is_full: bool) -> Iterator[Figure]:
    """Measure at most 20 saves of each, in turns.

    Args:
        environment: The measured environment, which has pandas.
        runs: How many saves.
        is_full: Whether every peer is measured, with both handlers; else one peer with the small handler.
    """
    us = Side("ours", ours, environment)
    peers = _peers(environment, is_full=is_full)
    for name, (imports, budget) in HANDLERS.items():
        sides = (us, *peers) if is_full or not imports else (us,)
        times = _measure(sides, environment.folder / f"reload {name}", imports, min(runs, SAVES))
        detail = "; ".join(_compared(side, times) for side in sides if side.beside)
        yield Figure(f"reload, save to answer, {name}", times["ours"], budget, "ms", detail)


def _peers(environment: Environment, *, is_full: bool) -> tuple[Side, ...]:
    heavy = HEAVY if is_full else ()
    # With watchdog 7 it misses saves: it watches all of the interpreter's library, and that overflows.
    framework = environment.beside("framework", sys.executable, ("functions-framework", "watchdog<7", *heavy))
    sides = (Side("functions-framework --debug", functions_framework, framework, "ours"),)
    if not is_full:
        return sides
    both = ("lambdarunner[watch]", f"{environment.wheel}[cdf]", "pandas")
    newer = next(filter(None, (environment.beside(python, python, both) for python in NEWER)), None)
    return (
        *sides,
        Side("lambdarunner --watch, not saved by rename", lambdarunner, newer, "ours, written"),
        Side("ours, written", ours_written, newer),
    )


def _compared(side: Side, times: Mapping[str, float]) -> str:
    if side.environment is None:
        return f"{side.name} cannot be installed here"
    return f"{side.name} {times[side.name]:.0f} ms, {times[side.name] / times[side.beside]:.1f} x"


def _measure(sides: tuple[Side, ...], folder: Path, imports: str, saves: int) -> Mapping[str, float]:
    """Milliseconds from a save to its answer, by side."""
    with ExitStack() as stack:
        watched = {
            side.name: stack.enter_context(side.start(side.environment, folder / side.name, imports))
            for side in sides
            if side.environment is not None
        }
        sleep(BEGIN_S)
        taken: dict[str, list[float]] = {name: [] for name in watched}
        for number in range(saves + 1):
            for name, command in watched.items():
                sleep(PAUSE_S)
                seconds = command.save()
                if number:  # the first is not counted
                    taken[name].append(seconds * 1000)
    return {name: median(each) for name, each in taken.items()}
