"""Free what fresh starts have left, before it fills the memory of the process.

Functions and the modules whose names they use refer to each other, so that only the garbage collector frees them; it
counts objects, of which a table of a million numbers is one.
"""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterable
from types import GeneratorType, ModuleType

from .realtime import REAL

_SHARE = 20
"""A collection comes when the work since the last one has taken so many times what a collection takes."""

_FIRST_AFTER_S = 0.2


def free() -> None:
    """Free at once what refers to itself; nobody is warned of what it has left open."""
    with warnings.catch_warnings():
        # It is we who have left them: a process that starts once closes what its module opened at its end.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def holds_open(modules: Iterable[ModuleType]) -> bool:
    """Whether a name of modules leads to what warns if it is freed before it was closed: a file, a socket, a database.

    Freed by Python itself, that is at another time, in somebody else's test, which the warning may make fail.
    """
    kinds = {type(value) for module in modules for value in list(vars(module).values())}
    return any(_defines(kind, "__del__") and _defines(kind, "close") for kind in kinds - {GeneratorType})


def _defines(kind: type, name: str) -> bool:
    return any(name in vars(base) for base in kind.__mro__)  # to ask the class may run code of its own


class Collecting:
    """Collects now and then, a twentieth of the time at most."""

    __slots__ = ("_next",)

    def __init__(self) -> None:
        """The first collection comes soon, and shows how long one takes; a few trials are over before."""
        self._next = REAL.perf_counter() + _FIRST_AFTER_S

    def collect(self) -> None:
        """Free what can be, if it is time; a process that collects nothing by itself is left alone."""
        begun = REAL.perf_counter()
        if begun >= self._next and gc.isenabled():
            free()
            ended = REAL.perf_counter()
            self._next = ended + _SHARE * (ended - begun)
