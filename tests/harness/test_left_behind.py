"""What a call has started and not ended."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from fn_emulator.harness.left_behind import LeftBehind

HEAD = "import multiprocessing, os, subprocess, threading, time\nfrom concurrent.futures import ThreadPoolExecutor\n"


@pytest.fixture
def left(open_harness):
    """What the body of a handler leaves: ``left(body, top="")``. Threads called ``short`` end by themselves."""

    def call(body, top=""):
        reply = open_harness(f"{HEAD}{top}\ndef handle():\n    {body}\n").call()
        assert reply["failure"] is None, reply["failure"]
        return [(each["kind"], each["name"], each["line"]) for each in reply["left"]]

    yield call
    for thread in threading.enumerate():
        if thread.name.startswith("short"):
            thread.join()


@pytest.fixture
def ended():
    """Ends the processes whose numbers are put here, which nobody else waits for."""
    numbers: list[int] = []
    yield numbers
    for number in numbers:
        os.kill(number, signal.SIGKILL)
        os.waitpid(number, 0)


@pytest.mark.parametrize(
    "body",
    [
        "threading.Thread(target=time.sleep, args=[0.2], name='short').start()",
        "threading.Thread(target=time.sleep, args=[0.2], name='short', daemon=True).start()",
    ],
)
def test_a_thread_is_named_with_the_line_that_started_it(left, body):
    assert left(body) == [("thread", "short", 5)]


def test_a_pool_that_waits_for_work_is_not_left(open_harness):
    pool = (
        "POOL = ThreadPoolExecutor()\ndef handle(data):\n    POOL.shutdown() if data else POOL.submit(int).result()\n"
    )
    harness = open_harness(HEAD + pool)
    assert harness.call()["left"] == []
    harness.call({"end": True})


def test_a_pool_that_is_at_work_is_left(left):
    pool = "POOL = ThreadPoolExecutor(thread_name_prefix='short')"
    assert left("POOL.submit(time.sleep, 0.2)\n    POOL.shutdown(wait=False)", pool) == [("thread", "short_0", 5)]


def test_a_thread_of_a_library_is_left_only_while_it_runs_the_users_code(left):
    pool = (
        "from multiprocessing.pool import ThreadPool\ndef work(seconds):\n    begun.set()\n    time.sleep(seconds)\n"
        "begun = threading.Event()\nPOOL = ThreadPool(1)"
    )
    assert left("POOL.apply(work, [0])\n    POOL.close()", pool) == []
    found = left("POOL.apply_async(work, [0.2])\n    begun.wait()\n    POOL.close()", pool)
    assert [(kind, line) for kind, _, line in found] == [("thread", 8)]


@pytest.mark.parametrize(
    "body",
    [
        "threading.Thread(target=time.sleep, args=[0.005]).start()",
        "thread = threading.Thread(target=int); thread.start(); thread.join()",
        "subprocess.run(['true'], check=True)",
        "os.system('true')",
        "process = multiprocessing.Process(target=int); process.start(); process.join()",
        "pid = os.fork()\n    if not pid: os._exit(0)\n    os.waitpid(pid, 0)",
    ],
)
def test_what_has_ended_is_not_left(left, body):
    assert left(body) == []


def test_a_process_that_has_ended_and_that_nobody_waits_for_is_not_left(left, ended):
    number = "os.posix_spawn('/bin/true', ['true'], {})\n    os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)"
    assert left(number) == []
    os.wait()


@pytest.mark.parametrize(
    ("start", "name"),
    [
        ("started = subprocess.Popen(['sleep', '60'])", "sleep 60"),
        ("started = multiprocessing.Process(target=time.sleep, args=[60], name='asleep'); started.start()", "asleep"),
    ],
)
def test_a_process_is_named_with_the_line_that_started_it(open_harness, start, name):
    end = "started.kill(); started.wait() if hasattr(started, 'wait') else started.join()"
    source = f"started = None\ndef handle(data):\n    global started\n    if data: {end}\n    else: {start}\n"
    harness = open_harness(HEAD + source)
    (found,) = harness.call()["left"]
    assert (found["kind"], found["name"], found["line"]) == ("process", name, 7)
    assert harness.call({"end": True})["left"] == []


def test_a_forked_process_has_no_command_of_its_own(open_harness, ended):
    source = "def handle():\n    pid = os.fork()\n    if not pid:\n        time.sleep(60)\n    return pid\n"
    reply = open_harness(HEAD + source).call()
    ended.append(reply["answer"]["value"])
    assert [each["name"] for each in reply["left"]] == ["a fork of the handler's process"]
    assert [each["pid"] for each in reply["left"]] == ended


def test_a_long_command_is_shortened(open_harness, ended):
    source = "def handle():\n    return os.posix_spawn('/bin/sleep', ['sleep', '6000000', *['1'] * 40], {})\n"
    reply = open_harness(HEAD + source).call()
    ended.append(reply["answer"]["value"])
    assert [each["name"] for each in reply["left"]] == ["sleep 6000000" + " 1" * 22 + "..."]


def test_what_was_there_before_is_nobodys(left):
    with ThreadPoolExecutor() as pool:
        done = threading.Event()
        pool.submit(done.wait)
        assert left("pass") == []
        done.set()


def test_each_thing_is_told_in_its_own_call_only(open_harness):
    source = "def handle(data):\n    if data: threading.Thread(target=time.sleep, args=[0.3], name='short').start()\n"
    harness = open_harness(HEAD + source)
    assert len(harness.call({"start": True})["left"]) == 1
    assert harness.call()["left"] == []
    for thread in threading.enumerate():
        if thread.name == "short":
            thread.join()


def test_the_leader_of_a_session_sees_what_was_left_to_the_system(tmp_path):
    reader, writer = os.pipe()
    leader = os.fork()
    if leader == 0:
        os.setsid()
        left = LeftBehind(lambda file: False, is_leader=True)
        os.system("sleep 60 &")
        os.write(writer, repr([each["name"] for each in left.found()]).encode())
        os.killpg(0, signal.SIGKILL)
    os.waitpid(leader, 0)
    assert os.read(reader, 1000) == b"['sleep 60']"
    os.close(reader)
    os.close(writer)
