"""A call that ended before its time -> status, failure, and what the platform would show of it.

Of the platform this much is known: its API has the statuses Running, Completed, Failed and Timeout and no others, and
its documentation says of calls without logs that they probably ran out of memory. What it keeps of the logs of a
process that ended otherwise is documented nowhere.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fn_emulator.checks.call.subject import CallSubject
from fn_emulator.harness.traces import CRASHED_HERE
from fn_emulator.model import Evidence, Failure, Status
from fn_emulator.settings.keys import is_typed

if TYPE_CHECKING:
    from fn_emulator.observations import Death, MemoryProfile

MOST_SHOWN = 200
"""Characters of the last line logged."""

SIGNALS = {
    "SIGABRT": "os.abort, or a failed assertion in C code",
    "SIGBUS": "a bus error in C code",
    "SIGFPE": "an arithmetic error in C code",
    "SIGILL": "an illegal instruction in C code",
    "SIGKILL": "killed, and not by its memory limit",
    "SIGSEGV": "a segmentation fault in C code",
    "SIGSYS": "a system call that is not allowed",
    "SIGTERM": "it was asked to end",
}
CRASHES = ("SIGBUS", "SIGFPE", "SIGILL", "SIGSEGV")


def ending(subject: CallSubject) -> tuple[Status, Failure] | None:
    """Status and failure of a call that the time limit, its memory or its own process ended; None for all others."""
    evidence = subject.evidence
    if evidence.failure is None and evidence.death is None and not evidence.is_timed_out:
        return None
    if is_out_of_memory(evidence):
        trace = "" if evidence.failure is None else evidence.failure.trace
        return "OutOfMemory", Failure("OutOfMemory", _memory_is_full(subject), trace)
    if evidence.is_timed_out:
        return "Timeout", Failure("Timeout", _time_is_up(subject), _trace_at_the_end(evidence))
    if evidence.death is not None:
        return "Died", Failure("Died", _how_it_died(subject, evidence.death), _trace_of_crash(evidence))
    return None


def is_out_of_memory(evidence: Evidence) -> bool:
    """Whether the memory limit ended the call, or the handler did not get the memory that it asked for."""
    if evidence.death is not None:
        return evidence.death.is_out_of_memory
    return not evidence.is_timed_out and evidence.failure is not None and evidence.failure.type == "MemoryError"


def ending_notes(subject: CallSubject) -> Iterator[str]:
    """What the platform would show of such an end, what to do about it, and how the memory limit was held."""
    evidence = subject.evidence
    is_full = (evidence.death is not None or evidence.failure is not None) and is_out_of_memory(evidence)
    if is_full:
        yield (
            "The platform shows Failed, often without logs (docs.cognite.com: \"If you still don't see any logs, your"
            ' function probably ran out of memory").'
        )
        yield _where_the_memory_is(evidence)
    elif evidence.death is not None and not evidence.is_timed_out:
        yield (
            "The platform has no such status and shows Failed; what becomes of the logs is documented nowhere."
            f" {_remedy(evidence.death, evidence.stage)}"
        )
    yield from _limit_note(subject, is_full=is_full)
    if evidence.memory_profile is not None:
        yield from _profile_notes(subject, evidence.memory_profile)


def _profile_notes(subject: CallSubject, profile: MemoryProfile) -> Iterator[str]:
    yield (
        "While memory is profiled, Python code takes some ten times as long and more: the call had no time limit, and"
        " more memory than otherwise."
    )
    if subject.evidence.death is None and profile.peak_mb > subject.settings.memory_mb:
        limit = _said_limit(subject)
        yield f"Otherwise it would be ended: its peak is {profile.peak_mb:.0f} MB, and it may use {limit}."


def _how_it_died(subject: CallSubject, death: Death) -> str:
    stage = "import" if subject.evidence.stage == "import" else "call"
    if death.signal is None:
        text = f"the process ended with exit code {death.exit_code} during the {stage} (os._exit, or an exit in C code)"
    else:
        name = _signal_name(death.signal)
        meaning = f" ({SIGNALS[name]})" if name in SIGNALS else ""
        text = f"the process was ended by {name}{meaning} during the {stage}"
    return f"{text}; {_last_line(subject)}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # one of the real-time signals
        return f"signal {number}"


def _remedy(death: Death, stage: str) -> str:
    if stage == "import":
        return "Let the modules be imported to their end; what handle raises is shown to the caller."
    if death.signal is not None and _signal_name(death.signal) in CRASHES:
        return "The traceback shows the line that called the C code."
    return "Return from handle, or raise an exception, so that the caller sees why."


def _memory_is_full(subject: CallSubject) -> str:
    evidence = subject.evidence
    limit = _limit(subject)
    if evidence.death is None:
        text = "the handler did not get the memory that it asked for (MemoryError)"
        text += f", with {limit} to use" if evidence.memory_limited_by is not None else ""
    else:
        text = f"the process was ended when it used more than {limit}"
    if evidence.memory_limited_by is not None:
        text += f", held by {evidence.memory_limited_by}"
        text += f"; peak {evidence.peak_memory_mb:.0f} MB" if evidence.peak_memory_mb is not None else ""
    return f"{text}; {_last_line(subject)}"


def _limit(subject: CallSubject) -> str:
    profiled_mb = subject.evidence.profiled_mb
    if profiled_mb is None:
        return _said_limit(subject)
    return f"{profiled_mb:g} MB (while memory is profiled; otherwise {_said_limit(subject)})"


def _said_limit(subject: CallSubject) -> str:
    settings = subject.settings
    return f"{settings.memory_mb:g} MB ({settings.origins.get('memory', settings.cloud)})"


def _where_the_memory_is(evidence: Evidence) -> str:
    profile = evidence.memory_profile
    if (profile is None or not profile.held) and evidence.profiled_mb is not None:
        return (
            "It ended before any line held much, as when one line asks for all at once; profile it with more --memory."
        )
    if profile is None or not profile.held:
        return "Run it with --profile memory, which names the lines that hold the most."
    most = profile.held[0]
    return f"{most.file}:{most.line} held the most: {most.mb:.0f} of {profile.peak_mb:.0f} MB at the peak."


def _limit_note(subject: CallSubject, *, is_full: bool) -> Iterator[str]:
    evidence = subject.evidence
    if evidence.memory_limited_by is not None:
        return
    was_killed = evidence.death is not None and evidence.death.signal == getattr(signal, "SIGKILL", None)
    if is_full or is_typed("memory", subject.settings.origins.get("memory", "")):
        yield f"Nothing held the call to its {_limit(subject)} of memory{_why_not(evidence)}."
    elif was_killed and not evidence.is_timed_out and evidence.where.runner != "inprocess":
        yield f"Nothing held the call to its {_limit(subject)} of memory; the kernel kills so too when memory runs out."


def _why_not(evidence: Evidence) -> str:
    return ": in process nothing can" if evidence.where.runner == "inprocess" else ""


def _last_line(subject: CallSubject) -> str:
    evidence = subject.evidence
    # A traceback of ours is no line of the handler's own.
    trace = _trace_of_crash(evidence) if evidence.failure is None else evidence.failure.trace
    ours = len(trace.splitlines())
    logs = evidence.logs[: len(evidence.logs) - ours]
    if not logs:
        return "nothing was logged"
    # Masked before it is cut: half a secret would not be recognised.
    text = subject.masker.mask(logs[-1].message)
    return f"last line logged: {text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + '...'!r}"


def _trace_of_crash(evidence: Evidence) -> str:
    is_crash = evidence.death is not None and evidence.logs and evidence.logs[-1].message == CRASHED_HERE
    return _trace_at_the_end(evidence) if is_crash else ""


def _time_is_up(subject: CallSubject) -> str:
    settings = subject.settings
    origin = settings.origins.get("timeout", settings.cloud)
    stage = "import" if subject.evidence.stage == "import" else "call"
    text = f"the {stage} was ended after {settings.timeout_s:g} s ({origin})"
    if subject.evidence.call.frozen_at is not None:
        text += "; the clock stands still, so a loop that waits for a time never ends"
    return text


def _trace_at_the_end(evidence: Evidence) -> str:
    messages = [line.message for line in evidence.logs if line.stream == "stderr"]
    starts = [number for number, text in enumerate(messages) if text.startswith("Traceback (most recent call last)")]
    return "\n".join(messages[starts[-1] :]) if starts else ""
