"""The SDK's settings of the whole process (``global_config``): what a handler sets stays its own.

Two functions in one process have two processes on the platform; and a test's own clients keep the test's settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class SdkSettings:
    """The settings as they are outside of calls, while a call has others."""

    def __init__(self) -> None:
        self._held: dict[str, Any] | None = None
        self._outside: dict[str, Any] | None = None

    def found(self, config: Any, *, is_in_call: bool) -> None:
        """The SDK was imported; ``config`` is its ``global_config``."""
        self._held = vars(config)
        self._outside = self._held.copy() if is_in_call else None

    def forget(self) -> None:
        """Nothing of it is watched any more."""
        self._held = self._outside = None

    def enter(self, own: Mapping[str, Any]) -> None:
        """A call begins whose function set ``own`` in earlier calls."""
        if self._held is not None:
            self._outside = self._held.copy()
            self._held.update(own)

    def leave(self) -> dict[str, Any]:
        """It has ended; gives what is not as it is outside, and puts that back."""
        held, outside = self._held, self._outside
        if held is None or outside is None:
            return {}
        own = {name: value for name, value in held.items() if name not in outside or outside[name] is not value}
        held.clear()
        held.update(outside)
        self._outside = None
        return own
