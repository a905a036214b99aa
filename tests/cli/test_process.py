"""The process around a command: its descriptors, the signals that it gets, the threads that are left in it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile

import pytest

from fn_emulator.cli.main import LazyGroup, main

PRINTS = "def handle():\n    print('log')\n    return 1\n"
WAITS = "import time\ndef handle():\n    print('started')\n    time.sleep(60)\n"


@pytest.mark.parametrize(
    ("closed", "out", "err"),
    [
        ("<&-", b"1\n", True),
        (">&-", b"", True),
        ("2>&-", b"1\n", False),
        ("<&- >&- 2>&-", b"", False),
        ("2>/dev/full", b"1\n", False),
    ],
)
def test_a_descriptor_that_is_closed_or_full_is_no_failure(shell, folder, closed, out, err):
    folder(PRINTS)
    ended = shell(f"fn-emulate run fn {closed}")
    assert (ended.returncode, ended.stdout, ended.stderr.startswith(b"log\nCompleted in ")) == (0, out, err)


@pytest.mark.parametrize("command", ["run fn", "run fn --format json", "check fn", "config fn", "explain no-handle"])
def test_a_report_that_does_not_fit_is_said(shell, folder, command):
    folder(PRINTS)
    ended = shell(f"fn-emulate {command} >/dev/full")
    assert (ended.returncode, ended.stderr.removeprefix(b"log\n")) == (
        2,
        b"Error: The report cannot be written to stdout: No space left on device.\n"
        b"Hint: write it elsewhere with --output FILE\n",
    )


@pytest.mark.parametrize("command", ["--version", "--help", "run --help"])
def test_a_help_that_does_not_fit_is_said(shell, command):
    ended = shell(f"fn-emulate {command} >/dev/full")
    assert (ended.returncode, ended.stderr.splitlines()[0]) == (
        2,
        b"Error: The output cannot be written: No space left on device.",
    )


def test_without_a_command_the_help_is_shown(shell):
    ended = shell("fn-emulate ")
    assert (ended.returncode, ended.stdout) == (2, b"")
    assert ended.stderr.startswith(b"Usage: ")
    assert b"Error" not in ended.stderr


def test_a_command_that_does_not_exist(shell):
    ended = shell("fn-emulate rum")
    assert (ended.returncode, ended.stderr) == (2, b"Error: There is no command 'rum'.\nHint: did you mean 'run'?\n")


@pytest.mark.parametrize(
    ("then", "options", "code"), [("return 1", "", 0), ("while True:\n        pass", "--timeout 0.2", 3)]
)
def test_a_thread_that_does_not_end_is_named_and_left(shell, folder, then, options, code):
    left = "threading.Thread(target=threading.Event().wait, name='waiting').start()"
    folder(f"import threading\ndef handle():\n    {left}\n    {then}\n")
    ended = shell(f"fn-emulate run fn --runner inprocess {options}")
    assert ended.returncode == code
    assert ended.stderr.splitlines()[-1] == b"What the handler left running was ended: waiting."


def test_a_thread_that_does_not_end_is_left_also_when_nobody_can_be_told(shell, folder):
    folder(
        "import threading\ndef handle():\n    threading.Thread(target=threading.Event().wait).start()\n    return 1\n"
    )
    ended = shell("fn-emulate run fn --runner inprocess 2>/dev/full")
    assert (ended.returncode, ended.stdout) == (0, b"1\n")


def test_a_process_that_does_not_end_is_named_and_ended(shell, folder):
    start = "multiprocessing.Process(target=time.sleep, args=(60,), name='asleep').start()"
    folder(f"import multiprocessing, time\ndef handle():\n    {start}\n    return 1\n")
    ended = shell("fn-emulate run fn --runner inprocess")
    assert (ended.returncode, ended.stdout) == (0, b"1\n")
    assert ended.stderr.splitlines()[-1] == b"What the handler left running was ended: asleep."


def test_threads_that_end_by_themselves_are_not_worth_a_word(shell, folder):
    pool = "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor()\n"
    folder(f"{pool}def handle():\n    return pool.submit(int).result()\n")
    ended = shell("fn-emulate run fn")
    assert (ended.returncode, ended.stdout) == (0, b"0\n")
    assert ended.stderr.startswith(b"Completed in ")


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        (signal.SIGINT, 130, "Interrupted."),
        (signal.SIGTERM, 143, "Ended by SIGTERM."),
        (signal.SIGHUP, 129, "Ended by SIGHUP."),
    ],
)
def test_a_signal_ends_the_command_and_leaves_nothing(tmp_path, number, code, text):
    with zipfile.ZipFile(tmp_path / "fn.zip", "w") as archive:
        archive.writestr("handler.py", WAITS)
    (tmp_path / "tmp").mkdir()
    with start(tmp_path, "run", "fn.zip", environ={"TMPDIR": str(tmp_path / "tmp")}) as process:
        assert process.stderr.readline() == "started\n"
        assert os.listdir(tmp_path / "tmp") != []
        process.send_signal(number)
        said = process.communicate(timeout=30)[1]
    assert (process.returncode, said.splitlines()[-1]) == (code, text)
    assert os.listdir(tmp_path / "tmp") == []


@pytest.mark.parametrize("command", ["run", "check"])
def test_what_runs_in_the_background_is_ended_too(folder, tmp_path, command):
    os.mkfifo(tmp_path / "started")
    begin = f"open({str(tmp_path / 'started')!r}, 'w').close()"
    folder(f"import time\n{begin}\ntime.sleep(60)\ndef handle():\n    return 1\n")
    with start(tmp_path, command, "fn", preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)) as process:
        (tmp_path / "started").read_text()  # waits for the import
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 143


def test_a_process_that_the_handler_forks_is_ended_as_without_us(emulate, folder):
    source = (
        "import os, signal\n"
        "def handle():\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "        os._exit(5)\n"
        "    return os.waitpid(child, 0)[1]\n"
    )
    folder(source)
    assert emulate("run", "fn").stdout == f"{int(signal.SIGTERM)}\n"


@pytest.mark.parametrize("module", ["click", "fn_emulator.cli.main", "fn_emulator.cli.run", "fn_emulator.emulator"])
def test_an_interrupt_during_our_own_imports(folder, tmp_path, module):
    folder(PRINTS)
    interrupt = (
        "import sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {module!r}:\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Finder())\n"
        "from fn_emulator.__main__ import main\n"
        "sys.argv = ['fn-emulate', 'run', 'fn']\n"
        "main()\n"
    )
    ended = subprocess.run([sys.executable, "-c", interrupt], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr.strip()) == (130, "", "Interrupted.")


def start(directory, *arguments, environ=None, **options):
    """The command in a process of its own, while it runs."""
    return subprocess.Popen(
        [sys.executable, "-m", "fn_emulator", *arguments],
        cwd=directory,
        env={**os.environ, **(environ or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def test_a_mistake_of_ours_is_not_told_as_an_interrupt(monkeypatch):
    def broken(group, context):
        raise EOFError("marshal data too short")

    monkeypatch.setattr(LazyGroup, "invoke", broken)
    with pytest.raises(EOFError, match="marshal data too short"):
        main(["doctor"])
