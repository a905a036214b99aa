"""End a call that takes too long, and tell a real Ctrl-C from a ``KeyboardInterrupt`` that the handler raises.

In process only a kernel timer on the main thread can do this: its signal interrupts Python code and sleeping system
calls, but not a loop inside C.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any

_AGAIN_AFTER_S = 0.2


class TimeIsUp(BaseException):
    """Raised inside the handler when its time is up; a BaseException, so that ``except Exception`` lets it through."""


class CallLimits:
    """Guards one call: ``start``, then ``arm`` just before user code runs, ``disarm`` just after it, then ``stop``.

    A Ctrl-C outside of user code is kept in ``interrupted`` until the process is as it was found.
    """

    def __init__(self) -> None:
        self.enforced = False
        self.expired = False
        self.interrupted = False
        self._running = False
        self._saved: list[tuple[int, Any]] = []

    def start(self) -> None:
        """Take over the interrupt signal."""
        self.enforced = self.expired = self.interrupted = self._running = False
        self._saved = []
        if threading.current_thread() is threading.main_thread():
            self._replace(signal.SIGINT, self._on_interrupt)

    def arm(self, timeout_s: float | None) -> None:
        """Let the signals reach user code; ``enforced`` then says whether the time limit holds."""
        if self._saved and timeout_s is not None and hasattr(signal, "setitimer"):
            self._replace(signal.SIGALRM, self._on_alarm)
            # Again and again: a handler that catches everything and goes on is caught again.
            signal.setitimer(signal.ITIMER_REAL, timeout_s, _AGAIN_AFTER_S)
            self.enforced = True
        self._running = True

    def disarm(self) -> None:
        """User code is over: from here on nothing is interrupted."""
        self._running = False
        if self.enforced:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def stop(self) -> None:
        """Put the process's own signal handlers back."""
        for number, handler in reversed(self._saved):
            signal.signal(number, handler)

    def _replace(self, number: int, handler: Any) -> None:
        previous = signal.getsignal(number)
        if previous is not None:  # None was installed from C: it could not be put back, so it stays
            self._saved.append((number, previous))
            signal.signal(number, handler)

    def _on_alarm(self, number: int, frame: FrameType | None) -> None:
        if self._running:
            self.expired = True
            raise TimeIsUp

    def _on_interrupt(self, number: int, frame: FrameType | None) -> None:
        self.interrupted = True
        if self._running:
            raise KeyboardInterrupt
