"""A clock that a handler has stopped and left so."""

from __future__ import annotations

import datetime
import sys
import time
from time import time as took_time
from types import SimpleNamespace

import pytest

from fn_emulator.harness.freeze import Frozen
from fn_emulator.harness.left_clocks import LeftClocks

AT = "2026-03-29T01:30:00+00:00"
FREEZES = (
    "import time, freezegun\ndef handle():\n    freezegun.freeze_time('2020-01-01').start()\n    return time.time()\n"
)
IN_2020 = 1577836800.0
REAL_CLOCKS = (datetime.datetime, datetime.date, time.time, time.monotonic, time.perf_counter, time.sleep, time.gmtime)


def clocks():
    return (datetime.datetime, datetime.date, time.time, time.monotonic, time.perf_counter, time.sleep, time.gmtime)


def told(reply):
    return [(each["kind"], each["name"]) for each in reply["left"]]


@pytest.fixture(autouse=True)
def _real_clocks_afterwards():
    yield
    assert clocks() == REAL_CLOCKS


def test_a_freeze_ends_with_its_call_and_is_told(open_harness):
    harness = open_harness(FREEZES)
    for _ in range(2):
        reply = harness.call()
        assert (reply["answer"]["value"], told(reply)) == (IN_2020, [("clock", "freezegun")])
        assert clocks() == REAL_CLOCKS


def test_names_that_modules_took_from_the_clocks_are_real_again(open_harness):
    open_harness(FREEZES).call()
    assert sys.modules["threading"]._time is time.monotonic
    assert took_time is time.time


@pytest.mark.parametrize("line", ["time.sleep(1)", "time.sleep = print"])
def test_one_that_lies_over_our_own_ends_too(open_harness, line):
    reply = open_harness(FREEZES.replace("    return", f"    {line}\n    return")).call(frozen_at=AT)
    assert reply["failure"] is None
    assert told(reply) == ([("clock", "freezegun")] if line == "time.sleep(1)" else [])


def test_several_end(open_harness):
    twice = "    freezegun.freeze_time('2021-01-01').start()\n    freezegun.freeze_time('2020-01-01').start()\n"
    source = FREEZES.replace("    freezegun.freeze_time('2020-01-01').start()\n", twice)
    assert told(open_harness(source).call()) == [("clock", "freezegun")]


def test_the_clock_of_a_test_stands_where_it_stood(open_harness):
    freezegun = pytest.importorskip("freezegun")
    harness = open_harness(FREEZES)
    with freezegun.freeze_time("2022-01-01"):
        assert told(harness.call()) == [("clock", "freezegun")]
        assert time.gmtime().tm_year == 2022


def test_a_freeze_that_the_handler_ends_is_no_matter(open_harness):
    source = "import freezegun\ndef handle():\n    with freezegun.freeze_time('2020-01-01'):\n        return 1\n"
    harness = open_harness(source)
    assert [told(harness.call()), told(harness.call(frozen_at=AT))] == [[], []]


def test_a_journey_ends_too(open_harness):
    pytest.importorskip("time_machine", reason="time-machine is not installed")
    source = (
        "import time, time_machine\ndef handle():\n    time_machine.travel(0).start()\n    return time.time() < 60\n"
    )
    reply = open_harness(source).call()
    assert (reply["answer"]["value"], told(reply)) == (True, [("clock", "time-machine")])
    assert time.time() > IN_2020


def test_between_calls_of_a_stretch_our_own_freeze_stays():
    frozen = Frozen(AT, lambda spec: False)
    try:
        left = LeftClocks()
        left.start()
        assert (left.is_nothing, left.end()) == (True, [])
        sys.modules["freezegun"].freeze_time("2020-01-01").start()
        assert not left.is_nothing
        assert left.end() == ["freezegun"]
        assert (frozen.is_outermost, left.is_nothing) == (True, True)
    finally:
        frozen.stop()


def test_one_that_a_call_imports_itself_is_found(monkeypatch):
    for name in ("freezegun.api", "time_machine"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    left = LeftClocks()
    monkeypatch.setitem(sys.modules, "freezegun.api", SimpleNamespace(freeze_factories=[object()]))
    assert not left.is_nothing


def test_nothing_is_looked_for_where_neither_is_imported(monkeypatch):
    for name in ("freezegun.api", "time_machine"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    assert (LeftClocks().is_nothing, LeftClocks().end()) == (True, [])
