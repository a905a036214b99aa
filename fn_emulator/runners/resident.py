"""A memory limit without a cgroup: the child may not reserve far beyond it, and we look at what it really uses.

How it works: the caller asks ``is_exceeded`` every few milliseconds, which adds up the resident memory of the child's
process group, and ends the group. What fills memory faster than that is stopped by the kernel's limit on data
(``RLIMIT_DATA``), as a ``MemoryError``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

_MB = 1024 * 1024
_RESERVED_MB = 256
"""What a process may reserve beyond its limit: stacks of threads (8 MB each) and pools of BLAS are hardly filled."""


class ResourceLimits:
    """A memory limit that we keep, with the kernel's help; one for each process group."""

    way: str | None = "resource limits"

    def __init__(self, memory_mb: float) -> None:
        self._limit_mb = memory_mb
        self._peak_mb: float | None = None
        self._kills = 0
        self._told = 0
        self.spec: Mapping[str, Any] = {"data_bytes": int((memory_mb + _RESERVED_MB) * _MB)}

    def is_exceeded(self, pgid: int, kept_mb: float = 0.0) -> bool:
        """Whether a process group uses more than the limit now; the caller then ends it, and it counts as killed."""
        used = resident_mb(pgid, above_mb=max(self._limit_mb, self._peak_mb or 0.0))
        if used is None:
            return False
        used += kept_mb
        self._peak_mb = max(used, self._peak_mb or 0.0)
        is_exceeded = used > self._limit_mb
        self._kills += is_exceeded
        return is_exceeded

    def counted_kills(self) -> int:
        """How often the limit was found exceeded."""
        return self._kills

    def has_killed(self, seen_mb: float = 0.0) -> bool:
        """Whether the limit was found exceeded since this was asked last, also between two looks."""
        if seen_mb > self._limit_mb:
            self._kills += 1
            self._peak_mb = max(seen_mb, self._peak_mb or 0.0)
        before, self._told = self._told, self._kills
        return self._kills > before

    def peak_mb(self) -> float | None:
        """The most that was seen in use, in MB; None before anything was seen."""
        return self._peak_mb

    def close(self) -> None:
        """Nothing is left to undo."""


def can_be_seen() -> bool:
    """Whether this system tells the resident memory of other processes (Linux)."""
    return os.path.exists("/proc/self/statm")


def resident_mb(pgid: int, *, above_mb: float = 0.0) -> float | None:
    """The resident memory of a process group in MB, or None when none of it is there.

    Args:
        pgid: The group.
        above_mb: Forked processes share memory. What they share is counted once, which is slow to find out, only where
            the plain sum is larger than this.
    """
    sizes = {pid: size for pid in _members(pgid) if (size := _resident_bytes(pid))}
    if not sizes:
        return None
    total = sum(sizes.values())
    if len(sizes) > 1 and total > above_mb * _MB:
        largest = max(sizes, key=sizes.__getitem__)
        others = sum(_private_bytes(pid, size) for pid, size in sizes.items() if pid != largest)
        total = sizes[largest] + others
    return total / _MB


def _members(pgid: int) -> Iterator[int]:
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                if os.getpgid(int(name)) == pgid:
                    yield int(name)
            except OSError:  # it ended meanwhile
                pass


def _resident_bytes(pid: int) -> int:
    words = _read(f"/proc/{pid}/statm").split()
    return int(words[1]) * os.sysconf("SC_PAGE_SIZE") if words else 0


def _private_bytes(pid: int, otherwise: int) -> int:
    """What a process shares with no other; ``otherwise`` on a kernel that does not say (before Linux 4.14)."""
    lines = [line.split() for line in _read(f"/proc/{pid}/smaps_rollup").splitlines()]
    sizes = [int(words[1]) * 1024 for words in lines if words[0] in ("Private_Clean:", "Private_Dirty:")]
    return sum(sizes) if sizes else otherwise


def _read(path: str) -> str:
    try:
        with open(path, encoding="ascii") as file:
            return file.read()
    except OSError:
        return ""
