"""A call that has ended -> what the report of a failed test says of it, of bounded size."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fn_emulator.clock import in_text
from fn_emulator.model import Result
from fn_emulator.report.result import duration_text, finding_lines

MOST_LOG_LINES = 20
MOST_FINDINGS = 10
LONGEST_DATA = 160
LONGEST_LINE = 300

_INDENT = "    "


def call_lines(number: int, function: str, result: Result, mask: Callable[[str], str]) -> Iterator[str]:
    """The call, how it ended, what it wrote to its logs and to CDF, and what is wrong with it.

    Args:
        number: Which call of the test it was, from 1.
        function: The function, as the test named it.
        result: The call.
        mask: Takes the values of secrets out of a text; those of logs, failure, effects and findings are out already.
    """
    yield f"{number}. {function} ({_shown(mask(result.call.data_text), LONGEST_DATA)}){_clock(result)}: {_end(result)}"
    yield from (f"{_INDENT}{_shown(line, LONGEST_LINE)}" for line in _below(result))


def _clock(result: Result) -> str:
    call = result.call
    instant = call.scheduled_time or call.frozen_at
    if instant is None:
        return ""
    return f" {'due' if call.scheduled_time is not None else 'at'} {in_text(instant)}"


def _end(result: Result) -> str:
    failure = result.failure
    # A call that ran out of time has failed of Timeout: said once.
    told = () if failure is None else (failure.type, failure.message)
    why = ": ".join(part for part in told if part and part != result.status)
    ended = f"{result.status} in {duration_text(result.duration_s)} ({result.where.runner})"
    return f"{ended}: {_shown(why, LONGEST_LINE)}" if why else ended


def _below(result: Result) -> Iterator[str]:
    logs = result.logs
    if len(logs) > MOST_LOG_LINES:
        yield f"... {len(logs) - MOST_LOG_LINES} lines of logs before"
    yield from (line.message for line in logs[-MOST_LOG_LINES:])
    if result.effects:
        from fn_emulator.report.effects import effects_table

        yield from effects_table(result.effects).splitlines()
    for finding in result.findings[:MOST_FINDINGS]:
        yield from finding_lines(finding)
    if len(result.findings) > MOST_FINDINGS:
        yield f"... and {len(result.findings) - MOST_FINDINGS} more findings"
    yield from (f"note: {note}" for note in result.notes)


def _shown(text: str, longest: int) -> str:
    text = " ".join(text.splitlines())
    return text if len(text) <= longest else f"{text[: longest - 3]}..."
