"""``breakpoint()`` inside a handler: the terminal is given back while a person types; without one it is passed over."""

from __future__ import annotations

import os
import sys
from typing import Any, Callable

from .capture import Capture
from .environment import is_set
from .limits import CallLimits


class Breakpoints:
    """Installs a ``sys.breakpointhook`` for the length of a call."""

    def __init__(self, capture: Capture, limits: CallLimits, *, has_terminal: bool) -> None:
        self._capture = capture
        self._limits = limits
        self._has_terminal = has_terminal
        self._previous: Any = None
        self._passed: set[str] = set()

    def start(self, debugger: Callable[..., Any] | None = None) -> None:
        """Install the hook, unless breakpoints are switched off or somebody else's debugger is in charge.

        Args:
            debugger: What stops in an editor that is attached to this process; None when none is.
        """
        self._previous = sys.breakpointhook
        self._passed.clear()
        if debugger is not None:
            sys.breakpointhook = debugger
        elif not self._has_terminal:
            sys.breakpointhook = self._pass_over
        elif not is_set("PYTHONBREAKPOINT"):
            sys.breakpointhook = self._stop_here

    def stop(self) -> None:
        """Put the previous hook back."""
        if self._previous is not None:
            sys.breakpointhook = self._previous

    def _pass_over(self, *args: Any, **kwargs: Any) -> None:
        """Say that nobody can type here: pdb would read the end of the input and end the call with BdbQuit."""
        if os.environ.get("PYTHONBREAKPOINT") == "0":
            return
        frame = sys._getframe(1)
        where = f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}"
        if where in self._passed:  # once is enough, in a loop too
            return
        self._passed.add(where)
        reason = "a worker has no terminal; use --runner inprocess or --debug"
        self._capture.log("stderr", f"breakpoint() at {where} was passed over: {reason}")

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
