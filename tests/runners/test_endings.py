"""Every way in which a call can end, on every runner that can tell it: the same record from each."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from fn_emulator.checks.call.subject import CallSubject
from fn_emulator.checks.verdict import CallVerdict, judge_call
from fn_emulator.masking import Masker
from fn_emulator.model import Evidence
from fn_emulator.settings import resolve_settings

from .conftest import RUNNERS

OUT_OF_REACH = "an end in C code takes the whole process"
HOLDS_THE_GIL = "a timer in the same process cannot interrupt C code"
ONLY_A_COMMAND = "a handler that catches its time limit is ended with its process, which only a command may do"
A_PERSON = "a SIGINT to our own process is a person's Ctrl-C"
NO_LIMIT = "nothing holds our own process to a memory limit"

BY_EXIT = (
    "the process ended with exit code {} during the {} (os._exit, or an exit in C code); last line logged: 'begun'"
)
BY_SIGNAL = "the process was ended by {} during the {}; last line logged: 'begun'"
KILLED = BY_SIGNAL.format("SIGKILL (killed, and not by its memory limit)", "call")
ASKED = BY_SIGNAL.format("SIGTERM (it was asked to end)", "call")
ABORTED = BY_SIGNAL.format("SIGABRT (os.abort, or a failed assertion in C code)", "call")
CRASHED = BY_SIGNAL.format("SIGSEGV (a segmentation fault in C code)", "call")
TOO_LONG = "the call was ended after {:g} s (--timeout)"
IMPORT_TOO_LONG = TOO_LONG.replace("call", "import")
TOO_MUCH = "The answer has {},000,002 bytes, more than the 1,048,576 bytes of gcp."


class Way(NamedTuple):
    """A way to end, and the record of it.

    Attributes:
        body: What ``handle`` does after it has written ``begun``.
        status: Of the call.
        type: Of its failure, or None.
        message: How the failure's message begins.
        stage: How far the call came.
        top: What the module does when it is imported, after it has written ``begun`` itself.
        logs: What is logged beside tracebacks.
        is_crash: Whether the traceback of a crash is among the logs.
        left: Kind and name of what was left running.
        timeout_s: Its time limit.
        memory: Its memory limit.
        not_in_process: Why our own process cannot be the place for it, or empty.
    """

    body: str
    status: str = "Completed"
    type: str | None = None
    message: str = ""
    stage: str = "call"
    top: str = ""
    logs: tuple[str, ...] = ("begun",)
    left: tuple[tuple[str, str], ...] = ()
    is_crash: bool = False
    timeout_s: float = 30.0
    memory: str | None = None
    not_in_process: str = ""


def at_import(top: str, status: str, kind: str, message: str, **more: Any) -> Way:
    return Way("", status, kind, message, "import", f"print('begun')\n{top}", **more)


def too_long(body: str, *, timeout_s: float = 0.3, **more: Any) -> Way:
    return Way(body, "Timeout", "Timeout", TOO_LONG.format(timeout_s), timeout_s=timeout_s, **more)


WAYS = {
    "returns": Way("return {'answer': 1}", stage="done"),
    "raises": Way("raise ValueError('no')", "Failed", "ValueError", "no"),
    "raises at import": at_import("{}['nok']", "Failed", "KeyError", "'nok'"),
    "sys.exit": Way("sys.exit(3)", "Failed", "SystemExit", "3"),
    "KeyboardInterrupt": Way("raise KeyboardInterrupt", "Failed", "KeyboardInterrupt"),
    "SIGINT": Way("os.kill(os.getpid(), signal.SIGINT)", "Failed", "KeyboardInterrupt", not_in_process=A_PERSON),
    "recursion": Way("handle()", "Failed", "RecursionError", "maximum recursion depth exceeded", logs=("begun",) * 3),
    "os._exit": Way("os._exit(5)", "Died", "Died", BY_EXIT.format(5, "call")),
    "os._exit(0)": Way("os._exit(0)", "Died", "Died", BY_EXIT.format(0, "call")),
    "os._exit at import": at_import("os._exit(5)", "Died", "Died", BY_EXIT.format(5, "import")),
    "os._exit, caught": Way(
        "try:\n        os._exit(5)\n    except BaseException:\n        return 1",
        "Died",
        "Died",
        BY_EXIT.format(5, "call"),
    ),
    "os._exit in a thread": Way(
        "thread = threading.Thread(target=os._exit, args=[5])\n    thread.start()\n    thread.join()",
        "Died",
        "Died",
        BY_EXIT.format(5, "call"),
    ),
    "os.abort": Way("os.abort()", "Died", "Died", ABORTED, is_crash=True),
    "SIGKILL": Way("os.kill(os.getpid(), signal.SIGKILL)", "Died", "Died", KILLED),
    "SIGTERM": Way("os.kill(os.getpid(), signal.SIGTERM)", "Died", "Died", ASKED),
    "SIGTERM raised": Way("signal.raise_signal(signal.SIGTERM)", "Died", "Died", ASKED),
    "SIGTERM to its group": Way("os.killpg(os.getpgrp(), signal.SIGTERM)", "Died", "Died", ASKED),
    "SIGTERM handled": Way(
        "signal.signal(signal.SIGTERM, lambda *_: print('asked'))\n    os.kill(os.getpid(), signal.SIGTERM)\n"
        "    signal.signal(signal.SIGTERM, signal.SIG_DFL)",
        stage="done",
        logs=("begun", "asked"),
    ),
    "segmentation fault": Way(
        "import ctypes\n    ctypes.string_at(0)", "Died", "Died", CRASHED, is_crash=True, not_in_process=OUT_OF_REACH
    ),
    "exit in C": Way(
        "import ctypes\n    ctypes.CDLL(None)._exit(3)",
        "Died",
        "Died",
        BY_EXIT.format(3, "call"),
        not_in_process=OUT_OF_REACH,
    ),
    "loops": too_long("while True:\n        pass"),
    "sleeps": too_long("time.sleep(60)"),
    "loops in a regular expression": too_long("re.match('(a+)+$', 'a' * 60 + 'b')"),
    "loops in C": too_long("sum(itertools.repeat(0))", not_in_process=HOLDS_THE_GIL),
    "loops at import": at_import(
        "while True:\n    pass", "Timeout", "Timeout", IMPORT_TOO_LONG.format(0.3), timeout_s=0.3
    ),
    "loops and catches everything": too_long(
        "while True:\n        try:\n            time.sleep(60)\n        except BaseException:\n            pass",
        not_in_process=ONLY_A_COMMAND,
    ),
    "MemoryError": Way(
        "return 'x' * 10**18",
        "OutOfMemory",
        "OutOfMemory",
        "the handler did not get the memory that it asked for (MemoryError)",
    ),
    "more than its memory": Way(
        "kept = []\n    while True:\n        kept.append(b'x' * 10**7)",
        "OutOfMemory",
        "OutOfMemory",
        "the ",
        memory="200MB",
        not_in_process=NO_LIMIT,
    ),
    "an answer of 2 MB": Way("return 'x' * 2_000_000", "Failed", "ResponseTooLarge", TOO_MUCH.format("2"), "done"),
    "an answer of 50 MB": Way("return 'x' * 50_000_000", "Failed", "ResponseTooLarge", TOO_MUCH.format("50"), "done"),
    "100 MB of logs": Way(
        "for _ in range(100):\n        print('x' * 10**6)", stage="done", logs=("begun", *["x" * 10**6] * 100)
    ),
    "an answer that is no JSON": Way("return {1}", "Failed", "NotJson", "$ is a set, which is not JSON.", "done"),
    "an answer nested too deep": Way(
        "value = []\n    for _ in range(100_000):\n        value = [value]\n    return value",
        "Failed",
        "NotJson",
        "",
        "done",
    ),
    "a thread left": Way(
        "threading.Thread(target=time.sleep, args=[0.3], name='ends later').start()",
        stage="done",
        left=(("thread", "ends later"),),
    ),
    "a process left": Way(
        "return os.posix_spawn('/bin/sleep', ['sleep', '60'], os.environ)",
        stage="done",
        left=(("process", "sleep 60"),),
    ),
    "a forked process that returns": Way(
        "pid = os.fork()\n    if pid:\n        os.waitpid(pid, 0)\n    return pid > 0", stage="done"
    ),
    "a forked process that raises": Way("pid = os.fork()\n    pid and os.waitpid(pid, 0)\n    1 / pid", stage="done"),
    "a forked process that ends": Way(
        "pid = os.fork()\n    if pid == 0:\n        os._exit(7)\n    return os.waitpid(pid, 0)[1]",
        stage="done",
    ),
}
PAIRS = [
    pytest.param(runner, way, id=f"{name}-{runner}")
    for name, way in WAYS.items()
    for runner in RUNNERS
    if not (runner == "inprocess" and way.not_in_process)
]


class Ended(NamedTuple):
    """What a runner saw, and what the checks make of it."""

    evidence: Evidence
    verdict: CallVerdict


@pytest.fixture
def end(open_runner, tmp_path) -> Iterator[Any]:
    """Let a call end in one of the ways."""

    def end_(way: Way) -> Ended:
        source = (
            f"import itertools, os, re, signal, sys, threading, time\n{way.top}\n\n\n"
            f"def handle():\n    print('begun')\n    {way.body}\n"
        )
        flags = {"timeout": f"{way.timeout_s:g}"}
        if way.memory is not None:
            flags["memory"] = way.memory
        opened = open_runner(source, **flags)
        settings = resolve_settings(tmp_path / "fn", "fn", flags=flags, environ={})
        evidence = opened.invoke(timeout_s=way.timeout_s)
        return Ended(evidence, judge_call(CallSubject(opened.function, settings, evidence, Masker({}))))

    yield end_
    for thread in threading.enumerate():
        if thread.name == "ends later":
            thread.join()


@pytest.mark.parametrize(("open_runner", "way"), PAIRS, indirect=["open_runner"])
def test_each_way_to_end_has_one_record(end, way):
    evidence, verdict = end(way)
    failure = verdict.failure
    kind, message = (None, "") if failure is None else (failure.type, failure.message)
    trace = [] if failure is None else failure.trace.splitlines()
    logs = tuple(line.message for line in evidence.logs)
    assert (evidence.stage, verdict.status, kind) == (way.stage, way.status, way.type)
    assert message.startswith(way.message)
    assert logs[: len(way.logs)] == way.logs
    if way.status in ("Completed", "Died"):
        assert logs == (*way.logs, *trace)
    assert ("The process crashed here." in trace) == way.is_crash
    assert tuple((left.kind, left.name) for left in evidence.left) == way.left
    assert all(left.line == 7 for left in evidence.left)
    _end_left(evidence)


def _end_left(evidence: Evidence) -> None:
    if any(left.kind == "process" for left in evidence.left) and evidence.where.runner == "inprocess":
        os.kill(evidence.answer, signal.SIGKILL)
        os.waitpid(evidence.answer, 0)
