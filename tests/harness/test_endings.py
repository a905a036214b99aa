"""A handler that ends its process, in a process that survives it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from fn_emulator.harness.endings import close_endings, open_endings

NAMES = [(os, "_exit"), (os, "abort"), (os, "kill"), (os, "killpg"), (signal, "raise_signal")]
HEAD = "import os, signal, sys, threading\n"


@pytest.fixture(autouse=True)
def put_back():
    """A test that replaces a name while ours is there would put ours back when it ends."""
    before = names()
    yield
    for (owner, name), value in zip(NAMES, before, strict=True):
        setattr(owner, name, value)


@pytest.fixture
def open_surviving(open_harness):
    """Open a session on ``def handle(data)`` with this body."""

    def open_(body, top=""):
        return open_harness(f"{HEAD}{top}\ndef handle(data):\n    {body}\n", survives_endings=True)

    return open_


def names():
    return [getattr(owner, name) for owner, name in NAMES]


def test_names_are_as_found_when_the_last_function_is_closed():
    found = names()
    open_endings()
    open_endings()
    close_endings()
    assert not set(names()) & set(found)
    close_endings()
    assert names() == found


def test_what_others_put_in_place_is_called_and_stays(monkeypatch):
    ended = []
    monkeypatch.setattr(os, "_exit", ended.append)
    open_endings()
    os._exit(3)  # of a test: no call runs
    close_endings()
    os._exit(4)
    assert ended == [3, 4]


def test_what_others_put_over_it_meanwhile_stays_theirs(monkeypatch):
    theirs = []
    open_endings()
    monkeypatch.setattr(os, "_exit", theirs.append)
    close_endings()
    os._exit(5)
    assert theirs == [5]


def test_finally_blocks_run(open_surviving):
    reply = open_surviving("try:\n        os._exit(5)\n    finally:\n        print('finally')").call()
    assert (reply["death"], [line["message"] for line in reply["logs"]]) == ({"exit_code": 5}, ["finally"])


def test_the_first_end_counts(open_surviving):
    body = "try:\n        os._exit(256 + 5)\n    finally:\n        os.kill(os.getpid(), signal.SIGKILL)"
    assert open_surviving(body).call()["death"] == {"exit_code": 5}


def test_what_comes_after_it_is_no_failure(open_surviving):
    reply = open_surviving(
        "try:\n        os._exit(5)\n    except SystemExit:\n        raise ValueError from None"
    ).call()
    assert (reply["death"], reply["failure"], reply["logs"]) == ({"exit_code": 5}, None, [])


def test_an_import_that_ends_the_process_is_not_followed_by_a_call(open_surviving):
    top = "try:\n    os.abort()\nexcept BaseException:\n    pass"
    reply = open_surviving("print('called')", top).call()
    assert (reply["stage"], reply["death"], reply["logs"]) == ("import", {"signal": signal.SIGABRT}, [])


def test_the_next_call_is_cold(open_surviving):
    harness = open_surviving("COUNT.append(1); os._exit(0) if data else None; return len(COUNT)", "COUNT = []")
    assert harness.answer() == 1
    assert harness.call({"end": True})["death"] == {"exit_code": 0}
    assert harness.answer() == 1


@pytest.mark.parametrize(
    "target", ["os.getpid()", "0", "-os.getpgrp()", "-1"], ids=["itself", "its group", "the group's number", "all"]
)
def test_a_signal_that_would_reach_the_process_reaches_nobody(open_surviving, target):
    assert open_surviving(f"os.kill({target}, signal.SIGKILL)").call()["death"] == {"signal": signal.SIGKILL}


@pytest.mark.parametrize("number", ["0", "signal.SIGCHLD", "signal.SIGCONT", "signal.SIGUSR1"])
def test_a_signal_that_ends_nothing_is_sent(open_surviving, number):
    signal.signal(signal.SIGUSR1, lambda number, frame: None)
    try:
        assert open_surviving(f"os.kill(os.getpid(), {number}); return 1").answer() == 1
    finally:
        signal.signal(signal.SIGUSR1, signal.SIG_DFL)


def test_another_process_can_be_ended(open_surviving):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        reply = open_surviving("os.kill(data['pid'], signal.SIGTERM); return 1").call({"pid": other.pid})
        assert (other.wait(), reply["death"]) == (-signal.SIGTERM, None)


def test_what_is_wrong_is_said_in_the_systems_words(open_surviving):
    for body in ("os._exit('x')", "os.kill(os.getpid(), 4000)", "os.kill('x', 9)"):
        assert open_surviving(body).call()["failure"]["type"] in ("TypeError", "OSError")


def test_a_forked_child_ends_itself(open_surviving):
    body = "pid = os.fork()\n    if not pid: os._exit(7)\n    return os.waitpid(pid, 0)[1] >> 8"
    assert open_surviving(body).answer() == 7


def test_a_thread_that_a_call_left_running_ends_itself_alone(open_surviving):
    go = threading.Event()
    sys.go_on = go
    try:
        body = "thread = threading.Thread(target=end, name='short'); thread.start()"
        open_surviving(body, "def end():\n    sys.go_on.wait()\n    os._exit(5)").call()
        (thread,) = [thread for thread in threading.enumerate() if thread.name == "short"]
        go.set()
        thread.join()
    finally:
        del sys.go_on


def test_a_thread_of_the_test_ends_the_process(open_surviving, monkeypatch):
    ended, may_end = [], threading.Event()
    monkeypatch.setattr(os, "_exit", ended.append)

    def end():
        may_end.wait()
        os._exit(9)

    thread = threading.Thread(target=end)
    thread.start()
    sys.end_now = lambda: (may_end.set(), thread.join())
    try:
        reply = open_surviving("sys.end_now()").call()
    finally:
        del sys.end_now
    assert (ended, reply["death"]) == ([9], None)
