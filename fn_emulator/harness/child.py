"""The main module of a child process: imports a handler and writes what happened, as JSON, to a file.

Started with the path of a file that holds ``{"spec", "reply", "channel"}``: the session's specification, where the
reply goes, and the descriptor over which the parent answers requests to CDF, or null.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator


def main() -> None:
    """Import the handler once, reply, and end the process whatever the import left running in it."""
    from .channel import connect
    from .session import open_session

    with open(sys.argv[-1], encoding="utf-8") as file:
        order = json.load(file)
    # The handler sees neither our arguments nor the folder that we were started in.
    sys.argv[1:] = []
    channel = order["channel"]
    if channel is not None:
        os.set_inheritable(channel, False)  # noqa: FBT003 - for none of the processes that the handler starts
    session = open_session(order["spec"], exchange=None if channel is None else connect(channel, channel))
    reply = session.try_import()
    reply["peak_memory_mb"] = peak_memory_mb()
    reply["left_running"] = list(_left_running())
    # Renamed into place: whoever ends this process finds a whole reply or none.
    unfinished = order["reply"] + ".part"
    with open(unfinished, "w", encoding="utf-8") as file:
        json.dump(reply, file)
    os.replace(unfinished, order["reply"])
    # Python's own end would wait for the threads that the import started, perhaps for ever.
    os._exit(0)


def _left_running() -> Iterator[str]:
    for thread in threading.enumerate():
        if thread is not threading.main_thread():
            yield f"the thread {thread.name!r}"
    if _has_living_children():
        yield "another process"


def _has_living_children() -> bool:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass  # one that has ended, and that the import did not wait for
    except (ChildProcessError, AttributeError):  # there is none; Windows
        return False
    return True


def peak_memory_mb() -> float | None:
    """Peak resident memory of this process in MB, where the system tells."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 / (1024 if sys.platform == "darwin" else 1)
