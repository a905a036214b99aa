"""Calls that are made in one stretch give what they give one by one, on every runner."""

from __future__ import annotations

import gc
import os
import select
import signal
import sys
import threading
import time
from datetime import datetime, timedelta, timezone

import pytest

from fn_emulator.harness.journal import JOURNAL_BYTES
from fn_emulator.model import Call, QuietCall
from fn_emulator.runners import Pace

AT = datetime(2026, 3, 29, 1, 30, tzinfo=timezone.utc)
IN_ONE_GO = Pace(600.0, is_in_step=True)
RUNNING_AHEAD = Pace(0.2, is_in_step=False)
HEAD = """\
import asyncio, datetime, io, logging, os, select, signal, socket, subprocess, sys, threading, time
from concurrent.futures import ThreadPoolExecutor

N = []

def pause(seconds):
    select.select([], [], [], seconds)  # also where the clock is frozen

def leave_thread():
    threading.Thread(target=threading.Event().wait, name="left", daemon=True).start()

"""
OWN = "COUNTED = []\ndef count():\n    COUNTED.append(1)\n    return len(COUNTED)\n"

BEHAVIOURS = {
    "state is kept": "N.append(1); return N",
    "prints": "print('a', data); print('b', file=sys.stderr)",
    "prints without an end": "print('a', data, end='')",
    "writes to the descriptor": "os.write(1, b'a\\n'); print('b'); os.write(2, b'c')",
    "replaces stdout": "print(data); sys.stdout = io.StringIO(); print('not seen')",
    "closes stdout": "print(data); sys.stdout.close()",
    "goes elsewhere": "before = os.getcwd(); os.chdir('/'); return before",
    "changes variables": "os.environ['C'] = os.environ.get('C', '') + 'x'; return os.environ['C']",
    "replaces os.environ": "seen = os.getenv('OWN'); os.environ = {'OWN': 'x'}; return seen",
    "reads an undeclared variable": "return os.getenv('FROM_SHELL')",
    "raises": "raise ValueError(data)",
    "returns no JSON": "return {data}",
    "returns a tuple": "return (data,)",
    "leaves a thread": "leave_thread()",
    "leaves a process": "os.posix_spawnp('sleep', ['sleep', '60'], os.environ)",
    "does not wait for a thread that ends": "threading.Thread(target=lambda: (pause(0.005), print(data))).start()",
    "a process prints": "subprocess.run(['echo', str(data)])",
    "forks": "pid = os.fork()\n    if not pid: print('child'); os._exit(0)\n    os.waitpid(pid, 0)",
    "a fork comes back": "pid = os.fork()\n    if pid: os.waitpid(pid, 0)",
    "sleeps": "time.sleep(60); return time.time()",
    "reads the clocks": "return [str(datetime.datetime.now()), time.time_ns(), time.gmtime()[:6], time.monotonic()]",
    "stops the clock": "import freezegun; freezegun.freeze_time('2020-01-01').start(); return time.time()",
    "reads input": "return sys.stdin.read()",
    "is refused a host": "try: socket.create_connection(('example.com', 80))\n    except OSError: print('no')",
    "takes the alarm away": "signal.signal(signal.SIGALRM, signal.SIG_IGN)",
    "sets an alarm of its own": "signal.setitimer(signal.ITIMER_REAL, 60)",
    "ignores signals": "for n in (signal.SIGINT, signal.SIGTERM): signal.signal(n, signal.SIG_IGN)",
    "sets up logging": "logging.basicConfig(level='INFO', force=data == 3); logging.info(data)",
    "imports its own late": "import own; return own.count()",
    "takes its secrets out": "return [secrets.pop('k'), function_call_info.pop('call_id')]",
    "answers with two megabytes": "return 'x' * 2_000_000",
    "ends its process": "os._exit(3)",
    "kills its process": "os.kill(os.getpid(), signal.SIGKILL)",
}


def due(number):
    return AT + timedelta(minutes=5 * number)


def source(body):
    return f"{HEAD}def handle(data, secrets, function_call_info):\n    {body}\n"


