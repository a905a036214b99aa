"""A function's output, shown on stderr while the function runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import UnsupportedOperation
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fn_emulator.runners import Show


@contextmanager
def live_output() -> Iterator[Show]:
    """Give a ``show(stream, line)`` that writes to today's stderr, also while a call has diverted it.

    Both streams of the function go to stderr: stdout holds the answer alone.
    """
    stderr = sys.stderr
    try:
        # A descriptor of its own: during a call, number 2 leads into the capture.
        own = open(os.dup(stderr.fileno()), "w", encoding=stderr.encoding, errors="replace", buffering=1)  # noqa: SIM115
    except (AttributeError, OSError, UnsupportedOperation):
        own = None
    target = own or stderr

    def show(stream: str, line: str) -> None:
        # It runs within a print of the user's: a stderr that is closed or full must not raise there.
        with suppress(AttributeError, OSError, ValueError):
            target.write(f"{line}\n")

    try:
        yield show
    finally:
        if own is not None:
            with suppress(OSError):
                own.close()
