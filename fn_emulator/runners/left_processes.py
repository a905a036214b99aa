"""Processes that calls have left running: they go on between the calls of a function, and end with it."""

from __future__ import annotations

import os
import signal
from contextlib import suppress


class LeftProcesses:
    """Held by descriptors, as a number may become somebody else's; where there are none (macOS), nothing is held."""

    def __init__(self) -> None:
        """Hold none."""
        self._held: dict[int, int] = {}

    def take(self, pid: int) -> None:
        """This one ends too."""
        if pid not in self._held and (descriptor := pidfd(pid)) >= 0:
            self._held[pid] = descriptor

    def end(self) -> None:
        """End them all, now."""
        while self._held:
            _, descriptor = self._held.popitem()
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)
            os.close(descriptor)


def pidfd(pid: int) -> int:
    """A descriptor that says when a process has ended; -1 where there is none, as on macOS."""
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return -1
