"""A clock that a test has frozen in its own way: its calls stand there too, and what they sleep moves it."""

from __future__ import annotations

from datetime import datetime, timezone

import freezegun
import pytest
import time_machine

from fn_emulator import load_function

AT = datetime(2026, 3, 2, 12, tzinfo=timezone.utc)

TELLS = """\
import time
from datetime import datetime, timezone

calls = []


def year(now=datetime.now):
    return now(timezone.utc).year


def handle(data):
    calls.append(1)
    time.sleep(data.get("sleeps", 0))
    return [datetime.now(timezone.utc).isoformat(), year(), len(calls)]
"""


@pytest.fixture
def function(tmp_path):
    (tmp_path / "handler.py").write_text(TELLS)
    return tmp_path


RUNNERS = pytest.mark.parametrize("runner", ["inprocess", "worker"])


@RUNNERS
def test_a_call_stands_where_freezegun_stands_and_keeps_its_state(function, runner):
    with freezegun.freeze_time(AT) as clock, load_function(function, runner=runner) as fn:
        first = fn.call().response
        clock.tick(60)
        assert [first, fn.call().response] == [
            ["2026-03-02T12:00:00+00:00", 2026, 1],
            ["2026-03-02T12:01:00+00:00", 2026, 2],
        ]


@RUNNERS
def test_what_a_handler_sleeps_moves_the_clock_of_the_test(function, runner):
    with freezegun.freeze_time(AT), load_function(function, runner=runner) as fn:
        result = fn.call({"sleeps": 90})
        assert (result.moved_s, datetime.now(timezone.utc).isoformat()) == (90.0, "2026-03-02T12:01:30+00:00")


@RUNNERS
def test_after_the_freeze_the_next_call_starts_freshly_and_has_the_real_time(function, runner):
    with load_function(function, runner=runner) as fn:
        with freezegun.freeze_time("2001-01-01"):
            assert fn.call().response == ["2001-01-01T00:00:00+00:00", 2001, 1]
        instant, year, calls = fn.call().response
    assert (instant[:4] > "2025", year > 2025, calls) == (True, True, 1)


@RUNNERS
def test_time_machine_is_taken_over_too(function, runner):
    with time_machine.travel(AT, tick=False), load_function(function, runner=runner) as fn:
        assert fn.call({"sleeps": 90}).response[0] == "2026-03-02T12:01:30+00:00"
        assert datetime.now(timezone.utc) == datetime(2026, 3, 2, 12, 1, 30, tzinfo=timezone.utc)


def test_an_instant_that_is_said_counts_and_moves_nothing(function):
    with freezegun.freeze_time("2001-01-01"), load_function(function) as fn:
        assert fn.call({"sleeps": 5}, at=AT).response == ["2026-03-02T12:00:05+00:00", 2026, 1]
        assert datetime.now(timezone.utc).isoformat() == "2001-01-01T00:00:00+00:00"


def test_pandas_is_imported_under_a_freeze_of_the_tests_own(tmp_path):
    pytest.importorskip("pandas")
    (tmp_path / "handler.py").write_text(
        "def handle():\n    import pandas as pd\n    return int(pd.Series([1, 2]).sum())\n"
    )
    with freezegun.freeze_time(AT), load_function(tmp_path) as fn:
        assert fn.call().response == 3


def test_a_scheduled_call_stands_at_its_due_time_and_starts_freshly(function):
    with load_function(function) as fn:
        due = [fn.call(scheduled_time=AT) for _ in range(2)]
    assert [result.response for result in due] == [["2026-03-02T12:00:00+00:00", 2026, 1]] * 2
    assert {result.call.scheduled_time for result in due} == {AT}
    assert due[0].call.schedule_id is not None


@pytest.mark.parametrize("goes_on", [time_machine.travel(AT), freezegun.freeze_time(AT, tick=True)])
def test_a_clock_that_goes_on_is_left_alone(tmp_path, goes_on):
    (tmp_path / "handler.py").write_text(
        "import time\ndef handle():\n    end = time.time() + 0.01\n    while time.time() < end: pass\n    return 1\n"
    )
    with goes_on, load_function(tmp_path, timeout_s=20) as fn:
        assert fn.call().response == 1
