"""What the process of a handler is, and what a handler can do to it: one clear record each time, and we go on."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from fn_emulator.emulator import open_loaded
from fn_emulator.model import Call
from fn_emulator.runners import CallAbandoned, pool
from fn_emulator.runners.child import Child
from fn_emulator.runners.memory_limit import open_memory_limit
from fn_emulator.runners.opening import Surroundings

from .conftest import HEAD

CLOSED = "fn-emulator ended the process: the function closed a descriptor that it has not opened."
SPOILT = "fn-emulator ended the process: the function wrote to a descriptor that it has not opened."


def test_it_leads_a_session_and_a_group_of_its_own(load):
    pid, group, session = load("return [os.getpid(), os.getpgrp(), os.getsid(0)]").call().response
    assert pid == group == session != os.getpid()


def test_our_own_process_is_not_forked(load, monkeypatch):
    monkeypatch.setitem(sys.modules, "only_in_the_test", threading)
    answer = load("return [os.getppid(), 'pytest' in sys.modules, 'only_in_the_test' in sys.modules]").call().response
    assert answer[0] != os.getpid()
    assert answer[1:] == [False, False]


def test_nothing_of_ours_is_in_the_way(load, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    answer = load(
        "main = sys.modules['__main__']\n"
        "    ours = [name for name in sys.modules if name.split('.')[0] in ('fn_emulator', 'click')]\n"
        "    here = {'', os.getcwd(), os.path.dirname(sys.executable)} & set(sys.path[1:])\n"
        "    return [sys.argv, sorted(vars(main)), ours, sorted(here)]"
    ).call()
    neutral = ["__doc__", "__loader__", "__name__", "__package__", "__spec__"]
    assert answer.response == [[""], neutral, [], []]


def test_only_its_channels_are_open(load):
    body = (
        "open_ = {int(name): os.readlink(f'/proc/self/fd/{name}') for name in os.listdir('/proc/self/fd')[:-1]}\n"
        "    kind = lambda link: link.partition(':')[0] if ':[' in link else link.partition(' ')[0]\n"
        "    return sorted(kind(link) for number, link in open_.items() if number > 2)"
    )
    memory = [f"/memfd:fn-emulate-{name}" for name in ("journal", "stack", "stderr", "stdout")]
    # One of the pipes is the channel of the session's own null device for standard input.
    assert load(body).call().response == ["/dev/null", *memory, *["pipe"] * 5]


def test_its_channels_are_not_for_the_processes_that_it_starts(load):
    body = "import subprocess\n    return subprocess.check_output(['ls', '/proc/self/fd'], text=True, close_fds=False)"
    assert len(load(body).call().response.split()) == 4  # the standard streams, and the folder that ls reads


@pytest.mark.parametrize("way", ["fork", "spawn", "forkserver"])
@pytest.mark.parametrize("launcher", ["command", "new interpreter"])
def test_multiprocessing_works_in_each_way(load, start_command, way, launcher):
    source = (
        "import multiprocessing\nimport warnings\n"
        "def handle():\n"
        "    warnings.simplefilter('ignore')\n"
        f"    with multiprocessing.get_context({way!r}).Pool(2) as pool:\n"
        "        return pool.map(abs, [-1, -2])\n"
    )
    function = load({"handler.py": source})
    if launcher == "command":
        assert start_command("run", "fn").communicate(timeout=30)[0] == "[\n  1,\n  2\n]\n"
    else:
        assert function.call().response == [1, 2]


def test_a_variable_that_a_test_sets_later_is_seen(load, monkeypatch):
    function = load("return [os.environ.get('LATER'), os.getcwd()]", env={"OWN": "1"})
    assert function.call().response[0] is None
    monkeypatch.setenv("LATER", "x")
    assert function.call().response[0] == "x"


def test_the_working_directory_is_that_of_the_caller(load, monkeypatch, tmp_path):
    function = load("place = os.getcwd(); os.chdir('/'); return place")
    function.call()
    monkeypatch.chdir(tmp_path)
    assert [function.call().response, function.call().response] == [str(tmp_path)] * 2


DIES = {
    "closes all descriptors": ("os.closerange(3, 1000); return 1", CLOSED),
    "writes to our channels": (
        "for number in range(3, 10):\n        try: os.write(number, b'\\0' * 9)\n        except OSError: pass\n"
        "    time.sleep(9)",
        SPOILT,
    ),
}


@pytest.mark.parametrize("name", DIES)
def test_what_breaks_the_channels_is_said(load, name):
    body, said = DIES[name]
    result = load(body).call()
    assert (result.status, [line.message for line in result.logs].count(said)) == ("Died", 1)


COMPLETES = {
    "replaces stdout": ("import io; sys.stdout = io.StringIO(); print('lost'); return 1", 1),
    "closes stdout": ("sys.stdout.close(); return 1", 1),
    "configures logging": ("import logging; logging.basicConfig(force=True); logging.shutdown(); return 1", 1),
    "leads stdout elsewhere": ("os.dup2(os.open('/dev/null', os.O_WRONLY), 1); os.write(1, b'lost'); return 1", 1),
    "forks, and both return": ("return os.fork() > 0", True),
    "blocks all signals": ("import signal as s; s.pthread_sigmask(s.SIG_BLOCK, set(s.Signals)); return 1", 1),
    "ignores SIGTERM": ("signal.signal(signal.SIGTERM, signal.SIG_IGN); return 1", 1),
    "has no descriptors": ("import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0)); return 1", 1),
    "makes the clock stand": ("time.time = time.perf_counter = lambda: 0; return 1", 1),
    "takes another JSON": ("import json; json.dumps = json.loads = lambda *args, **more: 'x'; return 1", 1),
    "clears its environment": ("os.environ.clear(); return 1", 1),
    "waits for any process": ("os.posix_spawn('/bin/true', ['true'], {}); return os.wait()[1]", 0),
    "takes all descriptors": (
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))\n"
        "    try:\n        while True: os.dup(1)\n    except OSError as exc:\n        return exc.errno",
        24,
    ),
}


@pytest.mark.parametrize("name", COMPLETES)
def test_what_a_handler_may_do_is_answered_and_the_next_call_too(load, name):
    body, answer = COMPLETES[name]
    function = load(body)
    seen = [(result.status, result.answer) for result in (function.call(), function.call())]
    assert seen == [("Completed", answer)] * 2


@pytest.mark.parametrize("name", ["SIGIO", "SIGALRM", "SIGRTMAX", "SIGUSR1"])
def test_a_handler_has_every_signal_for_itself(load, name):
    source = f"{HEAD}got = []\ndef handle():\n    signal.signal(signal.{name}, lambda *_: got.append(1))\n"
    function = load({"handler.py": f"{source}    os.kill(os.getpid(), signal.{name})\n    return got\n"})
    assert function.call().response == [1]


OVERRUNS = {
    "stops itself": "os.kill(os.getpid(), signal.SIGSTOP)",
    "blocks all signals": "signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals)); time.sleep(60)",
    "ignores signals": (
        "for name in ('SIGTERM', 'SIGALRM', 'SIGINT'): signal.signal(getattr(signal, name), signal.SIG_IGN)\n"
        "    time.sleep(60)"
    ),
    "takes the alarm": "signal.signal(signal.SIGALRM, lambda *_: None); signal.setitimer(signal.ITIMER_REAL, 0.1)\n"
    "    time.sleep(60)",
    "hides where it is": (
        "for name in ('SIGRTMAX', 'SIGALRM'): signal.signal(getattr(signal, name), signal.SIG_IGN)\n    time.sleep(60)"
    ),
}


@pytest.mark.parametrize("name", OVERRUNS)
def test_the_time_limit_holds_whatever_a_handler_does(load, name):
    function = load(f"if data: return 1\n    {OVERRUNS[name]}", timeout_s=0.3)
    result = function.call()
    assert (result.status, result.failure.message) == ("Timeout", "the call was ended after 0.3 s (timeout_s=)")
    assert function.call({"again": 1}).response == 1


def test_a_time_limit_that_we_hold_is_not_said_to_be_missed(load):
    result = load("signal.signal(signal.SIGALRM, signal.SIG_IGN)").call()
    assert (result.status, result.notes) == ("Completed", ())


def test_an_interrupt_while_it_is_ended_takes_effect_after_that(load, monkeypatch):
    function = load("return os.getpid()")
    pid = function.call().response
    end = Child.end
    monkeypatch.setattr(Child, "end", lambda child: (signal.raise_signal(signal.SIGINT), end(child))[1])
    with pytest.raises(KeyboardInterrupt):
        function.close()
    assert not os.path.exists(f"/proc/{pid}")


def test_nothing_is_left_of_a_call_that_nobody_wants_any_more(tmp_path):
    (tmp_path / "fn").mkdir()
    began, pid = tmp_path / "began", tmp_path / "pid"
    body = f"open({str(pid)!r}, 'w').write(str(os.getpid()))\n    open({str(began)!r}, 'w').close()\n"
    source = f"{HEAD}def handle(data):\n    if data: return 1\n    {body}    while True: pass\n"
    (tmp_path / "fn" / "handler.py").write_text(source)
    around = Surroundings("worker", os.environ, is_wanted=lambda: not began.exists())
    with open_loaded(tmp_path / "fn", flags={}, around=around) as function:
        with pytest.raises(CallAbandoned):
            function.call()
        assert not os.path.exists(f"/proc/{pid.read_text()}")
        began.unlink()
        assert function.call({"again": 1}).response == 1


def test_what_it_forked_and_left_ends_with_it(load, tmp_path):
    os.mkfifo(tmp_path / "alive")
    body = (
        f"pid = os.fork()\n    if pid == 0:\n        os.open({str(tmp_path / 'alive')!r}, os.O_WRONLY)\n"
        "        time.sleep(60)\n    return pid"
    )
    function = load(body)
    assert function.call().status == "Completed"
    with open(tmp_path / "alive") as alive:  # opened by the fork, and by nobody else
        function.close()
        assert alive.read() == ""


def test_what_it_left_in_a_session_of_its_own_ends_with_it(load, monkeypatch, tmp_path):
    # A cgroup would end it too.
    monkeypatch.setattr(pool, "open_memory_limit", lambda memory_mb: open_memory_limit(memory_mb, way="limits"))
    os.mkfifo(tmp_path / "alive")
    alive = os.open(tmp_path / "alive", os.O_RDONLY | os.O_NONBLOCK)
    opens = f"open({str(tmp_path / 'alive')!r}, 'w')"
    function = load(f"import subprocess\n    subprocess.Popen(['sleep', '60'], stdout={opens}, start_new_session=True)")
    assert [finding.id for finding in function.call().findings] == ["left-behind"]
    function.close()
    os.set_blocking(alive, True)
    assert os.read(alive, 1) == b""  # nobody has it open
    os.close(alive)


@pytest.mark.parametrize("way", ["cgroup", "limits"])
@pytest.mark.parametrize("write", ["print('x' * 9999)", "os.write(1, b'x' * 9999)"], ids=["Python", "past Python"])
def test_logs_count_as_memory(load, monkeypatch, way, write):
    limit = open_memory_limit(90, way=way)
    if limit.way is None:
        pytest.skip(f"{way}: this machine offers none")
    monkeypatch.setattr(pool, "open_memory_limit", lambda memory_mb: limit)
    result = load(f"while True: {write}", memory_mb=90).call()
    assert result.status == "OutOfMemory"


FILLS = "import sys; x = bytearray(200_000_000)"
EXCEEDS = {
    "for a moment": "b'x' * 200_000_000",
    "in a child process": f"import subprocess; subprocess.run([sys.executable, '-c', {FILLS!r}])",
    "in a process of a pool": "import multiprocessing; multiprocessing.Pool(1).map(bytearray, [200_000_000])",
}


@pytest.mark.parametrize("way", ["cgroup", "limits"])
@pytest.mark.parametrize("name", EXCEEDS)
def test_too_much_memory_ends_the_call_whichever_process_takes_it(load, monkeypatch, way, name):
    limit = open_memory_limit(100, way=way)
    if limit.way is None:
        pytest.skip(f"{way}: this machine offers none")
    monkeypatch.setattr(pool, "open_memory_limit", lambda memory_mb: limit)
    result = load(EXCEEDS[name], memory_mb=100, timeout_s=3).call()
    assert (result.status, result.answer) == ("OutOfMemory", None)


def test_a_call_after_a_death_runs_in_a_new_process(load):
    function = load("data and os._exit(3)\n    return os.getpid()")
    first = function.call().response
    assert [function.call().response, function.call({"die": 1}).status] == [first, "Died"]
    assert function.call().response not in (first, None)


def test_a_process_that_ended_between_calls_is_not_the_next_ones_death(load):
    function = load("pid = os.getpid()\n    threading.Timer(0.05, os._exit, [3]).start()\n    return pid")
    first = function.call().response
    while os.path.exists(f"/proc/{first}") and Path(f"/proc/{first}/stat").read_text().split()[2] != "Z":
        time.sleep(0.005)
    assert function.call().response not in (first, None)


MEETS = """
import os, time
def handle(data):
    open(data["own"], "w").close()
    while not os.path.exists(data["other"]):
        time.sleep(0.001)
    return os.getpid()
