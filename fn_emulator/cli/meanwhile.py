"""What may happen while a watched call runs: a save or a key ends it, for nobody wants its answer any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from fn_emulator.cli.keys import ENDS, is_pressed, read_key, single_keys

if TYPE_CHECKING:
    from fn_emulator.watch.snapshot import Changes

KNOWN = (*ENDS, "r", "c")
"""Keys that end a call; others mean nothing."""


class Meanwhile:
    """Whether the answer of the call that runs is wanted, and what came instead.

    Attributes:
        changes: What changed during the call; None when nothing did.
        key: The key that was pressed; None when none was.
    """

    def __init__(self, terminal: int | None) -> None:
        """Prepare for calls.

        Args:
            terminal: Where keys are pressed, or None.
        """
        self.changes: Changes | None = None
        self.key: str | None = None
        self._terminal = terminal
        self._keys: int | None = None
        self._modes: ExitStack | None = None
        self._look: Callable[[], Changes | None] = lambda: None

    @contextmanager
    def following(self, look: Callable[[], Changes | None]) -> Iterator[None]:
        """A call runs in this block.

        Args:
            look: Gives the changes of files, as soon as there are any.
        """
        self._look = look
        try:
            yield
        finally:
            modes, self._modes = self._modes, None
            if modes is not None:
                modes.close()

    def is_wanted(self) -> bool:
        """Whether the call is to go on; see ``Surroundings``."""
        if self.changes is None and self.key is None:
            self.key = self._pressed()
            self.changes = self._look() if self.key is None else None
        return self.changes is None and self.key is None

    def take(self) -> tuple[Changes | None, str] | None:
        """What ended the last call, once; None if it ended by itself."""
        changes, key = self.changes, self.key
        self.changes = self.key = None
        return None if changes is None and key is None else (changes, key or "")

    def _pressed(self) -> str | None:
        # Only now: a handler in this process, of which nobody asks this, may use the terminal itself.
        if self._modes is None:
            self._modes = ExitStack()
            self._keys = self._modes.enter_context(single_keys(self._terminal))
        while self._keys is not None and is_pressed(self._keys):
            if (key := read_key(self._keys)) in KNOWN:
                return key
        return None
