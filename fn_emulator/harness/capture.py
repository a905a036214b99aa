"""Everything that is written to stdout and stderr during a call -> lines with stream and time.

How it works: Python's own writes go to sinks of ours, which record at once. File descriptors 1 and 2 point to memory
files meanwhile, for what goes past Python (``os.write``, C, child processes). Before each write of Python's, and at the
end, what has arrived in the memory files is taken over first, so the order stays as it was. When somebody watches, a
thread takes it over several times a second, so that the output of a child process is seen while it runs.
"""

from __future__ import annotations

import io
import os
import sys
import threading
from collections.abc import Mapping
from typing import Any

from .lines import STREAMS, Lines, Show
from .memory_file import memory_file
from .stdin import EmptyInput
from .streams import flush

_LOOK_EVERY_S = 0.05
_NULL_DEVICE = os.stat(os.devnull).st_rdev or -1


class _Sink(io.RawIOBase):
    """The raw end of ``sys.stdout`` or ``sys.stderr`` during a call."""

    def __init__(self, capture: Capture, stream: str, descriptor: int) -> None:
        super().__init__()
        self._capture = capture
        self._stream = stream
        self._descriptor = descriptor
        self._process = os.getpid()

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor

    def write(self, data: Any) -> int:
        written = bytes(data)
        if os.getpid() == self._process:
            self._capture.write(self._stream, written)
        else:
            # A forked child has a copy of us that nobody reads; what it writes to the descriptor is seen.
            os.write(self._descriptor, written)
        return len(written)

    def close(self) -> None:
        # A handler that wraps ``sys.stdout.buffer`` closes it when the wrapper goes; there is nothing to close.
        self.flush()


class Capture:
    """Captures a process's output while it is on. Made once for a function, started and stopped for each call."""

    def __init__(self, is_user_file: Any, kept: Any = None, memory: Mapping[str, int] | None = None) -> None:
        """Prepare.

        Args:
            is_user_file: Whether a file name belongs to the function.
            kept: Where it is kept, with the methods of ``Lines``; None for a place of its own.
            memory: Memory files to which descriptors 1 and 2 lead for good; None to lead them there for each call.
        """
        self._is_user_file = is_user_file
        self._lock = threading.RLock()
        self._kept: Any = Lines() if kept is None else kept
        self._is_diverted = memory is not None
        self._memory = {stream: memory_file(stream) for stream in STREAMS} if memory is None else memory
        self._nothing = os.open(os.devnull, os.O_RDONLY)
        self._make_streams()
        self._saved: dict[int, int] = {}
        self._python: tuple[Any, Any, Any] | None = None
        self._watch: threading.Event | None = None
        self._watcher: threading.Thread | None = None

    def _make_streams(self) -> None:
        self._input = EmptyInput(0, self._is_user_file)
        self._stdin = _text(self._input)
        self.sinks = [_text(_Sink(self, stream, number)) for number, stream in enumerate(STREAMS, start=1)]

    def start(self, show: Show | None = None) -> None:
        """Begin to capture; ``show(stream, line)`` is called for each line as it is written."""
        self._kept.begin(show)
        self._input.read_at = None
        if _is_unusable(self._stdin, *self.sinks):
            self._make_streams()
        flush(sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)
        self._divert()
        if show is not None:
            self._watch = threading.Event()
            self._watcher = threading.Thread(target=self._look, args=(self._watch,), daemon=True)
            self._watcher.start()

    def stop(self) -> list[dict[str, Any]]:
        """End it and give what was written: ``[{"time": seconds since the epoch, "stream", "message"}, ...]``."""
        if self._watch is not None and self._watcher is not None:
            self._watch.set()
            self._watcher.join()
            self._watch = self._watcher = None
        self.suspend()
        with self._lock:
            lines: list[dict[str, Any]] = self._kept.end(self._memory)
        return lines

    def next_call(self) -> list[dict[str, Any]]:
        """Another call begins before ``stop``: what this one wrote, as ``stop`` has it."""
        flush(sys.__stdout__, sys.__stderr__)
        self._input.read_at = None
        stdout, stderr = self.sinks
        are_ours = sys.stdin is self._stdin and sys.stdout is stdout and sys.stderr is stderr
        if not are_ours or _is_unusable(self._stdin, stdout, stderr):
            self.suspend()  # the function has put something in their place, or closed them
            if _is_unusable(self._stdin, *self.sinks):
                self._make_streams()
            self.resume()
        with self._lock:
            lines: list[dict[str, Any]] = self._kept.next_call(self._memory)
        return lines

    def suspend(self) -> None:
        """Give the terminal back for a while, as for a debugger's prompt."""
        if self._python is not None:
            self._restore()

    def resume(self) -> None:
        """Go on capturing after ``suspend``."""
        if self._python is None:
            self._divert()

    @property
    def input_read_at(self) -> tuple[str, int] | None:
        """File and line of the user's that read standard input first, or None."""
        return self._input.read_at

    def close(self) -> None:
        """Give up the memory files."""
        for descriptor in () if self._is_diverted else self._memory.values():
            os.close(descriptor)
        os.close(self._nothing)

    def write(self, stream: str, data: bytes) -> None:
        """Record what Python wrote; outside of a call (a thread that was left running) it goes where it would have."""
        with self._lock:
            if self._python is None:
                real = sys.stdout if stream == "stdout" else sys.stderr
                if real is not None and real not in self.sinks:
                    real.write(data.decode("utf-8", "replace"))
                return
            self._kept.take_over(self._memory)
            self._kept.write(stream, data)

    def log(self, stream: str, text: str) -> None:
        """Record text of our own, such as a traceback, whether or not the capture is on."""
        with self._lock:
            self._kept.take_over(self._memory)
            self._kept.log(stream, text.encode("utf-8", "backslashreplace"))

    def _divert(self) -> None:
        self._python = (sys.stdin, sys.stdout, sys.stderr)
        for number, target in enumerate(() if self._is_diverted else (self._nothing, *self._memory.values())):
            if number == 0 and _is_empty(number):
                continue
            try:
                self._saved[number] = os.dup(number)
            except OSError:  # a process without this descriptor (a service, a window): only Python's writes are seen
                continue
            os.dup2(target, number)
        # A debugger may read from a terminal; a handler reads end-of-file, as there.
        sys.stdin, sys.stdout, sys.stderr = self._stdin, *self.sinks

    def _restore(self) -> None:
        assert self._python is not None
        flush(sys.__stdout__, sys.__stderr__)
        with self._lock:
            sys.stdin, sys.stdout, sys.stderr = self._python
            self._python = None
        for number, saved in self._saved.items():
            os.dup2(saved, number)
            os.close(saved)
        self._saved.clear()

    def _look(self, ended: threading.Event) -> None:
        while not ended.wait(_LOOK_EVERY_S):
            with self._lock:
                self._kept.take_over(self._memory)


def _text(raw: Any) -> io.TextIOWrapper:
    return io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", write_through=True)


def _is_unusable(*streams: io.TextIOWrapper) -> bool:
    """Whether an earlier call closed or detached a stream of ours."""
    try:
        for stream in streams:
            if stream.closed:
                return True
    except ValueError:  # detached
        return True
    return False


def _is_empty(descriptor: int) -> bool:
    """Whether a descriptor leads to the null device already, as under pytest."""
    try:
        return os.fstat(descriptor).st_rdev == _NULL_DEVICE
    except OSError:
        return False
