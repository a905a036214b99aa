"""The data that flows through the emulator: calls in, results out, findings about both. All of it is frozen.

Named tuples, not dataclasses: a frozen, slotted dataclass takes half a millisecond to define, a named tuple a seventh
of that, and every start of the command pays for all of them. What most calls have none of is in ``observations``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from fn_emulator.errors import CallFailedError

if TYPE_CHECKING:
    from fn_emulator.observations import Death, Effect, EnvRead, LeftBehind, MemoryProfile, Place, Refusal

JSON = Any
"""What ``json.loads`` gives: None, bool, int, float, str, list of JSON, dict of str to JSON."""

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""Severities, the worst first."""

NOTHING: Mapping[str, Any] = MappingProxyType({})
"""The empty mapping, for defaults."""

Status = Literal["Completed", "Failed", "Timeout", "OutOfMemory", "Died"]


class Finding(NamedTuple):
    """What one check saw: which rule, where, and what to do about it.

    Attributes:
        id: The rule's stable id, as ``fn-emulate explain`` takes it.
        severity: How bad it is.
        message: One sentence: what is wrong, with the value quoted.
        file: Path as the user knows it, or None.
        line: 1-based line in ``file``, or None.
        evidence: Plain JSON values behind the message (sizes, names, paths).
        hint: One sentence: what to do next.
        source: Where the platform states the rule.
    """

    id: str
    severity: Severity
    message: str
    file: str | None = None
    line: int | None = None
    evidence: Mapping[str, JSON] = NOTHING
    hint: str | None = None
    source: str | None = None


class LogLine(NamedTuple):
    """One line that the function wrote.

    Attributes:
        time: Real time (aware UTC) at which it was written, also under a frozen clock.
        stream: ``stdout`` or ``stderr``.
        message: The line without its end.
    """

    time: datetime
    stream: str
    message: str


class Failure(NamedTuple):
    """What the handler did wrong in one call.

    Attributes:
        type: Class name of the exception, or a name of ours such as ``Timeout`` or ``NotJson``.
        message: Its text, secrets masked.
        trace: The traceback with the function's frames only, or an empty text.
    """

    type: str
    message: str
    trace: str = ""


class Call(NamedTuple):
    """One request to a handler.

    Attributes:
        id: The platform's ``call_id``: deterministic here, 1 .. 2^53-1.
        function: The function's name.
        function_id: Deterministic from the name, 1 .. 2^53-1.
        data: What ``data`` becomes: plain JSON, usually an object.
        data_text: The same as JSON text.
        schedule_id: Only of a scheduled call.
        scheduled_time: The due time of a scheduled call, aware UTC.
        frozen_at: The instant at which the clock stands when the call starts, aware UTC; None leaves it running.
        data_of_schedule: Name of the declared schedule that ``data`` was taken from, or None.
        info: What its ``function_call_info`` has besides, or instead of, what the platform would put there.
        is_warm: Whether it takes over the state of the call before, although its clock is frozen; under the real clock
            every call does.
        is_ticking: Whether the frozen clock goes on from there as real time does.
    """

    id: int
    function: str
    function_id: int
    data: JSON
    data_text: str
    schedule_id: int | None = None
    scheduled_time: datetime | None = None
    frozen_at: datetime | None = None
    data_of_schedule: str | None = None
    info: Mapping[str, JSON] = NOTHING
    is_warm: bool = False
    is_ticking: bool = False


class Where(NamedTuple):
    """Where and as what a call ran: runner, the platform's runtime that was asked for, cloud profile, client, SDK."""

    runner: str
    runtime: str
    cloud: str
    client: str
    sdk: str | None = None


