"""A ``Verdict`` -> text for people, or the JSON of ``replay --format json``: schema 1."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from fn_emulator.model import Finding, Status
from fn_emulator.replay.model import Culprit, Exchange, Violation
from fn_emulator.replay.outcome import Row
from fn_emulator.replay.verdict import UNJUDGED, Verdict
from fn_emulator.report.result import duration_text, finding_json, finding_lines
from fn_emulator.snowflake.wire import encode_row

SCHEMA = 1
MOST_WIDTH = 160

HINTS: Mapping[Status, str] = {
    "Failed": "give rows that it takes; in CSV, values are text without --signature, and an empty field is None",
    "Timeout": "give fewer rows, or a longer --timeout",
    "OutOfMemory": "give fewer rows, or more --memory",
    "Died": "call it with this body by fn-emulate run --data, which shows what it wrote before",
}
"""What to do about a batch that cannot be judged, by how its call ended."""

MOST_QUOTED = 200
"""Rows that a command line is given."""

MOST_DELIVERIES = 6
"""Of more than these the last ones are shown, and the first."""


def verdict_text(verdict: Verdict, replay_line: str = "") -> str:
    """The report for people; ``replay_line`` is the command that replays the smallest batch, with ``{rows}`` in it."""
    return "\n".join(_lines(verdict, replay_line))


def to_json(verdict: Verdict) -> str:
    """The report for programs."""
    document = {
        "schema": SCHEMA,
        "classification": verdict.classification,
        "reason": verdict.reason,
        "stateless": verdict.stateless,
        "retry_safe": verdict.retry_safe,
        "row_independent": verdict.row_independent,
        "deterministic": verdict.deterministic,
        "not_judged": UNJUDGED,
        "status": verdict.status,
        "problem": verdict.problem or None,
        "statements": list(verdict.statements),
        "findings": [finding_json(finding) for finding in verdict.findings],
        "ignored": verdict.ignored,
        "calls": verdict.calls,
        "rows": verdict.rows,
        "random_seed": verdict.random_seed,
        "duration_s": verdict.duration_s,
    }
    return json.dumps(document, indent=2, ensure_ascii=False, default=str)


def _lines(verdict: Verdict, replay_line: str) -> Iterator[str]:
    if verdict.problem:
        yield f"The batch as it is cannot be judged: {verdict.problem}"
        yield f"    hint: {HINTS[verdict.status]}"
    by_cause = {violation.cause: violation for violation in verdict.violations}
    for finding in verdict.findings:
        yield from finding_lines(finding)
        violation = by_cause.get(finding.id)  # type: ignore[call-overload]
        if violation is not None and violation.plain is not None:
            yield from (f"    {line}" for line in _case(violation, replay_line, verdict.random_seed))
        elif finding.evidence.get("answer") is not None:
            yield from (f"    {line}" for line in _bodies(finding))
    for statement in verdict.statements:
        yield f"note: {statement}"
    yield from _conclusion(verdict)


def _case(violation: Violation, replay_line: str, random_seed: int) -> Iterator[str]:
    """The smallest batch, both answers side by side, where it comes from, and the line that replays it."""
    assert violation.plain is not None
    rows = "1 row" if len(violation.rows) == 1 else f"{len(violation.rows)} rows"
    yield f"smallest batch, {rows}:"
    yield from _side_by_side([("fresh start", violation.plain), *_deliveries(violation)])
    for culprit in violation.culprits:
        yield f"culprit: {_culprit(culprit)}"
    if not violation.is_confirmed:
        yield "seen in one process only, where modules are executed again for a fresh start"
    if replay_line and len(violation.rows) <= MOST_QUOTED:
        yield f"replay it: {replay_line.format(rows=_quoted(violation.rows), random_seed=random_seed)}"


def _deliveries(violation: Violation) -> Iterator[tuple[str, Exchange | None]]:
    """What was delivered in the other attempt, each with its label; None stands for those that are left out."""
    total = len(violation.other)
    for number, exchange in enumerate(violation.other, 1):
        if number == 1 or number > total - MOST_DELIVERIES + 1:
            yield violation.relation if total == 1 else f"delivery {number}", exchange
        elif number == 2:
            yield "...", None


def _side_by_side(labelled: list[tuple[str, Exchange | None]]) -> Iterator[str]:
    width = max(len(label) for label, _ in labelled)
    for label, exchange in labelled:
        yield f"  {label}" if exchange is None else f"  {label:<{width}}  {_exchange(exchange)}"


def _bodies(finding: Finding) -> Iterator[str]:
    for name in ("request", "answer"):
        body = str(finding.evidence.get(name) or "").replace("\n", "")
        if body:
            yield f"{name}: {_cut(body)}"


def _exchange(exchange: Exchange) -> str:
    return f"{_cut(exchange.body)}  ->  {_cut(exchange.answer)}"


def _culprit(culprit: Culprit) -> str:
    place = "" if culprit.file is None else f"{culprit.file}:{culprit.line}"
    parts = [part for part in (place, culprit.source, f"({culprit.name})" if culprit.name else "") if part]
    return " ".join(parts) + (", probably: read from the code" if culprit.is_likely else "")


def _quoted(rows: Iterable[Row]) -> str:
    """Rows for a shell, with their numbers exact: as they were sent."""
    text = f"[{', '.join(f'[{encode_row(list(row))}]' for row in rows)}]"
    return "'" + text.replace("'", "'\\''") + "'"


def _cut(text: str) -> str:
    return text if len(text) <= MOST_WIDTH else f"{text[: MOST_WIDTH - 3]}..."


def _conclusion(verdict: Verdict) -> Iterator[str]:
    held = {
        "stateless": verdict.stateless,
        "row independent": verdict.row_independent,
        "deterministic": verdict.deterministic,
    }
    words = {True: "yes", False: "no", None: "not judged"}
    yield ", ".join(f"{name}: {words[value]}" for name, value in held.items())
    yield f"Not judged: {UNJUDGED}."
    rows = "1 row" if verdict.rows == 1 else f"{verdict.rows:,} rows"
    calls = "1 delivery" if verdict.calls == 1 else f"{verdict.calls:,} deliveries"
    several = "1 finding" if verdict.ignored == 1 else f"{verdict.ignored} findings"
    ignored = f", {several} ignored" if verdict.ignored else ""
    yield (
        f"{verdict.classification} ({verdict.reason}): {rows}, {calls}, random seed"
        f" {verdict.random_seed}{ignored}, in {duration_text(verdict.duration_s)}. A pass is evidence, never proof."
    )
