"""A handler that stops for a debugger runs where a person can type to it, if nobody said where it runs."""

from __future__ import annotations

import os

import pytest

from fn_emulator.emulator import open_loaded
from fn_emulator.runners.opening import Surroundings


@pytest.fixture
def runner_of(tmp_path):
    """What a call runs in, and what was told: ``runner_of(source, has_terminal=True, runner="worker")``."""

    def run(source, *, has_terminal=True, **flags):
        (tmp_path / "handler.py").write_text(source)
        told = []
        environ = {"PATH": os.environ["PATH"], "PYTHONBREAKPOINT": "0"}
        around = Surroundings("worker", environ, has_terminal=has_terminal, tell=told.append)
        with open_loaded(tmp_path, flags=flags, around=around) as loaded:
            return loaded.call().where.runner, told

    return run


STOPS = "def handle(data):\n    if data:\n        breakpoint()\n"
NOTE = "note: the handler stops for a debugger, so it runs in this process; --runner worker passes over that."


def test_at_a_terminal_it_runs_in_process_and_that_is_said(runner_of):
    assert runner_of(STOPS) == ("inprocess", [NOTE])


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def handle(data):\n    pass\n", {}),
        (STOPS, {"has_terminal": False}),
        (STOPS, {"runner": "worker"}),
    ],
    ids=["no-stop", "no-terminal", "runner-said"],
)
def test_otherwise_it_runs_in_a_worker(runner_of, source, said):
    assert runner_of(source, **said) == ("worker", [])