def in_a_row(opened, *data, **options):
    """Warm calls, each at its due time, the first of them cold."""
    options = {"is_cold": True, "pace": IN_ONE_GO, **options}
    return opened.invoke_each(*data, frozen_at=due, is_warm=True, **options)


def one_by_one(opened, *data, **options):
    return [
        opened.invoke(each, frozen_at=due(number), is_warm=True, is_cold=number == 0, **options)
        for number, each in enumerate(data)
    ]


def record(evidence):
    """What it says, less what no two calls have in common."""
    unlike = ("call", "started", "import_s", "duration_s", "elapsed_s", "cpu_s", "peak_memory_mb")
    return {
        **evidence._asdict(),
        **dict.fromkeys(unlike),
        "at": evidence.call.frozen_at,
        "logs": messages(evidence),
    }


def messages(evidence):
    return [(line.stream, line.message) for line in evidence.logs]


def assert_the_same(opened, *data, **options):
    expected = [record(evidence) for evidence in one_by_one(opened, *data, **options)]
    assert [record(evidence) for evidence in in_a_row(opened, *data, **options)] == expected


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_each_call_gives_what_it_gives_by_itself(open_runner, monkeypatch, behaviour):
    monkeypatch.setenv("FROM_SHELL", "x")
    body = f"N.append(1)\n    if data not in (2, 3): return len(N)\n    {BEHAVIOURS[behaviour]}"
    opened = open_runner({"handler.py": source(body), "own.py": OWN}, secret=("k=v",), env=("OWN=1",))
    assert_the_same(opened, 1, 2, 3, 4)


def test_what_is_seen_of_the_variables_is_the_same_where_all_are_there(open_runner, monkeypatch):
    monkeypatch.setenv("FROM_SHELL", "x")
    body = "if data == 2: os.environ['FROM_SHELL'] = 'y'\n    return os.getenv('FROM_SHELL') if data != 1 else 0"
    assert_the_same(open_runner(source(body), has_only_declared_env=False), 1, 2, 3, 4)


def test_the_processor_time_of_a_call_that_takes_long_is_its_own(open_runner):
    work = "until = time.process_time() + 0.06\n        while time.process_time() < until: pass"
    opened = open_runner(source(f"if data == 'work':\n        {work}\n    elif data == 'wait': pause(0.06)"))
    seen = list(in_a_row(opened, *["short"] * 50, "work", "short", "wait", *["short"] * 50, "wait", "work", "work"))
    used = [each.cpu_s for each in seen if each.call.data != "short"]
    assert [cpu_s > 0.03 for cpu_s in used] == [True, False, False, True, True]
    assert seen[40].cpu_s is None  # it was quiet


def test_a_call_that_runs_out_of_time_gives_the_same(open_runner):
    opened = open_runner(source("N.append(1)\n    while data == 2: pass\n    return len(N)"))
    assert_the_same(opened, 1, 2, 3, timeout_s=0.2)


def test_a_small_answer_is_told_in_short(open_runner):
    opened = open_runner(source("return data"))
    calls = [(evidence.call, 0) for evidence in in_a_row(opened, 1, 2, 3)]
    rows = opened.runner.invoke_each(calls, timeout_s=None, is_cold=False, preload=(), show=None, pace=IN_ONE_GO)
    assert [isinstance(row, QuietCall) for row in rows] == [False, True, True]


def test_ten_thousand_calls_have_their_order_their_clock_and_their_output(open_runner):
    body = "N.append(1)\n    if data % 1000 == 7: print(data)\n    return [data, len(N), time.time()]"
    seen = list(in_a_row(open_runner(source(body)), *range(10_000)))
    assert [evidence.answer for evidence in seen] == [[n, n + 1, due(n).timestamp()] for n in range(10_000)]
    written = {evidence.answer[0]: messages(evidence) for evidence in seen if evidence.logs}
    assert written == {number: [("stdout", str(number))] for number in range(7, 10_000, 1000)}


def test_a_clock_that_ticks_begins_at_each_due_time(open_runner):
    seen = list(in_a_row(open_runner(source("pause(0.002); return time.time()")), 1, 2, 3, is_ticking=True))
    late = [evidence.answer - due(number).timestamp() for number, evidence in enumerate(seen)]
    assert all(0.002 <= each < 60 for each in late)


