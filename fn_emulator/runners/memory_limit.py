"""Hold a worker to its memory limit in the best way that this machine allows, and say which way that is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Protocol

from fn_emulator.model import NOTHING
from fn_emulator.runners.cgroup import open_cgroup


class MemoryLimit(Protocol):
    """The limit of one worker, and of all processes that it starts.

    Attributes:
        way: What keeps the limit, in words for people; None when nothing does.
        spec: What the child's ``harness.memory_limit.bind`` takes: plain JSON.
    """

    way: str | None
    spec: Mapping[str, Any]

    def is_exceeded(self, pgid: int, kept_mb: float = 0.0) -> bool:
        """Whether the caller has to end this process group for its memory now; to be asked every few milliseconds.

        Args:
            pgid: The group.
            kept_mb: MB of memory that it fills beside its processes, with what it writes.
        """

    def counted_kills(self) -> int:
        """How often the limit has ended a process so far, or made the caller do it."""

    def has_killed(self, seen_mb: float = 0.0) -> bool:
        """Whether there was such an end since this was asked last, or should have been.

        Args:
            seen_mb: The peak of a process that has seen it itself, in MB.
        """

    def peak_mb(self) -> float | None:
        """The most memory that was in use at one moment, in MB, or None where that is not known."""

    def close(self) -> None:
        """End the limit, and what may still be running under it; never raises."""


class Unlimited:
    """No limit: this system offers none."""

    way: str | None = None
    spec: Mapping[str, Any] = NOTHING

    def is_exceeded(self, pgid: int, kept_mb: float = 0.0) -> bool:
        """No."""
        return False

    def counted_kills(self) -> int:
        """None."""
        return 0

    def has_killed(self, seen_mb: float = 0.0) -> bool:
        """No."""
        return False

    def peak_mb(self) -> float | None:
        """Not known."""
        return None

    def close(self) -> None:
        """Nothing is left to undo."""


def open_memory_limit(memory_mb: float, *, way: Literal["cgroup", "limits"] | None = None) -> MemoryLimit:
    """A memory limit for one worker; to be closed after its processes have ended.

    Args:
        memory_mb: The limit in MB of 1,048,576 bytes.
        way: Only this way, for tests; None tries a cgroup first, then resource limits.

    Returns:
        The limit. Its ``way`` is None where this machine offers none that holds: then nothing is limited.
    """
    if way != "limits":
        cgroup = open_cgroup(memory_mb)
        if cgroup is not None:
            return cgroup
    if way != "cgroup":
        from fn_emulator.runners.resident import ResourceLimits, can_be_seen

        if can_be_seen():
            return ResourceLimits(memory_mb)
    return Unlimited()
