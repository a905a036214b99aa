"""A folder or file -> the files in it that count, and every path on the way to them at which a link may turn."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from fn_emulator.watch.ignored import ENVIRONMENT_MARK, Folders, GitFiles, GitRules, is_ignored, is_passed_over

MOST_LINKS = 40
"""Linux gives up on a path with more."""


class Tree(NamedTuple):
    """What was found.

    Attributes:
        files: Regular files, as the user would write them.
        folders: The real folders in which they lie, with the git rules that hold there.
        turns: Real paths that lead to them from outside these folders: links, what links lead to, the top itself.
    """

    files: tuple[str, ...]
    folders: Folders
    turns: frozenset[str]


def read_tree(tops: Iterable[str], git: GitFiles) -> Tree:
    """Everything that counts at or below ``tops``; what is not there is only among the turns.

    Links are followed: Python imports what they lead to. A cycle of links is left after one round.
    """
    walk = _Walk(git)
    for top in tops:
        walk.turn(top)
        if os.path.isdir(top):
            walk.folder(top, os.path.realpath(top), git.rules_above(os.path.realpath(top)))
        elif os.path.isfile(top):
            walk.files[top] = None
    walk.all()
    return Tree(tuple(walk.files), walk.folders, frozenset(walk.turns))


class _Walk:
    def __init__(self, git: GitFiles) -> None:
        self.git = git
        self.files: dict[str, None] = {}
        self.folders: dict[str, tuple[GitRules, ...]] = {}
        self.turns: set[str] = set()
        self._waiting: deque[tuple[str, str]] = deque()

    def turn(self, path: str) -> None:
        self.turns.update(steps_to(path))

    def folder(self, shown: str, real: str, rules: tuple[GitRules, ...]) -> None:
        if real not in self.folders:
            self.folders[real] = self.git.with_rules_of(real, rules)
            self._waiting.append((shown, real))

    def all(self) -> None:
        while self._waiting:
            self._below(*self._waiting.popleft())

    def _below(self, shown: str, real: str) -> None:
        rules = self.folders[real]
        for entry in _entries(real):
            is_folder = entry.is_dir()
            if is_passed_over(entry.name) or is_ignored(entry.path, rules, is_folder=is_folder):
                continue
            path = os.path.join(shown, entry.name)
            if entry.is_symlink():
                self.turn(entry.path)
            if is_folder:
                if not os.path.exists(os.path.join(entry.path, ENVIRONMENT_MARK)):
                    self.folder(path, os.path.realpath(entry.path) if entry.is_symlink() else entry.path, rules)
            elif entry.is_file():  # not a pipe or a device, which might never end
                self.files[path] = None


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError:  # gone meanwhile, or not ours to read
        return []


def steps_to(path: str) -> Iterator[str]:
    """Yield each link on the way to ``path``, without links before it, and at the end what it leads to at last.

    A change of any of these may give ``path`` another content: Kubernetes swaps a link in the middle.
    """
    at, links = "/", 0
    parts = deque(os.path.abspath(path).split("/"))
    while parts:
        part = parts.popleft()
        if part in ("", "."):
            continue
        step = os.path.dirname(at) if part == ".." else os.path.join(at, part)
        if links < MOST_LINKS and os.path.islink(step):
            yield step
            links += 1
            target = os.readlink(step)
            at = "/" if target.startswith("/") else at
            parts.extendleft(reversed(target.split("/")))
        else:
            at = step
    yield at