class Evidence(NamedTuple):
    """What a runner saw of one call, before anything is judged.

    Attributes:
        call: The request.
        where: Where it ran.
        stage: How far it came: ``import``, ``call`` or ``done``.
        started: Real start, aware UTC.
        import_s: Real seconds of the handler's import; 0 when it was warm.
        duration_s: Real seconds of the handler alone.
        answer_text: The answer as ``json.dumps`` wrote it; None when there is none or JSON refuses it.
        answer: The same, decoded.
        refused: Where JSON refuses the answer.
        refused_reason: What ``json.dumps`` said.
        changed: Where the answer does not survive the round trip.
        failure: What the user's code raised, or None.
        place: File and line of the user's frame that raised it.
        missing_module: The module that an import did not find, or None.
        is_timed_out: Whether the time limit ended it.
        is_timeout_enforced: Whether there was a time limit at all.
        logs: Every line written, in order.
        env_reads: Undeclared variables that were read.
        refusals: Connections that were refused.
        read_input: File and line of the user's that read standard input first, or None.
        peak_memory_mb: Peak resident memory of the process in MB: of the call, or (in process) so far.
        foreign: Requests to other hosts than CDF's: ``{"method", "url", "file", "line"}``.
        elapsed_s: Real seconds from its start to its end, the handler's import included.
        cpu_s: Seconds of processor time; in a worker its child processes that have ended are included.
        death: How its process ended before the call did, or None.
        left: Threads and processes that it left running.
        memory_profile: Where its memory was, if that was asked for.
        memory_limited_by: What held it to its memory limit, in words; None when nothing did.
        notes: Sentences of the runner about the run itself.
        moved_s: Seconds by which a frozen clock went on during the call, as the handler slept.
        profiled_mb: What it may use while its memory is profiled, more than otherwise; None when it is not.
        clock: Which clocks a freeze held: ``freezegun``'s, or those of ``time-machine`` as well; None when they ran.
    """

    call: Call
    where: Where
    stage: str
    started: datetime
    import_s: float
    duration_s: float
    answer_text: str | None
    answer: JSON
    refused: tuple[Place, ...]
    refused_reason: str
    changed: tuple[Place, ...]
    failure: Failure | None
    place: tuple[str, int] | None
    missing_module: str | None
    is_timed_out: bool
    is_timeout_enforced: bool
    logs: tuple[LogLine, ...]
    env_reads: tuple[EnvRead, ...]
    refusals: tuple[Refusal, ...]
    read_input: tuple[str, int] | None
    peak_memory_mb: float | None
    foreign: tuple[Mapping[str, JSON], ...] = ()
    elapsed_s: float = 0.0
    cpu_s: float | None = None
    death: Death | None = None
    left: tuple[LeftBehind, ...] = ()
    memory_profile: MemoryProfile | None = None
    memory_limited_by: str | None = None
    notes: tuple[str, ...] = ()
    moved_s: float = 0.0
    profiled_mb: float | None = None
    clock: str | None = None


class QuietCall(NamedTuple):
    """What a runner saw of a call that answered with JSON at once and left nothing else to look at.

    Attributes:
        call: The request.
        like: What was seen of the last call before it that was not quiet: it ran in the same way.
        started: Real start, aware UTC.
        duration_s: Real seconds of the handler alone.
        moved_s: Seconds by which a frozen clock went on.
        answer_text: The answer as ``json.dumps`` wrote it.
        answer: The same, decoded.
    """

    call: Call
    like: Evidence
    started: datetime
    duration_s: float
    moved_s: float
    answer_text: str
    answer: JSON


class Result(NamedTuple):
    """Our record of one call.

    ``status``, ``failure``, ``logs``, ``findings`` never raise. ``response`` raises ``CallFailedError`` unless the call
    is Completed.

    Attributes:
        call: The request.
        where: Runner, runtime, cloud, client.
        status: What the platform would show, or one of our two names for what it shows as Failed.
        answer: What the handler returned, as JSON made of it; None unless ``status`` is Completed.
        failure: What went wrong, or None.
        logs: Every line written during import and call, in order.
        started: Real start, aware UTC.
        duration_s: Real seconds of the handler alone.
        peak_memory_mb: Peak resident memory of the process in MB, where it is known.
        effects: What the handler did to the outside, as far as this runner sees it.
        findings: What the checks say.
        ignored: How many findings were accepted by ``--ignore``, settings or a comment.
        notes: Sentences about the run itself (a limit that could not be enforced, a file that was not written).
        elapsed_s: Real seconds from its start to its end, the handler's import included.
        cpu_s: Seconds of processor time, where they are known.
        memory_profile: Where its memory was, if that was asked for.
        moved_s: Seconds by which a frozen clock went on during the call, as the handler slept.
        recording: Id under which ``rerun`` finds this call, or None.
    """

    call: Call
    where: Where
    status: Status
    answer: JSON
    failure: Failure | None
    logs: tuple[LogLine, ...]
    started: datetime
    duration_s: float
    peak_memory_mb: float | None = None
    effects: tuple[Effect, ...] = ()
    findings: tuple[Finding, ...] = ()
    ignored: int = 0
    notes: tuple[str, ...] = ()
    elapsed_s: float = 0.0
    cpu_s: float | None = None
    memory_profile: MemoryProfile | None = None
    moved_s: float = 0.0
    recording: str | None = None

    def __repr__(self) -> str:
        # Not the answer, which may hold a secret, and not the logs, which may be long.
        return f"Result(status={self.status!r}, failure={self.failure!r}, findings={self.findings!r})"

    @property
    def ended(self) -> datetime:
        """Real end, aware UTC."""
        return self.started + timedelta(seconds=max(self.elapsed_s, self.duration_s))

    @property
    def response(self) -> JSON:
        """What the handler returned, as JSON makes it.

        Raises:
            CallFailedError: If the call is not Completed; the message holds the traceback.
        """
        __tracebackhide__ = True
        self.raise_for_failure()
        return self.answer

    def raise_for_failure(self) -> None:
        """Raise ``CallFailedError`` when the call failed, timed out or died; otherwise do nothing."""
        __tracebackhide__ = True  # pytest then shows the test's line and the handler's traceback alone
        if self.failure is not None:
            text = self.failure.trace or f"{self.failure.type}: {self.failure.message}"
            raise CallFailedError(f"the call is {self.status}\n{text}", self)
