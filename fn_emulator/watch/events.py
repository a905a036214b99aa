"""The file events of some folders, through watchdog, at a descriptor that can be waited for beside others.

watchdog tells its events in a thread of its own; each leaves a byte in a pipe, which wakes whoever waits.
"""

from __future__ import annotations

import errno
import os
import select
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

from fn_emulator.watch.settling import Touched

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import ObservedWatch

Woken = Literal["event", "other", "nothing"]

LIMITS = {
    errno.ENOSPC: "the limit of watched folders is reached (fs.inotify.max_user_watches)",
    errno.EMFILE: "the limit of watchers is reached (fs.inotify.max_user_instances)",
}


class FileEvents:
    """Gathers file events from its start until it is closed.

    Attributes:
        problem: Why no events are told; None where they are.
    """

    def __init__(self) -> None:
        """Prepare; nothing is started yet."""
        self.problem: str | None = None
        self._gathered: deque[Touched] = deque()
        self._covered: dict[str, tuple[tuple[int, int], bool, ObservedWatch]] = {}
        self._pipe: tuple[int, int] | None = None
        self._observer: Any = None

    def start(self) -> None:
        """Start the thread that tells events."""
        from watchdog.observers import Observer

        _silence_watchdog()
        self._pipe = os.pipe()
        for descriptor in self._pipe:
            os.set_blocking(descriptor, False)
        try:
            self._observer = Observer()
            self._observer.start()
        except OSError as exc:
            self._give_up(exc)

    def cover(self, folders: Mapping[str, bool]) -> bool:
        """Watch exactly these folders from now on; one that was replaced is watched anew.

        Before the start none is watched.

        Args:
            folders: Real path -> whether what is below belongs to it. One that is not there is left out.

        Returns:
            Whether one is watched that was not before.
        """
        if self._observer is None:
            return False
        wanted = {path: (identity, deep) for path, deep in folders.items() if (identity := _identity(path))}
        for path, (*known, watch) in list(self._covered.items()):
            if wanted.get(path) != tuple(known):
                del self._covered[path]
                with suppress(KeyError, OSError):  # it may have ended by itself, with its folder
                    self._observer.unschedule(watch)
        new = [path for path in wanted if path not in self._covered] if self.problem is None else []
        for path in new:
            self._schedule(path, *wanted[path])
        return bool(new)

    def _schedule(self, path: str, identity: tuple[int, int], is_deep: bool) -> None:  # noqa: FBT001
        from watchdog import events
        from watchdog.events import FileSystemEventHandler

        # Of all kinds, what reads: our own look at the files must not wake us.
        kinds = ("Created", "Deleted", "Moved")
        told = [getattr(events, f"{what}{kind}Event") for what in ("File", "Dir") for kind in kinds]
        handler = FileSystemEventHandler()
        handler.on_any_event = self._gather  # type: ignore[method-assign]
        try:
            watch = self._observer.schedule(
                handler,
                path,
                recursive=is_deep,
                event_filter=[*told, events.FileModifiedEvent, events.FileClosedEvent],
            )
        except (FileNotFoundError, NotADirectoryError):  # gone since
            return
        except OSError as exc:
            self._give_up(exc)
        else:
            self._covered[path] = (identity, is_deep, watch)

    def _give_up(self, exc: OSError) -> None:
        self.problem = LIMITS.get(exc.errno or 0, str(exc.strerror))

    def _gather(self, event: FileSystemEvent) -> None:
        """Runs in watchdog's thread."""
        for path in (os.fsdecode(event.src_path), os.fsdecode(event.dest_path)):
            if path:
                self._gathered.append(Touched(self._step(event, path), path))
        with suppress(OSError):  # full: whoever waits is woken all the same
            os.write(self._started[1], b"\0")

    def _step(self, event: FileSystemEvent, path: str) -> Literal["begun", "ended", "other"]:
        if event.is_directory or not sys.platform.startswith("linux"):  # nobody else tells when a file is closed
            return "other"
        if event.event_type == "closed":
            return "ended"
        is_written = event.event_type == "modified" or (event.event_type == "created" and _is_empty(path))
        return "begun" if is_written else "other"

    def wait(self, timeout_s: float, other: int | None = None) -> Woken:
        """Wait for an event, for the descriptor ``other`` to be readable, or for the time to pass."""
        poll = select.poll()
        for descriptor in (*(self._pipe or ())[:1], other):  # before the start nothing is told
            if descriptor is not None:
                poll.register(descriptor, select.POLLIN)
        ready = [descriptor for descriptor, _ in poll.poll(timeout_s * 1000)]
        return "other" if other in ready else "event" if ready else "nothing"

    def take(self) -> Iterator[Touched]:
        """Yield what was gathered since, in order."""
        with suppress(BlockingIOError):
            while self._pipe is not None and os.read(self._pipe[0], 4096):
                pass
        while self._gathered:
            yield self._gathered.popleft()

    def close(self) -> None:
        """End the thread."""
        if self._observer is not None and self._observer.is_alive():
            self._observer.stop()
            self._observer.join()
        for descriptor in self._pipe or ():
            os.close(descriptor)
        self._pipe = self._observer = None

    @property
    def _started(self) -> tuple[int, int]:
        assert self._pipe is not None, "it was not started"
        return self._pipe


def _silence_watchdog() -> None:
    """Keep from stderr what it logs as an error: that a thread of its own was asked once more while it was ended."""
    import logging

    logger = logging.getLogger("watchdog")
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


def _identity(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if os.path.isdir(path) else None


def _is_empty(path: str) -> bool:
    try:
        return os.stat(path).st_size == 0
    except OSError:
        return False
