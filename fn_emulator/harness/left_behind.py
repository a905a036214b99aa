"""What a handler started and did not end: threads, processes and stopped clocks that are there when its call is over.

How it works: who starts a thread or a process for a call tells this call's ``LeftBehind`` (``owner``,
``started_processes``), so that a call which starts nothing pays nothing. At the end it looks at what was noted, and for
a moment once more at what has not ended yet.

Not seen: threads below ``threading``, processes that C code starts and, but in a worker, those that a child process of
the handler's has started and left to the system. Without ``/proc`` and ``os.waitid`` (Windows, macOS before Python
3.13) no process is seen.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any, Callable

from . import traces
from .left_clocks import LeftClocks
from .realtime import REAL

GRACE_S = 0.02
"""Seconds that what still runs gets to end by itself: a thread whose work is done, a process that was terminated."""

_LOOK_EVERY_S = 0.001
_THREADING = threading.__file__
_POOL = "/concurrent/futures/thread.py"
_MARK = "_fn_emulator_begun"


class LeftBehind:
    """Notes what the calls of one function start."""

    def __init__(self, is_user_file: Callable[[str], bool], *, is_leader: bool = False) -> None:
        """Prepare.

        Args:
            is_user_file: Whether a file name belongs to the function.
            is_leader: Whether this process leads a session of its own, with nobody in it but the function.
        """
        self._is_user_file = is_user_file
        self._is_leader = is_leader
        self._told: set[int] = set()
        self._children: Any = None
        self._clocks = LeftClocks()
        self.start()

    def start(self) -> None:
        """A call begins."""
        self._call = object()
        self._has_threads = False
        self._processes: dict[int, tuple[str, Any]] = {}
        self._clocks.start()
        if self._is_leader:
            from .running_processes import ended_children

            self._children = ended_children()

    def thread_begins(self, thread: threading.Thread, caller: FrameType | None) -> None:
        """``caller`` starts ``thread``; kept on the thread is whether that is the function's code or a library's."""
        while caller is not None and _is_between(caller.f_code.co_filename):
            caller = caller.f_back
        is_users = caller is not None and self._is_user_file(caller.f_code.co_filename)
        setattr(thread, _MARK, (self._call, is_users, traces.caller(self._is_user_file)))
        self._has_threads = True

    def process_begun(self, pid: int, name: str = "") -> None:
        """A process was started; ``name`` is what multiprocessing calls it."""
        _, place = self._processes.get(pid, ("", None))
        self._processes[pid] = name, place or traces.caller(self._is_user_file)

    @property
    def is_nothing(self) -> bool:
        """Whether the call has started nothing, so that nothing has to be looked for."""
        return self._has_nothing_running and self._clocks.is_nothing

    def is_silent(self, frozen: Any) -> bool:
        """Whether it was not heard to start anything: the same, less what a worker's C code has started.

        ``frozen`` is our own freeze, if there is one; what lies over it is a clock that was left.
        """
        is_clock_left = not self._clocks.is_nothing if frozen is None else not frozen.is_outermost
        return not (self._has_threads or self._processes or is_clock_left)

    @property
    def _has_nothing_running(self) -> bool:
        return not (self._has_threads or self._processes or (self._is_leader and self._had_children()))

    def found(self) -> list[dict[str, Any]]:
        """What the call has left: ``[{"kind": "thread" | "process" | "clock", "name", "file", "line"}]``.

        ``file`` and ``line`` are the user's that started it, or None. A process has its ``pid`` too. Clocks that were
        left stopped, told by the name of what stopped them, go on from here.
        """
        clocks = [_entry("clock", name, None) for name in self._clocks.end()]
        return [*self._running(), *clocks]

    def _running(self) -> list[dict[str, Any]]:
        if self._has_nothing_running:
            return []
        until = REAL.perf_counter() + GRACE_S
        left = list(self._look())
        while left and REAL.perf_counter() < until:
            REAL.sleep(_LOOK_EVERY_S)
            left = list(self._look())
        self._told.update(entry["pid"] for entry in left if "pid" in entry)
        return left

    def _look(self) -> Iterator[dict[str, Any]]:
        if self._has_threads:
            frames = sys._current_frames()
            for thread in threading.enumerate():
                call, is_users, place = getattr(thread, _MARK, (None, False, None))
                if call is self._call and self._is_at_work(frames.get(thread.ident or 0), is_users=is_users):
                    yield _entry("thread", thread.name, place)
        if self._processes or self._is_leader:
            yield from self._look_at_processes()

    def _is_at_work(self, frame: FrameType | None, *, is_users: bool) -> bool:
        """Whether a thread is one that was left: a pool's that waits for work is not, nor are a library's own."""
        if frame is not None and frame.f_code.co_name == "_worker" and _is_of_pool(frame.f_code.co_filename):
            return False
        while frame is not None and not is_users:
            is_users = self._is_user_file(frame.f_code.co_filename)
            frame = frame.f_back
        return is_users

    def _look_at_processes(self) -> Iterator[dict[str, Any]]:
        from .running_processes import command, helpers, is_running, strays

        noted = dict(self._processes)
        if self._is_leader:
            noted = {**dict.fromkeys(strays(), ("", None)), **noted}
        for pid in noted.keys() - self._told - helpers():
            if is_running(pid):
                name, place = noted[pid]
                yield {**_entry("process", name or command(pid), place), "pid": pid}

    def _had_children(self) -> bool:
        from .running_processes import ended_children, has_children

        return has_children() or ended_children() != self._children


def _entry(kind: str, name: str, place: Any) -> dict[str, Any]:
    file, line = place or (None, None)
    return {"kind": kind, "name": name, "file": file, "line": line}


def _is_between(filename: str) -> bool:
    return filename == _THREADING or _is_of_pool(filename) or traces.is_ours(filename)


def _is_of_pool(filename: str) -> bool:
    return filename.replace("\\", "/").endswith(_POOL)
