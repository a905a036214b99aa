"""What ``--debug`` needs before a call begins: a port for the editor, and debugpy where the handler will run."""

from __future__ import annotations

import sys

from fn_emulator.errors import DebuggerMissingError
from fn_emulator.harness.debug import free_port

USUAL_PORT = 5678
"""The one that editors propose for debugpy."""

ANSWER_LIMIT_S = 20.0

_ASK = "import importlib.util, sys; sys.exit(importlib.util.find_spec('debugpy') is None)"


def choose_port(wanted: int = USUAL_PORT) -> int:
    """``wanted``, or one that the system chooses where somebody listens on it."""
    try:
        return free_port(wanted)
    except OSError:
        return free_port(0)


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
