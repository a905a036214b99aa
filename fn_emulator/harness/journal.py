"""What a call did, written down at once where it survives the process: in a memory file that two processes share.

How it works: the process of the handler appends records (``Journal``), the one that waits for it reads them
(``JournalReader``), during the call to show lines as they are written, and after it for all of them. A record is a
kind, a time and some bytes. Nothing ever waits: what a process wrote before it died, in whatever way, is there. What
went past Python lies in memory files of its own; a record says how far they had been filled when Python wrote next.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Mapping
from typing import Any

from .lines import STREAMS, Lines, Show, begin_at
from .realtime import REAL

_RECORD = struct.Struct("=BdI")
"""Kind, seconds since the epoch, number of bytes that follow."""

_MOMENT = struct.Struct("=d")
"""``REAL.perf_counter()``."""

_WRITE, _LOG, _TAKEN = {"stdout": 1, "stderr": 2}, {"stdout": 3, "stderr": 4}, {"stdout": 5, "stderr": 6}
_STAGE, _PROFILE, _BEGIN, _MISTAKE, _QUIET, _REPLY = 7, 8, 9, 10, 11, 12
_ENDED = (_QUIET, _REPLY)
_STREAM_OF = {kind: stream for kinds in (_WRITE, _LOG, _TAKEN) for stream, kind in kinds.items()}
_CHUNK = 1 << 20

JOURNAL_BYTES = 8 * 1024 * 1024
"""A journal that is larger begins anew with the next request."""


class Journal:
    """The side of the process that runs the handler: has the methods of ``Lines``, and keeps nothing itself."""

    def __init__(self, descriptor: int) -> None:
        """Prepare; ``descriptor`` is the memory file."""
        self._descriptor = descriptor
        self._taken = dict.fromkeys(STREAMS, 0)
        self._written = 0

    @property
    def is_long(self) -> bool:
        """Whether so much was written that the next request should find it empty."""
        return self._written + sum(self._taken.values()) > JOURNAL_BYTES

    @property
    def size(self) -> int:
        """Bytes that were written so far, by whatever thread."""
        return os.fstat(self._descriptor).st_size

    def begin(self, show: Show | None) -> None:
        """A call begins; the reader shows its lines."""
        self._append(_BEGIN, b"")

    def write(self, stream: str, data: bytes) -> None:
        """Python wrote."""
        self._append(_WRITE[stream], data)

    def log(self, stream: str, data: bytes) -> None:
        """Lines of our own."""
        self._append(_LOG[stream], data)

    def take_over(self, memory: Mapping[str, int]) -> None:
        """What lies in the memory files was written before all that follows."""
        for stream, descriptor in memory.items():
            size = os.lseek(descriptor, 0, os.SEEK_END)
            if size != self._taken[stream]:  # it is smaller when somebody has emptied the file
                self._taken[stream] = size
                self._append(_TAKEN[stream], size.to_bytes(8, "big"))

    def next_call(self, memory: Mapping[str, int]) -> list[dict[str, Any]]:
        """A call has ended before ``end``, and ``quiet`` or ``reply`` is to follow; its lines are the reader's."""
        self.take_over(memory)
        return []

    def quiet(self, seen: bytes) -> None:
        """What came of a call that left nothing to look at (``stretch``); the next one begins."""
        # Nobody asks when it was written, and to look at that clock takes as long as to write.
        self._append(_QUIET, _MOMENT.pack(REAL.perf_counter()) + seen, time=0.0)

    def reply(self, reply: Mapping[str, Any]) -> None:
        """What came of another call; the next one begins."""
        self._append(_REPLY, _MOMENT.pack(REAL.perf_counter()) + json.dumps(reply).encode("ascii"))

    def end(self, memory: Mapping[str, int]) -> list[dict[str, Any]]:
        """The call has ended; its lines are the reader's."""
        self.take_over(memory)
        return []

    def stage(self, stage: str) -> None:
        """The user's code of this stage (``import``, ``call``) begins."""
        self._append(_STAGE, _MOMENT.pack(REAL.perf_counter()) + stage.encode())

    def profile(self, summary: Mapping[str, Any]) -> None:
        """Where memory is at the moment; the last one counts."""
        self._append(_PROFILE, json.dumps(summary).encode())

    def mistake(self, text: str) -> None:
        """A mistake of ours ends the process."""
        self._append(_MISTAKE, text.encode("utf-8", "backslashreplace"))

    def start_anew(self) -> None:
        """The reader has emptied the files."""
        self._taken = dict.fromkeys(STREAMS, 0)
        self._written = 0

    def _append(self, kind: int, data: bytes, time: float | None = None) -> None:
        # In one piece: a process that is ended in between leaves a record that is whole or is not there.
        os.write(self._descriptor, _RECORD.pack(kind, REAL.time() if time is None else time, len(data)) + data)
        self._written += len(data)


