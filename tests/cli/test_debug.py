"""``run --debug``: an editor attaches before the handler is imported."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from fn_emulator.runners.debugging import USUAL_PORT, choose_port, require_debugpy

from .dap_client import DapClient

pytest.importorskip("debugpy")

HANDLER = """import time

STARTED = time.time()


def handle(data):
    answer = data["n"] + 1
    return {"answer": answer, "stood": time.time() == STARTED}
"""
RUNNERS = ["inprocess", "worker"]


@pytest.fixture
def another_port():
    """Take the usual port, so that tests that run at the same time do not meet there."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # for the others that do this
        holder.bind(("127.0.0.1", USUAL_PORT))
        yield


class Waiting:
    """A command that waits for a debugger."""

    def __init__(self, directory: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "fn_emulator", "run", *arguments, "--data", '{"n": 41}', "--debug", "--no-record"],
            cwd=directory,
            env={"PATH": os.environ["PATH"]},  # and no measurement of coverage, whose tracing pydevd would warn of
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stderr is not None
        self.told = ""
        for line in self.process.stderr:
            self.told += line
            if line.startswith("waiting for a debugger"):
                break
        begin, end = self.told.find("{"), self.told.rfind("}")
        self.configuration: dict[str, Any] = json.loads(self.told[begin : end + 1])

    def finish(self) -> tuple[Any, str]:
        """The answer and what was told after the wait."""
        stdout, stderr = self.process.communicate(timeout=30)
        return json.loads(stdout), stderr


@pytest.fixture
def wait(another_port, tmp_path):
    """Start the command: ``wait("fn", "--at", ...)``; it is ended after the test."""
    started: list[Waiting] = []

    def start(*arguments: str) -> Waiting:
        started.append(Waiting(tmp_path, *arguments))
        return started[-1]

    yield start
    for waiting in started:
        waiting.process.kill()
        waiting.process.communicate()


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize("clock", [(), ("--at", "2024-01-01")], ids=["running", "frozen"])
def test_an_editor_stops_at_a_breakpoint_in_the_handler(wait, folder, runner, clock):
    handler = str(folder(HANDLER) / "handler.py")
    waiting = wait("fn", "--runner", runner, *clock)
    with DapClient(waiting.configuration) as editor:
        editor.attach(handler, 3, 8)
        assert editor.stopped_at() == (handler, 3)
        editor.go_on()
        assert editor.stopped_at() == (handler, 8)
        assert editor.evaluate("answer") == "42"
        assert editor.evaluate("__import__('pydevd').time.time() > STARTED") == "True"  # debugpy's own clock runs
        editor.go_on()
        answer, told = waiting.finish()
    assert answer == {"answer": 42, "stood": bool(clock)}
    assert told.count("\n") == 1  # how it ended, and neither a warning nor a word about the limit


@pytest.mark.parametrize("runner", RUNNERS)
def test_breakpoint_in_the_code_stops_in_the_editor(wait, folder, runner):
    handler = str(folder("def handle(data):\n    breakpoint()\n    return data\n") / "handler.py")
    waiting = wait("fn", "--runner", runner)
    with DapClient(waiting.configuration) as editor:
        editor.attach(handler)
        assert editor.stopped_at() == (handler, 3)
        editor.go_on()
        assert waiting.finish()[0] == {"n": 41}


def test_the_code_of_a_notebook_is_debugged_where_it_was_unpacked(wait, tmp_path):
    source = "def handle(data):\n    answer = data['n'] + 1\n    return answer\n"
    cell = {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "fn.ipynb").write_text(json.dumps(notebook))
    waiting = wait("fn.ipynb")
    (mapping,) = waiting.configuration["pathMappings"]
    assert mapping["localRoot"] == mapping["remoteRoot"]
    assert f"The code was unpacked to {mapping['localRoot']}" in waiting.told
    handler = Path(mapping["localRoot"], "handler.py")
    with DapClient(waiting.configuration) as editor:
        line = handler.read_text().splitlines().index("    return answer") + 1
        editor.attach(str(handler), line)
        assert editor.stopped_at() == (str(handler), line)
        editor.go_on()
        assert waiting.finish()[0] == 42


def test_a_zip_is_debugged_in_the_folder_that_it_was_made_of(wait, folder, tmp_path):
    handler = folder(HANDLER) / "handler.py"
    with zipfile.ZipFile(tmp_path / "fn.zip", "w") as archive:
        archive.write(handler, "handler.py")
    waiting = wait("fn.zip")
    with DapClient(waiting.configuration) as editor:
        editor.attach(str(handler), 7)
        assert editor.stopped_at() == (str(handler), 7)
        editor.go_on()
        assert waiting.finish()[0]["answer"] == 42


def test_what_is_told_before_the_wait(wait, folder, tmp_path):
    folder(HANDLER)
    waiting = wait("fn", "--timeout", "9s")
    port = waiting.configuration["connect"]["port"]
    root = os.path.realpath(tmp_path / "fn")
    assert waiting.configuration == {
        "name": "fn-emulate: fn",
        "type": "debugpy",
        "request": "attach",
        "connect": {"host": "127.0.0.1", "port": port},
        "pathMappings": [{"localRoot": str(tmp_path / "fn"), "remoteRoot": root}],
        "justMyCode": True,
    }
    assert waiting.told.splitlines()[-3:] == [
        f"Port 5678 is taken, so it is {port}.",
        "The time limit of 9 s is lifted.",
        f"waiting for a debugger on 127.0.0.1:{port} ...",
    ]


def test_a_function_that_cannot_be_called_waits_for_nobody(emulate, folder):
    folder("def handle(:\n")
    ended = emulate("run", "fn", "--debug", "--no-record")
    assert ended.returncode == 1
    assert "waiting" not in ended.stderr


@pytest.mark.parametrize("runner", RUNNERS)
def test_an_interrupt_ends_the_wait(wait, folder, runner):
    folder(HANDLER)
    process = wait("fn", "--runner", runner).process
    process.terminate()
    assert process.wait(20) == 143


def test_a_port_that_was_taken_meanwhile_is_no_endless_wait():
    with socket.create_server(("127.0.0.1", 0)) as server:
        wait = f"from fn_emulator.harness.debug import *; wait_for_debugger({server.getsockname()[1]})"
        ended = subprocess.run([sys.executable, "-c", wait], capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 1
    assert ended.stderr.endswith("Address already in use\n")


def test_a_port_that_is_taken_is_not_chosen():
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        assert choose_port(taken) != taken


def test_a_python_without_debugpy_is_named(tmp_path):
    bare = tmp_path / "python"
    bare.write_text("#!/bin/sh\nexit 1\n")
    bare.chmod(0o755)
    with pytest.raises(Exception, match="debugpy") as caught:
        require_debugpy(str(bare))
    assert str(caught.value) == (
        f"--debug needs debugpy, which {bare} does not have.\nHint: install it: {bare} -m pip install debugpy"
    )
    assert caught.value.exit_code == 5
