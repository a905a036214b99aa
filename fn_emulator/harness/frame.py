"""Messages between processes: two lengths of four bytes (big-endian), a JSON header, a raw body. JSON, never pickle."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Mapping
from json import dumps, loads  # not by the module's name: a handler may put another encoder in its place
from typing import Any

MAX_HEADER_BYTES = 4 * 1024 * 1024
MAX_BODY_BYTES = 512 * 1024 * 1024

Frame = tuple[dict[str, Any], bytes]
"""Header and body."""

_LENGTHS = struct.Struct(">II")
LENGTHS_SIZE = _LENGTHS.size
_CHUNK = 1024 * 1024


class ChannelError(RuntimeError):
    """The channel between two processes cannot be used; not an error of CDF, so no SDK retries it."""


def packed(header: Mapping[str, Any], body: bytes = b"") -> bytes:
    """What stands before the body of a frame.

    Raises:
        ChannelError: If one of them is too large.
    """
    text = dumps(header).encode("ascii")
    for what, size, limit in (("header", len(text), MAX_HEADER_BYTES), ("body", len(body), MAX_BODY_BYTES)):
        if size > limit:
            raise ChannelError(f"The {what} of a message has {size} bytes; the limit is {limit}.")
    return _LENGTHS.pack(len(text), len(body)) + text


def write_frame(fd: int, header: Mapping[str, Any], body: bytes = b"") -> None:
    """Write a frame, however long it takes.

    Raises:
        ConnectionError: If the other side has closed.
    """
    write(fd, packed(header, body))
    write(fd, body)


def write(fd: int, data: bytes) -> None:
    """Write all of ``data``."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]


def read_frame(fd: int, first: bytes = b"") -> Frame | None:
    """Header and body, or None when the other side has closed, also in the middle of a frame.

    Args:
        fd: Where to read.
        first: The bytes of it that were read already.

    Raises:
        ChannelError: If it is no frame.
    """
    lengths = _read(fd, LENGTHS_SIZE, first)
    if lengths is None:
        return None
    header_size, body_size = _sizes(lengths)
    text, body = _read(fd, header_size), _read(fd, body_size)
    return None if text is None or body is None else (_header(text), body)


def read_some(fd: int, size: int) -> bytes:
    """What is there, at most ``size`` bytes; empty when the other side has closed."""
    try:
        return os.read(fd, size)
    except ConnectionResetError:  # a socket whose other side went away with messages unread
        return b""


class Frames:
    """Frames that arrive in pieces."""

    def __init__(self) -> None:
        self._pieces = bytearray()

    def add(self, data: bytes) -> Iterator[Frame]:
        """Take what has arrived, and yield each frame that is complete.

        Raises:
            ChannelError: If it is no frame.
        """
        self._pieces += data
        while len(self._pieces) >= LENGTHS_SIZE:
            header_size, body_size = _sizes(bytes(self._pieces[:LENGTHS_SIZE]))
            end = LENGTHS_SIZE + header_size + body_size
            if len(self._pieces) < end:
                return
            frame = bytes(self._pieces[LENGTHS_SIZE:end])
            del self._pieces[:end]
            yield _header(frame[:header_size]), frame[header_size:]


def _sizes(lengths: bytes) -> tuple[int, int]:
    header_size, body_size = _LENGTHS.unpack(lengths)
    if header_size > MAX_HEADER_BYTES or body_size > MAX_BODY_BYTES:
        raise ChannelError(f"A message of {header_size} and {body_size} bytes is none of ours.")
    return header_size, body_size


def _header(text: bytes) -> dict[str, Any]:
    try:
        header = loads(text)
    except ValueError:  # somebody else wrote to the descriptor
        header = None
    if not isinstance(header, dict):
        raise ChannelError("A message begins with an object.")
    return header


def _read(fd: int, size: int, first: bytes = b"") -> bytes | None:
    parts, missing = [first], size - len(first)
    while missing:
        part = read_some(fd, min(missing, _CHUNK))
        if not part:
            return None
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
