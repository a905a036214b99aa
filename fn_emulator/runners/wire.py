"""Frames to and from a process that may stop reading, writing or living at any moment: nothing here ever waits."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from fn_emulator.harness.frame import Frame, Frames, packed

_CHUNK = 1 << 20


class Wire:
    """One way in and one way out.

    Attributes:
        read_fd: Poll it for input: there are frames to ``receive``.
        write_fd: Poll it for output while ``is_waiting``, then ``flush``.
        is_closed: Whether the other side has closed.
    """

    def __init__(self, read_fd: int, write_fd: int) -> None:
        """Prepare; both descriptors are closed by ``close``."""
        os.set_blocking(read_fd, False)
        os.set_blocking(write_fd, False)
        self.read_fd = read_fd
        self.write_fd = write_fd
        self.is_closed = False
        self._frames = Frames()
        self._waiting = bytearray()

    @property
    def is_waiting(self) -> bool:
        """Whether something could not be written yet."""
        return bool(self._waiting)

    def send(self, header: Mapping[str, Any], body: bytes = b"") -> None:
        """Write a frame, or as much of it as there is room for.

        Raises:
            ChannelError: If it is too large.
        """
        self._waiting += packed(header, body)
        self._waiting += body
        self.flush()

    def flush(self) -> None:
        """Write more of what is waiting."""
        try:
            while self._waiting:
                # A copy of what can be written at once, and not of megabytes again and again.
                written = os.write(self.write_fd, bytes(memoryview(self._waiting)[:_CHUNK]))
                del self._waiting[:written]
        except BlockingIOError:
            pass
        except OSError:  # the other side has closed; the end of its own messages tells that too
            self._waiting.clear()

    def receive(self) -> Iterator[Frame]:
        """Yield the frames that are there.

        Raises:
            ChannelError: If something else is there.
        """
        while not self.is_closed:
            try:
                data = os.read(self.read_fd, _CHUNK)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self.is_closed = True
                return
            yield from self._frames.add(data)

    def close_output(self) -> None:
        """Tell the other side that nothing more comes."""
        if self.write_fd >= 0:
            with suppress(OSError):
                os.close(self.write_fd)
            self.write_fd = -1

    def close(self) -> None:
        """Close both ways."""
        self.close_output()
        if self.read_fd >= 0:
            os.close(self.read_fd)
            self.read_fd = -1
        self.is_closed = True
