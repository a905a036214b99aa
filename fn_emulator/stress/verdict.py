"""What became of a schedule under trouble -> findings, and rows for the report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any

from fn_emulator.checks.registry import run_checks
from fn_emulator.checks.schedule import RULES
from fn_emulator.checks.schedule_lines import difference_lines, in_short
from fn_emulator.checks.schedule_subject import Disturbed, ScheduleSubject
from fn_emulator.checks.selection import apply_selection, lines_of
from fn_emulator.model import Finding
from fn_emulator.report.schedule.model import Stressed

if TYPE_CHECKING:
    from fn_emulator.loaded import LoadedFunction


def judge(loaded: LoadedFunction, disturbed: Sequence[Disturbed]) -> tuple[tuple[Finding, ...], int, list[Stressed]]:
    """Judge a sweep.

    Returns:
        The findings that are reported, masked; how many were accepted; and what is to be told of each trouble.
    """
    function, settings = loaded.function, loaded.settings
    found = tuple(run_checks(RULES, ScheduleSubject(function, tuple(disturbed))))
    handlers = () if function.handler is None else (function.handler,)
    line_at = lines_of(function, handlers)
    kept, ignored = apply_selection(found, ignore=settings.ignore, select=settings.select, line_at=line_at)
    mask = loaded.masker.mask
    not_accepted, _ = apply_selection(found, ignore=settings.ignore, select=(), line_at=line_at)
    ids, open_ones = _by_trouble(found), _by_trouble(not_accepted)
    stressed = [_row(one, ids.get((one.trouble, one.what)), open_ones, mask) for one in disturbed]
    return tuple(map(loaded.masker.mask_finding, kept)), ignored, stressed


def _by_trouble(findings: Sequence[Finding]) -> dict[tuple[Any, Any], str]:
    return {(finding.evidence["trouble"], finding.evidence["what"]): finding.id for finding in findings}


def _row(
    one: Disturbed, finding: str | None, open_ones: Collection[tuple[Any, Any]], mask: Callable[[str], str]
) -> Stressed:
    outcome = f"not tried: {one.skipped}" if one.skipped else in_short(one)
    lines = (f"{one.first_tick}:", *one.writes) if one.first_tick else one.writes
    if not lines and one.departure is not None:
        lines = tuple(difference_lines(one.departure))
    return Stressed(
        name=one.trouble,
        what=one.what,
        origin=one.origin,
        calls=one.calls,
        outcome=mask(outcome),
        difference=tuple(map(mask, lines)) if one.is_different else (),
        finding=finding,
        is_accepted=finding is not None and (one.trouble, one.what) not in open_ones,
    )
