"""Workers that are new interpreters, each of them: where nothing can be forked, or nothing of ours may be in memory."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from fn_emulator.harness.peak import wait_for
from fn_emulator.harness.zygote import send
from fn_emulator.runners.launch import Ended, Started
from fn_emulator.runners.processes import Process, Start, end, sent


class NewProcesses:
    """Starts a new interpreter for each worker, where nothing can be forked; a ``Launcher``."""

    def __init__(self, start: Start) -> None:
        """Prepare; ``start`` gives a new interpreter."""
        self._start = start
        self._running: dict[int, Process] = {}

    def start(self) -> Started:
        """See ``Launcher``."""
        process = self._start()
        self._running[process.pid] = process
        # One that has ended already says so like one that ends later.
        with sent() as ends, suppress(ConnectionError):
            send(process.control, {"op": "become"}, tuple(ends.theirs.values()))
        return Started(process.pid, ends.ours)

    def wait(self, pid: int) -> Ended:
        """See ``Launcher``."""
        process = self._running.pop(pid)
        process.control.close()
        ended = Ended(*wait_for(pid))
        if process.child is not None:
            process.child.returncode = ended.code  # it is not there any more to be waited for
        return ended

    def remember(self, names: Sequence[str]) -> None:
        """Each begins without any."""

    def close(self) -> None:
        """End what still runs."""
        while self._running:
            end(self._running.popitem()[1])
