"""A memory limit that the kernel keeps: a cgroup of our own, version 1 or 2, where we may make one.

How it works: the folder of a cgroup lies below (v1) or beside (v2) the one that this process is in. It is named after
this process, so that the next command can remove what a killed one left. The child enters it by itself; what it got by
fork stays on the account of who forked it, until it writes there.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Mapping
from typing import Any

from fn_emulator.harness.realtime import REAL
from fn_emulator.runners.cgroup_place import V2, Files, candidates

_PREFIX = "fn-emulate-"
_CLOSE_WITHIN_S = 1.0
_MB = 1024 * 1024


class CgroupLimit:
    """A memory limit that the kernel keeps; made by ``open_cgroup``."""

    way: str | None = "cgroup"

    def __init__(self, folder: str, files: Files) -> None:
        self._folder = folder
        self._files = files
        self._told = 0
        self.spec: Mapping[str, Any] = {"procs": [os.path.join(folder, files.entry)]}

    def counted_kills(self) -> int:
        """How many processes the kernel has killed for this limit so far."""
        return count_of("oom_kill", _read(os.path.join(self._folder, self._files.events)))

    def has_killed(self, seen_mb: float = 0.0) -> bool:
        """Whether the kernel has killed for this limit since this was asked last; it sees all that there is."""
        before, self._told = self._told, self.counted_kills()
        return self._told > before

    def is_exceeded(self, pgid: int, kept_mb: float = 0.0) -> bool:
        """Whether the kernel has killed one of its processes: for one of a pool the others may wait for ever."""
        return self.counted_kills() > self._told

    def peak_mb(self) -> float | None:
        """The most that all processes together have used, files that the system keeps for them included, in MB."""
        text = _read(os.path.join(self._folder, self._files.peak))
        return int(text) / _MB if text else None  # v2 tells it since Linux 5.19

    def close(self) -> None:
        """End what is still in the cgroup, and remove it; never raises."""
        until = REAL.perf_counter() + _CLOSE_WITHIN_S
        pause = 0.001
        # A process that has been waited for may be in its cgroup for a moment yet.
        while not _removed(self._folder) and REAL.perf_counter() < until:
            if pause > 0.01:
                self._end_members()
            REAL.sleep(pause)
            pause *= 2

    def _end_members(self) -> None:
        for pid in _read(os.path.join(self._folder, self._files.members)).split():
            if pid != "0":  # one of another namespace; to kill, it would mean our own group
                _kill(int(pid))


def open_cgroup(memory_mb: float) -> CgroupLimit | None:
    """A cgroup with this limit in MB, or None where we may not make one."""
    for folder, files in candidates(_read("/proc/self/cgroup"), _read("/proc/self/mountinfo")):
        if files is V2 and not _hands_memory_down(folder):
            continue
        made = _make(folder)
        if made is not None:
            limit = CgroupLimit(made, files)
            if _has_limit(made, files, int(memory_mb * _MB)):
                return limit
            limit.close()
    return None


def _hands_memory_down(folder: str) -> bool:
    """Whether cgroups in a folder of v2 have memory limits, and processes beside it may be moved into them."""
    controllers = _read(os.path.join(folder, "cgroup.subtree_control")).split()
    return "memory" in controllers and os.access(os.path.join(folder, "cgroup.procs"), os.W_OK)


def _make(folder: str) -> str | None:
    try:
        for name in os.listdir(folder):
            if name.startswith(_PREFIX):
                _remove_abandoned(os.path.join(folder, name))
        return _make_next(os.path.join(folder, f"{_PREFIX}{os.getpid()}-"))
    except OSError:
        return None


def _make_next(prefix: str) -> str:
    number = 0
    while True:
        try:
            os.mkdir(f"{prefix}{number}", 0o755)
        except FileExistsError:
            number += 1
        else:
            return f"{prefix}{number}"


def _remove_abandoned(folder: str) -> None:
    pid = os.path.basename(folder).removeprefix(_PREFIX).partition("-")[0]
    if not os.path.exists(f"/proc/{pid}"):
        _removed(folder)  # the kernel refuses where it is in use after all


def _has_limit(folder: str, files: Files, limit_bytes: int) -> bool:
    if not _written(os.path.join(folder, files.limit), str(limit_bytes)):
        return False
    for name, value in files.optional:
        _written(os.path.join(folder, name), value.format(bytes=limit_bytes))
    return True


def _written(path: str, text: str) -> bool:
    try:
        descriptor = os.open(path, os.O_WRONLY)
        try:
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)
    except OSError:
        return False
    return True


def _kill(pid: int) -> None:
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGKILL)


def _removed(folder: str) -> bool:
    try:
        os.rmdir(folder)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def count_of(name: str, text: str) -> int:
    """The number beside a name in a file of lines ``name number``; 0 if it is not there."""
    for line in text.splitlines():
        words = line.split()
        if len(words) == 2 and words[0] == name:
            return int(words[1])
    return 0
