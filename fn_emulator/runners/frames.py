"""Our data -> the plain dicts that the harness speaks, and its reply -> ``Evidence``. The same for every runner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fn_emulator.cdf.call_info import call_info, call_info_of_its_own
from fn_emulator.clock import from_seconds
from fn_emulator.function import Function
from fn_emulator.harness import SCHEMA
from fn_emulator.model import JSON, Call, Evidence, Failure, LogLine, QuietCall, Where
from fn_emulator.settings import Settings

if TYPE_CHECKING:
    from fn_emulator.harness.stretch import Quiet
    from fn_emulator.runners import Pace
    from fn_emulator.runners.opening import Surroundings


_UTC = "+00:00"

PROFILED_SHARE = 4
"""How many times its memory a call may use while it is profiled: what a profile notes takes as much again, and more."""


def specification(
    function: Function, settings: Settings, around: Surroundings, *, cdf: Mapping[str, Any] | None, has_exchange: bool
) -> dict[str, Any]:
    """What ``open_session`` takes, as plain JSON.

    Args:
        function: The function.
        settings: Its settings.
        around: Who opens it.
        cdf: What the harness makes the client from: ``{"project", "base_url"}`` and more for a real project.
        has_exchange: Whether somebody answers its requests to CDF.
    """
    return {
        "schema": SCHEMA,
        "root": function.folder,
        "module": function.module_name,
        "shown": {path: {"file": at.file, "first_line": at.first_line} for path, at in function.shown.items()},
        "env": dict(settings.env),
        "env_only": around.has_only_declared_env,
        "network": settings.network,
        "client": settings.client,
        "needs_handle": function.kind == "cognite",
        "may_end_process": False,
        "cdf": cdf,
        "has_exchange": has_exchange,
        "debug_port": around.debug_port,
        "profiles_memory": around.profiles_memory,
        "memory_mb": settings.memory_mb * (PROFILED_SHARE if around.profiles_memory else 1),
        "calls_once": around.calls_once,
        "tells_modules": around.starts_again,
    }


def request(
    call: Call, settings: Settings, *, timeout_s: float | None, is_cold: bool, preload: Iterable[str], world: int
) -> dict[str, Any]:
    """What a session's ``call`` takes."""
    return {
        "data": call.data_text,
        "call_info": call_info(call, settings.call_info_types),
        "secrets": {name: secret.value for name, secret in settings.secrets.items()},
        "timeout_s": timeout_s,
        "frozen_at": None if call.frozen_at is None else call.frozen_at.isoformat(),
        "cold": is_cold or (call.frozen_at is not None and not call.is_warm),
        "preload": list(preload),
        "world": world,
        "ticking": call.is_ticking,
    }


def stretch_request(
    calls: Sequence[tuple[Call, int]],
    settings: Settings,
    *,
    timeout_s: float | None,
    is_cold: bool,
    preload: Iterable[str],
    pace: Pace,
) -> dict[str, Any]:
    """What a session's ``call_each`` takes: the first call, and what the others have that it has not.

    ``calls`` is an iterator: many objects that live for a while are what Python's collector of garbage looks at again
    and again.
    """
    first, world = calls[0]
    types = settings.call_info_types
    frame = request(
        first._replace(is_warm=True), settings, timeout_s=timeout_s, is_cold=is_cold, preload=preload, world=world
    )
    each = (_differing(call, world, first, types) for call, world in calls)
    return {**frame, "calls": each, "until_s": pace.until_s, "in_step": pace.is_in_step}


def _differing(call: Call, world: int, first: Call, types: str) -> tuple[Any, ...]:
    at = call.frozen_at
    instant = None if at is None else at.isoformat()
    # A call on time says it twice, and making it takes as long as making the call.
    due_text = None
    if instant is not None and at is call.scheduled_time and instant.endswith(_UTC):
        due_text = f"{instant[: -len(_UTC)]}Z"
    info = call_info_of_its_own(call, types, due_text)
    return (instant, world, info) if call.data_text is first.data_text else (instant, world, info, call.data_text)


