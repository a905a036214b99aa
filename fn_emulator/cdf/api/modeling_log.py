"""The order in which instances were changed and deleted, for ``/models/instances/sync``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import Any

from fn_emulator.cdf.layered import Held, own_copy
from fn_emulator.cdf.world import World

LOG = "models/instances/log"
Key = tuple[str, str, str]


class Log:
    """Each instance's last change, oldest first.

    Attributes:
        last: The number of the last change.
        changes: Key of an instance -> the number of its last change, in the order of these numbers.
        deleted: Deleted instances with their ``deletedTime``; one that was created again is not among them.
    """

    __slots__ = ("changes", "deleted", "last")

    def __init__(self) -> None:
        self.last = 0
        self.changes: Held = {}
        self.deleted: Held = {}

    def copy(self) -> Log:
        """The same in a log of its own; this one is not to be written to any more."""
        other = Log()
        other.last, other.changes, other.deleted = self.last, own_copy(self.changes), own_copy(self.deleted)
        return other

    def note(self, key: Key, deleted: dict[str, Any] | None = None) -> None:
        """Note a change of an instance; where it is deleted, what it was."""
        self.last += 1
        self.changes.pop(key, None)
        self.changes[key] = self.last
        if deleted is not None:
            self.deleted[key] = deleted
        elif self.deleted:
            self.deleted.pop(key, None)


def changed_since(log: Log, number: int) -> Iterator[Key]:
    """Keys of the instances whose last change has a greater number, latest first."""
    return takewhile(lambda key: log.changes[key] > number, reversed(log.changes))


def log_of(world: World) -> Log:
    """The log of a world, to write to."""
    log: Log = world.writable(LOG, "log", Log)
    return log


def read_log(world: World) -> Log:
    """The log of a world, to read."""
    log: Log = world.table(LOG).items.get("log") or Log()
    return log
