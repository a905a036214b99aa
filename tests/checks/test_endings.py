"""How a call that was ended is told: its failure, what the platform would show, and what to do."""

from __future__ import annotations

import signal
from datetime import datetime, timezone

import pytest

from fn_emulator.checks.call.subject import CallSubject
from fn_emulator.checks.verdict import judge_call
from fn_emulator.masking import Masker
from fn_emulator.model import Call, Evidence, Failure, LogLine, Where
from fn_emulator.observations import Death, Held, LeftBehind, MemoryProfile
from fn_emulator.settings import resolve_settings

NOW = datetime(2026, 3, 1, tzinfo=timezone.utc)
SHOWN_AS_FAILED = "The platform has no such status and shows Failed; what becomes of the logs is documented nowhere."
OFTEN_WITHOUT_LOGS = (
    "The platform shows Failed, often without logs (docs.cognite.com: \"If you still don't see any logs, your function"
    ' probably ran out of memory").'
)
CALL = Call(id=2, function="fn", function_id=1, data={}, data_text="{}")
EVIDENCE = Evidence(
    call=CALL,
    where=Where("worker", "py311", "gcp", "none"),
    stage="call",
    started=NOW,
    import_s=0.0,
    duration_s=0.1,
    answer_text=None,
    answer=None,
    refused=(),
    refused_reason="",
    changed=(),
    failure=None,
    place=None,
    missing_module=None,
    is_timed_out=False,
    is_timeout_enforced=True,
    logs=(),
    env_reads=(),
    refusals=(),
    read_input=None,
    peak_memory_mb=298.6,
    memory_limited_by="cgroup",
)
FULL = Death(signal=signal.SIGKILL, is_out_of_memory=True)


@pytest.fixture
def judge(function, tmp_path):
    """Judge evidence that differs from a plain call in some fields; ``secrets`` are the function's."""

    def judge_(*, secrets=None, flags=None, **fields):
        opened = function("def handle():\n    pass\n")
        settings = resolve_settings(opened.root, "fn", flags=flags or {"memory": "300"}, environ={})
        return judge_call(CallSubject(opened, settings, EVIDENCE._replace(**fields), Masker(secrets or {})))

    return judge_


def logged(*messages):
    return tuple(LogLine(NOW, "stdout", message) for message in messages)


def test_an_exit_is_told_with_its_code_and_the_last_line(judge):
    verdict = judge(death=Death(exit_code=5), logs=logged("first", "last"))
    assert (verdict.status, verdict.failure.type) == ("Died", "Died")
    assert verdict.failure.message == (
        "the process ended with exit code 5 during the call (os._exit, or an exit in C code); last line logged: 'last'"
    )
    remedy = "Return from handle, or raise an exception, so that the caller sees why."
    assert verdict.notes == (f"{SHOWN_AS_FAILED} {remedy}",)


def test_an_import_that_ends_the_process_is_an_import_error(judge):
    verdict = judge(death=Death(exit_code=5), stage="import")
    (finding,) = verdict.findings
    assert (finding.id, finding.severity) == ("import-error", "error")
    assert finding.message == (
        "importing handler failed: Died: the process ended with exit code 5 during the import (os._exit, or an exit in"
        " C code); nothing was logged."
    )
    assert finding.hint == "take out what ends the process; the deployment would fail with it"


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (signal.SIGSEGV, "the process was ended by SIGSEGV (a segmentation fault in C code) during the call"),
        (signal.SIGKILL, "the process was ended by SIGKILL (killed, and not by its memory limit) during the call"),
        (signal.SIGHUP, "the process was ended by SIGHUP during the call"),
        (signal.SIGRTMIN + 1, f"the process was ended by signal {signal.SIGRTMIN + 1} during the call"),
    ],
)
def test_a_signal_is_told_by_its_name(judge, number, told):
    assert judge(death=Death(signal=number)).failure.message == f"{told}; nothing was logged"


def test_the_traceback_of_a_crash_is_not_the_last_line_logged(judge):
    trace = (
        "Traceback (most recent call last):",
        '  File "handler.py", line 2, in handle',
        "The process crashed here.",
    )
    logs = (*logged("last"), *(LogLine(NOW, "stderr", line) for line in trace))
    verdict = judge(death=Death(signal=signal.SIGSEGV), logs=logs)
    assert verdict.failure.message.endswith("; last line logged: 'last'")
    assert verdict.failure.trace == "\n".join(trace)
    assert verdict.notes == (f"{SHOWN_AS_FAILED} The traceback shows the line that called the C code.",)