def quiet_call(quiet: Quiet, answer: JSON, call: Call, like: Evidence) -> QuietCall:
    """What was told of a quiet call, as frozen data; ``like`` is the evidence of the last one that was not quiet."""
    started, duration_s, moved_s, text = quiet
    return QuietCall(call, like, from_seconds(started), duration_s, moved_s, text, answer)


def evidence_of(quiet: QuietCall) -> Evidence:
    """A quiet call as evidence like any other's."""
    call, like, started, duration_s, moved_s, text, answer = quiet
    return Evidence(
        call=call,
        where=like.where,
        stage="done",
        started=started,
        import_s=0.0,
        duration_s=duration_s,
        answer_text=text,
        answer=answer,
        refused=(),
        refused_reason="",
        changed=(),
        failure=None,
        place=None,
        missing_module=None,
        is_timed_out=False,
        is_timeout_enforced=like.is_timeout_enforced,
        logs=(),
        env_reads=(),
        refusals=(),
        read_input=None,
        peak_memory_mb=None,
        elapsed_s=duration_s,
        cpu_s=None,
        memory_limited_by=like.memory_limited_by,
        notes=like.notes,
        moved_s=moved_s,
        profiled_mb=like.profiled_mb,
        clock=like.clock,
    )


def read_reply(reply: Mapping[str, Any], call: Call, where: Where, function: Function) -> Evidence:
    """What a session's ``call`` gives, as frozen data with the paths that the user knows."""
    answer = reply["answer"] or {}
    failure = reply["failure"]
    evidence = Evidence(
        call=call,
        where=where,
        stage=reply["stage"],
        started=from_seconds(reply["started"]),
        import_s=reply["import_s"],
        duration_s=reply["duration_s"],
        answer_text=answer.get("text"),
        answer=answer.get("value"),
        refused=(),
        refused_reason=answer.get("reason", ""),
        changed=(),
        failure=failure and Failure(failure["type"], failure["message"], failure["trace"]),
        place=None,
        missing_module=failure and failure["missing_module"],
        is_timed_out=reply["timed_out"],
        is_timeout_enforced=reply["timeout_enforced"],
        logs=log_lines(reply["logs"]),
        env_reads=(),
        refusals=(),
        read_input=None,
        peak_memory_mb=reply["peak_memory_mb"],
        foreign=tuple(reply["foreign"]),
        elapsed_s=reply["elapsed_s"],
        cpu_s=reply["cpu_s"],
        moved_s=reply.get("moved_s", 0.0),
        clock=reply.get("clock"),
        profiled_mb=reply.get("profiled_mb"),
        memory_limited_by=reply.get("memory_limited_by"),
        notes=reply.get("notes", ()),
    )
    seen = (
        *(answer.get("refused"), answer.get("changed"), reply["place"], reply["env_reads"], reply["refused"]),
        *(reply["read_input"], reply.get("death"), reply.get("left"), reply.get("memory_profile")),
    )
    return evidence._replace(**_observed(seen, function)) if any(seen) else evidence


def _observed(seen: Sequence[Any], function: Function) -> dict[str, Any]:
    """What nearly every call has none of, by the fields of ``Evidence``."""
    from fn_emulator.runners import observed

    readers: dict[str, Callable[[Any], Any]] = {
        "refused": observed.places,
        "changed": observed.places,
        "place": lambda place: observed.known_place(function, place),
        "env_reads": lambda reads: observed.env_reads(reads, function),
        "refusals": lambda refused: observed.refusals(refused, function),
        "read_input": lambda place: observed.known_place(function, place),
        "death": observed.death,
        "left": lambda left: observed.left_behind(left, function),
        "memory_profile": lambda profile: observed.memory_profile(profile, function),
    }
    return {field: read(value) for (field, read), value in zip(readers.items(), seen, strict=True) if value}


def log_lines(lines: Sequence[Mapping[str, Any]]) -> tuple[LogLine, ...]:
    """The harness's log entries as ``LogLine``."""
    if not lines:  # as in nearly every call, which it costs nothing
        return ()
    return tuple(LogLine(from_seconds(line["time"]), line["stream"], line["message"]) for line in lines)
