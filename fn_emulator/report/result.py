"""A ``Result`` -> text for people, or the JSON of ``run --format json``. Secrets are masked by who passes ``mask``."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from fn_emulator.clock import in_text
from fn_emulator.model import JSON, Finding, Result

SCHEMA = 1


def answer_text(answer: JSON) -> str:
    """The answer as JSON that a person can read and a program can parse."""
    return _dump(answer)


def summary_text(result: Result) -> str:
    """What stderr says of a call, beside its answer and logs: what it read and wrote, findings, notes, its end."""
    return "\n".join(_summary(result))


def _summary(result: Result) -> Iterator[str]:
    if result.effects:
        from fn_emulator.report.effects import effects_table

        yield effects_table(result.effects)
    for finding in result.findings:
        yield from finding_lines(finding)
    for note in result.notes:
        yield f"note: {note}"
    if result.memory_profile is not None:
        from fn_emulator.report.memory import memory_lines

        yield from memory_lines(result.memory_profile)
    if result.failure is not None:
        # A call that ran out of time has failed of Timeout: said once.
        told = dict.fromkeys((result.status, result.failure.type))
        yield ": ".join(filter(None, (*told, result.failure.message)))
    took_s = result.duration_s or result.elapsed_s  # an import that failed or was ended took its time too
    yield f"{result.status} in {duration_text(took_s)} ({', '.join(_circumstances(result))})"


def finding_lines(finding: Finding) -> Iterator[str]:
    """A finding as people read it: place, severity, message and id, then the hint."""
    place = "" if finding.file is None else f"{finding.file}:{finding.line}: " if finding.line else f"{finding.file}: "
    yield f"{place}{finding.severity}: {finding.message} [{finding.id}]"
    if finding.hint is not None:
        yield f"    hint: {finding.hint}"


def _circumstances(result: Result) -> Iterator[str]:
    where = result.where
    yield where.runner if where.runner != "none" else "not run"
    yield from filter(None, (where.runtime, where.cloud, f"client {where.client}"))
    if result.call.frozen_at is not None:
        yield f"clock at {in_text(result.call.frozen_at)}"
    yield from _used(result)
    if result.ignored:
        yield f"{result.ignored} findings ignored" if result.ignored > 1 else "1 finding ignored"
    if result.recording is not None:
        yield f"rerun {result.recording}"


def _used(result: Result) -> Iterator[str]:
    """Memory and processor time, where they are those of the call: in process, they are the whole process's."""
    if result.where.runner in ("none", "inprocess"):
        return
    if result.peak_memory_mb is not None:
        yield f"{result.peak_memory_mb:.0f} MB"
    # A long call waits or computes: that is worth its place.
    if result.cpu_s is not None and result.duration_s >= 1:
        yield f"cpu {duration_text(result.cpu_s)}"


def duration_text(seconds: float) -> str:
    """Seconds with a unit that fits."""
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def to_json(result: Result, mask_json: Callable[[JSON], JSON]) -> str:
    """The JSON of one call: schema 1."""
    return _dump(_document(result, mask_json))


def to_json_line(result: Result, mask_json: Callable[[JSON], JSON]) -> str:
    """The same in one line, without its end."""
    return json.dumps(_document(result, mask_json), ensure_ascii=False)


def _document(result: Result, mask_json: Callable[[JSON], JSON]) -> dict[str, Any]:
    return {"schema": SCHEMA, **call_document(result, mask_json)}


def call_document(result: Result, mask_json: Callable[[JSON], JSON]) -> dict[str, Any]:
    """Everything that is said of one call, as plain JSON."""
    failure = result.failure
    return {
        "status": result.status,
        "response": mask_json(result.answer),
        "logs": [{"time": in_text(log.time), "stream": log.stream, "message": log.message} for log in result.logs],
        "failure": failure and {"type": failure.type, "message": failure.message, "trace": failure.trace},
        "duration_s": result.duration_s,
        "moved_s": result.moved_s,
        "peak_memory_mb": result.peak_memory_mb,
        "cpu_s": result.cpu_s,
        "memory_profile": _profile_json(result),
        "effects": [effect._asdict() for effect in result.effects],
        "findings": [finding_json(finding) for finding in result.findings],
        "ignored": result.ignored,
        "notes": list(result.notes),
        "call": call_json(result),
    }


def _profile_json(result: Result) -> dict[str, Any] | None:
    if result.memory_profile is None:
        return None
    from fn_emulator.report.memory import memory_json

    return memory_json(result.memory_profile)


def _dump(value: JSON) -> str:
    try:
        return json.dumps(value, indent=2, ensure_ascii=False)
    except RecursionError:  # the encoder that indents gives up on nested values before the one that read them does
        return json.dumps(value, ensure_ascii=False)


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as every JSON report holds it."""
    return {**finding._asdict(), "evidence": dict(finding.evidence)}


def call_json(result: Result) -> dict[str, Any]:
    """The circumstances of a call, as ``call`` in its JSON."""
    call, where = result.call, result.where
    return {
        "id": call.id,
        "function": call.function,
        "function_id": call.function_id,
        "schedule_id": call.schedule_id,
        "scheduled_time": call.scheduled_time and in_text(call.scheduled_time),
        "start_time": in_text(result.started),
        "end_time": in_text(result.ended),
        "runner": where.runner,
        "runtime": where.runtime,
        "cloud": where.cloud,
        "client": where.client,
        "sdk": where.sdk,
        "frozen_at": call.frozen_at and in_text(call.frozen_at),
        "recording": result.recording,
    }
