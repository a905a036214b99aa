"""A simulated schedule -> the JSON of ``schedule --format json``, schema 1; or a line of JSON for each call."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from fn_emulator.clock import in_text
from fn_emulator.model import JSON, Result
from fn_emulator.report.result import call_document, finding_json
from fn_emulator.report.schedule.model import ScheduleReport
from fn_emulator.report.schedule.tally import Span, due_of

SCHEMA = 1

MaskJson = Callable[[JSON], JSON]


def to_json(report: ScheduleReport, mask_json: MaskJson) -> str:
    """The report as one object; ``calls`` is null where they are too many to be listed."""
    tally = report.tally
    calls = [call_entry(result, mask_json) for result in tally.listed] if tally.is_listed else None
    document = {
        "schema": SCHEMA,
        "function": report.function,
        "cron": report.cron or None,
        "sentence": report.sentence or None,
        "summary": {
            **_span(tally.total),
            "slowest": [_in_short(result) for result in tally.slowest],
            "failed": [{**_in_short(result), "failure": _failure(result)} for result in tally.failed],
            "failures": [
                {**_in_short(alike.first[0]), "what": what, "calls": alike.calls}
                for what, alike in tally.failures.items()
            ],
            "elapsed_s": report.elapsed_s,
        },
        "spans": [_span(span) for span in tally.spans],
        "calls": calls,
        "stress": [asdict(stressed) for stressed in report.stressed],
        "findings": [finding_json(finding) for finding in report.findings],
        "ignored": tally.ignored,
        "notes": list(tally.notes),
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def call_line(result: Result, mask_json: MaskJson) -> str:
    """One call as a line of JSON, without its end."""
    return json.dumps(call_entry(result, mask_json), ensure_ascii=False)


def call_entry(result: Result, mask_json: MaskJson) -> dict[str, Any]:
    """One call: what ``run`` says of it, with its due time first."""
    return {"scheduled_time": in_text(due_of(result)), **call_document(result, mask_json)}


def _span(span: Span) -> dict[str, Any]:
    return {
        "from": in_text(span.start),
        "to": in_text(span.end),
        "calls": span.calls,
        "statuses": dict(sorted(span.statuses.items())),
        "duration_s": span.duration_s,
        "slowest_s": span.slowest_s,
        "written": {target: asdict(written) for target, written in span.written.items()},
    }


def _in_short(result: Result) -> dict[str, Any]:
    return {
        "scheduled_time": in_text(due_of(result)),
        "status": result.status,
        "duration_s": result.duration_s,
        "recording": result.recording,
    }


def _failure(result: Result) -> dict[str, Any] | None:
    failure = result.failure
    return failure and {"type": failure.type, "message": failure.message, "trace": failure.trace}
