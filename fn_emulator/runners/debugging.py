"""What ``--debug`` needs before a call begins: a port for the editor, and debugpy where the handler will run."""

from __future__ import annotations

import sys
from contextlib import suppress

from fn_emulator.errors import DebuggerMissingError
from fn_emulator.harness.debug import HOST

USUAL_PORT = 5678
"""The one that editors propose for debugpy."""

ANSWER_LIMIT_S = 20.0

_ASK = "import importlib.util, sys; sys.exit(importlib.util.find_spec('debugpy') is None)"


def free_port(wanted: int = USUAL_PORT) -> int:
    """``wanted``, or one that the system chooses where somebody listens on it."""
    import socket

    for port in (wanted, 0):
        # Not with SO_REUSEADDR, as debugpy will not either: a port in TIME_WAIT counts as taken.
        with socket.socket() as probe, suppress(OSError):
            probe.bind((HOST, port))
            return int(probe.getsockname()[1])
    raise DebuggerMissingError(f"No port of {HOST} is free for a debugger.", hint="end what holds them, then try again")


def require_debugpy(python: str = sys.executable) -> None:
    """Do nothing where an interpreter has debugpy.

    Raises:
        DebuggerMissingError: If it has none.
    """
    if _has_debugpy(python):
        return
    raise DebuggerMissingError(
        f"--debug needs debugpy, which {python} does not have.", hint=f"install it: {python} -m pip install debugpy"
    )


def _has_debugpy(python: str) -> bool:
    if python == sys.executable:
        from importlib.util import find_spec

        return find_spec("debugpy") is not None
    import subprocess

    try:
        asked = [python, "-c", _ASK]
        return not subprocess.run(asked, stdin=subprocess.DEVNULL, timeout=ANSWER_LIMIT_S, check=False).returncode
    except (OSError, subprocess.TimeoutExpired):
        return False
