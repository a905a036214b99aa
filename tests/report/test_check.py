"""The report of ``check`` from finished data."""

from __future__ import annotations

import json
from datetime import datetime, timezone

from fn_emulator.checks.inspection import Inspection
from fn_emulator.model import Failure, Finding, LogLine
from fn_emulator.observations import Refusal
from fn_emulator.report.check import render_json, render_text
from fn_emulator.runners.importing import ImportReport

TIME = datetime(2026, 1, 2, tzinfo=timezone.utc)
DONE = ImportReport(True, None, None, None, 0.25, 41.6, (), (), None, None)


def inspection(*findings, **changes):
    return Inspection("fn", "fn", "cognite", None, findings, **changes)


def logs(*lines):
    return tuple(LogLine(TIME, "stdout", line) for line in lines)


def test_a_finding_is_shown_with_its_snippet_and_hint():
    finding = Finding("x", "error", "No.", "fn/a.py", 3, {"snippet": "a b\n  ^"}, "do this", "somewhere")
    assert render_text([inspection(finding)]).splitlines() == [
        "fn: 1 error",
        "  fn/a.py:3: error: No. [x]",
        "      | a b",
        "      |   ^",
        "      hint: do this",
        "",
        "1 function checked: 1 error",
    ]


def test_a_finding_without_a_place_and_a_hint():
    assert "  warning: No. [x]\n" in render_text([inspection(Finding("x", "warning", "No."))])


def test_severities_are_counted_over_all_functions():
    first = inspection(Finding("x", "error", "a"), Finding("x", "note", "b"), ignored=2)
    second = inspection(Finding("x", "error", "a"), Finding("x", "warning", "b"), ignored=1)
    assert render_text([first, second]).splitlines()[-1] == (
        "2 functions checked: 2 errors, 1 warning, 1 note, 3 ignored"
    )


def test_an_import_is_shown_with_time_memory_and_output():
    refused = (Refusal("example.com", 443, "fn/a.py", 2), Refusal("example.org", 80, None, None))
    text = render_text([inspection(imported=DONE._replace(logs=logs("hello"), refused=refused))])
    assert text.splitlines()[1:6] == [
        "  imported in 250.0 ms, 42 MB at its peak",
        "  a connection to example.com:443 was refused (fn/a.py:2); --network on allows it",
        "  a connection to example.org:80 was refused; --network on allows it",
        "  it printed:",
        "    | hello",
    ]


def test_the_traceback_of_a_failure_is_no_output():
    failure = Failure("KeyError", "'x'", "Traceback\nKeyError: 'x'")
    report = DONE._replace(
        completed=False, failure=failure, peak_memory_mb=None, logs=logs("a", "Traceback", "KeyError: 'x'", "b")
    )
    assert render_text([inspection(imported=report)]).splitlines()[1:5] == [
        "  the import failed after 250.0 ms",
        "  it printed:",
        "    | a",
        "    | b",
    ]


def test_the_json_of_nothing_is_complete():
    assert json.loads(render_json([inspection()])) == {
        "schema": 1,
        "functions": [
            {
                "path": "fn",
                "name": "fn",
                "kind": "cognite",
                "service": None,
                "findings": [],
                "ignored": 0,
                "import": None,
            }
        ],
    }


def test_the_json_of_a_failed_import_is_complete():
    report = DONE._replace(completed=False, failure=Failure("E", "m", "t"), logs=logs("a"))
    imported = json.loads(render_json([inspection(imported=report)]))["functions"][0]["import"]
    assert imported == {
        "completed": False,
        "failure": {"type": "E", "message": "m", "trace": "t"},
        "duration_s": 0.25,
        "peak_memory_mb": 41.6,
        "logs": [{"time": "2026-01-02T00:00:00Z", "stream": "stdout", "message": "a"}],
        "refused": [],
        "left_running": [],
    }
