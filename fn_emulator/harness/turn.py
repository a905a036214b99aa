"""One call at a time: modules, output and environment are the process's, so two calls at once would mix them."""

from __future__ import annotations

import threading


class NestedCall(Exception):  # noqa: N818 - never raised at a user: the runner turns it into its own error
    """A handler that runs in this process called a function in this process."""


class Turn:
    """A lock that a thread waits for, and that refuses a thread which has it already instead of waiting for ever."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: int | None = None

    def __enter__(self) -> None:
        if self._thread == threading.get_ident():
            raise NestedCall
        self._lock.acquire()
        self._thread = threading.get_ident()

    def __exit__(self, *error: object) -> None:
        self._thread = None
        self._lock.release()
