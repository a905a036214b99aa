"""Put an interrupt off for a moment, so that what was just started is known to whoever has to end it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Signals that end a command (Ctrl-C, SIGTERM, SIGHUP) take effect at the end of the block.

    Python tells signals to the main thread alone: in others this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received: list[tuple[int, Any]] = []
    replaced = dict(_replaced(lambda number, frame: received.append((number, frame))))
    try:
        yield
    finally:
        for number, handler in replaced.items():
            signal.signal(number, handler)
        for number, frame in received:
            handler = replaced[number]
            if callable(handler):
                handler(number, frame)
            else:
                os.kill(os.getpid(), number)


def _replaced(ours: Any) -> Iterator[tuple[int, Any]]:
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is None or signal.getsignal(number) in (None, signal.SIG_IGN):  # from C, or ignored
            continue
        yield number, signal.signal(number, ours)
