"""Where a cgroup with a memory limit can be made, and what its files are called: from what ``/proc`` says of us."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple


class Files(NamedTuple):
    """The names that the two versions have for the same things.

    Attributes:
        entry: Where a process enters by writing 0.
        members: Where the processes in it are listed.
        limit: The file of the limit in bytes.
        optional: What else is written, where the kernel has the file; a value may contain ``{bytes}``.
        events: Where kills are counted, as ``oom_kill N``.
        peak: The largest use so far, in bytes.
    """

    entry: str
    members: str
    limit: str
    optional: tuple[tuple[str, str], ...]
    events: str
    peak: str


# docs.kernel.org/admin-guide/cgroup-v1/memory.html. With swap, a process would go there instead of dying: `memsw`
# counts it too, where the kernel accounts for swap; elsewhere a swappiness of 0 keeps it out.
V1 = Files(
    entry="tasks",
    members="cgroup.procs",
    limit="memory.limit_in_bytes",
    optional=(("memory.memsw.limit_in_bytes", "{bytes}"), ("memory.swappiness", "0")),
    events="memory.oom_control",
    peak="memory.max_usage_in_bytes",
)
# docs.kernel.org/admin-guide/cgroup-v2.html. A process group of `oom.group` dies as one, as a container does.
V2 = Files(
    entry="cgroup.procs",
    members="cgroup.procs",
    limit="memory.max",
    optional=(("memory.swap.max", "0"), ("memory.oom.group", "1")),
    events="memory.events",
    peak="memory.peak",
)


class Candidate(NamedTuple):
    """A folder in which a cgroup of ours may be possible, and whose names its files have."""

    folder: str
    files: Files


def candidates(own: str, mounts: str) -> list[Candidate]:
    """Where a cgroup with a memory limit may be made, the best place first.

    Args:
        own: The text of ``/proc/self/cgroup``.
        mounts: The text of ``/proc/self/mountinfo``.
    """
    paths = _own_paths(own)
    if "memory" in paths:
        folder = _folder(paths["memory"], mounts, "cgroup", "memory")
        return [] if folder is None else [Candidate(folder, V1)]
    folder = _folder(paths.get("", ""), mounts, "cgroup2", None)
    if folder is None:
        return []
    # In v2 a cgroup with processes in it cannot hand memory down (only the root can): so beside us, if at all.
    beside = [] if _is_top(folder, mounts) else [Candidate(os.path.dirname(folder), V2)]
    return [*beside, Candidate(folder, V2)]


def _own_paths(own: str) -> dict[str, str]:
    """The path of this process in each hierarchy, by controller; by an empty text in that of v2."""
    found = {}
    for line in own.splitlines():
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            found[controller] = path
    return found


def _folder(path: str, mounts: str, kind: str, controller: str | None) -> str | None:
    """The folder of a cgroup; in a container, what is mounted begins below the root that the path counts from."""
    for root, point, options in _mounted(mounts, kind):
        if controller is not None and controller not in options:
            continue
        below = path if root == "/" else path[len(root) :] if path.startswith(root) else None
        if below is not None and ".." not in below.split("/"):
            return (point + below).rstrip("/")
    return None


def _mounted(mounts: str, kind: str) -> Iterator[tuple[str, str, list[str]]]:
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields, of_system = before.split(" "), after.split(" ")
        if of_system[0] == kind:
            yield fields[3], fields[4], of_system[-1].split(",")


def _is_top(folder: str, mounts: str) -> bool:
    return any(point == folder for _, point, _ in _mounted(mounts, "cgroup2"))
