"""A simulated schedule -> text for people: a row for each call, or span of time, as it comes; then what all came to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from fn_emulator.model import JSON, Result
from fn_emulator.report.result import duration_text, finding_lines
from fn_emulator.report.schedule.model import ScheduleReport, Stressed
from fn_emulator.report.schedule.tally import Span, Tally, Written, add_written, due_of, taken_by, written_text

ANSWER_WIDTH = 40
MOST_DIFFERENCES = 12

MaskJson = Callable[[JSON], JSON]


def instant_text(instant: datetime) -> str:
    """A due time, to the minute: ``2026-03-29 01:55``, in UTC."""
    return f"{instant:%Y-%m-%d %H:%M}"


def call_row(result: Result, mask_json: MaskJson) -> str:
    """One call: when it was due, how it ended, how long it took, its answer, and what it wrote."""
    written: dict[str, Written] = {}
    add_written(written, result.effects)
    cells = (
        instant_text(due_of(result)),
        f"{result.status:<11}",
        f"{duration_text(taken_by(result)):>9}",
        f"{answer_in_short(result, mask_json):<{ANSWER_WIDTH}}",
        written_text(written),
    )
    return "  ".join(cells).rstrip()


def span_row(span: Span) -> str:
    """The calls of a span of time: since when, how many, how they ended, how long they took, what they wrote."""
    mean_s = span.duration_s / span.calls
    cells = (
        instant_text(span.start),
        f"{_calls(span.calls):<12}",
        f"{statuses_text(span):<24}",
        f"{duration_text(mean_s):>9} each, {duration_text(span.slowest_s)} at most",
        written_text(span.written),
    )
    return "  ".join(cells).rstrip()


def summary_text(report: ScheduleReport) -> str:
    """What all calls came to: counts, the slowest, what failed, what was written, findings and notes."""
    return "\n".join(_summary(report))


def statuses_text(span: Span) -> str:
    """How calls ended: ``287 Completed, 1 Failed``."""
    return ", ".join(f"{count:,} {status}" for status, count in sorted(span.statuses.items()))


def answer_in_short(result: Result, mask_json: MaskJson) -> str:
    """An answer, or what went wrong, in one short line."""
    if result.failure is not None:
        return _short(f"{result.failure.type}: {result.failure.message}".partition("\n")[0])
    return _short(json.dumps(mask_json(result.answer), ensure_ascii=False))


def _short(text: str) -> str:
    return text if len(text) <= ANSWER_WIDTH else f"{text[: ANSWER_WIDTH - 3]}..."


def _summary(report: ScheduleReport) -> Iterator[str]:
    tally = report.tally
    yield from _failed(tally)
    if tally.total.calls > 1:
        slowest = ", ".join(
            f"{duration_text(taken_by(result))} at {instant_text(due_of(result))}" for result in tally.slowest[:3]
        )
        yield f"Slowest: {slowest}"
    yield from _stresses(report.stressed)
    for finding in report.findings:
        yield from finding_lines(finding)
        calls = finding.evidence.get("calls")
        if calls:
            yield f"    in {calls:,} calls"
    for note in tally.notes:
        yield f"note: {note}"
    yield f"Wrote: {written_text(tally.total.written) or 'nothing'}"
    yield _last_line(report)


def _failed(tally: Tally) -> Iterator[str]:
    others = tally.total.calls - tally.total.statuses["Completed"]
    for text, alike in tally.failures.items():
        others -= alike.calls
        more = f" (and {alike.calls - 1:,} more)" if alike.calls > 1 else ""
        yield f"{instant_text(due_of(alike.first[0]))}{more}  " + text.replace("\n", "\n    ")
    if others > 0:
        yield f"... and {others:,} more that did not complete"


def _stresses(stressed: Sequence[Stressed]) -> Iterator[str]:
    """Each trouble; those of the calendar that changed nothing in one line."""
    fine = [one for one in stressed if one.name == "calendar" and one.finding is None]
    for one in stressed:
        if one not in fine:
            yield from _stressed(one)
    tried = [one for one in fine if one.calls]
    if tried:
        yield f"ok calendar: {len(tried)} other days on which clocks or calendars are special ({tried[0].origin})"
        yield f"   {tried[0].outcome}"


def _stressed(stressed: Stressed) -> Iterator[str]:
    is_fine = stressed.finding is None or stressed.is_accepted
    sign = "--" if not stressed.calls else "ok" if is_fine else "!!"
    yield f"{sign} {stressed.name}: {stressed.what} ({stressed.origin})"
    yield f"   {stressed.outcome}" + (f" ({stressed.finding} is accepted)" if stressed.is_accepted else "")
    yield from (f"     {line}" for line in stressed.difference[:MOST_DIFFERENCES])
    if len(stressed.difference) > MOST_DIFFERENCES:
        yield f"     ... and {len(stressed.difference) - MOST_DIFFERENCES} more lines"


def _last_line(report: ScheduleReport) -> str:
    total = report.tally.total
    when = f"of {report.cron} ({report.sentence})" if report.cron else "fired at once"
    span = instant_text(total.start)
    if total.calls > 1:
        span += f" to {instant_text(total.end)}"
    number = report.tally.ignored
    ignored = f", {number} finding{'s' * (number > 1)} ignored" if number else ""
    return f"{_calls(total.calls)} {when}, {span} UTC: {statuses_text(total)}{ignored}, in {report.elapsed_s:.1f} s"


def _calls(number: int) -> str:
    return "1 call" if number == 1 else f"{number:,} calls"
