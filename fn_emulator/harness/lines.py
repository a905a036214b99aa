"""What arrives on stdout and stderr, in pieces -> whole lines with their times, in order."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Callable

from .realtime import REAL

STREAMS = ("stdout", "stderr")
_CHUNK = 1 << 20

Show = Callable[[str, str], None]


class Lines:
    """Keeps the lines of one call after the other.

    What went past Python (``os.write``, C, child processes) lies in a memory file for each stream and is taken over
    from there: before each write of Python's, so that the order stays as it was.

    Attributes:
        taken: Stream -> bytes of its file that were taken over so far.
    """

    def __init__(self) -> None:
        self.taken = dict.fromkeys(STREAMS, 0)
        self._partial = {stream: bytearray() for stream in STREAMS}
        self._lines: list[tuple[float, str, str]] = []
        self._show: Show | None = None

    def begin(self, show: Show | None) -> None:
        """A call begins; ``show(stream, line)`` is called for each line of it."""
        self._lines = []
        self._show = show

    def write(self, stream: str, data: bytes, time: float | None = None) -> None:
        """Keep what was written; at ``time`` (seconds since the epoch), or now."""
        if b"\n" not in data:
            self._partial[stream] += data
            return
        *complete, rest = (self._partial[stream] + data).split(b"\n")
        self._partial[stream] = bytearray(rest)
        for line in complete:
            self._line(stream, line, time)

    def log(self, stream: str, data: bytes, time: float | None = None) -> None:
        """Keep lines of our own, which begin a new line."""
        if self._partial[stream]:
            self.write(stream, b"\n", time)
        self.write(stream, data + b"\n", time)

    def take_over(self, memory: Mapping[str, int]) -> None:
        """Keep what has arrived in the memory files; ``memory``: stream -> descriptor."""
        for stream, descriptor in memory.items():
            size = os.lseek(descriptor, 0, os.SEEK_END)
            if size != self.taken[stream]:  # nearly always it is the same
                self.take_until(stream, descriptor, size)

    def take_until(self, stream: str, descriptor: int, size: int, time: float | None = None) -> None:
        """The same for one of them, up to a position in it."""
        if os.fstat(descriptor).st_size < self.taken[stream]:
            self.taken[stream] = 0  # somebody has emptied it: ``echo > /dev/stdout`` in a shell
        while self.taken[stream] < size:
            data = os.pread(descriptor, min(_CHUNK, size - self.taken[stream]), self.taken[stream])
            if not data:
                break
            self.taken[stream] += len(data)
            self.write(stream, data, time)

    def end(self, memory: Mapping[str, int]) -> list[dict[str, Any]]:
        """All lines since ``begin``: ``[{"time": seconds since the epoch, "stream", "message"}, ...]``."""
        self.take_over(memory)
        self.start_anew(memory)
        return self.whole()

    def next_call(self, memory: Mapping[str, int]) -> list[dict[str, Any]]:
        """A call ends and another begins, whose lines are shown likewise: the lines of the one, as ``end`` has them."""
        self.take_over(memory)
        if not self._lines and not any(self._partial.values()):
            return []
        show = self._show
        lines = self.whole()
        self._show = show
        return lines

    def whole(self) -> list[dict[str, Any]]:
        """The same, of what was taken over so far."""
        for stream in STREAMS:
            if self._partial[stream]:
                self._line(stream, self._partial[stream])
                self._partial[stream] = bytearray()
        lines, self._lines, self._show = self._lines, [], None
        return [{"time": time, "stream": stream, "message": message} for time, stream, message in lines]

    def start_anew(self, memory: Mapping[str, int]) -> None:
        """Empty the memory files of what was taken over so far."""
        for stream, descriptor in memory.items():
            if self.taken[stream]:
                begin_at(descriptor, self.taken[stream])
                self.taken[stream] = 0

    def _line(self, stream: str, line: bytearray, time: float | None = None) -> None:
        message = line.rstrip(b"\r").decode("utf-8", "replace")
        self._lines.append((REAL.time() if time is None else time, stream, message))
        if self._show is not None:
            self._show(stream, message)


def begin_at(descriptor: int, position: int) -> None:
    """Take out of a memory file what lies before a position; whoever writes there goes on behind the rest."""
    size = os.fstat(descriptor).st_size
    if position == 0 or size == 0:
        return
    rest = os.pread(descriptor, size - position, position)
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, rest)
