"""Other people's modules are imported once, and the function's own at each start; what cannot be forked is said."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from datetime import datetime, timezone

import pytest

from fn_emulator.errors import RunnerError
from fn_emulator.function import open_function
from fn_emulator.model import Call
from fn_emulator.runners import processes
from fn_emulator.runners.ends import close_all
from fn_emulator.runners.opening import Surroundings, open_runner
from fn_emulator.runners.processes import start_interpreter
from fn_emulator.runners.zygote import Zygote
from fn_emulator.settings import resolve_settings

HANDLER = """
import os, sys, third, own
def handle():
    return [own.N, third.PID == os.getpid(), third.SEEN, os.environ.get("OMP_NUM_THREADS")]
"""
THIRD = "import os\nPID = os.getpid()\nSEEN = [os.environ.get('OWN'), os.environ.get('OMP_NUM_THREADS')]\n"
SEES = "import os\nSEEN = [os.environ.get('PATH'), os.environ.get('PYTHONPATH')]\n"


class Started:
    """A function that is started again and again, as when its files are watched."""

    def __init__(self, tmp_path, monkeypatch):
        self.root = tmp_path / "fn"
        self.others = tmp_path / "others"
        self.root.mkdir()
        self.others.mkdir()
        self._environ = {**os.environ, "PYTHONPATH": str(self.others), "XDG_CACHE_HOME": str(tmp_path / "cache")}
        self.runner = None

    def write(self, **files):
        for name, text in files.items():
            folder = self.root if name in ("handler", "own") else self.others
            (folder / f"{name}.py").write_text(text)

    def call(self, *, at=None, **flags):
        if self.runner is None:
            settings = resolve_settings(self.root, "fn", flags={"client": "none", "timeout": "20", **flags}, environ={})
            self.function = open_function(self.root)
            around = Surroundings("worker", self._environ, has_only_declared_env=False, starts_again=True)
            self.runner = open_runner(
                self.function,
                settings,
                around,
                client=None,
                cdf=None,
                exchange=None,
                modules=lambda: ("third",),
                meanwhile=None,
            )
        self.runner.reload()
        call = Call(id=2, function="fn", function_id=1, data={}, data_text="{}", frozen_at=at)
        return self.runner.invoke(call, timeout_s=20.0)


@pytest.fixture
def started(tmp_path, monkeypatch):
    started = Started(tmp_path, monkeypatch)
    yield started
    if started.runner is not None:
        started.runner.close()
        started.function.close()


def test_others_modules_are_imported_once_and_the_functions_own_at_each_start(started):
    started.write(handler=HANDLER, own="N = 1\n", third=THIRD)
    first = started.call(env=("OWN=x",))
    started.write(own="N = 2\n")
    second = started.call()
    assert [first.answer, second.answer] == [[n, False, ["x", "1"], None] for n in (1, 2)]
    assert (first.notes, second.notes) == ((), ())


def test_others_modules_are_imported_with_what_any_process_has(started):
    started.write(handler="import third\ndef handle():\n    return third.SEEN\n", third=SEES, own="")
    assert started.call().answer == [os.environ["PATH"], None]


def test_what_a_call_imports_is_imported_ahead_of_the_next(started):
    started.write(handler="import os, late\ndef handle():\n    return late.PID == os.getpid()\n", late=THIRD, third="")
    assert [started.call().answer, started.call().answer] == [True, False]


def test_each_start_draws_other_numbers_of_numpy(started):
    pytest.importorskip("numpy")
    started.write(
        handler="import os, third\ndef handle():\n    return [third.PID == os.getpid(), third.numpy.random.rand()]\n",
        third=f"import numpy\n{THIRD}",
    )
    (first_is_own, first), (second_is_own, second) = started.call().answer, started.call().answer
    assert (first_is_own, second_is_own) == (False, False)
    assert first != second


def test_which_names_are_clocks_is_found_once(started):
    started.write(
        handler="import sys, time, third\nfrom datetime import datetime\ndef handle():\n"
        "    known = [] if 'freezegun' not in sys.modules else sys.modules['freezegun.api']._GLOBAL_MODULES_CACHE\n"
        "    return ['third' in known, time.time(), third.now(), datetime.__module__]\n",
        third="from time import time as now\n",
    )
    at = datetime(2026, 3, 29, tzinfo=timezone.utc)
    frozen = [True, at.timestamp(), at.timestamp(), "freezegun.api"]
    assert [started.call(at=at).answer, started.call(at=at).answer] == [frozen, frozen]
    is_known, *clocks, module = started.call().answer
    assert (is_known, module) == (True, "datetime")
    assert abs(clocks[0] - time.time()) < 60 > abs(clocks[1] - time.time())


def test_an_interpreter_without_freezegun_is_forked_from_as_well(started, tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    started.write(handler="import os, time\ndef handle():\n    return [os.getppid(), time.time()]\n")
    at = datetime(2026, 3, 29, tzinfo=timezone.utc)
    calls = [started.call(at=at, python=str(tmp_path / "venv" / "bin" / "python")) for _ in range(3)]
    assert [call.answer for call in calls] == [[calls[0].answer[0], at.timestamp()]] * 3
    assert [call.notes for call in calls] == [()] * 3


def test_where_a_freeze_fails_it_is_left_to_the_calls(started):
    odd = "import sys\nclass Odd(type(sys)):\n    def __dir__(self):\n        raise RuntimeError\n"
    started.write(
        handler="import os, third, freezegun\ndef handle():\n    return [os.getppid(), third.PID]\n",
        third=f"{THIRD}{odd}sys.modules['odd'] = Odd('odd')\n",
    )
    calls = [started.call() for _ in range(4)]
    assert [call.notes for call in calls] == [()] * 4
    assert calls[2].answer == calls[3].answer


UNSAFE = {
    "a thread": (
        "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()",
        "starts threads",
    ),
    "a socket": ("import socket\nKEPT = socket.socketpair()", "opens sockets"),
    "an end": ("import os\nif os.getppid() != 1: os.kill(os.getpid(), 9)", "did not end well"),
    "os._exit": ("import os\nos._exit(3)", "did not end well"),
}


@pytest.mark.parametrize("name", ["a thread", "a socket"])
def test_what_cannot_be_forked_is_imported_at_each_start_and_said(started, name):
    top, problem = UNSAFE[name]
    started.write(
        handler="import os, third\ndef handle():\n    return third.PID == os.getpid()\n", third=f"{THIRD}{top}\n"
    )
    for evidence in (started.call(), started.call()):
        assert evidence.answer is True
        assert evidence.notes == (
            f"Each fresh start imports other people's modules again (third): that {problem}, so nothing may be forked"
            " from a process that has imported them.",
        )


@pytest.mark.parametrize("name", ["an end", "os._exit"])
def test_a_module_that_ends_the_process_ends_only_the_call_that_imports_it(started, name):
    started.write(handler="def handle(data):\n    return 1\n", third=UNSAFE[name][0])
    evidence = started.call()
    assert (evidence.answer, len(evidence.notes)) == (1, 1)
    assert "their import did not end well" in evidence.notes[0]


def test_a_module_that_hangs_is_given_up(started, monkeypatch):
    monkeypatch.setattr(processes, "ANSWER_LIMIT_S", 0.5)
    started.write(handler="def handle(data):\n    return 1\n", third="import time\ntime.sleep(60)\n")
    assert (started.call().answer, started.call().answer) == (1, 1)


@pytest.mark.parametrize(
    "top", ["raise ValueError", "raise SystemExit", "import not_there_at_all", "raise KeyboardInterrupt"]
)
def test_a_module_that_raises_is_the_calls_own_business(started, top):
    started.write(handler="def handle(data):\n    return 1\n", third=f"{top}\n")
    evidence = started.call()
    assert (evidence.answer, evidence.notes) == (1, ())


def test_a_module_that_forks_is_one_process_all_the_same(started):
    started.write(handler="def handle(data):\n    return 1\n", third="import os\nos.fork()\n")
    assert [started.call().answer, started.call().answer] == [1, 1]


@pytest.fixture
def launcher():
    with closing(Zygote(lambda: start_interpreter(sys.executable, os.environ, is_ours=True))) as launcher:
        yield launcher


def test_a_zygote_that_was_killed_is_replaced(launcher):
    first = launcher.start()
    os.kill(launcher._process.pid, signal.SIGKILL)
    launcher._process.child.wait()
    second = launcher.start()
    assert second.pid != first.pid
    os.close(second.ours["requests"])
    assert launcher.wait(second.pid).code == 0
    for ours in (first.ours, {**second.ours, "requests": -1}):
        for descriptor in filter(lambda number: number >= 0, ours.values()):
            os.close(descriptor)


def test_a_zygote_that_is_closed_ends_by_itself(launcher, monkeypatch):
    monkeypatch.setattr(processes, "GRACE_S", 30.0)
    worker = launcher.start()
    close_all(worker.ours)
    launcher.wait(worker.pid)
    process = launcher._process.child
    launcher.close()
    assert process.returncode == 0


def test_an_interpreter_that_ends_at_once_is_one_error():
    with closing(Zygote(lambda: start_interpreter("/bin/true", os.environ, is_ours=False))) as launcher:
        before = len(os.listdir("/proc/self/fd"))
        with pytest.raises(RunnerError, match="The process that starts the workers has ended"):
            launcher.start()
        assert len(os.listdir("/proc/self/fd")) == before


def test_a_worker_whose_zygote_was_killed_works_on(started):
    started.write(handler="def handle(data):\n    return 1\n", third="")
    assert started.call().answer == 1
    zygote_process = started.runner._launcher._process
    os.kill(zygote_process.pid, signal.SIGKILL)
    zygote_process.child.wait()
    assert [started.call().answer, started.call().answer] == [1, 1]


def test_a_zygote_goes_when_nobody_asks_any_more(tmp_path):
    (tmp_path / "hangs.py").write_text("import os, time\nos.open(os.environ['ALIVE'], os.O_WRONLY)\ntime.sleep(60)\n")
    os.mkfifo(tmp_path / "alive")
    script = (
        "import os, sys\nfrom fn_emulator.runners.zygote import Zygote\n"
        "from fn_emulator.runners.processes import start_interpreter\n"
        "start = lambda: start_interpreter(sys.executable, os.environ, is_ours=True)\n"
        "Zygote(start, ('hangs',), {'ALIVE': os.environ['ALIVE']}).start()\n"
    )
    environ = {**os.environ, "PYTHONPATH": str(tmp_path), "ALIVE": str(tmp_path / "alive")}
    process = subprocess.Popen([sys.executable, "-c", script], env=environ, cwd=tmp_path)
    with open(tmp_path / "alive") as alive:  # opened by the module
        process.kill()
        process.wait()
        assert alive.read() == ""
