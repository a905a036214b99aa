"""``breakpoint()`` inside a handler: the terminal is given back while a person types."""

from __future__ import annotations

import sys
from typing import Any

from .capture import Capture
from .environment import is_set
from .limits import CallLimits


class Breakpoints:
    """Installs a ``sys.breakpointhook`` for the length of a call."""

    def __init__(self, capture: Capture, limits: CallLimits) -> None:
        self._capture = capture
        self._limits = limits
        self._previous: Any = None

    def start(self) -> None:
        """Install the hook, unless breakpoints are switched off or somebody else's debugger is in charge."""
        self._previous = sys.breakpointhook
        if not is_set("PYTHONBREAKPOINT"):
            sys.breakpointhook = self._stop_here

    def stop(self) -> None:
        """Put the previous hook back."""
        if self._previous is not None:
            sys.breakpointhook = self._previous

    def _stop_here(self, *args: Any, **kwargs: Any) -> Any:
        if self._previous is not sys.__breakpointhook__:
            # pytest's, or an editor's: it finds the terminal as it left it.
            self._capture.suspend()
            return self._previous(*args, **kwargs)
        import pdb

        self._limits.lift()
        capture = self._capture

        class Debugger(pdb.Pdb):
            def interaction(self, *args: Any, **kwargs: Any) -> Any:
                capture.suspend()
                self.stdin, self.stdout = sys.stdin, sys.stdout
                try:
                    return super().interaction(*args, **kwargs)
                finally:
                    capture.resume()

        Debugger().set_trace(sys._getframe(1))
        return None
