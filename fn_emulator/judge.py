"""What a runner saw of a call, and what went to CDF -> the ``Result``: findings selected, every text masked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fn_emulator.checks.call.subject import CallSubject
from fn_emulator.checks.selection import apply_selection, lines_of
from fn_emulator.checks.verdict import judge_call
from fn_emulator.clock import now
from fn_emulator.model import Call, Evidence, Failure, Finding, LogLine, QuietCall, Result, Where

if TYPE_CHECKING:
    from fn_emulator.answering import Traffic
    from fn_emulator.function import Function
    from fn_emulator.masking import Masker
    from fn_emulator.observations import Effect
    from fn_emulator.settings import Settings


class Judge:
    """Judges the calls of one function."""

    def __init__(
        self, function: Function, settings: Settings, masker: Masker, load_findings: tuple[Finding, ...]
    ) -> None:
        """Prepare; ``load_findings`` are those of the function itself, which each of its calls has."""
        self._function = function
        self._settings = settings
        self._masker = masker
        self._load_findings = load_findings
        self._like: Result | None = None
        self._like_seen: Evidence | None = None

    def result(self, evidence: Evidence, traffic: Traffic) -> Result:
        """The record of a call."""
        subject = CallSubject(self._function, self._settings, evidence, self._masker)
        verdict = judge_call(subject)
        findings, ignored = self._selected((*self._load_findings, *verdict.findings))
        mask = self._masker.mask
        failure = verdict.failure
        notes = (*evidence.notes, *traffic.notes, *verdict.notes, *(traffic.hints if failure is not None else ()))
        return Result(
            call=evidence.call,
            where=evidence.where,
            status=verdict.status,
            answer=evidence.answer if verdict.status == "Completed" else None,
            failure=failure and Failure(*map(mask, failure)),
            logs=evidence.logs and tuple(LogLine(line.time, line.stream, mask(line.message)) for line in evidence.logs),
            started=evidence.started,
            duration_s=evidence.duration_s,
            peak_memory_mb=evidence.peak_memory_mb,
            effects=traffic.effects and tuple(map(self._masked_effect, traffic.effects)),
            findings=findings,
            ignored=ignored,
            notes=notes and tuple(map(mask, notes)),
            elapsed_s=evidence.elapsed_s,
            cpu_s=evidence.cpu_s,
            memory_profile=evidence.memory_profile,
            moved_s=evidence.moved_s,
        )

    def quiet(self, quiet: QuietCall) -> Result:
        """The record of a quiet call: that of a small answer says what that of the one before it said."""
        call, seen, started, duration_s, moved_s, text, answer = quiet
        like = self._like if seen is self._like_seen else None
        has_more = moved_s > self._settings.timeout_s or self._has_more_to_say(text)
        if like is None or like.call.data_text is not call.data_text or has_more:
            from fn_emulator.answering import NO_TRAFFIC
            from fn_emulator.runners.frames import evidence_of

            result = self.result(evidence_of(quiet), NO_TRAFFIC)
            self._like, self._like_seen = (None if has_more else result), seen
            return result
        return Result(
            *(call, seen.where, "Completed", answer, None, (), started, duration_s, None, ()),
            *(like.findings, like.ignored, like.notes, duration_s, None, None, moved_s),
        )

    def _has_more_to_say(self, text: str) -> bool:
        return len(text) * 20 > self._settings.response_limit_bytes or bool(self._masker.names_in(text))

    def unloadable(self, call: Call) -> Result:
        """The record of a call to a function that cannot be loaded: it fails without a run."""
        first = next(finding for finding in self._load_findings if finding.severity == "error")
        findings, ignored = self._selected(self._load_findings)
        settings = self._settings
        return Result(
            call=call,
            where=Where("none", settings.runtime or "", settings.cloud, settings.client),
            status="Failed",
            answer=None,
            failure=Failure("FunctionLoadError", self._masker.mask(f"{_place_text(first)}{first.message}")),
            logs=(),
            started=now(),
            duration_s=0.0,
            findings=findings,
            ignored=ignored,
        )

    def _selected(self, findings: Iterable[Finding]) -> tuple[tuple[Finding, ...], int]:
        found = tuple(findings)
        settings, handler = self._settings, self._function.handler
        if not found and not settings.ignore and not settings.select:
            return (), 0
        line_at = lines_of(self._function, () if handler is None else (handler,))
        kept, ignored = apply_selection(found, ignore=settings.ignore, select=settings.select, line_at=line_at)
        return tuple(map(self._masker.mask_finding, kept)), ignored

    def _masked_effect(self, effect: Effect) -> Effect:
        mask = self._masker.mask
        problem = effect.problem and mask(effect.problem)
        return effect._replace(target=mask(effect.target), problem=problem, file=effect.file and mask(effect.file))


def _place_text(finding: Finding) -> str:
    if finding.file is None:
        return ""
    return f"{finding.file}: " if finding.line is None else f"{finding.file}:{finding.line}: "
