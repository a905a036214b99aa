"""What came to ``sys.modules`` since a moment."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from fn_emulator.harness.new_modules import Moment

NAMES = ("new_modules_a", "new_modules_b", "new_modules_c")


@pytest.fixture
def a(monkeypatch: pytest.MonkeyPatch) -> Moment:
    """A moment at which the first of ``NAMES`` was the last module; none of them stays."""
    for name in NAMES:
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    for name in NAMES[1:]:
        del sys.modules[name]
    return Moment()


def test_new_modules_are_named_in_order(a: Moment) -> None:
    sys.modules.update((name, ModuleType(name)) for name in NAMES[1:])

    assert a.new_names() == list(NAMES[1:])


def test_without_a_new_module_there_is_no_name(a: Moment) -> None:
    assert a.new_names() == []


@pytest.mark.parametrize("gone", [NAMES[0], "__main__"])
def test_where_a_module_has_gone_all_may_be_new(a: Moment, monkeypatch: pytest.MonkeyPatch, gone: str) -> None:
    sys.modules[NAMES[1]] = ModuleType(NAMES[1])
    monkeypatch.delitem(sys.modules, gone)

    assert a.new_names() == list(sys.modules)


def test_where_the_last_module_was_imported_again_all_may_be_new(a: Moment) -> None:
    del sys.modules[NAMES[0]]
    sys.modules[NAMES[0]] = ModuleType(NAMES[0])

    assert a.new_names() == list(sys.modules)
