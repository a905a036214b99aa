"""A project of somebody who tests functions, and runs of pytest in it."""

from __future__ import annotations

import pytest

ECHO = "def handle(data):\n    return data\n"


@pytest.fixture
def write_function(pytester):
    """Write a function: ``write_function(source, "functions/fn")``, from the folder of the run."""

    def write(source=ECHO, path="fn"):
        folder = pytester.path / path
        folder.mkdir(parents=True)
        (folder / "handler.py").write_text(source)
        return folder

    return write


@pytest.fixture
def alone(monkeypatch):
    """Runs of pytest have our plugin and no other: loading those takes longer than what is tested."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "pytest_fn_emulator")


@pytest.fixture
def run(pytester, alone):
    """Write ``test_it.py`` and run pytest in a process of its own: ``run(source, "-k", "one")``."""

    def of(source, *arguments):
        pytester.makepyfile(test_it=source)
        return pytester.runpytest_subprocess("-W", "error", *arguments)

    return of
