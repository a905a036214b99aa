"""Which lines of the user's hold the memory of a call at its peak: a line trace in the user's files.

How it works: at each line it looks whether there is a new peak, so that the line that ran then is known also when it
has given all back. A line of Python then takes about a hundred times as long, so that after ``MOST_EVENTS`` lines a
thread looks instead, some hundred times a second, and may blame a neighbour of the line. Counting what is allocated
makes Python about ten times as slow in either way; what waits or computes in C takes hardly longer.
"""

from __future__ import annotations

import sys
import threading
from tracemalloc import get_traced_memory
from typing import Any, Callable

from .memory_peak import MemoryPeak, Place

MOST_EVENTS = 300_000
"""Lines that are looked at one by one: a second or two."""

_LOOK_EVERY_S = 0.005


class MemoryProfile:
    """Profiles what runs between ``start`` and ``stop``; exact about lines at first, and while one thread runs.

    A trace function that was there (a debugger's, that of coverage) sees nothing of the user's lines meanwhile, and is
    put back. One that is installed meanwhile (``breakpoint()``) stays, and the profile ends there.

    Args:
        is_user_file: Whether a file is the user's.
        tell: Called with what ``result`` would give each time the peak has grown by a tenth, so that somebody knows
            when the process is killed for its memory.
    """

    def __init__(self, is_user_file: Callable[[str], bool], tell: Callable[[dict[str, Any]], None]) -> None:
        self._is_user_file = is_user_file
        self._known: dict[str, bool] = {}
        self._peak = MemoryPeak(self._is_users, tell)
        self._last: Place | None = None
        self._running = False
        self._events = 0
        self._thread = 0
        self._looker: threading.Thread | None = None
        self._ended = threading.Event()
        self._previous: tuple[Any, Any] = (None, None)

    def start(self) -> None:
        """Begin; only functions that are called from now on are looked at."""
        # threading.gettrace() is there from 3.10 on.
        self._previous = (sys.gettrace(), getattr(threading, "_trace_hook", None))
        self._running = True
        self._thread = threading.get_ident()
        self._peak.start()
        threading.settrace(self._on_call)
        sys.settrace(self._on_call)

    def stop(self) -> None:
        """End, and put back what was there."""
        if not self._running:
            return
        self._running = False
        if self._looker is not None:
            self._ended.set()
            self._looker.join()
        before, before_in_threads = self._previous
        if sys.gettrace() == self._on_call or self._looker is not None:
            sys.settrace(before)
        threading.settrace(before_in_threads)
        self._peak.look(self._last)
        self._peak.stop()

    def result(self) -> dict[str, Any]:
        """What is known so far.

        Returns:
            ``{"peak_mb", "place": (file, line) or None, "held": [{"file", "line", "mb"}]}``: the most that was
            allocated at one moment, the user's line that ran then, and at most ten lines that held the most, the
            largest first.
        """
        return self._peak.result()

    def _on_call(self, frame: Any, event: str, arg: Any) -> Any:
        if not self._running or not self._is_users(frame.f_code.co_filename):
            return None
        return self._on_event(frame, event, arg)

    def _on_event(self, frame: Any, event: str, arg: Any) -> Any:
        self._events += 1
        if self._events > MOST_EVENTS:
            return self._look_now_and_then(frame)
        # An event comes before its line runs: what happened since the last one was done by the line of that one.
        if get_traced_memory()[1] > self._peak.next_peak:
            self._peak.look(self._last)
        if event == "return":
            frame = self._nearest(frame.f_back)  # the rest of the line that called
        self._last = None if frame is None else (frame.f_code.co_filename, frame.f_lineno)
        return self._on_event

    def _look_now_and_then(self, frame: Any) -> None:
        if self._looker is None:
            self._looker = threading.Thread(target=self._look, name="fn-emulator-memory", daemon=True)
            self._looker.start()
        nobody: Any = None
        sys.settrace(nobody)
        threading.settrace(nobody)
        while frame is not None:
            frame.f_trace = None
            frame = frame.f_back

    def _look(self) -> None:
        while not self._ended.wait(_LOOK_EVERY_S):
            frame = self._nearest(sys._current_frames().get(self._thread))
            if frame is not None:
                self._last = (frame.f_code.co_filename, frame.f_lineno)
            if get_traced_memory()[1] > self._peak.next_peak:
                self._peak.look(self._last)

    def _is_users(self, filename: str) -> bool:
        known = self._known.get(filename)
        if known is None:
            known = self._known[filename] = self._is_user_file(filename)
        return known

    def _nearest(self, frame: Any) -> Any:
        while frame is not None and not self._is_users(frame.f_code.co_filename):
            frame = frame.f_back
        return frame
