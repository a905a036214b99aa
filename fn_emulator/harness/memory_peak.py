"""The peak of what is allocated, and which lines of the user's held it, as ``tracemalloc`` knows.

How it works: somebody asks at every line whether there is a new peak. When it has grown by a tenth (by half where there
are millions of objects), what each line holds is added up, which takes a microsecond and, for that moment, some 100
bytes for each object.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections import defaultdict
from operator import itemgetter
from tracemalloc import get_traced_memory
from typing import Any, Callable

from .realtime import REAL

Place = tuple[str, int]

_FRAMES = 16
_LINES = 10
_MB = 1024 * 1024
_LEAST_GROWTH = 1 * _MB
_GROWTH = 1.1
_GROWTH_WHEN_SLOW = 1.5
_NEVER_SLOW_S = 0.5
_PLATEAU = 1.01
"""A line that goes higher by less than this is not the one to blame, and what we allocate ourselves is less."""
_LEAST_PLATEAU = 64 * 1024
_SIZE = itemgetter(1)


class MemoryPeak:
    """Follows the peak between ``start`` and ``stop``.

    Attributes:
        next_peak: Bytes; with no more than that, ``look`` would do nothing.
    """

    def __init__(self, is_user_file: Callable[[str], bool], tell: Callable[[dict[str, Any]], None]) -> None:
        self.next_peak = _LEAST_PLATEAU
        self._is_user_file = is_user_file
        self._tell = tell
        self._was_tracing = False
        self._busy = False
        self._begun = 0.0
        self._adding_up_s = 0.0
        self._peak = 0
        self._place: Place | None = None
        self._noted_peak = 0
        self._held: list[dict[str, Any]] = []

    def start(self) -> None:
        """Begin to count what is allocated."""
        self._was_tracing = tracemalloc.is_tracing()
        tracemalloc.start(_FRAMES)
        tracemalloc.reset_peak()
        self._begun = REAL.perf_counter()

    def stop(self) -> None:
        """End it, unless somebody else had begun."""
        self._peak = max(self._peak, get_traced_memory()[1])
        if not self._was_tracing:
            tracemalloc.stop()

    def result(self) -> dict[str, Any]:
        """What is known so far: see ``MemoryProfile.result``."""
        return {"peak_mb": self._peak / _MB, "place": self._place, "held": self._held}

    def look(self, place: Place | None) -> None:
        """Take note of a new peak; ``place`` is the line that has run since the last look."""
        current, peak = get_traced_memory()
        if self._busy or peak <= self.next_peak:  # busy: another thread adds up, and what that takes is no peak
            return
        self._peak, self._place = peak, place
        self.next_peak = int(peak * _PLATEAU) + _LEAST_PLATEAU
        if peak > self._noted_peak + _LEAST_GROWTH and peak > self._noted_peak * self._growth():
            self._note(peak, peak - current)
            tracemalloc.reset_peak()

    def _growth(self) -> float:
        quarter = (REAL.perf_counter() - self._begun) / 4
        return _GROWTH_WHEN_SLOW if self._adding_up_s > max(quarter, _NEVER_SLOW_S) else _GROWTH

    def _note(self, peak: int, freed: int) -> None:
        self._busy = True
        begun = REAL.perf_counter()
        collects = gc.isenabled()
        gc.disable()  # it would look at all of the user's objects again and again
        try:
            self._held = self._add_up(freed)
            self._noted_peak = peak
            self._tell(self.result())
        except MemoryError:  # raised here, it would look like one of the user's line
            pass
        finally:
            self._adding_up_s += REAL.perf_counter() - begun
            self._busy = False
            if collects:
                gc.enable()

    def _add_up(self, freed: int) -> list[dict[str, Any]]:
        """What each line holds now, and what the line at the peak held and has freed again."""
        sizes = dict.fromkeys([self._place], freed) if self._place is not None else {}
        for frames, size in _sizes_by_trace():
            place = next(((file, line) for file, line in frames if self._is_user_file(file)), None)
            if place is not None:
                sizes[place] = sizes.get(place, 0) + size
        largest = sorted(sizes.items(), key=lambda item: (-item[1], item[0]))[:_LINES]
        return [{"file": place[0], "line": place[1], "mb": size / _MB} for place, size in largest if size >= _MB / 100]


def _sizes_by_trace() -> list[tuple[Any, int]]:
    """``(frames, bytes)`` of each place that has allocated; ``frames``: ``(file, line)``, the innermost first."""
    if not tracemalloc.is_tracing():  # the user's code has ended it
        return []
    # The raw tuples (domain, bytes, frames, ...), the same in 3.9 to 3.14: objects for a million traces take seconds.
    traces: Any = tracemalloc.take_snapshot().traces
    # First grouped, then summed: a number made for each trace would be traced itself, which is what takes the time.
    groups: defaultdict[Any, list[Any]] = defaultdict(list)
    for trace in traces._traces:
        groups[trace[2]].append(trace)
    return [(frames, sum(map(_SIZE, group))) for frames, group in groups.items()]
