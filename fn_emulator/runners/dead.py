"""What is known of a call whose worker ended before it answered, as a reply like any other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from signal import SIGKILL
from typing import TYPE_CHECKING, Any

from fn_emulator.harness.realtime import REAL
from fn_emulator.harness.traces import is_ours

if TYPE_CHECKING:
    from fn_emulator.runners.child import Child

_FRAME = re.compile(r'  File "(?P<file>.*)", line (?P<line>\d+) in (?P<name>.*)')
_TIME_IS_UP = "The time limit ended the call here."


def reply_of_the_dead(child: Child, stack: str | None, *, is_over_limit: bool) -> dict[str, Any]:
    """The reply of a call in which a worker ended.

    Args:
        child: The worker.
        stack: Where its threads were when its time was up; None when it ended for another reason.
        is_over_limit: Whether we ended it for its memory.
    """
    code, peak_mb = child.end()
    is_out_of_memory = is_over_limit or (code == -SIGKILL and child.limit.has_killed())
    journal = child.journal
    journal.look()
    ended = REAL.perf_counter()
    stage = journal.stage or "import"
    reply: dict[str, Any] = {
        "stage": stage,
        "started": REAL.time() - (ended - journal.began if journal.stage is not None else 0.0),
        "import_s": 0.0,
        "duration_s": ended - journal.began if stage == "call" else 0.0,
        "cpu_s": None,
        "answer": None,
        "failure": None,
        "place": None,
        "timed_out": stack is not None,
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
    if stack is not None:
        trace = list(_user_frames(stack))
        reply["place"] = trace[-1][:2] if trace else None
        journal.log("stderr", _told(trace))
    else:
        ending = {"signal": -code} if code < 0 else {"exit_code": code}
        reply["death"] = {**ending, "is_out_of_memory": is_out_of_memory}
    reply["logs"] = journal.end()
    return reply


def _user_frames(stack: str) -> Iterator[tuple[str, int, str]]:
    """File, line and function of what the call's thread was at, the innermost last; less our own frames."""
    for thread in stack.split("\n\n"):
        frames = _FRAME.findall(thread)
        session = next((number for number, (file, _, _) in enumerate(frames) if _is_session(file)), None)
        if session is not None:  # what is further out is how we came to call it
            for file, line, name in reversed(frames[:session]):
                if not is_ours(file):
                    yield file, int(line), name


def _is_session(file: str) -> bool:
    return is_ours(file) and file.endswith("session.py")


def _told(trace: list[tuple[str, int, str]]) -> str:
    """As Python prints a traceback."""
    import linecache

    lines = ["Traceback (most recent call last):"] if trace else []
    for file, line, name in trace:
        lines.append(f'  File "{file}", line {line}, in {name}')
        source = linecache.getline(file, line).strip()
        if source:
            lines.append(f"    {source}")
    return "\n".join((*lines, _TIME_IS_UP))
