"""A report of a simulated schedule -> one HTML page that loads nothing: a timeline, and tables of the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fn_emulator.model import SEVERITIES
from fn_emulator.report.schedule.model import ScheduleReport
from fn_emulator.report.schedule.picture_columns import (
    MaskJson,
    by_trouble,
    columns_of,
    cut,
    length_text,
    statuses_text,
    unit_for,
    when,
)
from fn_emulator.report.schedule.picture_timeline import LEFT, RIGHT, WIDTH, timeline_of
from fn_emulator.report.schedule.tally import Alike, due_of, written_text

if TYPE_CHECKING:
    from jinja2 import Environment

LONGEST_ANSWER = 200
MOST_TRACE_LINES = 12

EXPLANATIONS = {
    "mixed": "failed in several ways",
    "mean": "mean",
    "slowest": "slowest call",
    "new": "new",
    "updated": "updated",
    "unchanged": "written as they were",
    "deleted": "deleted",
    "hole": "nothing written",
}
"""What the bars and marks stand for that are not named by a status, in the order of the legend."""

# Half of a pair, as a handler's text may hold, cannot be encoded, and HTML has no way to write the others.
_NOT_IN_HTML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(slots=True)
class Trouble:
    """A way in which calls did not complete, with when the first did, and how many more."""

    status: str
    type: str
    message: str
    trace: str
    times: list[str]
    more: int


def to_html(report: ScheduleReport, mask_json: MaskJson) -> str:
    """The page.

    Args:
        report: What is shown.
        mask_json: Puts ``***`` in place of the secrets in an answer; all other texts are masked already.
    """
    tally = report.tally
    unit, columns = unit_for(tally.total.slowest_s), columns_of(tally, mask_json)
    page = _environment().get_template("picture.html")
    html = page.render(
        report=report,
        tally=tally,
        total=tally.total,
        unit=unit,
        columns=columns,
        statuses=by_trouble(tally.total.statuses),
        failed=tally.total.calls - tally.total.statuses["Completed"],
        drawn=timeline_of(columns, unit) if columns else None,
        label=_label(report),
        span=length_text(columns[0]) if columns else "",
        explanations=EXPLANATIONS,
        troubles=[_trouble(alike) for alike in tally.failures.values()],
        told=sum(alike.calls for alike in tally.failures.values()),
        slowest=tally.slowest,
        findings=sorted(report.findings, key=lambda finding: SEVERITIES.index(finding.severity)),
        frame={"width": WIDTH, "left": LEFT, "right": RIGHT},
    )
    return _NOT_IN_HTML.sub("\ufffd", html)


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    tools: dict[str, Any] = {"when": when, "written": written_text, "due_of": due_of, "count": "{:,}".format}
    environment.filters.update(tools, cut=lambda text: cut(text, LONGEST_ANSWER), trace=_first_lines)
    return environment


def _label(report: ScheduleReport) -> str:
    """The timeline in words, for who does not see it."""
    total = report.tally.total
    calls = "1 call" if total.calls == 1 else f"{total.calls:,} calls"
    return f"Timeline of {calls} from {when(total.start)} to {when(total.end)} UTC: {statuses_text(total.statuses)}"


def _trouble(alike: Alike) -> Trouble:
    failure = alike.first[0].failure
    assert failure is not None
    times = [when(due_of(result)) for result in alike.first]
    return Trouble(alike.first[0].status, *failure, times=times, more=alike.calls - len(times))


def _first_lines(trace: str) -> str:
    lines = trace.rstrip().splitlines()
    more = len(lines) - MOST_TRACE_LINES
    if more <= 0:
        return "\n".join(lines)
    return "\n".join([*lines[:MOST_TRACE_LINES], f"… {more} more line{'s' * (more > 1)}"])
