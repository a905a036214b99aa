"""Whoever waits for a worker may be ended at any moment: then nothing is left of the worker, nor of what it started."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

MOMENTS = {
    "before its import": "{wait_at_import}",
    "in a sleep": "time.sleep(60)",
    "in C": "sum(itertools.repeat(0))",
    "stopped": "os.kill(os.getpid(), signal.SIGSTOP)",
    "with every signal blocked": "signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals)); time.sleep(60)",
    "with SIGIO ignored": "signal.signal(signal.SIGIO, signal.SIG_IGN); time.sleep(60)",
}
SOURCE = """
import itertools, os, signal, time

def begin():
    opens = (os.POSIX_SPAWN_OPEN, 1, {alive!r}, os.O_WRONLY, 0)
    os.posix_spawn("/bin/sleep", ["sleep", "60"], {{}}, file_actions=[opens])
    os.open({alive!r}, os.O_WRONLY)
    os.write(os.open({began!r}, os.O_WRONLY), b"x")

{top}
def handle():
    {body}
"""


@pytest.fixture
def write(tmp_path):
    """Write a handler that has a pipe open, like a process that it starts, and then is at a moment of its life."""
    os.mkfifo(tmp_path / "alive")
    os.mkfifo(tmp_path / "began")

    def write_(moment):
        (tmp_path / "fn").mkdir()
        paths = {"alive": str(tmp_path / "alive"), "began": str(tmp_path / "began")}
        is_import = moment == "before its import"
        top = "begin()\ntime.sleep(60)\n" if is_import else ""
        body = "return 1" if is_import else f"begin()\n    {MOMENTS[moment]}"
        (tmp_path / "fn" / "handler.py").write_text(SOURCE.format(top=top, body=body, **paths))
        return Ends(tmp_path)

    return write_


class Ends:
    """What shows whether the handler and what it started live: the pipe that they have open."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._alive = os.open(folder / "alive", os.O_RDONLY | os.O_NONBLOCK)

    def wait_until_begun(self) -> None:
        with open(self._folder / "began", "rb", buffering=0) as began:
            assert began.read(1) == b"x"

    def wait_until_gone(self) -> None:
        os.set_blocking(self._alive, True)
        assert os.read(self._alive, 1) == b""
        os.close(self._alive)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_command_that_is_killed_takes_its_worker_with_it(start_command, write, moment):
    ends = write(moment)
    command = start_command("run", "fn", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ends.wait_until_begun()
    command.kill()
    command.wait()
    ends.wait_until_gone()


USER_TEST = "def test_it(load_function):\n    load_function('fn', runner='worker').call()\n"


@pytest.mark.parametrize("moment", ["before its import", "in C", "stopped"])
def test_a_pytest_that_is_killed_takes_its_workers_with_it(write, tmp_path, moment):
    ends = write(moment)
    (tmp_path / "test_it.py").write_text(USER_TEST)
    test = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        ends.wait_until_begun()
    finally:
        test.kill()
        test.wait()
    ends.wait_until_gone()


def running_with(marker: str) -> list[str]:
    """Processes that have a word among their arguments or variables."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes()
            if marker.encode() in words + Path(f"/proc/{pid}/environ").read_bytes():
                found.append(words.decode())
        except OSError:  # it has ended
            continue
    return found


def cgroups_of(pid: int) -> list[str]:
    # os.walk passes over folders that go meanwhile: those of other tests do.
    walks = (os.walk(root) for root in ("/sys/fs/cgroup", "/sys/fs/cgroup/memory"))
    return [name for walk in walks for _, names, _ in walk for name in names if name.startswith(f"fn-emulate-{pid}-")]


BEGINS = (
    "import os, time\ndef begin():\n    os.posix_spawn('/bin/sleep', ['sleep', '60', '{}'], {{}})\n    time.sleep(60)\n"
)
BODIES = {"run": "def handle():\n    begin()\n", "check": "begin()\ndef handle():\n    pass\n"}
INTERRUPTS = [
    pytest.param(command, number, delay_ms, id=f"{command}-{number.name}-{delay_ms}")
    for command, most_ms in (("run", 150), ("check", 300))
    for number in (signal.SIGINT, signal.SIGTERM)
    for delay_ms in sorted(random.Random(f"{command}{number}").sample(range(most_ms), 8))
]


@pytest.mark.parametrize(("command", "number", "delay_ms"), INTERRUPTS)
def test_an_interrupt_at_any_moment_leaves_nothing(start_command, tmp_path, command, number, delay_ms):
    marker = f"0.{os.getpid()}{delay_ms:03}"  # for sleep it is a time, like any other
    with zipfile.ZipFile(tmp_path / "fn.zip", "w") as archive:
        archive.writestr("handler.py", BEGINS.format(marker) + BODIES[command])
    (tmp_path / "tmp").mkdir()
    process = start_command(command, "fn.zip", environ={"TMPDIR": str(tmp_path / "tmp"), "MARKER": marker})
    with pytest.raises(subprocess.TimeoutExpired):
        process.communicate(timeout=delay_ms / 1000)
    process.send_signal(number)
    process.communicate(timeout=20)
    # The latter two before Python had come to us: the signal's own end, and the failure of its start.
    assert process.returncode in (128 + number, -number, 1)
    # What had not come so far as to be told ends by itself: its pipe has closed.
    until = time.monotonic() + 2
    while (running := running_with(marker)) and time.monotonic() < until:
        time.sleep(0.01)
    assert running == []
    assert os.listdir(tmp_path / "tmp") == []
    assert cgroups_of(process.pid) == []
