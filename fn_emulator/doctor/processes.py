"""How a worker is started here, held to its memory and watched."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from fn_emulator.doctor.fact import Fact
from fn_emulator.runners.memory_limit import open_memory_limit

ANY_MB = 1000.0


def process_facts(platform: str = sys.platform) -> Iterator[Fact]:
    """Start, memory limit, end."""
    yield start_fact(platform)
    yield memory_fact()
    yield end_fact()


def start_fact(platform: str) -> Fact:
    """Whether a fresh start is a fork or a new process."""
    if platform == "linux":
        return Fact("start of a worker", "ok", "a fork, in milliseconds", {"way": "fork"})
    why = "Windows has no fork" if platform == "win32" else "a fork is unsafe once a framework of the system was used"
    text = f"a new process for each fresh start, because {why}"
    return Fact("start of a worker", "falls-back", text, {"way": "new process", "why": why})


def memory_fact() -> Fact:
    """What would hold a worker to its memory limit."""
    limit = open_memory_limit(ANY_MB)
    try:
        way = limit.way
    finally:
        limit.close()
    details = {"way": way}
    if way is None:
        return Fact("memory limit", "falls-back", "none: this system offers no limit that holds", details)
    is_exact = "cgroup" in way
    return Fact("memory limit", "ok" if is_exact else "falls-back", way if is_exact else f"{way}; no cgroup", details)


def end_fact() -> Fact:
    """How the end of a worker is noticed."""
    if hasattr(os, "pidfd_open"):
        try:
            os.close(os.pidfd_open(os.getpid()))
            return Fact("end of a worker", "ok", "told by the kernel (pidfd)", {"way": "pidfd"})
        except OSError as exc:
            why = f"pidfd: {exc.strerror}"
    else:
        why = "no pidfd"
    return Fact("end of a worker", "falls-back", f"looked for at short intervals ({why})", {"way": "polling"})
