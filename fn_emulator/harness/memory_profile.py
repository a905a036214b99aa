"""Which lines of the user's hold the memory of a call at its peak.

How it works: ``tracemalloc`` knows what is allocated, and for which lines. A line trace in the user's files looks at
each line whether there is a new peak, so that the line that ran then is known also when it has given all back. When the
peak has grown by a tenth (by half where there are millions of objects), what each line holds is added up.

What costs: pure Python lines take about a hundred times as long, what waits or computes in C hardly longer. Adding up
takes a microsecond and, for that moment, some 100 bytes for each object.
"""

from __future__ import annotations

import gc
import sys
import threading
import tracemalloc
from collections import defaultdict
from operator import itemgetter
from tracemalloc import get_traced_memory
from typing import Any, Callable

from .realtime import REAL

Place = tuple[str, int]
Tell = Callable[[dict[str, Any]], None]

_FRAMES = 16
_LINES = 10
_MB = 1024 * 1024
_SIZE = itemgetter(1)
_LEAST_GROWTH = 1 * _MB
_GROWTH = 1.1
_PLATEAU = 1.01
"""A line that goes higher by less than this is not the one to blame, and what we allocate ourselves is less."""
_LEAST_PLATEAU = 64 * 1024
_GROWTH_WHEN_SLOW = 1.5


class MemoryProfile:
    """Profiles what runs between ``start`` and ``stop``; exact about lines while one thread runs.

    A trace function that was there (a debugger's, that of coverage) sees nothing of the user's lines meanwhile, and is
    put back. One that is installed meanwhile (``breakpoint()``) stays, and the profile ends there.

    Args:
        is_user_file: Whether a file is the user's.
        tell: Called with what ``result`` would give each time the peak has grown by a tenth, so that somebody knows
            when the process is killed for its memory.
    """

    def __init__(self, is_user_file: Callable[[str], bool], tell: Tell) -> None:
        self._is_user_file = is_user_file
        self._tell = tell
        self._known: dict[str, bool] = {}
        self._running = False
        self._was_tracing = False
        self._busy = False
        self._previous: tuple[Any, Any] = (None, None)
        self._begun = 0.0
        self._adding_up_s = 0.0
        self._last: Place | None = None
        self._peak = 0
        self._next_peak = _LEAST_PLATEAU
        self._place: Place | None = None
        self._noted_peak = 0
        self._held: list[dict[str, Any]] = []

    def start(self) -> None:
        """Begin; only functions that are called from now on are looked at."""
        self._was_tracing = tracemalloc.is_tracing()
        tracemalloc.start(_FRAMES)
        tracemalloc.reset_peak()
        self._begun = REAL.perf_counter()
        # threading.gettrace() is there from 3.10 on.
        self._previous = (sys.gettrace(), getattr(threading, "_trace_hook", None))
        self._running = True
        threading.settrace(self._on_call)
        sys.settrace(self._on_call)

    def stop(self) -> None:
        """End, and put back what was there."""
        if not self._running:
            return
        self._running = False
        before, before_in_threads = self._previous
        if sys.gettrace() == self._on_call:
            sys.settrace(before)
        threading.settrace(before_in_threads)
        self._look()
        self._peak = max(self._peak, get_traced_memory()[1])
        if not self._was_tracing:
            tracemalloc.stop()

    def result(self) -> dict[str, Any]:
        """What is known so far.

        Returns:
            ``{"peak_mb", "place": (file, line) or None, "held": [{"file", "line", "mb"}]}``: the most that was
            allocated at one moment, the user's line that ran then, and at most ten lines that held the most, the
            largest first.
        """
        return {"peak_mb": self._peak / _MB, "place": self._place, "held": self._held}

    def _on_call(self, frame: Any, event: str, arg: Any) -> Any:
        if not self._running or not self._is_users(frame.f_code.co_filename):
            return None
        return self._on_event(frame, event, arg)

    def _on_event(self, frame: Any, event: str, arg: Any) -> Any:
        # An event comes before its line runs: what happened since the last one was done by the line of that one.
        if get_traced_memory()[1] > self._next_peak:
            self._look()
        if event == "return":
            frame = self._nearest(frame.f_back)  # the rest of the line that called
        self._last = None if frame is None else (frame.f_code.co_filename, frame.f_lineno)
        return self._on_event

    def _is_users(self, filename: str) -> bool:
        known = self._known.get(filename)
        if known is None:
            known = self._known[filename] = self._is_user_file(filename)
        return known

    def _nearest(self, frame: Any) -> Any:
        while frame is not None and not self._is_users(frame.f_code.co_filename):
            frame = frame.f_back
        return frame

    def _look(self) -> None:
        current, peak = get_traced_memory()
        if self._busy or peak <= self._next_peak:  # busy: another thread adds up, and what that takes is no peak
            return
        self._peak, self._place = peak, self._last
        self._next_peak = int(peak * _PLATEAU) + _LEAST_PLATEAU
        if peak > self._noted_peak + _LEAST_GROWTH and peak > self._noted_peak * self._growth():
            self._note(peak, peak - current)
            tracemalloc.reset_peak()

    def _growth(self) -> float:
        elapsed = REAL.perf_counter() - self._begun
        return _GROWTH_WHEN_SLOW if self._adding_up_s > elapsed / 4 else _GROWTH

    def _note(self, peak: int, freed: int) -> None:
        self._busy = True
        collects = gc.isenabled()
        gc.disable()  # it would look at all of the user's objects again and again
        begun = REAL.perf_counter()
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
            place = next(((file, line) for file, line in frames if self._is_users(file)), None)
            if place is not None:
                sizes[place] = sizes.get(place, 0) + size
        largest = sorted(sizes.items(), key=lambda item: (-item[1], item[0]))[:_LINES]
        return [{"file": place[0], "line": place[1], "mb": size / _MB} for place, size in largest if size >= _MB / 100]


def _sizes_by_trace() -> Any:
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
