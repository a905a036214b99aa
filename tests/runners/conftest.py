"""The contract of a runner: every test here runs on every runner that there is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fn_emulator import LoadedFunction, load_function
from fn_emulator.function import Function, open_function
from fn_emulator.model import Call, Evidence, QuietCall
from fn_emulator.runners import AT_ONCE, Pace, Runner, opening
from fn_emulator.runners.frames import evidence_of
from fn_emulator.settings import resolve_settings

RUNNERS = ("inprocess", "worker")
HEAD = "import os, signal, sys, threading, time\n"
"""What the bodies of handlers find imported."""


class Opened:
    """A runner on a function folder that a test wrote."""

    def __init__(self, function: Function, runner: Runner) -> None:
        self.function = function
        self.runner = runner
        self.shown: list[tuple[str, str]] = []
        self._is_closed = False

    def close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self.runner.close()
            self.function.close()

    def invoke_each(
        self, *data: Any, timeout_s: float | None = 30.0, is_cold: bool = False, pace: Pace = AT_ONCE, **fields: Any
    ) -> Iterator[Evidence]:
        """Call it for each; fields of the calls may be functions of their place."""
        calls = []
        for number, each in enumerate(data):
            own = {name: value(number) if callable(value) else value for name, value in fields.items()}
            calls.append((Call(2, "fn", 1, each, json.dumps(each), **own), 0))
        seen = self.runner.invoke_each(
            calls, timeout_s=timeout_s, is_cold=is_cold, preload=(), show=self._show, pace=pace
        )
        return (evidence_of(one) if isinstance(one, QuietCall) else one for one in seen)

    def invoke(self, data: Any = None, **options: Any) -> Evidence:
        names = ("frozen_at", "schedule_id", "scheduled_time", "is_warm", "is_ticking")
        call_fields = {name: options.pop(name) for name in names if name in options}
        call = Call(
            id=2, function="fn", function_id=1, data=data or {}, data_text=json.dumps(data or {}), **call_fields
        )
        options = {"timeout_s": 30.0, "is_cold": False, "preload": (), **options}
        return self.runner.invoke(call, show=self._show, **options)

    def _show(self, stream: str, line: str) -> None:
        self.shown.append((stream, line))


@pytest.fixture(params=RUNNERS)
def open_runner(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Write a function folder and open the runner on it: ``open_runner(source, secret=("k=v",))``."""
    opened: list[Opened] = []

    def open_(files: dict[str, str] | str, *, has_only_declared_env: bool = True, **flags: Any) -> Opened:
        root = tmp_path / "fn"
        for path, text in (files if isinstance(files, dict) else {"handler.py": files}).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        settings = resolve_settings(root, "fn", flags=flags, environ={})
        function = open_function(root, function_path=settings.function_path)
        around = opening.Surroundings(request.param, os.environ, has_only_declared_env)
        runner = opening.open_runner(
            function, settings, around, client=None, cdf=None, exchange=None, modules=tuple, meanwhile=lambda: None
        )
        opened.append(Opened(function, runner))
        return opened[-1]

    yield open_
    for each in opened:
        each.close()


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Callable[..., LoadedFunction]]:
    """Write a handler and open it in a worker: ``load("return 1")`` or ``load({"handler.py": ...}, env={...})``."""
    opened: list[LoadedFunction] = []

    def load_(body: dict[str, str] | str, **options: Any) -> LoadedFunction:
        files = body if isinstance(body, dict) else {"handler.py": f"{HEAD}def handle(data):\n    {body}\n"}
        (tmp_path / "fn").mkdir(exist_ok=True)
        for path, text in files.items():
            (tmp_path / "fn" / path).write_text(text)
        opened.append(load_function(tmp_path / "fn", **{"runner": "worker", "timeout_s": 20, **options}))
        return opened[-1]

    yield load_
    for function in opened:
        function.close()


@pytest.fixture
def start_command(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start the command in a process of its own: ``start_command("run", "fn", environ={...})``."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, environ: dict[str, str] | None = None, **options: Any) -> subprocess.Popen[str]:
        # Not measured: what that adds to Python's own start swallows an interrupt.
        kept = {"PATH": os.environ["PATH"]}
        command = [sys.executable, "-m", "fn_emulator", *arguments]
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        # A shell lets what it runs in the background, such as these tests, ignore interrupts.
        options = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL), **options}
        started.append(
            subprocess.Popen(
                command, cwd=tmp_path, env={**kept, **(environ or {})}, text=True, **{**streams, **options}
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()
