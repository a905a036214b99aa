"""What is measured for coverage, in which processes, and how many examples a property is tried on."""

from __future__ import annotations

import os
import runpy
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("gate", max_examples=40, deadline=None)
settings.load_profile("gate")  # the long forms have a profile of their own, which is loaded after this

MEASURED = {
    "cli": ("check", "config", "debug", "doctor", "explain", "output", "run", "watch"),
    "plugin": ("failed_assertion", "failed_test", "options", "scheduled_call", "where_functions_are"),
    "runners": ("contract", "zygote"),
    "server": ("serve_command",),
}
"""Folder -> its modules whose child processes are measured for coverage. A measured process takes four times as long,
and the others would show nothing new by it."""


REPEATING = {
    "api": ("bad_bodies", "datapoints_insert", "datapoints_list", "long_lists", "random_sequences", "sequence_rows"),
    "cdf": ("every_route",),
    "checks": ("catalogue", "inspection"),
    "datapoints": ("messages",),
    "harness": ("answer",),
    "replay_accuracy": ("accuracy",),
    "runners": ("stretch", "trials"),
    "stress": ("planted", "silent"),
    "settings": ("schema", "yaml_text"),
}
"""Folder -> its modules that do the same thing thousands of times, with much data, or what others do as well: while
they run nothing is measured, which would take longer than they do."""


def pytest_configure():
    """Be interrupted as ever, also where a shell has put us in the background: else commands of tests would not be."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """One more than there are processors: many tests wait for processes that they have started."""
    return None if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else (os.cpu_count() or 1) + 1


HEAVY = ("anyio", "hypothesispytest", "pytest_httpserver", "randomly", "respx", "time_machine", "xdist")
"""Plugins that are there for our own tests alone, and take four times as long to load as pytest does."""


@pytest.fixture
def without_heavy_plugins(monkeypatch):
    """Runs of pytest in processes of their own have the plugins that their user would have."""
    monkeypatch.setenv("PYTEST_ADDOPTS", " ".join(f"-p no:{name}" for name in HEAVY))


def pytest_terminal_summary(terminalreporter):
    """Tell how often replay was right about labelled handlers, where that was tried."""
    accuracy = runpy.run_path(str(Path(__file__).parent / "replay_accuracy" / "accuracy.py"))
    suites = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name.startswith("accuracy of replay") and report.when == "call":
                    suites.setdefault(name, []).append(value)
    for name, pairs in sorted(suites.items()):
        terminalreporter.section(f"{name}: {len(pairs)} handlers")
        for line in accuracy["accuracy_lines"](pairs):
            terminalreporter.write_line(line)


@pytest.fixture(autouse=True)
def _untraced(request: pytest.FixtureRequest) -> Iterator[None]:
    path, trace = request.path, sys.gettrace()
    if trace is None or path.stem.removeprefix("test_") not in REPEATING.get(path.parent.name, ()):
        yield
        return
    sys.settrace(None)
    yield
    sys.settrace(trace)


@pytest.fixture(autouse=True)
def _unmeasured(request: pytest.FixtureRequest) -> Iterator[None]:
    # Without monkeypatch, which would then be put back after the fixtures of every test.
    path, variables = request.path, ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START")
    if path.stem.removeprefix("test_") in MEASURED.get(path.parent.name, ()):
        yield
        return
    taken = {name: os.environ.pop(name) for name in variables if name in os.environ}
    yield
    os.environ.update(taken)