def test_calls_under_the_real_clock_have_it(open_runner):
    before = time.time()
    opened = open_runner(source("return time.time()"))
    answers = [evidence.answer for evidence in opened.invoke_each(1, 2, 3, is_cold=True)]
    assert before < answers[0] < answers[1] < answers[2] < time.time()


def test_lines_are_shown_as_they_are_written(open_runner):
    opened = open_runner(source("print(data, end=''); os.write(2, b'x')"))
    for _ in in_a_row(opened, 1, 2):
        pass
    assert opened.shown == [("stdout", "1"), ("stderr", "x"), ("stdout", "2"), ("stderr", "x")]


def how_far_it_is_ahead(open_runner, tmp_path, pace):
    """How many calls were made when the first one is looked at."""
    made = tmp_path / "made"
    opened = open_runner(source(f"os.write(os.open({str(made)!r}, os.O_APPEND | os.O_CREAT | os.O_WRONLY), b'x')"))
    rows = in_a_row(opened, *range(8), pace=pace)
    next(rows)
    size = made.stat().st_size
    assert len(list(rows)) == 7
    return size


def test_none_begins_before_the_one_is_looked_at_when_no_time_is_left(open_runner, tmp_path):
    assert how_far_it_is_ahead(open_runner, tmp_path, Pace(0.0, is_in_step=True)) == 1


def test_those_that_ask_nothing_go_on_while_there_is_time(open_runner, tmp_path):
    assert how_far_it_is_ahead(open_runner, tmp_path, IN_ONE_GO) == 8


def test_one_that_ends_its_process_is_followed_by_a_fresh_start(open_runner):
    opened = open_runner(source("N.append(1)\n    if data == 2: os._exit(3)\n    return len(N)"))
    seen = list(in_a_row(opened, 1, 2, 3, 4))
    assert [evidence.answer for evidence in seen] == [1, None, 1, 2]
    assert seen[1].death.exit_code == 3


def test_a_thread_that_prints_between_calls_loses_no_line(open_runner):
    body = (
        "if data < 20: threading.Thread(target=lambda: [print(data, n) for n in range(200)], name='printer').start()\n"
        "    else: [each.join() for each in threading.enumerate() if each.name == 'printer']"
    )
    seen = list(in_a_row(open_runner(source(body)), *range(21)))
    lines = [message for evidence in seen for _, message in messages(evidence)]
    assert sorted(lines) == sorted(f"{data} {n}" for data in range(20) for n in range(200))


