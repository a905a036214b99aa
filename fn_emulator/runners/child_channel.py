"""The parent's side of a child's requests to CDF: a thread answers them as long as the child lives."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

    from fn_emulator.runners import Exchange


class ChildChannel:
    """What the child is handed, and why answering came to an end.

    Attributes:
        child_fd: The child's end, for ``pass_fds``; it stands for none of the standard streams.
        error: What ``exchange`` raised, or None.
    """

    def __init__(self, child_fd: int) -> None:
        """Prepare."""
        self.child_fd = child_fd
        self.error: Exception | None = None


@contextmanager
def child_channel(exchange: Exchange) -> Iterator[ChildChannel]:
    """Answer the requests of a child process that is started and ended within the block.

    A pair of sockets, because shutting one down wakes the thread for certain: a process that outlives the child may
    still hold the other end, so that its end is no sign.

    Args:
        exchange: What answers; called by one thread.
    """
    import fcntl
    import socket
    from threading import Thread

    ours, theirs = socket.socketpair()
    with ours, theirs:
        # A caller that closed its own standard streams would get their numbers here, and the child has others there.
        channel = ChildChannel(fcntl.fcntl(theirs.fileno(), fcntl.F_DUPFD_CLOEXEC, 3))
        thread = Thread(target=_answer, args=(ours, exchange, channel), name="fn-emulator-cdf", daemon=True)
        thread.start()
        try:
            yield channel
        finally:
            _shut(ours)
            thread.join()
            os.close(channel.child_fd)


def _answer(ours: socket.socket, exchange: Exchange, channel: ChildChannel) -> None:
    from fn_emulator.harness.channel import serve
    from fn_emulator.harness.frame import ChannelError

    try:
        serve(ours.fileno(), ours.fileno(), exchange)
    except ChannelError:  # the function wrote something of its own to the descriptor
        pass
    except Exception as exc:
        channel.error = exc
    finally:
        _shut(ours)  # a child that asks on is told that nobody answers


def _shut(ours: socket.socket) -> None:
    import socket

    with suppress(OSError):  # it is shut already
        ours.shutdown(socket.SHUT_RDWR)
