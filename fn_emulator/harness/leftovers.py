"""What a function changes in the process beside modules and environment: working directory, logging, hooks, clocks.

How it works: during a call the root logger is the function's own, without handlers at first, then as its calls leave
it. The process's handlers are out of its reach, so that ``basicConfig`` does here what it does in a fresh process, and
``force=True`` takes nobody's handlers away. Other loggers keep what the function gave them until it is closed.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from .left_clocks import LeftClocks

_FRESH: tuple[list[Any], list[Any], int, int] = ([], [], 30, 0)
"""Handlers, filters, level WARNING and the disabled level of a root logger that nobody has touched."""

_FRESH_LOGGER: tuple[list[Any], list[Any], int, bool] = ([], [], 0, True)
"""Handlers, filters, level and whether it propagates, of another one."""


class Leftovers:
    """Remembers the process's state when made, and what calls change around each of them."""

    def __init__(self) -> None:
        self._hooks = (sys.excepthook, sys.getrecursionlimit())
        self._disabled = _disabled_loggers()
        self._directory: str | None = None
        self._process_root: Any = None
        self._own_root: Any = None
        self._loggers: dict[str, tuple[list[Any], list[Any], int, bool]] = {}
        self._clocks = LeftClocks()

    def start(self) -> None:
        """Remember where we are, and hand over a root logger of the function's own."""
        self._directory = directory()
        self._clocks.start()
        logging = sys.modules.get("logging")
        self._process_root = None if logging is None else _root_state(logging)
        if logging is not None:
            _set_root_state(logging, self._own_root or _FRESH)

    def start_next(self) -> None:
        """Another call begins before ``stop``."""
        try:
            is_there = os.getcwd() == self._directory
        except OSError:  # what it is in was removed
            is_there = False
        if not is_there and self._directory is not None:
            os.chdir(self._directory)

    def remember_loggers(self) -> None:
        """What is there now is what ``start_fresh`` goes back to."""
        logging = sys.modules.get("logging")
        loggers = [] if logging is None else list(logging.root.manager.loggerDict.items())
        self._loggers = {name: _logger_state(logger) for name, logger in loggers if hasattr(logger, "handlers")}

    def start_fresh(self) -> None:
        """A fresh start before ``stop``: the root logger is as new, the others as they were remembered or as new."""
        logging = sys.modules.get("logging")
        if logging is None:
            return
        _set_root_state(logging, _FRESH)
        for name, logger in list(logging.root.manager.loggerDict.items()):
            if hasattr(logger, "handlers"):
                _set_logger_state(logger, self._loggers.get(name, _FRESH_LOGGER))

    def stop(self) -> None:
        """Go back there, and put the process's root logger back."""
        if self._directory is not None and self._directory != directory():
            os.chdir(self._directory)
        self._clocks.end()  # what could not be told from our own freeze while that was there
        logging = sys.modules.get("logging")
        if logging is not None:
            self._own_root = _root_state(logging)
            _set_root_state(logging, self._process_root or _FRESH)

    def close(self, streams: Any) -> None:
        """Take out what the function left for good.

        Args:
            streams: Our own stdout and stderr: whatever logger writes to them was set up by the function.
        """
        sys.excepthook = self._hooks[0]
        if sys.getrecursionlimit() != self._hooks[1]:
            sys.setrecursionlimit(self._hooks[1])
        logging = sys.modules.get("logging")
        if logging is None:
            return
        for name, logger in list(logging.root.manager.loggerDict.items()):
            if name in self._disabled:
                logger.disabled = self._disabled[name]
            for handler in list(getattr(logger, "handlers", ())):
                if getattr(handler, "stream", None) in streams:
                    logger.removeHandler(handler)


def _root_state(logging: Any) -> tuple[list[Any], list[Any], int, int]:
    root = logging.root
    return root.handlers[:], root.filters[:], root.level, root.manager.disable


def _set_root_state(logging: Any, state: tuple[list[Any], list[Any], int, int]) -> None:
    root = logging.root
    root.handlers[:], root.filters[:] = state[0], state[1]
    if root.level != state[2]:
        root.setLevel(state[2])  # and nothing else: it empties what every logger remembers of levels
    if root.manager.disable != state[3]:
        logging.disable(state[3])


def _logger_state(logger: Any) -> tuple[list[Any], list[Any], int, bool]:
    return logger.handlers[:], logger.filters[:], logger.level, logger.propagate


def _set_logger_state(logger: Any, state: tuple[list[Any], list[Any], int, bool]) -> None:
    if (logger.handlers, logger.filters, logger.level, logger.propagate) == state:
        return
    # What does nothing is what libraries give their loggers when they are imported.
    silent = [handler for handler in logger.handlers if type(handler).__name__ == "NullHandler"]
    logger.handlers[:], logger.filters[:] = state[0] or silent, state[1]
    logger.propagate = state[3]
    if logger.level != state[2]:
        logger.setLevel(state[2])


def _disabled_loggers() -> dict[str, bool]:
    logging = sys.modules.get("logging")
    if logging is None:
        return {}
    loggers = list(logging.root.manager.loggerDict.items())
    return {name: logger.disabled for name, logger in loggers if hasattr(logger, "disabled")}


def directory() -> str | None:
    """Where this process is, or None where that is not there any more."""
    try:
        return os.getcwd()
    except OSError:  # the directory was removed under us: nowhere to go back to
        return None