def test_calls_of_two_threads_keep_apart(open_runner):
    opened, seen = open_runner(source("print(data); return data")), {}

    def run(first):
        rows = in_a_row(opened, *range(first, first + 200), is_cold=False)
        seen[first] = [(each.answer, messages(each)) for each in rows]

    threads = [threading.Thread(target=run, args=(first,)) for first in (0, 1000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {f: [(n, [("stdout", str(n))]) for n in range(f, f + 200)] for f in (0, 1000)}


def test_a_show_that_raises_ends_the_calls_and_leaves_the_process_as_it_was(open_runner):
    opened, before = open_runner(source("os.write(1, b'x'); return data")), (sys.stdout, time.time, os.getcwd())
    opened.shown = None
    with pytest.raises(AttributeError):
        list(in_a_row(opened, *range(10)))
    opened.shown = []
    assert (sys.stdout, time.time, os.getcwd()) == before
    assert [evidence.answer for evidence in in_a_row(opened, 1, 2)] == [1, 2]


def test_who_looks_slowly_runs_nobody_out_of_time(load, tmp_path):
    made = tmp_path / "made"
    made.touch()
    body = f"select.select([], [], [], 0.08); os.write(os.open({str(made)!r}, os.O_APPEND | os.O_WRONLY), b'x')"
    fn = load({"handler.py": f"import os, select\ndef handle():\n    {body}\n"}, timeout_s=0.2)
    rows = fn.schedule("* * * * *", start=AT, count=20)
    seen = [next(rows)]
    while made.stat().st_size < 15:  # which takes longer than the limit, and what it gets to end the call itself
        time.sleep(0.005)
    seen.extend(rows)
    assert [result.status for result in seen] == ["Completed"] * 20


def test_what_is_written_past_python_is_emptied_meanwhile(load):
    fn = load("os.write(1, bytes(100_000)); return open('/proc/self/fdinfo/1').read().split()[1]")
    positions = [int(result.answer) for result in fn.schedule("* * * * *", start="2026-01-01", count=300)]
    assert len(positions) == 300
    assert max(positions) < 2 * JOURNAL_BYTES


def test_a_process_that_a_call_left_ends_also_when_nobody_looked_at_that_call(open_runner, tmp_path):
    os.mkfifo(tmp_path / "alive")
    reading = os.open(tmp_path / "alive", os.O_RDONLY | os.O_NONBLOCK)
    opens = f"[(os.POSIX_SPAWN_OPEN, 1, {str(tmp_path / 'alive')!r}, os.O_WRONLY, 0)]"
    leaves = f"os.posix_spawn('/bin/sleep', ['sleep', '60'], {{}}, file_actions={opens})"
    opened = open_runner(source(f"if data == 2: {leaves}"))
    rows = in_a_row(opened, *range(5))
    next(rows)
    rows.close()
    opened.close()
    with os.fdopen(reading, "rb") as alive:
        select.select([alive], [], [], 10)
        assert alive.read() == b""  # its only writer is gone


def test_who_stops_early_leaves_no_descriptor_open(open_runner):
    opened = open_runner(source("print(data); return data"))
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        rows = in_a_row(opened, *range(50), pace=RUNNING_AHEAD)
        next(rows)
        rows.close()
    opened.close()
    assert len(os.listdir("/proc/self/fd")) <= before


def test_memory_does_not_grow_with_calls_that_write(open_runner):
    opened = open_runner(source("print('x' * 100)"))
    each = ((Call(2, "fn", 1, {}, "{}", frozen_at=due(number), is_warm=True), 0) for number in range(20_000))
    gc.collect()
    before = sys.getallocatedblocks()
    rows = opened.runner.invoke_each(each, timeout_s=30.0, is_cold=False, preload=(), show=None, pace=RUNNING_AHEAD)
    assert sum(1 for _ in rows) == 20_000
    gc.collect()
    assert sys.getallocatedblocks() - before < 20_000


class Alarm:
    """An alarm of the test's own, due in a while."""

    def __init__(self, seconds):
        self.rung = threading.Event()
        self._seconds = seconds

    def __enter__(self):
        self._before = signal.signal(signal.SIGALRM, lambda *_: self.rung.set())
        self._timer = signal.setitimer(signal.ITIMER_REAL, self._seconds)
        return self

    def __exit__(self, *error):
        signal.setitimer(signal.ITIMER_REAL, *self._timer)
        signal.signal(signal.SIGALRM, self._before)


def test_an_alarm_of_the_test_still_rings(open_runner):
    with Alarm(0.5) as alarm:
        list(in_a_row(open_runner(source("return data")), *range(50), timeout_s=0.2))
        assert alarm.rung.wait(10)


def test_an_alarm_of_the_test_that_comes_first_stays(open_runner):
    body = "if data == 3: pause(0.4)\n    return data"
    with Alarm(0.2) as alarm:
        seen = list(in_a_row(open_runner(source(body)), *range(6), timeout_s=30.0))
    assert alarm.rung.is_set()
    assert [evidence.answer for evidence in seen] == [*range(6)]


@pytest.mark.parametrize("body", ["", "if data == 1: signal.signal(signal.SIGINT, signal.SIG_IGN)\n    "])
def test_ctrl_c_ends_the_calls_and_leaves_the_process_as_it_was(open_runner, body):
    opened = open_runner(source(f"{body}if data == 3: signal.raise_signal(signal.SIGINT)\n    return data"))
    if opened.runner.name == "worker":
        pytest.skip("there it is the handler's own")
    before = (sys.stdout, time.time, os.getcwd(), signal.getsignal(signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        list(in_a_row(opened, *range(6)))
    assert (sys.stdout, time.time, os.getcwd(), signal.getsignal(signal.SIGINT)) == before
    assert [evidence.answer for evidence in in_a_row(opened, 1, 2)] == [1, 2]
