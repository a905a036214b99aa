"""What a call's report says of its memory and processor time."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest

from fn_emulator.model import Call, Result, Where
from fn_emulator.observations import Held, MemoryProfile
from fn_emulator.report.memory import megabytes_text, memory_lines
from fn_emulator.report.result import summary_text, to_json

TIME = datetime(2026, 1, 2, tzinfo=timezone.utc)
CALL = Call(1, "fn", 2, {}, "{}")
PROFILE = MemoryProfile(
    912.4, "fn/handler.py", 12, (Held("fn/handler.py", 9, 700.2), Held("fn/io.py", 31, 9.32), Held("fn/io.py", 2, 1.26))
)


def result(runner="worker", duration_s=0.25, **changes):
    return Result(CALL, Where(runner, "py311", "gcp", "fake"), "Completed", 1, None, (), TIME, duration_s, **changes)


def test_the_profile_names_the_line_at_the_peak_and_what_was_held_then():
    assert summary_text(result(memory_profile=PROFILE)).splitlines() == [
        "memory: 912 MB at its peak, in fn/handler.py:12; then held:",
        "    700 MB  fn/handler.py:9",
        "    9.3 MB  fn/io.py:31",
        "Completed in 250.0 ms (worker, py311, gcp, client fake)",
    ]


def test_a_profile_without_lines_of_the_users_says_the_peak_alone():
    assert list(memory_lines(MemoryProfile(0.04, None, None, ()))) == ["memory: 0.0 MB at its peak"]


def test_only_the_largest_lines_are_shown():
    profile = PROFILE._replace(held=tuple(Held("a.py", line, 100.0 - line) for line in range(1, 9)))
    assert [text.split()[-1] for text in memory_lines(profile, 2)][1:] == ["a.py:1", "a.py:2"]


@pytest.mark.parametrize(("mb", "text"), [(0.96, "1.0 MB"), (9.94, "9.9 MB"), (9.96, "10 MB"), (1536.2, "1536 MB")])
def test_megabytes_have_a_decimal_where_it_says_something(mb, text):
    assert megabytes_text(mb) == text


@pytest.mark.parametrize(
    ("changes", "used"),
    [
        ({"peak_memory_mb": 41.2, "cpu_s": 0.2}, "client fake, 41 MB)"),
        ({"peak_memory_mb": 41.2, "cpu_s": 0.2, "duration_s": 42.0}, "client fake, 41 MB, cpu 200.0 ms)"),
        ({"peak_memory_mb": 41.2, "cpu_s": 0.2, "duration_s": 42.0, "runner": "inprocess"}, "client fake)"),
        ({}, "client fake)"),
    ],
    ids=["short", "long", "inprocess", "unknown"],
)
def test_the_last_line_says_what_a_worker_used(changes, used):
    assert summary_text(result(**changes)).endswith(used)


def test_the_json_holds_processor_time_and_profile():
    report = json.loads(to_json(result(cpu_s=0.2, memory_profile=PROFILE), lambda value: value))
    assert report["cpu_s"] == 0.2
    assert report["memory_profile"] == {
        "peak_mb": 912.4,
        "file": "fn/handler.py",
        "line": 12,
        "held": [
            {"file": "fn/handler.py", "line": 9, "mb": 700.2},
            {"file": "fn/io.py", "line": 31, "mb": 9.32},
            {"file": "fn/io.py", "line": 2, "mb": 1.26},
        ],
    }


def test_the_json_says_that_there_was_no_profile():
    assert json.loads(to_json(result(), lambda value: value))["memory_profile"] is None
