"""``schedule``, once it is known what was typed: make the calls, tell what came of them, give the exit code."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from typing import Any

from fn_emulator.calls import CallLog
from fn_emulator.checks.selection import fails
from fn_emulator.cli.data import read_data
from fn_emulator.cli.finish import EXIT_CODES
from fn_emulator.cli.output import check_place, lines_file, tell, write_output
from fn_emulator.cli.place import project_root, working_directory
from fn_emulator.cli.rows import Rows, live_rows
from fn_emulator.clock import now
from fn_emulator.emulator import LoadedFunction, open_loaded
from fn_emulator.errors import ScheduleError
from fn_emulator.harness.realtime import REAL
from fn_emulator.model import Result
from fn_emulator.report.schedule.document import call_line, to_json
from fn_emulator.report.schedule.model import ScheduleReport, Stressed
from fn_emulator.report.schedule.tally import MOST_LISTED, Tally
from fn_emulator.report.schedule.text import call_row, span_row, summary_text
from fn_emulator.runners import AT_ONCE
from fn_emulator.runners.opening import Surroundings
from fn_emulator.schedule import Plan, describe, plan_schedule
from fn_emulator.schedule.plan import Extent, fired_at
from fn_emulator.schedule.window import OPTIONS


@dataclass(frozen=True, slots=True)
class Typed:
    """The parameters of ``schedule``, as click gives them.

    Attributes:
        folder: The function.
        cron: ``--cron``.
        schedule: ``--schedule``.
        start: ``--from``, not read yet; likewise ``end`` and ``data``.
        end: ``--to``.
        count: ``--count``.
        is_now: ``--now``.
        data: ``--data``.
        is_cold: ``--cold``.
        is_ticking: ``--tick``.
        is_stressed: ``--stress``.
        format_: ``--format``.
        output: ``--output``.
        toolkit_env: ``--toolkit-env``.
        is_recorded: Not ``--no-record``.
        flags: Settings that were given by name.
        environ: The caller's environment variables.
    """

    folder: str
    cron: str | None
    schedule: str | None
    start: str | None
    end: str | None
    count: int | None
    is_now: bool
    data: str | None
    is_cold: bool
    is_ticking: bool
    is_stressed: bool
    format_: str
    output: str | None
    toolkit_env: str | None
    is_recorded: bool
    flags: Mapping[str, Any]
    environ: Mapping[str, str]


def simulate(typed: Typed) -> int:
    """Simulate a schedule as it was asked for, and give the exit code.

    Raises:
        EmulatorError: If what was typed cannot be done.
    """
    data = read_data(typed.data)
    check_place(typed.output)
    log = CallLog(project_root(working_directory(), os.path.realpath(typed.folder))) if typed.is_recorded else None
    around = Surroundings(
        "worker", typed.environ, has_only_declared_env=True, starts_again=typed.is_cold or typed.is_stressed, tell=tell
    )
    with open_loaded(typed.folder, flags=typed.flags, around=around, toolkit_env=typed.toolkit_env, log=log) as loaded:
        plan = _plan(typed, loaded)
        if typed.is_stressed:
            from fn_emulator.stress import in_memory_of

            in_memory_of(loaded)  # refused before a call is made, which may be one on a real project
        report = _simulated(typed, loaded, plan, data)
        _write(report, typed, loaded)
        return _exit_code(report, loaded)


def _plan(typed: Typed, loaded: LoadedFunction) -> Plan | None:
    """When the calls are due; None where one is fired at once."""
    if not typed.is_now:
        cron = loaded.cron_of(typed.cron, _schedule_name(typed, loaded))
        return plan_schedule(cron, typed.start, typed.end, typed.count, names=OPTIONS)
    given: dict[str, Any] = {"--cron": typed.cron, "--from": typed.start, "--to": typed.end, "--count": typed.count}
    given["--stress"] = typed.is_stressed or None
    for option, value in given.items():
        if value is not None:
            hint = f"leave {option} or --now out"
            raise ScheduleError(f"--now fires a call at once, and {option} says when it is due.", hint=hint)
    return None


def _schedule_name(typed: Typed, loaded: LoadedFunction) -> str | None:
    """The declared schedule that is meant: the only one, where nothing else says when the function is due."""
    if typed.schedule is not None or typed.cron is not None:
        return typed.schedule
    names = [declared.name for declared in loaded.settings.schedules]
    if len(names) == 1:
        return names[0]
    declared = f"it declares {', '.join(map(repr, names))}" if names else "it declares none in *.Schedule.yaml"
    raise ScheduleError(
        f"Nothing says when {loaded.function.given} is due: {declared}.",
        hint="give --cron '*/5 * * * *'" + (", or --schedule NAME" if names else ""),
    )


def _simulated(typed: Typed, loaded: LoadedFunction, plan: Plan | None, data: Any) -> ScheduleReport:
    begun = REAL.perf_counter()
    instant = now()
    extent = Extent(instant, instant, 1) if plan is None else plan.extent()
    tally = Tally(extent.first, extent.last, extent.calls)
    name = typed.schedule if plan is None else _schedule_name(typed, loaded)
    ticks = fired_at(instant) if plan is None else plan.ticks()
    calls = loaded.scheduled_calls(ticks, schedule=name, data=data, is_ticking=typed.is_ticking)
    with ExitStack() as stack:
        rows = stack.enter_context(live_rows(extent.calls))
        told: list[Callable[[Result], None]] = [tally.add]
        if typed.format_ == "text" and typed.output is None:
            told.append(_row_writer(tally, rows, loaded))
        elif typed.format_ == "json" and typed.output is not None and not tally.is_listed:
            write_line = stack.enter_context(lines_file(typed.output))
            told.append(lambda result: write_line(call_line(result, loaded.masker.mask_json)))
        try:
            for result in loaded.invoke_each(
                calls, is_cold=typed.is_cold, show=rows.show if tally.is_listed else None, pace=AT_ONCE
            ):
                for tell_of in told:
                    tell_of(result)
                rows.advance()
        except KeyboardInterrupt:
            tell(f"Interrupted after {tally.total.calls:,} of {extent.calls:,} calls.")
            raise
        if typed.format_ == "text" and typed.output is None and not tally.is_listed:
            rows.write(span_row(tally.spans[-1]))
    findings = tally.findings
    stressed: list[Stressed] = []
    if typed.is_stressed and plan is not None:
        from fn_emulator.stress import judge, sweep

        with loaded.unrecorded():
            disturbed = list(sweep(loaded, plan, schedule=name, data=data, tell=tell))
        found, ignored, stressed = judge(loaded, disturbed)
        findings, tally.ignored = (*findings, *found), tally.ignored + ignored
    return ScheduleReport(
        function=loaded.function.given,
        cron="" if plan is None else plan.cron.text,
        sentence="" if plan is None else describe(plan.cron),
        tally=tally,
        findings=findings,
        stressed=tuple(stressed),
        elapsed_s=REAL.perf_counter() - begun,
    )


def _row_writer(tally: Tally, rows: Rows, loaded: LoadedFunction) -> Callable[[Result], None]:
    """Writes a row for each call, or for each span of time that is over; told of a result after the tally."""
    mask_json = loaded.masker.mask_json
    if tally.is_listed:
        return lambda result: rows.write(call_row(result, mask_json))
    written = count()
    number = next(written)

    def write_span(result: Result) -> None:
        nonlocal number
        if len(tally.spans) > number + 1:
            rows.write(span_row(tally.spans[number]))
            number = next(written)

    return write_span


def _write(report: ScheduleReport, typed: Typed, loaded: LoadedFunction) -> None:
    mask_json = loaded.masker.mask_json
    if typed.format_ == "html":
        from fn_emulator.report.schedule.picture import to_html

        write_output(to_html(report, mask_json), typed.output)
    elif typed.format_ == "json":
        is_alone = report.tally.is_listed or typed.output is None
        write_output(to_json(report, mask_json), typed.output if is_alone else None)
        if not report.tally.is_listed and typed.output is None:
            tell(f"note: more than {MOST_LISTED:,} calls are written to --output FILE only, a line of JSON each.")
        return
    elif typed.output is not None:
        listed, spans = report.tally.listed, report.tally.spans
        lines = [call_row(result, mask_json) for result in listed] or [span_row(span) for span in spans]
        write_output("\n".join((*lines, summary_text(report))), typed.output)
        return
    tell(summary_text(report)) if typed.format_ == "html" else write_output(summary_text(report), None)


def _exit_code(report: ScheduleReport, loaded: LoadedFunction) -> int:
    worst = max(EXIT_CODES[status] for status in report.tally.total.statuses)
    return worst or int(fails(report.findings, loaded.settings.fail_on))
