"""The workers of one function: one at a time, and as many as calls are made at once."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any

from fn_emulator.runners.child import Child
from fn_emulator.runners.memory_limit import open_memory_limit
from fn_emulator.uninterrupted import uninterrupted

if TYPE_CHECKING:
    from fn_emulator.runners.launch import Launcher


class Pool:
    """Workers that wait for a call; one that works for a call is its caller's."""

    def __init__(self, launcher: Launcher, spec: Mapping[str, Any], memory_mb: float) -> None:
        """Prepare; no process is started yet.

        Args:
            launcher: Starts them.
            spec: What their sessions are opened with.
            memory_mb: Their memory limit, each.
        """
        self._launcher = launcher
        self._spec = spec
        self._memory_mb = memory_mb
        self._lock = Lock()
        self._idle: list[Child] = []

    def take(self) -> Child:
        """One that waits for a call, and has not been ended meanwhile by what it left running; or a new one.

        Raises:
            RunnerError: If no process can be started.
        """
        while (idle := self._idle_child()) is not None:
            if not idle.has_ended():
                return idle
            idle.close()
        limit = None
        try:
            with uninterrupted():
                limit = open_memory_limit(self._memory_mb)
            return Child(self._launcher, self._spec, limit)
        except BaseException:
            if limit is not None:
                limit.close()
            raise

    def give_back(self, child: Child) -> None:
        """It waits for the next call, if it still lives."""
        if child.has_ended() and not self._spec["calls_once"]:  # that one ends by itself while we go on
            child.close()
            return
        with self._lock:
            self._idle.append(child)

    def end(self, child: Child) -> None:
        """End one at once: it was interrupted, or nobody wants its answer."""
        with uninterrupted():  # who is impatient presses Ctrl-C twice
            child.kill()
            child.close()

    def clear(self) -> None:
        """End those that wait; the next call gets a new one."""
        with uninterrupted():
            with self._lock:
                idle, self._idle = self._idle, []
            for child in idle:
                child.close()

    def close(self) -> None:
        """End every process."""
        with uninterrupted():
            self.clear()
            self._launcher.close()

    def _idle_child(self) -> Child | None:
        with self._lock:
            return self._idle.pop() if self._idle else None