"""


def test_calls_from_threads_run_at_once_and_their_processes_are_used_again(load, tmp_path):
    function = load({"handler.py": MEETS})

    def meet(names):
        answers = []
        orders = [{"own": str(tmp_path / own), "other": str(tmp_path / other)} for own, other in (names, names[::-1])]
        threads = [threading.Thread(target=lambda o=o: answers.append(function.call(o).response)) for o in orders]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return set(answers)

    first, second = meet(("a", "b")), meet(("c", "d"))
    assert len(first) == 2
    assert first == second


def test_calls_from_threads_share_one_cdf(load, fake_cdf):
    source = (
        "def handle(client, data):\n"
        "    client.raw.rows.insert('db', 't', {f\"k{data['n']}\": {'n': data['n']}}, ensure_parent=True)\n"
        "    return len(client.raw.rows.list('db', 't', limit=None))\n"
    )
    function = load({"handler.py": source}, client="fake", cdf=fake_cdf)
    results = {}
    calls = [threading.Thread(target=lambda n=n: results.update({n: function.call({"n": n})})) for n in range(6)]
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    assert {result.status for result in results.values()} == {"Completed"}
    assert sorted(row.key for row in fake_cdf.client.raw.rows.list("db", "t")) == [f"k{n}" for n in range(6)]
    written = {n: [effect.items for effect in results[n].effects if effect.changed] for n in results}
    assert written == {n: [1] for n in range(6)}  # each has its own, though they were made at the same time


def test_closing_during_an_idle_time_leaves_no_descriptor_and_no_process(load):
    before = len(os.listdir("/proc/self/fd"))
    function = load("return os.getpid()")
    pid = function.call().response
    function.close()
    assert len(os.listdir("/proc/self/fd")) == before
    assert not Path(f"/proc/{pid}").exists()


def test_calls_that_follow_a_death_in_a_row_run_in_a_new_worker(load, monkeypatch):
    monkeypatch.setattr("fn_emulator.runners.waiting.MOST", 3)
    source = "import os\nN = []\ndef handle(data):\n    N.append(1)\n    return os._exit(5) if data == 1 else len(N)\n"
    runner = load({"handler.py": source})._runners.first()
    calls = ((Call(n, "fn", 1, n, str(n)), 0) for n in range(7))
    seen = list(runner.invoke_each(calls, timeout_s=30.0))  # those that are quiet have an answer too
    assert [evidence.answer for evidence in seen] == [1, None, 1, 2, 3, 4, 5]
    assert seen[1].death.exit_code == 5


def test_a_mistake_of_ours_in_a_worker_is_told_as_ours(load, monkeypatch):
    runner = load("return 1")._runners.first()
    monkeypatch.setattr(runner._pool, "_spec", {**runner._spec, "schema": 99})
    with pytest.raises(RuntimeError, match=r"mistake of fn-emulator's\n(.|\n)*ValueError: specification of schema 99"):
        runner.invoke(Call(1, "fn", 1, {}, "{}"), timeout_s=30.0)
