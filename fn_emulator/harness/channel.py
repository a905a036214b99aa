"""Requests to CDF over pipes or a socket: a child asks, its parent, who owns the store, answers. One channel a child.

A frame is two lengths of four bytes (big-endian), a JSON header and the raw body. Headers of requests are those of
``exchange`` (see ``http_hook``) less the body; both sides carry a number, so that an answer that nobody waits for any
more (the time limit struck in between) is told from the one that is awaited.
"""

from __future__ import annotations

import json
import os
import struct
import threading
from collections.abc import Mapping
from typing import Any

from .http_watch import Exchange

MAX_HEADER_BYTES = 4 * 1024 * 1024
MAX_BODY_BYTES = 512 * 1024 * 1024

_LENGTHS = struct.Struct(">II")


class ChannelError(RuntimeError):
    """The channel to the process that holds CDF's data cannot be used; not an error of CDF, so no SDK retries it."""


def connect(read_fd: int, write_fd: int) -> Exchange:
    """The child's side.

    Args:
        read_fd: Where the answers come from; stays open.
        write_fd: Where the requests go; stays open.

    Returns:
        An ``exchange`` that threads may share. It raises ``ChannelError`` in a process that was forked from this one,
        for two processes would mix their frames in one pipe, and when the parent is gone.
    """
    return _Connection(read_fd, write_fd).exchange


def serve(read_fd: int, write_fd: int, exchange: Exchange) -> None:
    """The parent's side: answer requests until the child closes its end.

    Args:
        read_fd: Where the requests come from; stays open.
        write_fd: Where the answers go; stays open.
        exchange: What answers. What it raises is told to the child and then raised here.

    Raises:
        ChannelError: If a frame is not one of ours.
    """
    while True:
        frame = _read_frame(read_fd)
        if frame is None:
            return
        header, body = frame
        number = header.pop("number", None)
        try:
            reply = {**exchange({**header, "body": body}), "number": number}
        except Exception as exc:  # a fault of the store's: the child must not wait for ever
            _answer(write_fd, {"number": number, "error": f"{type(exc).__name__}: {exc}"})
            raise
        if not _answer(write_fd, reply):
            return


def _answer(write_fd: int, reply: dict[str, Any]) -> bool:
    try:
        _write_frame(write_fd, reply, reply.pop("body", b""))
    except ConnectionError:  # the child was ended while it waited
        return False
    return True


class _Connection:
    """The child's side: asks one thing at a time."""

    def __init__(self, read_fd: int, write_fd: int) -> None:
        self._read_fd = read_fd
        self._write_fd = write_fd
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._number = 0
        self._is_torn = False

    def exchange(self, request: Mapping[str, Any]) -> dict[str, Any]:
        if os.getpid() != self._pid:
            raise ChannelError(
                f"Process {os.getpid()} was forked from the handler's and cannot share its channel to CDF. "
                "Use threads, or make the requests in the process that runs the handler."
            )
        with self._lock:
            return self._exchange(dict(request))

    def _exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        if self._is_torn:
            raise ChannelError("The channel to CDF was interrupted within a message. Call the function again.")
        self._number += 1
        body = request.pop("body", b"")
        header = _packed({**request, "number": self._number}, body)
        self._is_torn = True
        try:
            _write(self._write_fd, header)
            _write(self._write_fd, body)
        except ConnectionError:
            raise _gone() from None
        self._is_torn = False
        return self._awaited()

    def _awaited(self) -> dict[str, Any]:
        while True:
            # Nothing is lost when the time limit strikes while this waits for the first bytes.
            first = _read_some(self._read_fd, _LENGTHS.size)
            self._is_torn = True
            frame = _read_frame(self._read_fd, first) if first else None
            if frame is None:
                raise _gone()
            self._is_torn = False
            header, body = frame
            if header.pop("number", None) == self._number:
                break
        if "error" in header:
            raise ChannelError(f"The in-memory CDF failed: {header['error']}")
        return header if "raise" in header else {**header, "body": body}


def _gone() -> ChannelError:
    return ChannelError("The process that holds CDF's data has closed the channel.")


def _packed(header: Mapping[str, Any], body: bytes) -> bytes:
    text = json.dumps(header).encode("ascii")
    for what, size, limit in (("header", len(text), MAX_HEADER_BYTES), ("body", len(body), MAX_BODY_BYTES)):
        if size > limit:
            raise ChannelError(f"The {what} of a message to or from CDF has {size} bytes; the limit is {limit}.")
    return _LENGTHS.pack(len(text), len(body)) + text


def _write_frame(fd: int, header: Mapping[str, Any], body: bytes) -> None:
    _write(fd, _packed(header, body))
    _write(fd, body)


def _write(fd: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]


def _read_frame(fd: int, first: bytes = b"") -> tuple[dict[str, Any], bytes] | None:
    """Header and body, or None when the other side has closed, also in the middle of a frame."""
    lengths = _read(fd, _LENGTHS.size, first)
    if lengths is None:
        return None
    header_size, body_size = _LENGTHS.unpack(lengths)
    if header_size > MAX_HEADER_BYTES or body_size > MAX_BODY_BYTES:
        raise ChannelError(f"A message of {header_size} and {body_size} bytes is none of CDF's.")
    text, body = _read(fd, header_size), _read(fd, body_size)
    if text is None or body is None:
        return None
    try:
        header = json.loads(text)
    except ValueError:  # somebody else wrote to the descriptor
        header = None
    if not isinstance(header, dict):
        raise ChannelError("A message to or from CDF begins with an object.")
    return header, body


def _read(fd: int, size: int, first: bytes = b"") -> bytes | None:
    parts, missing = [first], size - len(first)
    while missing:
        part = _read_some(fd, min(missing, 1024 * 1024))
        if not part:
            return None
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _read_some(fd: int, size: int) -> bytes:
    try:
        return os.read(fd, size)
    except ConnectionResetError:  # a socket whose other side went away with messages unread
        return b""
