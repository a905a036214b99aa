"""Which processes run, and what they are called: read from ``/proc``, else asked of the system."""

from __future__ import annotations

import os
import sys
from typing import NamedTuple

FORKED = "a fork of the handler's process"
_MOST_CHARACTERS = 60


class _Status(NamedTuple):
    state: str
    parent: int
    session: int


def is_running(pid: int) -> bool:
    """Whether a process of ours has not ended; one that nobody has waited for has. False where it cannot be known."""
    if os.path.isdir("/proc/self"):
        status = _status(pid)
        return status is not None and status.state not in "ZX"
    if not hasattr(os, "waitid"):
        return False
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except ChildProcessError:  # it was waited for
        return False


def command(pid: int) -> str:
    """The first words of a process's command line."""
    words = _command_line(pid)
    if not words:
        return f"process {pid}"
    if words == _command_line(os.getpid()):
        return FORKED
    text = " ".join(words)
    return text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 3]}..."


def has_children() -> bool:
    """Whether this process has children, those included that have ended and that nobody has waited for."""
    if not hasattr(os, "waitid"):
        return False
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def ended_children() -> int:
    """A number that grows with every child that has ended and was waited for."""
    import resource

    # A child has page faults before anything else; whole processes are not counted anywhere.
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt


def strays() -> set[int]:
    """Processes of this one's session that are its children, or whose parent has ended and left them to the system."""
    own = os.getpid()
    statuses = {int(name): _status(int(name)) for name in _processes()}
    members = {pid: status.parent for pid, status in statuses.items() if status is not None and status.session == own}
    return {pid for pid, parent in members.items() if pid != own and (parent == own or parent not in members)}


def helpers() -> set[int]:
    """The processes that multiprocessing starts for itself and ends with us."""
    tracker = getattr(sys.modules.get("multiprocessing.resource_tracker"), "_resource_tracker", None)
    server = getattr(sys.modules.get("multiprocessing.forkserver"), "_forkserver", None)
    return {getattr(tracker, "_pid", None) or 0, getattr(server, "_forkserver_pid", None) or 0}


def _processes() -> list[str]:
    try:
        return [name for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []


def _status(pid: int) -> _Status | None:
    text = _read(f"/proc/{pid}/stat")
    if not text:
        return None
    # The command's name stands in parentheses and may hold some itself.
    fields = text.rpartition(b")")[2].split()
    return _Status(fields[0].decode(), int(fields[1]), int(fields[3]))


def _command_line(pid: int) -> list[str]:
    return _read(f"/proc/{pid}/cmdline").replace(b"\0", b" ").decode("utf-8", "replace").split()


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:  # it has ended, or there is no /proc
        return b""
