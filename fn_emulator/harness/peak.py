"""The most memory that a process had resident at one moment, as the system counts it."""

from __future__ import annotations

import os
import sys


def peak_memory_mb() -> float | None:
    """That of this process in MB, where the system tells."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    return _in_mb(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def wait_for(pid: int) -> tuple[int, float]:
    """Wait until a child of this process has ended.

    Args:
        pid: The child.

    Returns:
        Its exit code, or the signal that ended it as a negative number; and its peak memory in MB.
    """
    _, status, used = os.wait4(pid, 0)
    return os.waitstatus_to_exitcode(status), _in_mb(used.ru_maxrss)


def _in_mb(maxrss: int) -> float:
    return maxrss / 1024 / (1024 if sys.platform == "darwin" else 1)
