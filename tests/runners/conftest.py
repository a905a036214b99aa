"""The contract of a runner: every test here runs on every runner that there is."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fn_emulator.function import Function, open_function
from fn_emulator.model import Call, Evidence
from fn_emulator.runners import Runner, opening
from fn_emulator.settings import resolve_settings

RUNNERS = ("inprocess", "worker")


class Opened:
    """A runner on a function folder that a test wrote."""

    def __init__(self, function: Function, runner: Runner) -> None:
        self.function = function
        self.runner = runner
        self.shown: list[tuple[str, str]] = []

    def invoke(self, data: Any = None, **options: Any) -> Evidence:
        call_fields = {
            name: options.pop(name) for name in ("frozen_at", "schedule_id", "scheduled_time") if name in options
        }
        call = Call(
            id=2, function="fn", function_id=1, data=data or {}, data_text=json.dumps(data or {}), **call_fields
        )
        options = {"timeout_s": 30.0, "is_cold": False, "preload": (), **options}
        return self.runner.invoke(call, show=lambda stream, line: self.shown.append((stream, line)), **options)


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
        each.runner.close()
        each.function.close()
