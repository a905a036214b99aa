from __future__ import annotations

import importlib
import sys
import types

import pytest

from fn_emulator.harness.patching import Patch
from fn_emulator.harness.when_imported import WhenImported


class Base:
    def send(self):
        return "original"


class Sender(Base):
    pass


def louder(original):
    return lambda *args: original(*args) + "!"


def test_an_inherited_name_leaves_nothing_behind():
    patch = Patch(Sender, "send", louder)
    assert (patch.put(), Sender().send()) == (True, "original!")
    patch.pull()
    assert "send" not in vars(Sender)


def test_ours_is_the_outermost_once():
    owner = types.SimpleNamespace(send=lambda: "x")
    patch = Patch(owner, "send", louder)
    assert [patch.put(), patch.put(), owner.send()] == [True, False, "x!"]
    patch.pull_all()
    assert owner.send() == "x"


def test_what_came_in_between_is_wrapped_and_put_back_in_its_place():
    first = lambda: "x"  # noqa: E731
    owner = types.SimpleNamespace(send=first)
    patch = Patch(owner, "send", louder)
    patch.put()
    theirs = louder(owner.send)
    owner.send = theirs
    patch.put()
    assert owner.send() == "x!!!"
    patch.pull()
    assert owner.send is theirs
    owner.send = vars(owner)["send"]
    patch.pull()
    assert owner.send is theirs  # not ours to take away


def test_pull_without_put_does_nothing():
    owner = types.SimpleNamespace(send=1)
    Patch(owner, "send", louder).pull()
    assert owner.send == 1


@pytest.fixture
def lazy_package(tmp_path, monkeypatch):
    package = tmp_path / "lazy_package_here"
    package.mkdir()
    (package / "__init__.py").write_text("VALUE = 1\n")
    (package / "part.py").write_text("import lazy_package_here\nVALUE = 2\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "lazy_package_here"
    for name in [name for name in sys.modules if name.startswith("lazy_package_here")]:
        del sys.modules[name]


def test_a_module_is_acted_on_after_each_import(lazy_package):
    seen = []
    waiting = WhenImported({f"{lazy_package}.part": lambda module: seen.append(module.VALUE)})
    waiting.open()
    try:
        importlib.import_module(lazy_package)
        assert seen == []
        module = importlib.import_module(f"{lazy_package}.part")
        assert (seen, type(module.__spec__.loader).__name__) == ([2], "SourceFileLoader")
        del sys.modules[f"{lazy_package}.part"]
        importlib.import_module(f"{lazy_package}.part")
        assert seen == [2, 2]
    finally:
        waiting.close()
    assert waiting not in sys.meta_path


def test_a_module_that_is_there_is_acted_on_at_once():
    seen = []
    waiting = WhenImported({"sys": seen.append, "no_such_module_here": seen.append})
    waiting.open()
    waiting.close()
    assert seen == [sys]
    with pytest.raises(ImportError):
        importlib.import_module("no_such_module_here")


def test_what_somebody_put_back_late_is_taken_away_by_the_next():
    owner = types.SimpleNamespace(name="theirs")
    first, second = (Patch(owner, "name", lambda original: lambda: original) for _ in range(2))
    first.put()
    late = owner.name
    first.pull()
    owner.name = late
    second.put()
    second.pull()
    assert owner.name == "theirs"
