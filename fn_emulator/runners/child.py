"""One worker's process, seen from our side: how it starts, how it is told to end, and how it did."""

from __future__ import annotations

import json
import os
import select
import signal
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from fn_emulator.harness.birth import DUMP_SIGNAL
from fn_emulator.harness.journal import JournalReader
from fn_emulator.harness.lines import STREAMS
from fn_emulator.harness.realtime import REAL
from fn_emulator.runners.launch import Ended, Launcher
from fn_emulator.runners.left_processes import LeftProcesses, pidfd
from fn_emulator.runners.wire import Wire

if TYPE_CHECKING:
    from fn_emulator.runners.memory_limit import MemoryLimit

GRACE_S = 0.5
"""What a worker gets to end by itself before it is ended."""

_TURN_S = 0.002
_STACK_BYTES = 64 * 1024


class Child:
    """A worker.

    Attributes:
        pid: Its process, which leads a session and a process group of its own.
        calls: Requests to it and its replies.
        asks: Its requests to CDF and our answers.
        journal: What its calls write, as they write it.
        limit: Its memory limit.
        variables: The environment variables that it was given last, as whoever gives them keeps them; or None.
    """

    def __init__(self, launcher: Launcher, spec: Mapping[str, Any], limit: MemoryLimit) -> None:
        """Start it.

        Args:
            launcher: Starts its process.
            spec: What its session is opened with.
            limit: Its memory limit, which is closed with it.
        """
        self.limit = limit
        self.variables: Mapping[Any, Any] | None = None
        self._launcher = launcher
        self.pid, ours = launcher.start()
        self._pidfd = pidfd(self.pid)
        self._ended: Ended | None = None
        self.calls = Wire(ours["replies"], ours["requests"])
        self.asks = Wire(ours["asks"], ours["answers"])
        self.journal = JournalReader(ours["journal"], {stream: ours[stream] for stream in STREAMS})
        self._open = [ours[name] for name in ("journal", *STREAMS, "stack", "life")]
        self._stack = ours["stack"]
        self._apart = LeftProcesses()
        self.calls.send({"op": "open"}, json.dumps({**spec, "memory_limit": dict(limit.spec)}).encode("ascii"))

    def wait(self, seconds: float) -> None:
        """Wait until it says something, takes something or ends; at most so many seconds."""
        waiting = select.poll()
        for descriptor in (self.calls.read_fd, self.asks.read_fd, self._pidfd):
            if descriptor >= 0:
                waiting.register(descriptor, select.POLLIN)
        for wire in (self.calls, self.asks):
            if wire.is_waiting:
                waiting.register(wire.write_fd, select.POLLOUT)
        waiting.poll(max(0.0, seconds) * 1000)
        self.calls.flush()
        self.asks.flush()

    def has_ended(self) -> bool:
        """Whether its process has ended, or has closed its side of the channel."""
        return self.calls.is_closed or self._is_gone()

    def end(self) -> Ended:
        """End what is left of it, and say how it ended.

        Once it has ended or has been told to; else after a moment. What it has started ends with it.
        """
        if self._ended is None:
            self._wait_until_gone(GRACE_S)
            # As long as nobody has waited for it, its number is nobody else's.
            self.signal(signal.SIGKILL)
            self._apart.end()
            self._ended = self._launcher.wait(self.pid)
        return self._ended

    def takes_along(self, pid: int) -> None:
        """A process that it has left running ends with it, also one that leads a session of its own."""
        with suppress(ProcessLookupError):
            if os.getpgid(pid) != self.pid:
                self._apart.take(pid)

    def stop(self) -> str:
        """End it although it does not want to: ask it where it is, terminate, kill.

        Returns:
            Where its threads were, as ``faulthandler`` writes it; empty when it does not say.
        """
        stack = self._ask_for_stack()
        self.signal(signal.SIGTERM)
        self._wait_until_gone(GRACE_S)
        self.signal(signal.SIGKILL)
        self._wait_until_gone(GRACE_S)
        return stack

    def stack(self) -> str:
        """Where it said that it was, when it was asked or when it crashed."""
        return os.pread(self._stack, _STACK_BYTES, 0).decode("utf-8", "replace")

    def kill(self) -> None:
        """End it at once, and all that it has started."""
        self.signal(signal.SIGKILL)

    def signal(self, number: int) -> None:
        """Send a signal to its group."""
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:  # it has not come so far as to lead one
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)
        except PermissionError:  # macOS: of the group only ended processes are left
            pass

    def close(self) -> None:
        """Let it end, end it, and give everything back."""
        self.calls.close_output()
        self.end()
        self.calls.close()
        self.asks.close()
        while self._open:
            os.close(self._open.pop())
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1
        self.limit.close()

    def _ask_for_stack(self) -> str:
        if DUMP_SIGNAL is None or self._is_gone():
            return ""
        with suppress(ProcessLookupError):
            os.kill(self.pid, DUMP_SIGNAL)
        size, until = -1, REAL.perf_counter() + GRACE_S
        # Complete when it grows no more.
        while size != (size := os.fstat(self._stack).st_size) or (size == 0 and REAL.perf_counter() < until):
            REAL.sleep(_TURN_S)
        return self.stack()

    def _wait_until_gone(self, seconds: float) -> None:
        until = REAL.perf_counter() + seconds
        while not self._is_gone() and (left := until - REAL.perf_counter()) > 0:
            if self._pidfd < 0:
                REAL.sleep(_TURN_S)
            else:
                _told_by(self._pidfd).poll(left * 1000)

    def _is_gone(self) -> bool:
        if self._ended is not None:
            return True
        if self._pidfd < 0:
            return False
        return bool(_told_by(self._pidfd).poll(0))


def _told_by(descriptor: int) -> select.poll:
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    return waiting
