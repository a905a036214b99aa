"""Let a process survive that a handler ends, where it is ours: the call's ending is noted, and the call ends instead.

How it works: while a function is open in process, ``os._exit``, ``os.abort``, ``os.kill``, ``os.killpg`` and
``signal.raise_signal`` look whether a call's code asks for the end of this process; all else goes where it always went.

What differs from the real thing: the code ends by a SystemExit, so its ``finally`` blocks run, and code that catches
everything goes on for a while; the call has died all the same. A thread that ends the process ends itself alone, and
the handler runs on to its end. Not survived are ends in C code (a segmentation fault, ``exit``, a signal from another
process), ``os.exec*``, and names that were taken from ``os`` before the function was opened.
"""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

from .owner import Owner, carried, current
from .patching import Patch

STANDS_FOR_DEFAULT = "stands_for_default"
"""Attribute of a signal handler of ours: without us the signal would do here what it does by default."""

_HARMLESS = {
    getattr(signal, name, None)
    for name in ("SIGCHLD", "SIGCONT", "SIGURG", "SIGWINCH", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU")
}
"""What does not end a process by default."""


class _Endings:
    """The wrapped names: one for the process, because they are the process's."""

    def __init__(self) -> None:
        self._opened = 0
        self._patches: list[Patch] = []

    def open(self) -> None:
        self._opened += 1
        if self._opened == 1:
            self._patches = list(_patches())
            for patch in self._patches:
                patch.put()

    def close(self) -> None:
        self._opened -= 1
        if not self._opened:
            for patch in self._patches:
                patch.pull_all()


_ENDINGS = _Endings()


def open_endings() -> None:
    """This process survives its calls from now on; counted."""
    _ENDINGS.open()


def close_endings() -> None:
    """End what ``open_endings`` began; the last one puts everything back."""
    _ENDINGS.close()


def _patches() -> list[Patch]:
    made = [
        (os, "_exit", _exit),
        (os, "abort", _abort),
        (os, "kill", _kill),
        (os, "killpg", _killpg),
        (signal, "raise_signal", _raise_signal),
    ]
    return [Patch(owner, name, make) for owner, name, make in made if hasattr(owner, name)]


def _exit(original: Any) -> Any:
    def _exit(status: Any) -> None:
        if isinstance(status, int):
            _end({"exit_code": status & 0xFF})
        original(status)

    return _exit


def _abort(original: Any) -> Any:
    def abort() -> None:
        _end({"signal": int(signal.SIGABRT)})
        original()

    return abort


def _kill(original: Any) -> Any:
    def kill(pid: Any, sig: Any) -> None:
        if _is_own_process(pid):
            _receive(sig)
        original(pid, sig)

    return kill


def _killpg(original: Any) -> Any:
    def killpg(pgid: Any, sig: Any) -> None:
        if pgid in (0, os.getpgrp()):
            _receive(sig)
        original(pgid, sig)

    return killpg


def _raise_signal(original: Any) -> Any:
    def raise_signal(signalnum: Any) -> None:
        _receive(signalnum)
        original(signalnum)

    return raise_signal


def _is_own_process(pid: Any) -> bool:
    """Whether ``os.kill`` would reach this process; -1 is everything that may be signalled."""
    return pid in (os.getpid(), 0, -1) or (hasattr(os, "getpgrp") and pid == -os.getpgrp())


def _receive(number: Any) -> None:
    if not isinstance(number, int) or number == 0 or number in _HARMLESS:
        return
    try:
        disposition = signal.getsignal(number)
    except ValueError:  # no signal at all, which the original says in its own words
        return
    if disposition is signal.SIG_DFL or getattr(disposition, STANDS_FOR_DEFAULT, False):
        _end({"signal": int(number)})


def _end(death: dict[str, int]) -> None:
    """Note the first death of the call that the running code belongs to, and end that code; do nothing for others."""
    owner = _surviving()
    if owner is None:
        return
    if owner.is_running and owner.death is None:
        owner.death = death
    if threading.get_ident() != owner.thread:
        # Python's own hook says nothing of a SystemExit; that of pytest, which stands in its place, would.
        threading.current_thread()._invoke_excepthook = lambda *_: None  # type: ignore[attr-defined]
    raise SystemExit  # event loops let this one through


def _surviving() -> Owner | None:
    """The call that asks, unless this is a child process that it forked. What it left running asks for it too."""
    owner = current() or carried()
    return None if owner is None or owner.pid != os.getpid() else owner
