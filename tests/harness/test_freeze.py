from __future__ import annotations

import asyncio
import datetime
import importlib
import subprocess
import sys
import time
import zipfile

import pytest

from fn_emulator.harness.freeze import Frozen
from fn_emulator.harness.realtime import REAL

NOW = datetime.datetime.now
AT = "2026-03-29T01:30:00+00:00"


def test_every_covered_clock_stands_at_the_instant(open_harness):
    source = (
        "import datetime, threading, time\n"
        "IMPORTED_AT = time.time()\n"
        "def default(now=datetime.datetime.now):\n"
        "    return now()\n"
        "def handle():\n"
        "    seen = []\n"
        "    thread = threading.Thread(target=lambda: seen.append(time.time()))\n"
        "    thread.start(); thread.join()\n"
        "    now = datetime.datetime.now(datetime.timezone.utc)\n"
        "    agree = time.time() == now.timestamp() == IMPORTED_AT == seen[0]\n"
        "    return [now.isoformat(), agree, default().isoformat()]\n"
    )
    assert open_harness(source).answer(frozen_at=AT) == ["2026-03-29T01:30:00+00:00", True, "2026-03-29T01:30:00"]


def test_a_sleep_moves_the_clock_and_returns_at_once(open_harness):
    source = (
        "import time\nfrom time import sleep\n"
        "def handle():\n    begun = time.time()\n    sleep(3600)\n    return time.time() - begun\n"
    )
    begun = time.perf_counter()
    reply = open_harness(source).call(frozen_at=AT)
    assert reply["answer"]["value"] == 3600
    assert time.perf_counter() - begun < 30
    assert 0 < reply["duration_s"] < 30


def test_sleepers_of_asyncio_wake_in_order_and_the_clock_moves_once(open_harness):
    source = (
        "import asyncio, time\n"
        "async def nap(name, seconds, seen):\n"
        "    await asyncio.sleep(seconds)\n"
        "    seen.append([name, time.time() - START])\n"
        "async def main(seen):\n"
        "    await asyncio.gather(nap('long', 10, seen), nap('short', 5, seen), nap('same', 5, seen))\n"
        "START = time.time()\n"
        "def handle():\n"
        "    seen = []\n"
        "    asyncio.run(main(seen))\n"
        "    return seen\n"
    )
    answer = open_harness(source).answer(frozen_at=AT, preload=["asyncio"])
    assert answer == [["short", 5.0], ["same", 5.0], ["long", 10.0]]


def test_the_real_clock_runs_again_afterwards(open_harness):
    before = datetime.datetime, time.time, time.sleep
    open_harness("import datetime\nclass Keeps:\n    now = datetime.datetime\ndef handle():\n    return 1\n").answer(
        frozen_at=AT
    )
    assert (datetime.datetime, time.time, time.sleep) == before
    import freezegun.config

    assert freezegun.config.settings.default_ignore_list != []


def test_another_clock_starts_cold_and_the_same_kind_goes_on_warm(open_harness):
    harness = open_harness(
        "import time\nAT = time.time()\nN = []\ndef handle():\n    N.append(1)\n    return [len(N), AT]\n"
    )
    assert harness.answer(frozen_at=AT) == [1, 1774747800.0]
    assert harness.answer(frozen_at="2026-03-29T02:00:00+00:00") == [2, 1774747800.0]
    assert harness.answer(frozen_at="2026-03-29T02:00:00+00:00", cold=True) == [1, 1774749600.0]
    count, imported_at = harness.answer()
    assert (count, imported_at > 1_790_000_000) == (1, True)


