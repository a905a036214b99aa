"""A burst of file events -> the moment at which it is over. The clock is an argument.

A reload waits for little else, so the pauses are as short as what editors do allows.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

QUIET_S = 0.006
"""Seconds without an event after which a burst is over; the steps of one save follow each other within 1 ms."""

BURST_S = 0.1
"""Seconds after which a burst that goes on is looked at all the same."""

HALF_WRITTEN_S = 0.5
"""Seconds that a file is waited for which is open for writing: somebody may hold it open for ever, as a log."""

REPLACED_S = 0.05
"""Seconds that a file is waited for which is gone: most are written anew at once."""


class Touched(NamedTuple):
    """One file event.

    Attributes:
        step: ``begun`` (written to, and not closed), ``ended`` (closed after writing), ``other``.
        path: The file or folder.
    """

    step: Literal["begun", "ended", "other"]
    path: str


class Settling:
    """One burst of events, from its first one."""

    def __init__(self, now_s: float) -> None:
        """Begin at ``now_s``, of a clock that only goes forward."""
        self._began = self._last = now_s
        self._open: set[str] = set()
        self._closed: set[str] = set()

    def add(self, touched: Touched, now_s: float) -> None:
        """Take one more event."""
        self._last = now_s
        if touched.step == "ended":
            self._open.discard(touched.path)
            self._closed.add(touched.path)
        elif touched.step == "begun" and touched.path not in self._closed:
            # After its end come changes of mode and time, which watchdog 6 cannot tell from writes.
            self._open.add(touched.path)

    def remaining_s(self, now_s: float) -> float:
        """Seconds to wait for another event; 0 when the burst is over."""
        if self._open:
            return max(0.0, self._began + HALF_WRITTEN_S - now_s)
        return max(0.0, min(self._last + QUIET_S, self._began + BURST_S) - now_s)
