"""The calls of a failed test -> a section of its report, and recordings that ``fn-emulate rerun`` finds."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from fn_emulator.calls import CallLog
from fn_emulator.cli.place import project_root
from fn_emulator.report.past_call import call_lines
from pytest_fn_emulator import LOGS
from pytest_fn_emulator.calls import CallOfTest, CallsOfTest

TITLE = "fn-emulator calls"


class Logs:
    """Where the calls of one run are recorded: a log for each project."""

    def __init__(self, directory: str) -> None:
        """Prepare; ``directory`` is where pytest was started, from which ``rerun`` will look."""
        self._directory = directory
        self._logs: dict[str, CallLog] = {}

    def of(self, function: str) -> CallLog:
        """The log for the calls of a function; ``function`` is its path."""
        root = project_root(self._directory, os.path.realpath(function))
        return self._logs.setdefault(root, CallLog(root))

    def close(self) -> None:
        """Close the files."""
        for log in self._logs.values():
            log.close()


def add_section(config: pytest.Config, report: pytest.TestReport, calls: CallsOfTest) -> None:
    """Record the calls of a test that failed, and tell of them in its report."""
    told = calls.not_told()
    if told:
        logs = config.stash.setdefault(LOGS, Logs(str(config.invocation_params.dir)))
        report.sections.append((TITLE, "\n".join(_lines(told, logs))))


def _lines(calls: list[CallOfTest], logs: Logs) -> Iterator[str]:
    before = calls[0].number - 1
    if before:
        yield f"... {before} calls before" if before > 1 else "... 1 call before"
    for call in calls:
        function = call.function
        yield from call_lines(call.number, function.function.given, call.result, function.masker.mask)
        yield from (f"    {line}" for line in _how_to_rerun(call, logs))


def _how_to_rerun(call: CallOfTest, logs: Logs) -> Iterator[str]:
    function, result = call.function, call.result
    # What exists only in the test's own process cannot be had again.
    if function.function.form == "callable" or result.where.client == "given":
        return
    try:
        name = function.record(logs.of(function.function.given), result, call.answer_text)
    except OSError as exc:
        yield f"note: The call was not recorded: {exc.strerror} ({exc.filename})."
        return
    has_cdf = any(effect.kind == "cdf" for effect in result.effects) and result.where.client == "fake"
    yield f"rerun it: fn-emulate rerun {name}{' (without what the test put into fake_cdf)' if has_cdf else ''}"