def test_other_peoples_modules_are_imported_before_the_freeze(open_harness, tmp_path, monkeypatch):
    (tmp_path / "theirs_early.py").write_text(
        "import datetime\ndef now(clock=datetime.datetime.now):\n    return clock()\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    harness = open_harness("import theirs_early\ndef handle():\n    return 1\n")
    try:
        reply = harness.call(frozen_at=AT, preload=["theirs_early", "no_such_module_here"])
        assert (reply["stage"], sys.modules["theirs_early"].now().year >= 2026) == ("done", True)
    finally:
        sys.modules.pop("theirs_early", None)


@pytest.fixture
def theirs(tmp_path, monkeypatch):
    """Write a module that is not the function's: ``theirs("name", source)``."""
    monkeypatch.syspath_prepend(str(tmp_path))
    written = []

    def write(name, source):
        (tmp_path / f"{name}.py").write_text(source)
        written.append(name)

    yield write
    for name in written:
        sys.modules.pop(name, None)


def test_a_module_that_is_imported_late_is_imported_under_the_real_clock(open_harness, theirs):
    theirs("theirs_late", "import datetime, time\nCLASS = repr(datetime.datetime), time.time.__name__\n")
    harness = open_harness("def handle():\n    import theirs_late\n    return theirs_late.CLASS\n")
    assert harness.answer(frozen_at=AT) == ["<class 'datetime.datetime'>", "time"]


def test_its_own_names_for_clocks_stand_still_until_the_freeze_ends(open_harness, theirs):
    theirs("theirs_now", "from datetime import datetime\ndef year():\n    return datetime.now().year\n")
    harness = open_harness("def handle():\n    import theirs_now\n    return theirs_now.year()\n")
    assert harness.answer(frozen_at="2020-03-29T01:30:00+00:00") == 2020
    assert sys.modules["theirs_now"].year() >= 2026


def test_a_clock_that_it_keeps_in_a_default_argument_works_after_the_freeze(open_harness, theirs):
    theirs("theirs_kept", "import time\ndef now(clock=time.time):\n    return clock()\n")
    harness = open_harness("def handle():\n    import theirs_kept\n    return 1\n")
    harness.answer(frozen_at=AT)
    assert sys.modules["theirs_kept"].now() > 1_790_000_000


def test_the_functions_own_modules_are_imported_under_the_freeze(open_harness):
    handler = "def handle():\n    import own_part\n    return own_part.YEAR\n"
    own_part = "import datetime\nYEAR = datetime.datetime.now().year\n"
    harness = open_harness({"handler.py": handler, "own_part.py": own_part})
    assert harness.answer(frozen_at="2020-03-29T01:30:00+00:00") == 2020


def test_pandas_can_be_imported_while_the_clock_stands(tmp_path):
    pytest.importorskip("pandas", reason="pandas is not installed")
    (tmp_path / "handler.py").write_text("def handle():\n    import pandas\n    return len(pandas.DataFrame())\n")
    script = "import sys\nfrom fn_emulator import load_function\nfrom datetime import datetime, timezone\n"
    script += "print(load_function('.').call(at=datetime(2020, 1, 1, tzinfo=timezone.utc)).response)\n"
    ended = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "0\n", "")


def test_a_spin_on_a_deadline_is_ended_by_the_time_limit(open_harness):
    source = "import time\ndef handle():\n    end = time.time() + 1\n    while time.time() < end:\n        pass\n"
    assert open_harness(source).call(frozen_at=AT, timeout_s=0.3)["timed_out"]


def test_a_negative_sleep_is_refused_as_by_the_real_one(open_harness):
    failure = open_harness("import time\ndef handle():\n    time.sleep(-1)\n").call(frozen_at=AT)["failure"]
    assert failure["message"] == "sleep length must be non-negative"


@pytest.mark.parametrize("body", ["raise ValueError", "raise SystemExit"])
def test_the_clock_runs_again_after_a_failure(open_harness, body):
    open_harness(f"def handle():\n    {body}\n").call(frozen_at=AT)
    assert datetime.datetime.now().year >= 2026  # noqa: DTZ005
    assert "freezegun" not in type(datetime.datetime.now()).__module__  # noqa: DTZ005