class JournalReader:
    """The side of the process that waits.

    Attributes:
        stage: The stage whose code of the user's began last, or None.
        began: When that of the first stage did, by ``REAL.perf_counter()``.
        profile: The last summary of a memory profile, or None.
        mistake: The traceback of a mistake of ours that ended the process, or None.
        ended: What was read of calls of a stretch that have ended: for each what ``quiet`` or ``reply`` was given, and
            its lines. Whoever reads it empties it.
        later: Lines of the calls after those, which are not shown before what came of those is told: after how many of
            them, stream and line. Whoever reads it empties it and shows them.
        size: Bytes that were read so far.
    """

    def __init__(self, descriptor: int, memory: Mapping[str, int]) -> None:
        """Prepare; ``memory``: stream -> descriptor of the file that it leads to."""
        self._descriptor = descriptor
        self._memory = memory
        self._lines = Lines()
        self._rest = bytearray()
        self._is_before_next = False
        self.size = 0
        self.ended: list[tuple[bytes | dict[str, Any], list[dict[str, Any]]]] = []
        self.later: list[tuple[int, str, str]] = []
        self.begin(None)

    @property
    def held(self) -> int:
        """Bytes that were read so far and still lie in the files."""
        return self.size + sum(self._lines.taken.values())

    def kept_mb(self) -> float:
        """MB of memory that the files fill."""
        return sum(os.fstat(descriptor).st_size for descriptor in (self._descriptor, *self._memory.values())) / 1024**2

    def begin(self, show: Show | None) -> None:
        """A call begins; ``show(stream, line)`` is called for each line that is read of it."""
        self._lines.begin(None if show is None else self._in_order(show))
        self._has_begun = False
        self.stage: str | None = None
        self.began = 0.0
        self.profile: dict[str, Any] | None = None
        self.mistake: str | None = None

    def read(self, size: int | None = None) -> None:
        """Read what is there of this call, or up to a position in the journal."""
        size = os.fstat(self._descriptor).st_size if size is None else size
        self._take_records()
        while self.size < size:
            data = os.pread(self._descriptor, min(_CHUNK, size - self.size), self.size)
            if not data:
                break
            self.size += len(data)
            self._rest += data
            self._take_records()

    def look(self) -> None:
        """Read what is there, and what lies in the other files, so that the output of a child process is seen."""
        sizes = {stream: os.fstat(descriptor).st_size for stream, descriptor in self._memory.items()}
        self.read()
        if not self._is_before_next:  # else some of it may be the next call's
            for stream, descriptor in self._memory.items():
                self._lines.take_until(stream, descriptor, sizes[stream])

    def log(self, stream: str, text: str) -> None:
        """Add lines of our own."""
        self._lines.log(stream, text.encode("utf-8", "backslashreplace"))

    def end(self) -> list[dict[str, Any]]:
        """All lines of the call; see ``Lines``. A process that lives has said how far its files are filled."""
        return self._lines.whole()

    def start_anew(self) -> None:
        """Empty the files between two calls; the other side has to know. What threads have written since then stays."""
        begin_at(self._descriptor, self.size)
        self.size = 0
        self._rest.clear()
        self._lines.start_anew(self._memory)

    def _in_order(self, show: Show) -> Show:
        def show_or_keep(stream: str, line: str) -> None:
            if self.ended:
                self.later.append((len(self.ended), stream, line))
            else:
                show(stream, line)

        return show_or_keep

    def _take_records(self) -> None:
        at, data = 0, self._rest
        self._is_before_next = False
        while len(data) - at >= _RECORD.size:
            kind, time, size = _RECORD.unpack_from(data, at)
            start = at + _RECORD.size
            if len(data) - start < size:
                break
            if kind == _BEGIN and self._has_begun:
                self._is_before_next = True
                break
            at = start + size
            try:
                self._take(kind, time, bytes(data[start:at]))
            except (ValueError, OverflowError, struct.error):  # somebody else has written to the descriptor
                continue
        del data[:at]

    def _take(self, kind: int, time: float, data: bytes) -> None:
        if kind in _ENDED:
            told = data[_MOMENT.size :]
            self.ended.append((told if kind == _QUIET else json.loads(told), self._lines.next_call({})))
            self.stage, (self.began,), self.profile = "call", _MOMENT.unpack_from(data), None
            return
        stream = _STREAM_OF.get(kind, "")
        if kind == _BEGIN:
            self._has_begun = True
        elif kind in _WRITE.values():
            self._lines.write(stream, data, time)
        elif kind in _LOG.values():
            self._lines.log(stream, data, time)
        elif kind in _TAKEN.values():
            self._lines.take_until(stream, self._memory[stream], int.from_bytes(data, "big"), time)
        elif kind == _STAGE:
            if self.stage is None:
                (self.began,) = _MOMENT.unpack_from(data)
            self.stage = data[_MOMENT.size :].decode()
        elif kind == _MISTAKE:
            self.mistake = data.decode()
        elif kind == _PROFILE:
            self.profile = json.loads(data)
