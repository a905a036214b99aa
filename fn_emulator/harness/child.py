"""The main module of a child process: imports a handler and writes what happened, as JSON, to a file.

Started with the path of a file that holds ``{"spec", "reply"}``: the session's specification and where the reply goes.
"""

from __future__ import annotations

import json
import sys

from .session import open_session


def main() -> None:
    """Import the handler once and reply."""
    with open(sys.argv[-1], encoding="utf-8") as file:
        order = json.load(file)
    # The handler sees neither our arguments nor the folder that we were started in.
    sys.argv[1:] = []
    session = open_session(order["spec"])
    reply = session.try_import()
    reply["peak_memory_mb"] = peak_memory_mb()
    with open(order["reply"], "w", encoding="utf-8") as file:
        json.dump(reply, file)


def peak_memory_mb() -> float | None:
    """Peak resident memory of this process in MB, where the system tells."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 / (1024 if sys.platform == "darwin" else 1)
