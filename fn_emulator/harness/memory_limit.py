"""The child's side of the memory limit: submit to it before user code runs, and tell the peak of each call."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from .peak import peak_memory_mb


def bind(limit: Mapping[str, Any] | None) -> None:
    """Hold this process, and all that it starts from now on, to a memory limit.

    To be called while the process has one thread.

    Args:
        limit: ``{"procs": [path, ...], "data_bytes": int}``, both optional: files of a cgroup that this process enters,
            and the bytes of private writable memory that it may reserve. None is no limit.

    Raises:
        OSError: If the cgroup does not take this process.
    """
    if not limit:
        return
    for path in limit.get("procs", ()):
        _enter(path)
    if "data_bytes" in limit:
        _limit_data(limit["data_bytes"])


def _enter(path: str) -> None:
    descriptor = os.open(path, os.O_WRONLY)
    try:
        # 0 is the writer. In cgroup v1's `tasks` that takes 0.1 ms; a number, also the writer's own, takes the lock of
        # all thread groups, for which the kernel waits 10 ms (kernel/cgroup/cgroup.c, cgroup_procs_write_start).
        os.write(descriptor, b"0")
    finally:
        os.close(descriptor)


def _limit_data(data_bytes: int) -> None:
    import resource

    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    soft = data_bytes if hard == resource.RLIM_INFINITY else min(data_bytes, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def reset_peak() -> None:
    """Let the peak that ``peak_mb`` tells begin at what is resident now, where the system can do that (Linux)."""
    try:
        descriptor = os.open("/proc/self/clear_refs", os.O_WRONLY)
    except OSError:
        return
    try:
        os.write(descriptor, b"5")  # man 5 proc: resets the peak resident set size, and nothing else
    except OSError:  # a kernel built without it
        pass
    finally:
        os.close(descriptor)


def peak_mb() -> float | None:
    """Peak resident memory of this process in MB: since ``reset_peak`` on Linux, elsewhere since it started.

    Not from ``getrusage`` on Linux: what that tells includes the process that started this interpreter.
    """
    try:
        descriptor = os.open("/proc/self/status", os.O_RDONLY)
    except OSError:
        return peak_memory_mb()
    try:
        return _peak_in(os.read(descriptor, 4096))
    finally:
        os.close(descriptor)


def _peak_in(status: bytes) -> float | None:
    _, found, rest = status.partition(b"\nVmHWM:")
    return int(rest.split(None, 1)[0]) / 1024 if found else peak_memory_mb()
