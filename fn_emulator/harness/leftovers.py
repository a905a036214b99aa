"""What a function changes in the process beside modules and environment: working directory and logging. Put back."""

from __future__ import annotations

import os
import sys
from typing import Any


class Leftovers:
    """Remembers the process's logging when made, and its working directory around each call."""

    def __init__(self) -> None:
        logging = sys.modules.get("logging")
        self._root = _root_state(logging) if logging is not None else None
        self._directory: str | None = None

    def start(self) -> None:
        """Remember where we are."""
        self._directory = _directory()

    def stop(self) -> None:
        """Go back there."""
        if self._directory is not None and self._directory != _directory():
            os.chdir(self._directory)

    def close(self, streams: Any) -> None:
        """Take out the logging handlers that the function added.

        Args:
            streams: Our own stdout and stderr: whatever logger writes to them was set up by the function.
        """
        logging = sys.modules.get("logging")
        if logging is None:
            return
        handlers, level, disabled = self._root or ([], logging.WARNING, 0)
        for handler in logging.root.handlers[:]:
            if handler not in handlers:
                logging.root.removeHandler(handler)
        logging.root.setLevel(level)
        logging.disable(disabled)
        for logger in list(logging.root.manager.loggerDict.values()):
            for handler in list(getattr(logger, "handlers", ())):
                if getattr(handler, "stream", None) in streams:
                    logger.removeHandler(handler)


def _directory() -> str | None:
    try:
        return os.getcwd()
    except OSError:  # the directory was removed under us: nowhere to go back to
        return None


def _root_state(logging: Any) -> tuple[list[Any], int, int]:
    return logging.root.handlers[:], logging.root.level, logging.root.manager.disable
