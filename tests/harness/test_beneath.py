"""time-machine beneath a frozen clock, where it is installed, and the same without it."""

from __future__ import annotations

import datetime
import logging
import os
import subprocess
import sys
import time
import types
import uuid

import freezegun
import pytest
import time_machine

from fn_emulator.harness.freeze import Frozen
from fn_emulator.harness.realtime import REAL

AT = "2020-03-29T01:30:00+00:00"
SECONDS = datetime.datetime.fromisoformat(AT).timestamp()


def captured(now=datetime.datetime.now):
    return now(datetime.timezone.utc)


@pytest.fixture
def freeze():
    """Freeze until the end of the test: ``freeze(AT, is_ticking=True)``."""
    frozen = []

    def freeze_(instant=AT, **options):
        frozen.append(Frozen(instant, lambda spec: False, **options))
        return frozen[-1]

    yield freeze_
    for each in reversed(frozen):
        each.stop()


@pytest.fixture
def no_machine(monkeypatch):
    """An interpreter without time-machine."""
    monkeypatch.setitem(sys.modules, "_time_machine", None)


def test_clocks_of_c_stand_too(freeze):
    assert freeze().covers == "time-machine"
    assert [time.clock_gettime(time.CLOCK_REALTIME), captured().timestamp()] == [SECONDS, SECONDS]


def test_without_it_they_go_on(freeze, no_machine):
    assert freeze().covers == "freezegun"
    assert time.clock_gettime(time.CLOCK_REALTIME) > SECONDS + 1
    assert (time.time(), captured().year > 2020) == (SECONDS, True)


def test_pandas_stands_and_follows(freeze):
    pandas = pytest.importorskip("pandas")
    frozen = freeze()
    time.sleep(90)
    assert pandas.Timestamp.now("UTC").isoformat() == "2020-03-29T01:31:30+00:00"
    frozen.move_to(datetime.datetime(2021, 1, 1, 0, 0, 0, 500000, tzinfo=datetime.timezone.utc))
    assert pandas.to_datetime("now").isoformat() == pandas.Timestamp("now").isoformat() == "2021-01-01T00:00:00.500000"


