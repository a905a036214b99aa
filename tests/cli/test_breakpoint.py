"""``breakpoint()`` in a handler, at a real terminal."""

from __future__ import annotations

import os
import select
import subprocess
import sys

import pytest

pty = pytest.importorskip("pty")


def test_a_person_at_a_terminal_debugs_the_handler(folder, tmp_path):
    folder("def handle(data):\n    print('before')\n    breakpoint()\n    print('after')\n    return data\n")
    controller, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "fn_emulator", "run", "fn", "--data", '{"n": 41}', "--no-record"],
        cwd=tmp_path,
        env={**os.environ, "TERM": "dumb", "PYTHON_COLORS": "0"},
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    ) as process:
        os.close(terminal)
        seen = read_until(controller, "(Pdb) ")
        os.write(controller, b"p data['n'] + 1\n")
        seen += read_until(controller, "(Pdb) ")
        os.write(controller, b"c\n")
        seen += read_until(controller, "Completed in ")
        assert process.wait(30) == 0
    os.close(controller)
    assert "note: the handler stops for a debugger, so it runs in this process;" in seen
    for text in ("before", "handler.py(", "42", "after", '"n": 41'):
        assert text in seen


def test_without_a_terminal_a_breakpoint_fails_the_call(emulate, folder):
    folder("def handle(data):\n    breakpoint()\n    return data\n")
    ended = emulate("run", "fn", "--runner", "inprocess")
    assert ended.returncode == 1
    assert "BdbQuit" in ended.stderr


def test_in_a_worker_a_breakpoint_is_passed_over_and_said_once(emulate, folder):
    folder("def handle(data):\n    for _ in range(3):\n        breakpoint()\n    return 'done'\n")
    ended = emulate("run", "fn", "--runner", "worker")
    assert (ended.returncode, ended.stdout) == (0, '"done"\n')
    passed = [line for line in ended.stderr.splitlines() if "breakpoint()" in line]
    assert passed == [
        "breakpoint() at handler.py:3 was passed over: a worker has no terminal; use --runner inprocess or --debug"
    ]


def test_in_a_worker_a_breakpoint_that_is_switched_off_is_not_mentioned(emulate, folder):
    folder("def handle(data):\n    breakpoint()\n    return 'done'\n")
    ended = emulate("run", "fn", "--env", "PYTHONBREAKPOINT=0")
    assert (ended.returncode, "breakpoint()" in ended.stderr) == (0, False)


def read_until(descriptor: int, text: str) -> str:
    seen = b""
    while text.encode() not in seen:
        ready, _, _ = select.select([descriptor], [], [], 30)
        assert ready, f"waited for {text!r}, saw {seen!r}"
        try:
            seen += os.read(descriptor, 4096)
        except OSError as exc:  # the other end is closed
            raise AssertionError(f"waited for {text!r}, saw {seen!r}") from exc
    return seen.decode()