def test_a_call_over_its_memory_is_told_with_limit_peak_and_last_line(judge):
    verdict = judge(death=FULL, logs=logged("reading"))
    assert (verdict.status, verdict.failure.type) == ("OutOfMemory", "OutOfMemory")
    assert verdict.failure.message == (
        "the process was ended when it used more than 300 MB (--memory), held by cgroup; peak 299 MB;"
        " last line logged: 'reading'"
    )
    profile = "Run it with --profile memory, which names the lines that hold the most."
    assert verdict.notes == (OFTEN_WITHOUT_LOGS, profile)


def test_a_memory_profile_names_the_line(judge):
    held = Held("fn/handler.py", 7, 270.0), Held("fn/handler.py", 9, 1.0)
    verdict = judge(death=FULL, memory_profile=MemoryProfile(290.0, "fn/handler.py", 8, held))
    assert verdict.notes[1] == "fn/handler.py:7 held the most: 270 of 290 MB at the peak."


def test_a_memory_error_is_out_of_memory_wherever_it_ran(judge):
    failure = Failure("MemoryError", "", "Traceback\nMemoryError")
    logs = (*logged("last"), *(LogLine(NOW, "stderr", line) for line in ("Traceback", "MemoryError")))
    held = judge(failure=failure, logs=logs)
    assert (held.status, held.failure.trace) == ("OutOfMemory", failure.trace)
    assert held.failure.message == (
        "the handler did not get the memory that it asked for (MemoryError), with 300 MB (--memory) to use, held by"
        " cgroup; peak 299 MB; last line logged: 'last'"
    )
    free = judge(failure=failure, memory_limited_by=None, where=EVIDENCE.where._replace(runner="inprocess"))
    assert free.failure.message.startswith("the handler did not get the memory that it asked for (MemoryError); ")
    assert free.notes[-1] == "Nothing held the call to its 300 MB (--memory) of memory: in process nothing can."


def test_a_limit_that_was_asked_for_and_not_held_is_said(judge):
    assert judge(memory_limited_by=None).notes == ("Nothing held the call to its 300 MB (--memory) of memory.",)
    assert judge(memory_limited_by=None, flags={"cloud": "gcp"}).notes == ()
    killed = judge(memory_limited_by=None, flags={"cloud": "gcp"}, death=Death(signal=signal.SIGKILL)).notes
    limit = "its 1500 MB (gcp limits) of memory"
    assert killed[1] == f"Nothing held the call to {limit}; the kernel kills so too when memory runs out."


def test_half_a_secret_is_not_shown(judge):
    secret = "s" * 150
    verdict = judge(death=Death(exit_code=1), logs=logged("x" * 100 + secret), secrets={"key": secret})
    assert "sss" not in verdict.failure.message


def test_a_very_long_last_line_is_cut(judge):
    verdict = judge(death=Death(exit_code=1), logs=logged("x" * 10_000))
    assert verdict.failure.message.endswith(f"; last line logged: '{'x' * 200}...'")


LEFT = LeftBehind("thread", "waiting", "fn/handler.py", 3)


def test_what_is_left_is_a_warning(judge):
    verdict = judge(left=(LEFT, LEFT, LeftBehind("process", "sleep 60"), LeftBehind("clock", "freezegun")))
    assert [(each.message, each.file, each.line) for each in verdict.findings] == [
        ("The handler left a thread running: 'waiting', started here.", "fn/handler.py", 3),
        ("The handler left a process running: 'sleep 60'.", "fn/handler.py", None),
        ("The handler left freezegun switched on.", "fn/handler.py", None),
    ]


@pytest.mark.parametrize("end", [{"is_timed_out": True}, {"death": FULL}, {"death": Death(exit_code=1)}])
def test_a_call_that_was_ended_could_not_end_anything(judge, end):
    assert judge(left=(LEFT,), **end).findings == ()


def test_a_profiled_call_that_ran_out_of_memory_is_not_told_to_be_profiled(judge):
    verdict = judge(death=FULL, profiled_mb=1200.0)
    assert "used more than 1200 MB (while memory is profiled; otherwise 300 MB (--memory))" in verdict.failure.message
    assert verdict.notes[1] == (
        "It ended before any line held much, as when one line asks for all at once; profile it with more --memory."
    )


def test_a_profiled_call_that_was_ended_is_not_told_that_it_would_be(judge):
    verdict = judge(death=FULL, profiled_mb=6144.0, memory_profile=MemoryProfile(5000.0, "fn/handler.py", 8, ()))
    assert not [note for note in verdict.notes if note.startswith("Otherwise it would be ended")]


def test_an_import_that_took_too_long_is_told_as_one(judge):
    assert judge(stage="import", is_timed_out=True).failure.message.startswith("the import was ended after ")
