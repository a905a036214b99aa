"""What ``check`` found -> text for people, or its JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from fn_emulator.clock import in_text
from fn_emulator.model import SEVERITIES, Finding
from fn_emulator.report.result import duration_text, finding_json, finding_lines

if TYPE_CHECKING:
    from fn_emulator.checks.inspection import Inspection
    from fn_emulator.runners.importing import ImportReport

SCHEMA = 1


def render_text(inspections: Sequence[Inspection]) -> str:
    """The report for people: each function with its findings and its import, then one line for all of them."""
    blocks = ["\n".join(_function(inspection)) for inspection in inspections]
    return "\n\n".join([*blocks, _summary(inspections)]) + "\n"


def _function(inspection: Inspection) -> Iterator[str]:
    yield f"{inspection.path}: {_counts(inspection.findings) or 'nothing found'}"
    if inspection.kind == "remote-service":
        seen = f": {inspection.service}" if inspection.service else ""
        yield f"  a remote service{seen}; the rules of Cognite Functions do not apply"
    for finding in inspection.findings:
        yield from (f"  {line}" for line in _finding(finding))
    if inspection.imported is not None:
        yield from (f"  {line}" for line in _import(inspection.imported))


def _finding(finding: Finding) -> Iterator[str]:
    first, *rest = finding_lines(finding)
    yield first
    for key in ("snippet", "trace"):
        yield from (f"    | {line}" for line in str(finding.evidence.get(key, "")).splitlines())
    yield from rest


def _import(imported: ImportReport) -> Iterator[str]:
    memory = "" if imported.peak_memory_mb is None else f", {imported.peak_memory_mb:.0f} MB at its peak"
    outcome = "imported in" if imported.completed else "the import failed after"
    yield f"{outcome} {duration_text(imported.duration_s)}{memory}"
    for refusal in imported.refused:
        place = f" ({refusal.file}:{refusal.line})" if refusal.file else ""
        yield f"a connection to {refusal.host}:{refusal.port} was refused{place}; --network on allows it"
    if imported.left_running:
        yield f"it left running: {', '.join(imported.left_running)}"
    printed = _printed(imported)
    if printed:
        yield "it printed:"
        yield from (f"  | {line}" for line in printed)


def _printed(imported: ImportReport) -> list[str]:
    """What it wrote, less the traceback of its failure, which is shown with the finding."""
    lines = [log.message for log in imported.logs]
    trace = imported.failure.trace.splitlines() if imported.failure is not None else []
    starts = (start for start in range(len(lines)) if trace and lines[start : start + len(trace)] == trace)
    start = next(starts, len(lines))
    return lines[:start] + lines[start + len(trace) :]


def _summary(inspections: Sequence[Inspection]) -> str:
    findings = [finding for inspection in inspections for finding in inspection.findings]
    ignored = sum(inspection.ignored for inspection in inspections)
    checked = _number(len(inspections), "function")
    return f"{checked} checked: {_counts(findings) or 'nothing found'}" + (f", {ignored} ignored" if ignored else "")


def _counts(findings: Iterable[Finding]) -> str:
    """``2 errors, 1 note``; empty for none."""
    found = [finding.severity for finding in findings]
    return ", ".join(_number(found.count(severity), severity) for severity in SEVERITIES if severity in found)


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def render_json(inspections: Iterable[Inspection]) -> str:
    """The JSON of ``check``: schema 1."""
    functions = [_function_json(inspection) for inspection in inspections]
    return json.dumps({"schema": SCHEMA, "functions": functions}, indent=2, ensure_ascii=False) + "\n"


def _function_json(inspection: Inspection) -> dict[str, Any]:
    return {
        "path": inspection.path,
        "name": inspection.name,
        "kind": inspection.kind,
        "service": inspection.service,
        "findings": [finding_json(finding) for finding in inspection.findings],
        "ignored": inspection.ignored,
        "import": None if inspection.imported is None else _import_json(inspection.imported),
    }


def _import_json(imported: ImportReport) -> dict[str, Any]:
    failure = imported.failure
    return {
        "completed": imported.completed,
        "failure": failure and {"type": failure.type, "message": failure.message, "trace": failure.trace},
        "duration_s": imported.duration_s,
        "peak_memory_mb": imported.peak_memory_mb,
        "logs": [{"time": in_text(log.time), "stream": log.stream, "message": log.message} for log in imported.logs],
        "refused": [refusal._asdict() for refusal in imported.refused],
        "left_running": list(imported.left_running),
    }
