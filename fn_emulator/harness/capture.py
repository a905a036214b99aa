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
from typing import Any, Callable

from .realtime import REAL
from .stdin import EmptyInput

STREAMS = ("stdout", "stderr")
_CHUNK = 1 << 20
_LOOK_EVERY_S = 0.05
_NULL_DEVICE = os.stat(os.devnull).st_rdev or -1

Show = Callable[[str, str], None]


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

    def __init__(self, is_user_file: Any) -> None:
        """Prepare; ``is_user_file`` tells whether a file name belongs to the function."""
        self._is_user_file = is_user_file
        self._lock = threading.RLock()
        self._memory = {stream: _memory_file(stream) for stream in STREAMS}
        self._taken = dict.fromkeys(STREAMS, 0)
        self._partial = dict.fromkeys(STREAMS, b"")
        self._nothing = os.open(os.devnull, os.O_RDONLY)
        self._make_streams()
        self._saved: dict[int, int] = {}
        self._python: tuple[Any, Any, Any] | None = None
        self._lines: list[tuple[float, str, str]] = []
        self._show: Show | None = None
        self._watch: threading.Event | None = None
        self._watcher: threading.Thread | None = None

    def _make_streams(self) -> None:
        self._input = EmptyInput(0, self._is_user_file)
        self._stdin = _text(self._input)
        self.sinks = [_text(_Sink(self, stream, number)) for number, stream in enumerate(STREAMS, start=1)]

    def start(self, show: Show | None = None) -> None:
        """Begin to capture; ``show(stream, line)`` is called for each line as it is written."""
        self._lines = []
        self._show = show
        self._input.read_at = None
        if _is_unusable(self._stdin, *self.sinks):
            self._make_streams()
        _flush(sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)
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
            self._take_over()
            for stream in STREAMS:
                if self._partial[stream]:
                    self._line(stream, self._partial[stream])
                    self._partial[stream] = b""
                if self._taken[stream]:
                    os.ftruncate(self._memory[stream], 0)
                    os.lseek(self._memory[stream], 0, os.SEEK_SET)
                    self._taken[stream] = 0
            lines, self._lines = self._lines, []
        self._show = None
        return [{"time": time, "stream": stream, "message": message} for time, stream, message in lines]

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
        for descriptor in self._memory.values():
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
            self._take_over()
            self._record(stream, data)

    def log(self, stream: str, text: str) -> None:
        """Record text of our own, such as a traceback, whether or not the capture is on."""
        with self._lock:
            self._take_over()
            if self._partial[stream]:
                self._record(stream, b"\n")
            self._record(stream, text.encode("utf-8", "backslashreplace") + b"\n")

    def _divert(self) -> None:
        self._python = (sys.stdin, sys.stdout, sys.stderr)
        for number, target in enumerate((self._nothing, *self._memory.values())):
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
        _flush(sys.__stdout__, sys.__stderr__)
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
                self._take_over()

    def _take_over(self) -> None:
        for stream, descriptor in self._memory.items():
            size = os.lseek(descriptor, 0, os.SEEK_END)
            while self._taken[stream] < size:
                data = os.pread(descriptor, _CHUNK, self._taken[stream])
                if not data:
                    break
                self._taken[stream] += len(data)
                self._record(stream, data)

    def _record(self, stream: str, data: bytes) -> None:
        *complete, self._partial[stream] = (self._partial[stream] + data).split(b"\n")
        for line in complete:
            self._line(stream, line)

    def _line(self, stream: str, line: bytes) -> None:
        message = line.rstrip(b"\r").decode("utf-8", "replace")
        self._lines.append((REAL.time(), stream, message))
        if self._show is not None:
            self._show(stream, message)


def _text(raw: Any) -> io.TextIOWrapper:
    return io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", write_through=True)


def _memory_file(name: str) -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create(f"fn-emulate-{name}")
    import tempfile

    descriptor, path = tempfile.mkstemp(prefix="fn-emulate-")
    os.unlink(path)
    return descriptor


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


def _flush(*streams: Any) -> None:
    for stream in streams:
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):  # None, closed, or a reader that went away
            continue
