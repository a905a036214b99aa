"""The runners of one function: that of its settings, and one in processes of its own; each is opened when needed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fn_emulator.runners import Runner
    from fn_emulator.settings import Settings


class Runners:
    """Opens them, for calls from several threads too."""

    def __init__(self, settings: Settings, open_: Callable[[Settings], Runner], *, has_processes: bool) -> None:
        """Prepare.

        Args:
            settings: The function's.
            open_: Opens the runner that settings name.
            has_processes: Whether the function can run in a process of its own.
        """
        self._settings = settings
        self._open = open_
        self._has_processes = has_processes
        self._lock = threading.Lock()
        self.opened: Runner | None = None
        self._second: Runner | None = None

    def first(self) -> Runner:
        """The one of the settings."""
        if self.opened is not None:
            return self.opened
        with self._lock:
            if self.opened is None:
                self.opened = self._open(self._settings)
            return self.opened

    def in_processes(self) -> Runner:
        """The one that starts the function in processes of their own, where it can; else the same."""
        runner = self.first()
        if runner.name != "inprocess" or not self._has_processes:
            return runner
        with self._lock:
            if self._second is None:
                self._second = self._open(self._settings.replace(runner="worker"))
            return self._second

    def reload(self) -> None:
        """Let the next call on each start freshly."""
        for runner in filter(None, (self.opened, self._second)):
            runner.reload()

    def close(self) -> None:
        """Leave the process as it was found."""
        with self._lock:
            opened, self.opened, self._second = (self._second, self.opened), None, None
        with ExitStack() as closing:
            for runner in filter(None, opened):
                closing.callback(runner.close)
