from __future__ import annotations

import asyncio
import sys
import time
import types
from datetime import date, datetime, timedelta, timezone

import pytest

from fn_emulator.errors import DataError
from fn_emulator.frozen_clock import FrozenClock
from fn_emulator.harness.realtime import REAL

AT = datetime(2026, 3, 29, 1, 59, tzinfo=timezone.utc)


@pytest.fixture
def clock():
    with FrozenClock(AT) as frozen:
        yield frozen


def test_the_clocks_of_the_process_stand_where_it_does(clock):
    seen = [datetime.now(timezone.utc), datetime.fromtimestamp(time.time(), timezone.utc)]
    assert [*seen, clock.now] == [AT] * 3
    assert date.today() == date(2026, 3, 29)  # noqa: DTZ011


def test_it_stands_at_the_real_second_when_nothing_else_is_said():
    before = REAL.time()
    with FrozenClock() as clock:
        assert before - 1 < clock.now.timestamp() <= REAL.time()
        assert clock.now.microsecond == 0


def test_it_is_put_somewhere_else(clock):
    clock.move_to("2026-03-28T06:00")
    assert clock.now == datetime(2026, 3, 28, 6, tzinfo=timezone.utc)
    clock.move_to(datetime(2026, 3, 30, 1, tzinfo=timezone(timedelta(hours=2))))
    assert clock.now == datetime(2026, 3, 29, 23, tzinfo=timezone.utc)


def test_it_is_moved_on(clock):
    clock.tick(0.5)
    clock.tick(3600)
    assert clock.now == AT + timedelta(seconds=3600.5)


def test_sleeping_moves_it(clock):
    time.sleep(60)
    asyncio.run(asyncio.sleep(30))
    assert clock.now == AT + timedelta(seconds=90)


def test_what_it_says_is_of_no_class_of_the_freeze(clock):
    assert type(clock.now) is not datetime
    assert type(clock.now).__module__ == "datetime"


def test_a_module_that_times_something_keeps_the_real_clock():
    timing = types.ModuleType("timing")
    timing.perf_counter = time.perf_counter
    with FrozenClock(AT, untouched=[timing]):
        assert timing.perf_counter is not time.perf_counter
        assert timing.perf_counter() > 0


def test_such_a_module_keeps_it_where_time_machine_lies_beneath_too(monkeypatch):
    timing = types.ModuleType("timing")
    monkeypatch.setitem(sys.modules, "timing", timing)
    timing.time, before = time.time, REAL.time()
    with FrozenClock(AT, untouched=[timing]):
        assert before <= timing.time() < before + 60
    assert timing.time is time.time


def test_the_real_clock_runs_afterwards():
    before = datetime, time.time, time.sleep, asyncio.sleep
    with FrozenClock(AT) as clock:
        clock.tick(5)
    clock.stop()
    assert (datetime, time.time, time.sleep, asyncio.sleep) == before
    assert clock.now == AT + timedelta(seconds=5)


@pytest.mark.parametrize(
    ("instant", "message"),
    [
        (
            "soon",
            "instant='soon' is not an instant in ISO 8601.\nHint: write it as 2026-03-29, 2026-03-29T02:30 or with",
        ),
        (
            datetime(2026, 3, 29),  # noqa: DTZ001
            "instant='2026-03-29 00:00:00' has no time zone.\nHint: pass an aware datetime, e.g.",
        ),
    ],
)
def test_an_instant_that_is_none_is_refused(clock, instant, message):
    with pytest.raises(DataError) as raised:
        clock.move_to(instant)
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    ("seconds", "message"),
    [
        (-1, "seconds=-1 would not move the clock on.\nHint: move_to(instant) puts it back"),
        (float("nan"), "seconds=nan would not move the clock on.\nHint: move_to(instant) puts it back"),
        ("x", "seconds='x' is not a number.\nHint: give seconds, such as 90 or 0.5"),
        (1e18, "seconds=1e+18 leads beyond the year 9999.\nHint: choose fewer"),
    ],
)
def test_seconds_that_cannot_pass_are_refused(clock, seconds, message):
    with pytest.raises(DataError) as raised:
        clock.tick(seconds)
    assert str(raised.value) == message


def test_a_clock_that_runs_cannot_be_moved():
    with pytest.raises(DataError) as raised:
        FrozenClock(AT).tick(1)
    assert str(raised.value) == "The clock cannot be moved while it runs.\nHint: use it in a with block"


def test_a_freeze_over_it_ends_first(clock):
    over = FrozenClock("2027-01-01")
    over.start()
    with pytest.raises(DataError, match="cannot run again while another freeze lies over it") as refused:
        clock.stop()
    assert refused.value.hint == "end that one first"
    over.stop()
    assert clock.now == AT
