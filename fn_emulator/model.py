"""The data that flows through the emulator: calls in, results out, findings about both. All of it is frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from fn_emulator.errors import CallFailedError

JSON = Any
"""What ``json.loads`` gives: None, bool, int, float, str, list of JSON, dict of str to JSON."""

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""Severities, the worst first."""

Status = Literal["Completed", "Failed", "Timeout", "OutOfMemory", "Died"]

NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Finding:
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
    evidence: Mapping[str, JSON] = field(default_factory=dict)
    hint: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line that the function wrote.

    Attributes:
        time: Real time (aware UTC) at which it was written, also under a frozen clock.
        stream: ``stdout`` or ``stderr``.
        message: The line without its end.
    """

    time: datetime
    stream: str
    message: str


@dataclass(frozen=True, slots=True)
class Failure:
    """What the handler did wrong in one call.

    Attributes:
        type: Class name of the exception, or a name of ours such as ``Timeout`` or ``NotJson``.
        message: Its text, secrets masked.
        trace: The traceback with the function's frames only, or an empty text.
    """

    type: str
    message: str
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that the handler did to the outside.

    Attributes:
        kind: ``file``, ``network``, ``process``, ``database`` or ``cdf``.
        operation: ``connect``, ``write``, ...
        target: A host and port, a path, a resource.
        items: How many items it touched, where that is known.
        changed: Whether anything outside is different afterwards.
        file: The user's file that did it.
        line: 1-based line in ``file``.
    """

    kind: str
    operation: str
    target: str
    items: int | None = None
    changed: bool = False
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a handler.

    Attributes:
        id: The platform's ``call_id``: deterministic here, 1 .. 2^53-1.
        function: The function's name.
        function_id: Deterministic from the name, 1 .. 2^53-1.
        data: What ``data`` becomes: plain JSON, usually an object.
        schedule_id: Only of a scheduled call.
        scheduled_time: The due time of a scheduled call, aware UTC.
        frozen_at: The instant at which the clock stands when the call starts, aware UTC; None leaves it running.
    """

    id: int
    function: str
    function_id: int
    data: JSON
    schedule_id: int | None = None
    scheduled_time: datetime | None = None
    frozen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Where:
    """Where and as what a call ran: runner, the platform's runtime that was asked for, cloud profile, client, SDK."""

    runner: str
    runtime: str
    cloud: str
    client: str
    sdk: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """Our record of one call.

    ``status``, ``failure``, ``logs``, ``findings`` never raise. ``response`` raises ``CallFailedError`` unless the call is
    Completed.

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
        notes: Sentences about the run itself (a limit that could not be enforced, a file that was not written).
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
    notes: tuple[str, ...] = ()
    recording: str | None = None

    @property
    def response(self) -> JSON:
        """What the handler returned, as JSON makes it.

        Raises:
            CallFailedError: If the call is not Completed; the message holds the traceback.
        """
        self.raise_for_failure()
        return self.answer

    def raise_for_failure(self) -> None:
        """Raise ``CallFailedError`` when the call failed, timed out or died; otherwise do nothing."""
        if self.failure is not None:
            text = self.failure.trace or f"{self.failure.type}: {self.failure.message}"
            raise CallFailedError(f"the call is {self.status}\n{text}", self)
