"""Requests to CDF over pipes or a socket: a child asks, its parent, who owns the store, answers. One channel a child.

Headers of requests are those of ``exchange`` (see ``http_hook``) less the body; both sides carry a number, so that an
answer that nobody waits for any more (the time limit struck in between) is told from the one that is awaited.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from typing import Any

from .frame import LENGTHS_SIZE, ChannelError, packed, read_frame, read_some, write, write_frame
from .http_watch import Exchange


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
        frame = read_frame(read_fd)
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
        write_frame(write_fd, reply, reply.pop("body", b""))
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
        header = packed({**request, "number": self._number}, body)
        self._is_torn = True
        try:
            write(self._write_fd, header)
            write(self._write_fd, body)
        except ConnectionError:
            raise _gone() from None
        self._is_torn = False
        return self._awaited()

    def _awaited(self) -> dict[str, Any]:
        while True:
            # Nothing is lost when the time limit strikes while this waits for the first bytes.
            first = read_some(self._read_fd, LENGTHS_SIZE)
            self._is_torn = True
            frame = read_frame(self._read_fd, first) if first else None
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
