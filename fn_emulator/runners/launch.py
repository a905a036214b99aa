"""Ways in which the process of a worker comes to be: by a fork of this process, or by a zygote's."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from fn_emulator.harness.birth import CHANNELS
from fn_emulator.harness.capture import memory_file
from fn_emulator.harness.peak import wait_for
from fn_emulator.harness.worker import be_worker

if TYPE_CHECKING:
    pass

_MEMORY = ("journal", "stdout", "stderr", "stack")
_THEIRS_READ = ("requests", "answers", "life")


class Ends(NamedTuple):
    """The two ends of a worker's channels, by the names of ``birth.CHANNELS``; of memory files both are the same."""

    ours: Mapping[str, int]
    theirs: Mapping[str, int]

    def close_theirs(self) -> None:
        """To be called when the worker has them."""
        for name, descriptor in self.theirs.items():
            if name not in _MEMORY:
                os.close(descriptor)


def open_ends() -> Ends:
    """Open the channels of a new worker."""
    ours: dict[str, int] = {}
    theirs: dict[str, int] = {}
    for name in CHANNELS:
        if name in _MEMORY:
            ours[name] = theirs[name] = memory_file(name)
        else:
            read, write = os.pipe()
            theirs[name], ours[name] = (read, write) if name in _THEIRS_READ else (write, read)
    return Ends(ours, theirs)


class Ended(NamedTuple):
    """How a process ended: its exit code, or the signal as a negative number; and its peak memory in MB."""

    code: int
    peak_mb: float


class Launcher(Protocol):
    """Starts workers and waits for their ends."""

    def start(self, theirs: Mapping[str, int]) -> int:
        """Start one, with its ends of the channels, and give its process id."""
        ...

    def wait(self, pid: int) -> Ended:
        """Wait until one has ended."""
        ...

    def close(self) -> None:
        """Start none any more."""
        ...


class ForkHere:
    """Forks this process: the quickest way, from a process that runs a command and has one thread."""

    def start(self, theirs: Mapping[str, int]) -> int:
        """Fork; see ``Launcher``."""
        flush(sys.stdout, sys.stderr)
        pid = os.fork()
        if pid == 0:
            leave_out_start(sys.path, sys.argv)
            be_worker(theirs)
        return pid

    def wait(self, pid: int) -> Ended:
        """See ``Launcher``."""
        return Ended(*wait_for(pid))

    def close(self) -> None:
        """Nothing is left of it."""


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


def leave_out_start(path: list[str], argv: list[str]) -> None:
    """Take from ``sys.path`` what stands there for the command's sake: its script's folder, or where it was typed."""
    if path and path[0] in ("", os.getcwd(), os.path.dirname(os.path.abspath(argv[0] if argv else ""))):
        del path[0]


def flush(*streams: Any) -> None:
    """What waits in our buffers would be written by a fork too."""
    for stream in streams:
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):  # None, closed, or a reader that went away
            continue