def test_uuids_are_of_that_time(freeze):
    freeze()
    since_1582 = datetime.datetime(1582, 10, 15, tzinfo=datetime.timezone.utc)
    made = since_1582 + datetime.timedelta(microseconds=uuid.uuid1().time // 10)
    assert made.isoformat() == AT


def test_our_own_clocks_are_real(freeze):
    before = REAL.time()
    freeze()
    assert time.time() == SECONDS
    assert before <= REAL.time() < before + 60
    assert REAL.perf_counter() > 0


def test_our_own_clocks_are_real_in_a_journey_of_somebody_elses():
    before = REAL.time()
    with time_machine.travel(SECONDS, tick=False):
        assert (time.time(), before <= REAL.time() < before + 60) == (SECONDS, True)
    assert before <= REAL.time() < before + 60


def test_our_own_clocks_are_real_while_another_thread_ends_the_journey(monkeypatch):
    def has_ended():
        raise ValueError("Not currently time-travelling.")

    hatch = types.SimpleNamespace(is_travelling=lambda: True, time=types.SimpleNamespace(time=has_ended))
    monkeypatch.setitem(sys.modules, "time_machine", types.SimpleNamespace(escape_hatch=hatch))
    assert abs(REAL.time() - time.time()) < 60


def test_logs_of_a_call_have_the_real_time(open_harness):
    harness = open_harness("import time\ndef handle():\n    print('x')\n    return time.clock_gettime(0)\n")
    before = REAL.time()
    reply = harness.call(frozen_at=AT)
    assert reply["answer"]["value"] == SECONDS
    assert before <= reply["started"] <= reply["logs"][0]["time"] < before + 60
    assert 0 <= reply["duration_s"] < 60


def test_everything_runs_again_afterwards():
    before = datetime.datetime, time.time, time.sleep, uuid._UuidCreate, uuid._generate_time_safe
    Frozen(AT, lambda spec: False).stop()
    assert (datetime.datetime, time.time, time.sleep, uuid._UuidCreate, uuid._generate_time_safe) == before
    assert not time_machine.escape_hatch.is_travelling()
    assert time.clock_gettime(0) > SECONDS + 1


def test_a_freeze_lies_over_another_one_and_gives_it_back(freeze):
    freeze()
    over = Frozen("2021-01-01T00:00:00+00:00", lambda spec: False)
    assert (over.covers, captured().year, datetime.datetime.now().year) == ("time-machine", 2021, 2021)  # noqa: DTZ005
    over.stop()
    assert (captured().timestamp(), time.time()) == (SECONDS, SECONDS)


def test_a_freeze_lies_over_one_of_freezegun_alone():
    with freezegun.freeze_time("2021-01-01"):
        over = Frozen(AT, lambda spec: False)
        assert [time.time(), time.clock_gettime(0)] == [SECONDS, SECONDS]
        over.stop()
        assert (captured().year > 2021, datetime.datetime.now().year) == (True, 2021)  # noqa: DTZ005
    assert not time_machine.escape_hatch.is_travelling()


def test_a_freeze_lies_over_a_journey_and_gives_it_back():
    with time_machine.travel(0, tick=False):
        over = Frozen(AT, lambda spec: False)
        assert [time.time(), time.clock_gettime(0)] == [SECONDS, SECONDS]
        over.stop()
        assert [time.time(), time.clock_gettime(0)] == [0, 0]


@pytest.mark.parametrize("without", [False, True])
def test_a_clock_that_ticks_goes_on_everywhere(freeze, monkeypatch, without):
    if without:
        monkeypatch.setitem(sys.modules, "_time_machine", None)
    freeze(is_ticking=True)
    time.sleep(3600)
    seen = [time.time(), datetime.datetime.now(datetime.timezone.utc).timestamp(), time.time()]
    if not without:
        seen[1:1] = [captured().timestamp(), time.clock_gettime(0)]
    assert all(3600 <= each - SECONDS < 3660 for each in seen)
    assert seen[0] < seen[-1]


def test_a_module_of_the_functions_own_of_that_name_is_not_imported(monkeypatch, tmp_path):
    script = (
        "import sys\nsys.modules['_time_machine'] = None\nsys.path.insert(0, sys.argv[1])\n"
        "from fn_emulator.harness.freeze import Frozen\n"
        f"print(Frozen({AT!r}, lambda spec: False).covers, 'time_machine' in sys.modules)\n"
    )
    (tmp_path / "time_machine.py").write_text("print('imported')\n")
    assert run(script, str(tmp_path)) == "freezegun False\n"


def test_pytest_is_not_imported_for_its_fixture():
    script = (
        "import sys\nfrom fn_emulator.harness.freeze import Frozen\n"
        f"print(Frozen({AT!r}, lambda spec: False).covers, 'pytest' in sys.modules)\n"
    )
    assert run(script) == "time-machine False\n"


def test_the_local_zone_is_utc_as_that_of_freezegun():
    script = (
        "import datetime, os, time\nnow = datetime.datetime.now\n"
        "from fn_emulator.harness.freeze import Frozen\n"
        f"frozen = Frozen({AT!r}, lambda spec: False)\n"
        "print(now(), datetime.datetime.now(), time.localtime().tm_hour, os.environ['TZ'])\n"
        "frozen.stop()\nprint(time.tzname[0], time.localtime(0).tm_hour)\n"
    )
    assert run(script, TZ="Asia/Tokyo").splitlines() == [
        "2020-03-29 01:30:00 2020-03-29 01:30:00 1 Asia/Tokyo",
        "JST 9",
    ]


def test_a_record_of_logging_stands_there(freeze):
    freeze()
    assert logging.LogRecord("x", 10, "x.py", 1, "x", (), None).created == SECONDS


def run(script, *arguments, **environ):
    command = [sys.executable, "-W", "error", "-c", script, *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environ})
    assert (ended.stderr, ended.returncode) == ("", 0)
    return ended.stdout
