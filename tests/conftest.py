"""Which tests measure the processes that they start."""

from __future__ import annotations

import pytest

MEASURED = {
    "cli": ("check", "config", "debug", "doctor", "explain", "init", "output", "run", "watch"),
    "plugin": ("failed_assertion", "failed_test", "options", "scheduled_call", "where_functions_are"),
    "runners": ("contract", "endings", "importing", "zygote"),
    "server": ("serve_command",),
}
"""Folder -> its modules whose child processes are measured for coverage. A measured process takes four times as long,
and the others would show nothing new by it."""


@pytest.fixture(autouse=True)
def _unmeasured(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    path = request.path
    if path.stem.removeprefix("test_") not in MEASURED.get(path.parent.name, ()):
        for name in ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START"):
            monkeypatch.delenv(name, raising=False)