def test_a_loader_that_serves_many_modules_is_left_as_it_is(open_harness, tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "theirs.zip", "w") as archive:
        archive.writestr("zipped_early.py", "X = 1\n")
        archive.writestr("zipped_later.py", "X = 2\n")
    monkeypatch.syspath_prepend(str(tmp_path / "theirs.zip"))
    harness = open_harness("def handle():\n    import zipped_early\n    return zipped_early.X\n")
    try:
        assert harness.answer(frozen_at=AT) == 1
        clocks = datetime.datetime, time.time
        assert importlib.import_module("zipped_later").X == 2
        assert (datetime.datetime, time.time) == clocks
        assert type(sys.modules["zipped_early"].__loader__).__name__ == "zipimporter"
    finally:
        for name in ("zipped_early", "zipped_later"):
            sys.modules.pop(name, None)


def test_a_library_that_is_imported_late_sleeps_again_after_the_freeze(open_harness, theirs):
    theirs("theirs_napper", "from time import sleep\ndef nap(seconds):\n    sleep(seconds)\n")
    harness = open_harness(
        "import time\ndef handle():\n    import theirs_napper\n    theirs_napper.nap(3600)\n    return time.time()\n"
    )
    assert harness.answer(frozen_at="2026-03-29T01:30:00+00:00") == 1774747800.0 + 3600
    assert sys.modules["theirs_napper"].sleep is time.sleep


@pytest.fixture
def freeze():
    """Freeze until the end of the test: ``freeze(is_ticking=True)``."""
    frozen = []

    def freeze_(**options):
        frozen.append(Frozen(AT, lambda spec: False, **options))
        return frozen[-1]

    yield freeze_
    for each in reversed(frozen):
        each.stop()


@pytest.mark.parametrize("is_ticking", [False, True])
def test_what_sleeps_move_is_counted_from_where_the_clock_was_put(freeze, is_ticking):
    frozen = freeze(is_ticking=is_ticking)
    time.sleep(10)
    asyncio.run(asyncio.sleep(0.5))
    assert 10 < frozen.moved_s <= 10.5
    frozen.move_to(datetime.datetime(2026, 3, 28, 7, tzinfo=datetime.timezone(datetime.timedelta(hours=2))))
    assert frozen.moved_s == 0
    time.sleep(60)
    assert frozen.moved_s == 60
    passed = frozen.now - datetime.datetime(2026, 3, 28, 5, tzinfo=datetime.timezone.utc)
    assert 60 <= passed.total_seconds() < 90


def test_a_clock_that_stands_is_put_to_the_microsecond(freeze):
    frozen = freeze()
    instant = datetime.datetime(2031, 12, 31, 23, 59, 59, 999999, tzinfo=datetime.timezone.utc)
    frozen.move_to(instant)
    assert [frozen.now, datetime.datetime.now(datetime.timezone.utc), captured(instant)] == [instant] * 3
    assert type(frozen.now).__module__ == "datetime"


def captured(instant):
    """The time of somebody who took the clock before the freeze; without time-machine it goes on."""
    return NOW(datetime.timezone.utc) if "time_machine" in sys.modules else instant


def test_a_clock_that_ticks_goes_on_with_the_real_one(freeze):
    freeze(is_ticking=True)
    begun, really = time.time(), REAL.perf_counter()
    while REAL.perf_counter() < really + 0.02:
        pass
    assert 0.019 < time.time() - begun < 20


def test_a_spin_on_a_deadline_ends_on_a_clock_that_ticks(freeze):
    freeze(is_ticking=True)
    end = time.monotonic() + 0.01
    while time.monotonic() < end:
        pass
    assert datetime.datetime.now(datetime.timezone.utc) > datetime.datetime.fromisoformat(AT)


@pytest.mark.parametrize("seconds", [1e12, 1e300, float("inf")])
def test_nobody_sleeps_past_the_last_year(freeze, seconds):
    frozen = freeze()
    with pytest.raises(OverflowError) as slept:
        time.sleep(seconds)
    with pytest.raises(OverflowError, match="ends with the year 9999"):
        asyncio.run(asyncio.sleep(seconds))
    assert str(slept.value) == "timestamp too large to convert to C PyTime_t: a frozen clock ends with the year 9999"
    assert frozen.moved_s == 0
