"""The line that changes a state: the call runs under ``sys.settrace``, and after each line it is looked at the state.

What has changed since the line before is that line's doing, also where a library did it for it. It takes hundreds of
times as long as the call alone, so that it is done for one call, of which it is known what it changes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from types import FrameType
from typing import Any, Callable

from .state import Snapshot

Place = tuple[str, int]


class Culprits:
    """Looks for the lines of one trial that change some states first."""

    def __init__(self, names: Iterable[str], is_user_file: Callable[[str], bool]) -> None:
        """Prepare.

        Args:
            names: Names of states.
            is_user_file: Whether a file belongs to the function.
        """
        self._missing = set(names)
        self._is_user_file = is_user_file
        self._found: dict[str, Place] = {}
        self._snapshot: Snapshot | None = None
        self._last: Place | None = None
        self._traces: Any = None
        self._is_on = False

    def start(self, snapshot: Snapshot) -> None:
        """What is called from here on is looked at."""
        self._snapshot = snapshot
        self.go_on()

    def go_on(self) -> None:
        """The same after ``pause``."""
        if not self._is_on:
            self._is_on, self._traces = True, sys.gettrace()
            sys.settrace(self._called)

    def pause(self) -> None:
        """A call has ended."""
        if self._is_on:
            sys.settrace(self._traces)
            self._is_on = False
            self._look()

    def placed(self, changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Changes of state with the places that were found."""
        for change in changes:
            if change["name"] in self._found:
                change["file"], change["line"] = self._found[change["name"]]
        return changes

    def _called(self, frame: FrameType, event: str, argument: Any) -> Any:
        return self._traced if self._is_user_file(frame.f_code.co_filename) else None

    def _traced(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "exception":
            return self._traced
        self._look()
        self._last = self._place(frame)
        if event == "return":
            self._last = self._place_of_caller(frame) or self._last  # whose line goes on
        return self._traced if self._missing else None

    def _place(self, frame: FrameType) -> Place | None:
        file = frame.f_code.co_filename
        return (file, frame.f_lineno) if self._is_user_file(file) else None

    def _place_of_caller(self, frame: FrameType) -> Place | None:
        caller = frame.f_back
        while caller is not None:
            if place := self._place(caller):
                return place
            caller = caller.f_back
        return None

    def _look(self) -> None:
        if self._last is None or self._snapshot is None or not self._missing:
            return
        for change in self._snapshot.changes(self._missing):
            self._found[change["name"]] = self._last
            self._missing.discard(change["name"])
