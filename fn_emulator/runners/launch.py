"""Workers that are forks of this process: the quickest way, from one that runs a command and has one thread."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple, Protocol

from fn_emulator.harness.peak import wait_for
from fn_emulator.harness.streams import flush
from fn_emulator.runners.ends import close_all, open_ends


class Started(NamedTuple):
    """A worker's process, and our ends of its channels, by the names of ``birth.CHANNELS``."""

    pid: int
    ours: Mapping[str, int]


class Ended(NamedTuple):
    """How a process ended: its exit code, or the signal as a negative number; and its peak memory in MB."""

    code: int
    peak_mb: float


class Launcher(Protocol):
    """Starts workers and waits for their ends."""

    def start(self) -> Started:
        """Start one.

        Raises:
            RunnerError: If it cannot be started.
        """
        ...

    def wait(self, pid: int) -> Ended:
        """Wait until one has ended."""
        ...

    def remember(self, names: Sequence[str]) -> None:
        """The next one will import these modules too, which are none of the function's own."""
        ...

    def close(self) -> None:
        """Start none any more."""
        ...


class ForkHere:
    """Forks this process.

    The first fork may be made ahead, before it is known what it will run: it then gets ready beside us, and is small.
    """

    def __init__(self) -> None:
        """Prepare."""
        self._ahead: Started | None = None

    def fork_ahead(self) -> None:
        """Fork what ``start`` gives first."""
        self._ahead = _fork()

    def start(self) -> Started:
        """Fork, or give what was forked ahead; see ``Launcher``."""
        ahead, self._ahead = self._ahead, None
        return _fork() if ahead is None else ahead

    def wait(self, pid: int) -> Ended:
        """See ``Launcher``."""
        return Ended(*wait_for(pid))

    def remember(self, names: Sequence[str]) -> None:
        """Nobody else's modules are imported here."""

    def close(self) -> None:
        """End what was forked ahead and is not needed."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            os.kill(ahead.pid, signal.SIGKILL)
            self.wait(ahead.pid)
            close_all(ahead.ours)


@contextmanager
def forked_ahead(*, is_wanted: bool) -> Iterator[ForkHere | None]:
    """Fork a worker that will be needed, so that it gets ready meanwhile; what was not needed is ended.

    Args:
        is_wanted: Whether it is likely to be needed.
    """
    if not (is_wanted and can_fork_here()):
        yield None
        return
    launcher = ForkHere()
    try:
        launcher.fork_ahead()
        yield launcher
    finally:
        launcher.close()


def can_fork_here() -> bool:
    """Whether this process can be forked safely: on Linux, with one thread, those of C libraries included.

    On macOS a fork is unsafe once a system framework was used, and which library does that is not known.
    """
    if sys.platform != "linux":
        return False
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False


def _fork() -> Started:
    ends = open_ends()
    try:
        flush(sys.stdout, sys.stderr)  # what waits in our buffers would be written by the fork too
        pid = os.fork()
        if pid == 0:
            from fn_emulator.harness.worker import be_worker  # what it needs it imports itself, while we go on

            leave_out_start(sys.path, sys.argv)
            be_worker(ends.theirs)
    except BaseException:
        close_all(ends.ours)
        raise
    finally:
        ends.close_theirs()
    return Started(pid, ends.ours)


def leave_out_start(path: list[str], argv: list[str]) -> None:
    """Take from ``sys.path`` what stands there for the command's sake: its script's folder, or where it was typed."""
    if path and path[0] in ("", os.getcwd(), os.path.dirname(os.path.abspath(argv[0] if argv else ""))):
        del path[0]
