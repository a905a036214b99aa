from __future__ import annotations

from types import SimpleNamespace

import pytest

from fn_emulator.runners.of_function import Runners
from fn_emulator.settings import resolve_settings


class NotClosedError(Exception):
    """What a runner raises that does not close."""


class Opened:
    """A runner that only notes what is done to it."""

    def __init__(self, name, done, *, fails=False):
        self.name = name
        self._done = done
        self._fails = fails

    def reload(self):
        self._done.append(f"reload {self.name}")

    def close(self):
        self._done.append(f"close {self.name}")
        if self._fails:
            raise NotClosedError


@pytest.fixture
def made(tmp_path):
    def make(*, name="inprocess", has_processes=True, fails=False):
        done = []

        def open_(settings):
            done.append(f"open {settings.runner or name}")
            return Opened(settings.runner or name, done, fails=fails)

        settings = resolve_settings(tmp_path, "fn", flags={}, environ={})
        return SimpleNamespace(done=done, runners=Runners(settings, open_, has_processes=has_processes))

    return make


def test_one_is_opened_when_it_is_first_needed(made):
    it = made()
    assert it.done == []
    assert it.runners.first() is it.runners.first()
    assert it.done == ["open inprocess"]


def test_one_in_processes_is_opened_beside_it(made):
    it = made()
    assert it.runners.in_processes().name == "worker"
    it.runners.in_processes()
    it.runners.reload()
    it.runners.close()
    it.runners.close()
    assert it.done == [
        *("open inprocess", "open worker", "reload inprocess", "reload worker", "close inprocess", "close worker")
    ]


@pytest.mark.parametrize("options", [{"name": "worker"}, {"has_processes": False}])
def test_or_is_the_same(made, options):
    it = made(**options)
    assert it.runners.in_processes() is it.runners.first()


def test_both_are_closed_where_one_fails(made):
    it = made(fails=True)
    it.runners.in_processes()
    with pytest.raises(NotClosedError):
        it.runners.close()
    assert it.done[2:] == ["close inprocess", "close worker"]
