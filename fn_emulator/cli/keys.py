"""Single keys from a terminal, while nothing else uses it."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager

ENDS = ("q", "\x04", "")
"""Keys that end a command: q, Ctrl-D, and what is read of a terminal that has gone."""


def keyboard() -> int | None:
    """The descriptor of standard input, if that is a terminal; else None."""
    try:
        return sys.stdin.fileno() if sys.stdin.isatty() else None
    except (AttributeError, OSError, ValueError):  # closed
        return None


@contextmanager
def single_keys(descriptor: int | None) -> Iterator[int | None]:
    """Let each key be read at once and unseen, and put the terminal back at the end, whatever the end is.

    Args:
        descriptor: The terminal; None does nothing.

    Yields:
        The descriptor; None too for a process in the background, which the terminal would stop if it touched it.
    """
    if descriptor is None or not _is_ours(descriptor):
        yield None
        return
    import termios
    import tty

    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor, termios.TCSADRAIN)
        yield descriptor
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def read_key(descriptor: int) -> str:
    """The key that was pressed; an empty text when the terminal has gone."""
    try:
        return os.read(descriptor, 1).decode("ascii", errors="replace").lower()
    except OSError:
        return ""


def is_pressed(descriptor: int) -> bool:
    """Whether a key can be read at once, or the terminal has gone."""
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    return bool(waiting.poll(0))


def _is_ours(descriptor: int) -> bool:
    try:
        return os.tcgetpgrp(descriptor) == os.getpgrp()
    except OSError:
        return False
