"""Let an editor attach to the process that runs the handler, by debugpy, and wait until it has.

debugpy is whichever the function's own interpreter has. It runs on real clocks also while those of the handler stand
still: its time limits would otherwise never end, and where it polls, its ``time.sleep`` would move a frozen clock.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Callable

HOST = "127.0.0.1"

_NO_WARNING = "PYDEVD_DISABLE_FILE_VALIDATION"
"""Set, it keeps debugpy from warning of frozen modules, which are those of the standard library: nobody debugs them."""


class DebuggerMissing(Exception):  # noqa: N818 - never raised at a user: the runner turns it into its own error
    """This interpreter has no debugpy."""


def wait_for_debugger(port: int) -> Callable[..., Any]:
    """Listen on a port of this machine and return once an editor has attached and set its breakpoints.

    To be called before a clock is frozen. Nothing is started beside this process: its child processes are not debugged.

    Args:
        port: Where the editor looks for it.

    Returns:
        What ``breakpoint()`` is to call from now on.

    Raises:
        DebuggerMissing: If this interpreter has no debugpy.
        OSError: If the port is in use by now.
    """
    with _no_warning():
        debugpy = _imported()
        is_new = not (debugpy.is_client_connected() or _has_listened())
        if is_new:
            debugpy.configure(subProcess=False)
            # Found out now: debugpy would do so in a thread of its own, and then wait for ever.
            free_port(port)
            debugpy.listen((HOST, port), in_process_debug_adapter=True)
            _keep_real_clocks()
    if is_new:
        debugpy.wait_for_client()
    return debugpy.breakpoint  # type: ignore[no-any-return]


def free_port(port: int) -> int:
    """``port``, or one that the system chooses where it is 0.

    Raises:
        OSError: If somebody has it.
    """
    import socket

    with socket.socket() as probe:
        if os.name == "posix":
            # As debugpy does it: the connections of an earlier call may still be in TIME_WAIT.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((HOST, port))
        return int(probe.getsockname()[1])


@contextmanager
def _no_warning() -> Iterator[None]:
    """Until debugpy has loaded all of itself, which it does when it is first used."""
    was_set = os.environ.get(_NO_WARNING)
    os.environ[_NO_WARNING] = "1"
    try:
        yield
    finally:
        if was_set is None:
            del os.environ[_NO_WARNING]
        else:
            os.environ[_NO_WARNING] = was_set


def _imported() -> Any:
    try:
        import debugpy
    except ImportError as exc:
        raise DebuggerMissing(str(exc)) from exc
    return debugpy


def _has_listened() -> bool:
    """Whether it listened before: it can only once in a process, so an editor that has left is not waited for."""
    return bool(getattr(sys.modules["debugpy.server.api"].listen, "called", False))


def _keep_real_clocks() -> None:
    """Give debugpy's modules a ``time`` of their own, which nobody else knows and therefore nobody freezes."""
    real = ModuleType(time.__name__, time.__doc__)
    vars(real).update(vars(time))
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "debugpy" or name.startswith(("pydevd", "_pydev")):
            names = vars(module)
            names.update((own, real) for own, value in list(names.items()) if value is time)
