"""Files that are watched -> batches of changes.

How it works: events only wake. What changed is found by looking at the files themselves, so that an event that was
lost, came twice or means nothing makes no difference, nor does a link that was swapped or a folder that was away. A
look also follows when nothing has happened for a while: network file systems and some containers tell no events.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from fn_emulator.harness.realtime import REAL
from fn_emulator.watch.events import FileEvents
from fn_emulator.watch.ignored import GitFiles, is_ignored, is_passed_over
from fn_emulator.watch.settling import REPLACED_S, Settling, Touched
from fn_emulator.watch.snapshot import UNKNOWN, Changes, Snapshot, Stamp, compare, look
from fn_emulator.watch.tree import Tree, read_tree

if TYPE_CHECKING:
    from types import TracebackType

RARE_LOOK_S, OFTEN_LOOK_S = 1.0, 0.4
"""Seconds between looks while events are told, and while they are not."""

SHARE = 50
"""How many times longer than a look takes the pause before the next one is: on slow disks looks are rarer."""

MOST_FOLDERS = 50
"""Up to as many are watched one by one, at the price of a thread each: environments and caches among them are left out,
and watchdog 7.1 warns on stderr of folders that appear within each other in what it watches as a whole."""


class Watcher:
    """Watches a folder with all that is in it, and single files and folders elsewhere, until it is closed."""

    def __init__(
        self, folder: str | None, files: Callable[[], Iterable[str]] = tuple, *, own: frozenset[str] = frozenset()
    ) -> None:
        """Take the first look, against which the first batch is told; its threads start with the ``with`` block.

        Args:
            folder: As the user would write it; None for single files alone.
            files: Gives single files and folders, those that may appear later too; asked at each look.
            own: Files of the watching command itself, which are never told.
        """
        self._folder = folder
        self._files = files
        self._own = own
        self._git = GitFiles()
        self._tree = Tree((), {}, frozenset())
        self._snapshot: dict[str, Stamp] = {}
        self._is_there = True
        self._unannounced = 0
        self._burst: Settling | None = None  # the events that came, as long as more of them may
        self._taken: tuple[str, ...] = ()
        self._next_look_s = 0.0  # of what changed until events are told
        self._events = FileEvents()
        self._look()

    def __enter__(self) -> Watcher:
        """Let events be told, in threads. Whoever forks does so before."""
        self._events.start()
        self._cover(self._tree)
        self._next_look_s, self._unannounced = 0.0, 0
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._events.close()

    def __iter__(self) -> Iterator[Changes]:
        """Yield one batch of changes after the other, for ever."""
        while True:
            if (changes := self.wait()) is not None:
                yield changes

    @property
    def problem(self) -> str | None:
        """Why the files are looked at over and over instead of waiting for events; None where events are told."""
        # Once may be by chance: the look came between a change and its event.
        return self._events.problem or ("no events of these files are told here" if self._unannounced > 1 else None)

    def wait(self, other: int | None = None) -> Changes | None:
        """Wait for changes, all of one burst.

        Args:
            other: A descriptor; when it can be read this ends with None.
        """
        while True:
            is_begun = self._burst is not None
            pause_s = max(0.0, self._next_look_s - REAL.perf_counter())
            woken = "event" if is_begun else self._events.wait(pause_s, other)
            if woken == "other":
                return None
            if woken == "event" and not self._settle():
                continue
            changes = self._changes(is_told=woken == "event")
            if not changes.is_empty:
                return changes

    def poll(self, is_expected: Callable[[str], bool]) -> Changes | None:
        """What ``wait`` would tell, as soon as it is complete; None until then. To be asked over and over.

        What it tells, ``wait`` does not tell again. It waits itself for no longer than one save takes, and may be asked
        before the threads start: then changes are found by looking alone.

        Args:
            is_expected: Whether changes of a file are left to ``absorb``.
        """
        now_s = REAL.perf_counter()
        burst = self._gathered()
        if (self._next_look_s if burst is None else now_s + burst.remaining_s(now_s)) > now_s:
            return None
        self._burst = None
        found = self._changes(is_told=burst is not None)
        self._taken += tuple(filter(is_expected, found.paths))
        changed, created, deleted = (tuple(path for path in paths if not is_expected(path)) for paths in found[:3])
        changes = Changes(changed, created, deleted, found.folder)
        return None if changes.is_empty else changes

    def absorb(self, is_expected: Callable[[str], bool]) -> tuple[str, ...]:
        """Look now and take over what changed in files that were expected to; the rest is left for ``wait`` to tell.

        Returns:
            The files that were taken over, by ``poll`` too.
        """
        before, was_there = self._snapshot, self._is_there
        taken, self._taken = self._taken, ()
        self._look()
        if self._is_there != was_there:  # that is never expected
            self._snapshot, self._is_there = before, was_there
            return taken
        paths = compare(before, self._snapshot).paths
        for path in paths:
            if not is_expected(path):
                self._snapshot.pop(path, None)
                self._snapshot.update({path: before[path]} if path in before else {})
        return tuple(dict.fromkeys((*taken, *filter(is_expected, paths))))

    @property
    def seen(self) -> Snapshot:
        """The files as they were at the last look."""
        return self._snapshot

    def doubt(self, seen: Snapshot, is_expected: Callable[[str], bool]) -> None:
        """Tell again, as changed, what was written since an earlier look, also if it ends as it was then.

        Whoever has read it meanwhile may have read a half of it.

        Args:
            seen: As ``seen`` was.
            is_expected: Whether changes of a file are no matter.
        """
        before, was_there = self._snapshot, self._is_there
        self._look()
        written = [path for path, stamp in self._snapshot.items() if path in seen and seen[path].state != stamp.state]
        self._snapshot = {**before, **{path: UNKNOWN for path in written if not is_expected(path)}}
        self._is_there = was_there  # whether the folder went is told like any other change

    def _settle(self) -> bool:
        """Wait until a burst of events is over; False if none of them is about what is watched."""
        while (burst := self._gathered()) is not None:
            if self._events.wait(burst.remaining_s(REAL.perf_counter())) == "nothing":
                self._burst = None
                return True
        return False

    def _gathered(self) -> Settling | None:
        for touched in filter(self._concerns_us, self._events.take()):
            self._burst = self._burst or Settling(REAL.perf_counter())
            self._burst.add(touched, REAL.perf_counter())
        return self._burst

    def _concerns_us(self, touched: Touched) -> bool:
        path = touched.path
        if path in self._tree.turns:
            return True
        rules = self._tree.folders.get(os.path.dirname(path))
        if rules is None or is_passed_over(os.path.basename(path)):
            return False
        return not is_ignored(path, rules, is_folder=os.path.isdir(path))

    def _changes(self, *, is_told: bool) -> Changes:
        """Look until what belongs to one change should be complete.

        Args:
            is_told: Whether events of it were waited for.
        """
        before, was_there = self._snapshot, self._is_there
        self._look()
        if not is_told and not self._since(before, was_there).is_empty:
            # Found by looking: what is seen may be half of it, and its event may be on the way.
            is_told = self._events.wait(REPLACED_S) == "event" and self._settle()
            self._unannounced += 1
            self._look()
        self._unannounced = 0 if is_told else self._unannounced
        found = self._since(before, was_there)
        if found.deleted or found.folder == "gone":
            REAL.sleep(REPLACED_S)  # most who take a file away put another there
            self._settle()
            self._look()
        return self._since(before, was_there)

    def _since(self, before: Mapping[str, Stamp], was_there: bool) -> Changes:  # noqa: FBT001
        changes = compare(before, self._snapshot)
        if self._is_there == was_there:
            return changes
        return changes._replace(folder="back" if self._is_there else "gone")

    def _look(self) -> None:
        began = REAL.perf_counter()
        tree = read_tree(self._tops(), self._git)
        if self._cover(tree):
            tree = read_tree(self._tops(), self._git)  # with what came before its events could be told
        self._tree = tree
        self._is_there = self._folder is None or os.path.isdir(self._folder)
        if self._is_there:
            self._snapshot = look(
                (path for path in tree.files if path not in self._own), self._snapshot, int(REAL.time() * 1e9)
            )
        pause_s = RARE_LOOK_S if self.problem is None else OFTEN_LOOK_S
        self._next_look_s = REAL.perf_counter() + max(pause_s, SHARE * (REAL.perf_counter() - began))

    def _tops(self) -> Iterator[str]:
        if self._folder is not None:
            yield self._folder
        yield from self._files()

    def _cover(self, tree: Tree) -> bool:
        """Let events be told of every folder that holds what is watched, or a link to it; True if one is new."""
        outside = dict.fromkeys((os.path.dirname(path) for path in tree.turns), False)
        if len(tree.folders) <= MOST_FOLDERS:
            return self._events.cover({**outside, **dict.fromkeys(tree.folders, False)})
        tops = (path for path in tree.folders if os.path.dirname(path) not in tree.folders)
        return self._events.cover(
            {**{path: False for path in outside if path not in tree.folders}, **dict.fromkeys(tops, True)}
        )
