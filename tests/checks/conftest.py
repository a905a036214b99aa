"""Functions and subjects from a few lines of source."""

from __future__ import annotations

from pathlib import Path

import pytest

from fn_emulator.checks.inspection import make_subject
from fn_emulator.function import open_function
from fn_emulator.settings import resolve_settings


class NothingInstalled:
    """An interpreter without any distribution, or with the few that a test names."""

    def __init__(self, owners=None, versions=None, brings=None):
        self._owners, self._versions, self._brings = owners or {}, versions or {}, brings or {}

    def owners(self, name):
        return self._owners.get(name, ())

    def version(self, distribution):
        return self._versions.get(distribution)

    def brings(self, distribution, extras=()):
        names = [distribution, *(f"{distribution}[{extra}]" for extra in extras)]
        return frozenset(brought for name in names for brought in self._brings.get(name, ()))


@pytest.fixture
def function(tmp_path, monkeypatch):
    """``function(source, more={}, path="fn")``: an open function in the folder ``fn``, given by that relative path."""
    monkeypatch.chdir(tmp_path)
    opened = []

    def make(source=None, more=None, *, path="fn", **options):
        files = {**({} if source is None else {"handler.py": source}), **(more or {})}
        for name, text in files.items():
            file = tmp_path / "fn" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text if isinstance(text, bytes) else text.encode())
        Path(tmp_path, "fn").mkdir(exist_ok=True)
        opened.append(open_function(path, **options))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


@pytest.fixture
def found(function):
    """``found(rule, source, more={}, ...)``: what one rule says of a function."""

    def find(rule, source=None, more=None, *, imported=None, installed=None, options=None, **flags):
        opened = function(source, more, **(options or {}))
        settings = resolve_settings(Path("fn"), "fn", flags=flags, environ={})
        subject = make_subject(opened, settings, imported=imported, installed=installed or NothingInstalled())
        return list(rule(subject))

    return find
