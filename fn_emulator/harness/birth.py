"""What a new process does before it runs anybody's code, so that it has nothing of the one it came from.

How it works: it leads a session of its own, so that a Ctrl-C at the terminal is not its, and all that it starts can be
ended with it. It keeps the descriptors of its channels and closes all others. ``__main__`` is empty, so that
multiprocessing finds no command to run again. When the process that waits for it goes, however it goes, the kernel
signals the whole group: that is what the pipe ``life`` is for, of which nobody else has the other end.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterable, Mapping
from types import ModuleType

DUMP_SIGNAL = getattr(signal, "SIGRTMAX", getattr(signal, "SIGUSR2", None))
"""Asks a worker where its threads are; one that hardly anybody uses."""

CHANNELS = ("requests", "replies", "asks", "answers", "journal", "stdout", "stderr", "stack", "life")
"""The descriptors that a worker is born with: pipes to its parent and back, for calls and for requests to CDF; memory
files; and the pipe whose other end closes with the parent."""


def begin_life(channels: Mapping[str, int]) -> None:
    """Make this process a worker's.

    Args:
        channels: Its descriptors by the names of ``CHANNELS``; none of them is one of the standard streams.
    """
    be_apart()
    close_others(channels.values())
    _lead_streams(channels["stdout"], channels["stderr"])
    end_with(channels["life"])
    _tell_stack_to(channels["stack"])


def be_apart() -> None:
    """Lead a session of our own, with a neutral ``__main__`` and Python's own way with signals."""
    if hasattr(os, "setsid"):
        _try_setsid()
    for name in ("SIGTERM", "SIGHUP", "SIGALRM"):
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.set_wakeup_fd(-1)
    sys.modules["__main__"] = ModuleType("__main__")
    sys.argv[:] = [""]
    sys.unraisablehook = sys.__unraisablehook__
    gc.freeze()  # what came with the fork stays to the end
    gc.enable()


def _try_setsid() -> None:
    try:
        os.setsid()
    except PermissionError:  # it leads one already, as a process that was started with ``start_new_session``
        return


def close_others(kept: Iterable[int]) -> None:
    """Close every descriptor but the standard streams and those that are kept; these are closed when we execute."""
    start = 3
    for number in sorted(kept):
        os.set_inheritable(number, False)  # noqa: FBT003 - for none of the processes that the handler starts
        os.closerange(start, number)
        start = number + 1
    os.closerange(start, _most_descriptors())


def _most_descriptors() -> int:
    try:
        return max(map(int, os.listdir("/proc/self/fd"))) + 1
    except OSError:
        return os.sysconf("SC_OPEN_MAX")


def _lead_streams(stdout: int, stderr: int) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, target in enumerate((nothing, stdout, stderr)):
        os.dup2(target, number)
    os.close(nothing)


def end_with(life: int) -> None:
    """Let the kernel end our group when the other end of ``life`` is closed, or something comes from there."""
    import fcntl

    fcntl.fcntl(life, fcntl.F_SETOWN, -os.getpgrp())
    if hasattr(fcntl, "F_SETSIG"):  # else it sends SIGIO, which ends a process too, but not one that is stopped
        fcntl.fcntl(life, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(life, fcntl.F_SETFL, fcntl.fcntl(life, fcntl.F_GETFL) | os.O_ASYNC)
    if _is_closed(life):  # it went before the kernel knew whom to tell
        os._exit(1)


def outlive(life: int) -> None:
    """The contrary of ``end_with``."""
    import fcntl

    fcntl.fcntl(life, fcntl.F_SETFL, fcntl.fcntl(life, fcntl.F_GETFL) & ~os.O_ASYNC)


def _is_closed(life: int) -> bool:
    import select

    waiting = select.poll()
    waiting.register(life, select.POLLIN)
    return bool(waiting.poll(0))


def _tell_stack_to(descriptor: int) -> None:
    if DUMP_SIGNAL is None:
        return
    import faulthandler

    faulthandler.enable(file=descriptor, all_threads=False)  # of a crash, the thread that crashed
    faulthandler.register(DUMP_SIGNAL, file=descriptor, all_threads=True, chain=False)
