"""What is known of a call whose worker ended before it answered, as a reply like any other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from signal import SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGKILL, SIGSEGV
from typing import TYPE_CHECKING, Any

from fn_emulator.harness.realtime import REAL
from fn_emulator.harness.traces import CRASHED_HERE, TIME_IS_UP, is_ours

if TYPE_CHECKING:
    from fn_emulator.runners.child import Child

_FRAME = re.compile(r'  File "(?P<file>.*)", line (?P<line>\d+) in (?P<name>.*)')
_CRASHES = (SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV)
_Frame = tuple[str, int, str]
"""File, line and function."""


def reply_of_the_dead(child: Child, stack: str | None, *, is_over_limit: bool) -> dict[str, Any]:
    """The reply of a call in which a worker ended.

    Args:
        child: The worker.
        stack: Where its threads were when its time was up; None when it ended for another reason.
        is_over_limit: Whether we ended it for its memory.
    """
    code, peak_mb = child.end()
    is_out_of_memory = child.limit.has_killed() or is_over_limit
    journal = child.journal
    journal.look()
    ended = REAL.perf_counter()
    stage = journal.stage or "import"
    reply: dict[str, Any] = {
        "stage": stage,
        "started": REAL.time() - (ended - journal.began if journal.stage is not None else 0.0),
        "import_s": 0.0,
        "duration_s": ended - journal.began if stage == "call" else 0.0,
        "elapsed_s": ended - journal.began if journal.stage is not None else 0.0,
        "cpu_s": None,
        "answer": None,
        "failure": None,
        "place": None,
        "timed_out": stack is not None and not is_out_of_memory,
        "timeout_enforced": True,
        "env_reads": [],
        "refused": [],
        "read_input": None,
        "sdk": None,
        "foreign": [],
        "left": [],
        "death": None,
        # The limit counts what is the function's own, the system also what it shares with us.
        "peak_memory_mb": (child.limit.peak_mb() if is_out_of_memory else None) or peak_mb,
        "python": None,
        "memory_profile": journal.profile,
    }
    if stack is not None and not is_out_of_memory:
        trace = _frames_of_the_call(stack)
        reply["place"] = trace[-1][:2] if trace else None
        journal.log("stderr", _told(trace, TIME_IS_UP))
    else:
        ending = {"signal": -code} if code < 0 else {"exit_code": code}
        reply["death"] = {**ending, "is_out_of_memory": is_out_of_memory}
        if -code in _CRASHES:
            trace = _user_frames(_FRAME.findall(child.stack().rpartition("Fatal Python error")[2]))
            if trace:  # else no code of Python's ran in the thread that crashed
                journal.log("stderr", _told(trace, CRASHED_HERE))
    reply["logs"] = journal.end()
    return reply


def reply_without_memory(reply: Mapping[str, Any], child: Child) -> dict[str, Any]:
    """The reply of a worker that lived on when a process of its was ended for the memory of all, or none in time.

    The platform ends all of an instance, as cgroups of version 2 do.
    """
    death = {"signal": int(SIGKILL), "is_out_of_memory": True}
    peak_mb = child.limit.peak_mb() or reply["peak_memory_mb"]
    return {**reply, "answer": None, "failure": None, "timed_out": False, "death": death, "peak_memory_mb": peak_mb}


def _frames_of_the_call(stack: str) -> list[_Frame]:
    """What the thread that calls the handler was at."""
    threads = (_FRAME.findall(thread) for thread in stack.split("\n\n"))
    return next((_user_frames(frames) for frames in threads if any(_is_session(file) for file, _, _ in frames)), [])


def _user_frames(frames: list[tuple[str, str, str]]) -> list[_Frame]:
    """The innermost last; less our own frames, and what is further out, which is how we came to call the handler."""
    session = next((number for number, (file, _, _) in enumerate(frames) if _is_session(file)), len(frames))
    return [(file, int(line), name) for file, line, name in reversed(frames[:session]) if not is_ours(file)]


def _is_session(file: str) -> bool:
    return is_ours(file) and file.endswith("session.py")


def _told(trace: list[_Frame], heading: str) -> str:
    """As Python prints a traceback."""
    import linecache

    lines = ["Traceback (most recent call last):"] if trace else []
    for file, line, name in trace:
        lines.append(f'  File "{file}", line {line}, in {name}')
        source = linecache.getline(file, line).strip()
        if source:
            lines.append(f"    {source}")
    return "\n".join((*lines, heading))
