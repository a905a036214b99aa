"""Free what starts that were given up have left, before it fills the memory of the process, and without a warning.

Functions and the modules whose names they use refer to each other, so that only the garbage collector frees them; it
counts objects, of which a table of a million numbers is one, and comes at any time, also in somebody else's test.
"""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from .realtime import REAL

_SHARE = 20
"""A collection comes when the work since the last one has taken so many times what a collection takes."""

_FIRST_AFTER_S = 0.2


@contextmanager
def unwarned() -> Iterator[None]:
    """Nobody is warned of a file or database that is freed before it was closed.

    It is we who have left it: a process that starts once closes what its modules opened at its end.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield


def free() -> None:
    """Free at once what refers to itself; a process that collects nothing by itself is left alone."""
    if gc.isenabled():
        with unwarned():
            gc.collect()


class Collecting:
    """Collects now and then, a twentieth of the time at most."""

    __slots__ = ("_next",)

    def __init__(self) -> None:
        """The first collection comes soon, and shows how long one takes; a few trials are over before."""
        self._next = REAL.perf_counter() + _FIRST_AFTER_S

    def collect(self) -> None:
        """Free what can be, if it is time."""
        begun = REAL.perf_counter()
        if begun >= self._next:
            free()
            ended = REAL.perf_counter()
            self._next = ended + _SHARE * (ended - begun)
