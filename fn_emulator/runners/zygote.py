"""Our side of a zygote: the process that workers are forked from (see ``fn_emulator.harness.zygote``)."""

from __future__ import annotations

import signal
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from fn_emulator.errors import RunnerError
from fn_emulator.runners.ends import Ends
from fn_emulator.runners.launch import Ended, Started
from fn_emulator.runners.processes import Process, Start, ask, end, sent

MOST_TOLD = 8
"""How many packages are named."""


class Zygote:
    """Forks workers from a process that has imported other people's modules; a ``Launcher``."""

    def __init__(self, start: Start, names: Sequence[str] = (), env: Mapping[str, str] | None = None) -> None:
        """Prepare; nothing is started yet.

        Args:
            start: How its process comes to be.
            names: Modules to import before the first fork.
            env: The function's environment variables, for that import.
        """
        self._start = start
        self._names = tuple(names)
        self._imported: frozenset[str] = frozenset()
        self._env = env or {}
        self._process: Process | None = None
        self._parents: dict[int, Process] = {}
        self._lock = threading.Lock()
        self._may_freeze = True
        self.note: str | None = None

    def start(self) -> Started:
        """Fork a worker; see ``Launcher``."""
        with self._lock, sent() as ends:
            is_new = self._process is None
            try:
                pid = self._forked(ends)
            except RunnerError:
                if is_new:
                    raise
                pid = self._forked(ends)  # somebody has ended the one that we had
        return Started(pid, ends.ours)

    def wait(self, pid: int) -> Ended:
        """See ``Launcher``."""
        with self._lock:
            parent = self._parents.pop(pid)
            if parent is self._process:
                with suppress(RunnerError):
                    return Ended(**ask(parent, {"op": "wait", "pid": pid}))
        # With its parent went who could say how it has ended; we end it before we ask.
        return Ended(-signal.SIGKILL, 0.0)

    def remember(self, names: Sequence[str]) -> None:
        """See ``Launcher``."""
        if self.note is None:
            self._names = tuple(dict.fromkeys((*self._names, *names)))

    def close(self) -> None:
        """End its process."""
        process, self._process = self._process, None
        if process is not None:
            end(process)

    def _forked(self, ends: Ends) -> int:
        process, self._process = self._process, None
        if process is None:
            process, self._imported = self._start(), frozenset()
        process = self._prepared(process)
        try:
            pid = int(ask(process, {"op": "fork"}, tuple(ends.theirs.values()))["pid"])
        except BaseException:
            end(process)
            raise
        self._process = self._parents[pid] = process
        return pid

    def _prepared(self, process: Process) -> Process:
        """The process with all modules imported that are known of; or a new one with none."""
        names = [name for name in self._names if name not in self._imported]
        if not names or self.note is not None:
            return process
        try:
            seen = ask(process, {"op": "import", "names": names, "env": dict(self._env)})
            problem = _problem(seen)
        except RunnerError:
            problem = "their import did not end well"
        except BaseException:
            end(process)
            raise
        if problem is None:
            self._imported = self._imported.union(names)
            return self._frozen_once(process) if "freezegun" in names and self._may_freeze else process
        end(process)
        packages = sorted({name.partition(".")[0] for name in names})
        shown = ", ".join(packages[:MOST_TOLD]) + (" ..." if len(packages) > MOST_TOLD else "")
        self.note = (
            f"Each fresh start imports other people's modules again ({shown}): {problem}, so nothing may be forked from"
            " a process that has imported them."
        )
        return self._start()

    def _frozen_once(self, process: Process) -> Process:
        """The process after a freeze, which leaves less to do for each of those in its workers; or one without."""
        try:
            ask(process, {"op": "freeze"})
        except RunnerError:  # other people's modules, at which freezegun looks, may do anything
            end(process)
            self._may_freeze, self._imported = False, frozenset()
            return self._prepared(self._start())
        except BaseException:
            end(process)
            raise
        return process


def _problem(seen: Mapping[str, Any]) -> str | None:
    """Why nothing may be forked from a process, by what it says of itself."""
    if seen["threads"] > 1:
        return "that starts threads"
    return "that opens sockets" if seen["sockets"] > 0 else None
