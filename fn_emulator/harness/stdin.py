"""Standard input during a call: at its end, and it remembers which line of the user's asked for it."""

from __future__ import annotations

import io
from typing import Any

from . import traces


class EmptyInput(io.RawIOBase):
    """The raw end of ``sys.stdin``: always at end-of-file."""

    def __init__(self, descriptor: int, is_user_file: Any) -> None:
        """Prepare; ``descriptor`` is open on nothing, for child processes."""
        super().__init__()
        self._descriptor = descriptor
        self._is_user_file = is_user_file
        self.read_at: tuple[str, int] | None = None

    def readable(self) -> bool:
        """Yes, though there is nothing to read."""
        return True

    def fileno(self) -> int:
        """The descriptor of standard input, which is at end-of-file too."""
        return self._descriptor

    def readinto(self, buffer: Any) -> int:
        """Nothing; remembers who asked first."""
        if self.read_at is None:
            self.read_at = traces.caller(self._is_user_file)
        return 0
