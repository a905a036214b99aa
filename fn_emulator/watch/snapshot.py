"""Two looks at the same files -> what changed between them. A file that was only touched did not change."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Literal, NamedTuple

LARGEST_READ = 32_000_000
"""Bytes; a larger file is judged by its time and size alone."""

TICK_NS = 20_000_000
"""A file system's clock stands still for up to 10 ms (Linux, HZ=100): two writes within may leave the same times."""


class Stamp(NamedTuple):
    """One file at one look.

    Attributes:
        state: What ``stat`` says: times of content and inode, size, identity.
        digest: Of its content; None where that was not read.
        is_certain: Whether an equal ``state`` means an equal content: not when it had changed just before the look.
    """

    state: tuple[int, ...]
    digest: bytes | None
    is_certain: bool


Snapshot = Mapping[str, Stamp]

UNKNOWN = Stamp((), None, is_certain=False)
"""A file that differs from what it is at the next look."""


class Changes(NamedTuple):
    """What is different since the last look. Paths are as the user would write them.

    Attributes:
        changed: Files with another content.
        created: Files that were not there.
        deleted: Files that were there.
        folder: Whether the watched folder is there, has gone, or is back; while it is gone no file counts as deleted.
    """

    changed: tuple[str, ...] = ()
    created: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    folder: Literal["there", "gone", "back"] = "there"

    @property
    def paths(self) -> tuple[str, ...]:
        """All of them, in order."""
        return tuple(sorted((*self.changed, *self.created, *self.deleted)))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is different."""
        return self.folder == "there" and not (self.changed or self.created or self.deleted)


def look(files: Iterable[str], before: Snapshot, now_ns: int) -> dict[str, Stamp]:
    """Stamp files; those that are as ``before`` are not read again.

    Args:
        files: Regular files; one that is gone meanwhile is left out.
        before: The last look.
        now_ns: The time of this look, in nanoseconds since the epoch.
    """
    found = {}
    for path in files:
        try:
            status = os.stat(path)
        except OSError:
            continue
        state = (status.st_mtime_ns, status.st_size, status.st_ctime_ns, status.st_ino, status.st_dev)
        known = before.get(path)
        if known is not None and known.is_certain and known.state == state:
            found[path] = known
        else:
            found[path] = Stamp(state, _digest(path, status.st_size), status.st_ctime_ns < now_ns - TICK_NS)
    return found


def _digest(path: str, size: int) -> bytes | None:
    from hashlib import blake2b

    if size > LARGEST_READ:
        return None
    try:
        with open(path, "rb") as file:
            return blake2b(file.read(), digest_size=16).digest()
    except OSError:  # gone, or not ours to read
        return None


def compare(before: Snapshot, after: Snapshot) -> Changes:
    """What changed from one look to the next."""
    return Changes(
        changed=tuple(path for path in after if path in before and _differs(before[path], after[path])),
        created=tuple(path for path in after if path not in before),
        deleted=tuple(path for path in before if path not in after),
    )


def _differs(before: Stamp, after: Stamp) -> bool:
    if before.digest is not None and after.digest is not None:
        return before.digest != after.digest
    return before.state[:2] != after.state[:2]


def in_words(changes: Changes, shown: Callable[[str], str] = os.path.relpath, most: int = 3) -> str:
    """Changes as a part of a sentence, such as ``handler.py changed, notes.md deleted``.

    Args:
        changes: What is different.
        shown: How a path is written.
        most: How many paths of a kind are named.
    """
    kinds = (("changed", changes.changed), ("created", changes.created), ("deleted", changes.deleted))
    return ", ".join(f"{_listed(list(map(shown, paths)), most)} {word}" for word, paths in kinds if paths)


def _listed(names: list[str], most: int) -> str:
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
