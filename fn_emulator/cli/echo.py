"""A function's output as it comes, except where it repeats what the call before it, which failed, wrote too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fn_emulator.runners import Show

Line = tuple[str, str]

MOST_LINES = 1000
"""As many are remembered; more are no traceback."""


class Echo:
    """Passes lines on, but holds them back as long as they are the same as earlier ones."""

    def __init__(self, show: Show, earlier: Sequence[Line]) -> None:
        """Begin.

        Args:
            show: Where lines go.
            earlier: The lines of the call before; empty to hold nothing back.
        """
        self._show = show
        self._earlier = earlier
        self._held: list[Line] = []
        self._is_same = True
        self.lines: list[Line] = []

    def __call__(self, stream: str, line: str) -> None:
        """Take one line."""
        number = len(self._held)
        self._is_same = self._is_same and self._earlier[number : number + 1] == [(stream, line)]
        if len(self.lines) < MOST_LINES:
            self.lines.append((stream, line))
        if self._is_same:
            self._held.append((stream, line))
        else:
            self.release()
            self._show(stream, line)

    @property
    def is_repeated(self) -> bool:
        """Whether every line came before, and all of those came again."""
        return self._is_same and len(self._held) == len(self._earlier)

    def release(self) -> None:
        """Show what was held back."""
        held, self._held, self._is_same = self._held, [], False
        for stream, line in held:
            self._show(stream, line)
