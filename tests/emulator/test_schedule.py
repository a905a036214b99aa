"""A schedule from Python: one call after the other, each where it is due."""

from __future__ import annotations

import os
import threading
import time
from contextlib import closing
from datetime import datetime, timedelta, timezone

import pytest

from fn_emulator import FakeCdf, load_function
from fn_emulator.calls import CallLog
from fn_emulator.emulator import open_loaded
from fn_emulator.errors import DataError, RunnerError, ScheduleError, SettingsError
from fn_emulator.runners.opening import Surroundings

START = datetime(2026, 3, 29, 1, 30, tzinfo=timezone.utc)
HOURLY = "0 * * * *"
TOOLKIT = """\
- name: hourly
  functionExternalId: fn
  cronExpression: "0 * * * *"
  data: {plant: north}
- name: with a secret
  functionExternalId: fn
  cronExpression: "0 6 * * *"
  data: {token: "${TOKEN}"}
"""
COUNTS = "N = []\ndef handle():\n    N.append(1)\n    return len(N)\n"
CREATES = """\
from cognite.client.data_classes import EventWrite

N = []

def handle(client):
    N.append(1)
    if len(N) % 2:
        client.events.create(EventWrite(external_id=f"e{len(N)}"))
    return len(N)
"""
POSTS = """\
import requests

def handle(function_call_info):
    body = {"items": [{"externalId": function_call_info["call_id"]}]}
    requests.post("URL/api/v1/projects/fn-emulator/events", json=body, headers={"authorization": "Bearer x"})
"""


@pytest.fixture
def cdf():
    """An in-memory CDF with a client for the test."""
    with closing(FakeCdf()) as cdf:
        yield cdf


@pytest.fixture(params=["inprocess", "worker"])
def load(request, tmp_path):
    """Write a function folder, with schedules beside it, and open it on a runner."""
    opened = []

    def load_(source, **options):
        (tmp_path / "fn").mkdir(exist_ok=True)
        (tmp_path / "fn" / "handler.py").write_text(source)
        opened.append(load_function(tmp_path / "fn", **{"runner": request.param, "timeout_s": 20, **options}))
        return opened[-1]

    yield load_
    for fn in opened:
        fn.close()


@pytest.fixture
def load_here(tmp_path):
    """The same in this process alone, where the runner makes no difference."""
    opened = []

    def load_(source):
        (tmp_path / "fn").mkdir(exist_ok=True)
        (tmp_path / "fn" / "handler.py").write_text(source)
        opened.append(load_function(tmp_path / "fn", timeout_s=20))
        return opened[-1]

    yield load_
    for fn in opened:
        fn.close()


@pytest.fixture
def load_declared(load_here, tmp_path):
    """The same for a function with schedules."""
    (tmp_path / "fn.Schedule.yaml").write_text(TOOLKIT)
    return load_here


def load_alone(tmp_path, source, runner="inprocess"):
    """A function as commands open it: its calls are kept, and one that cannot be loaded fails when it is called."""
    (tmp_path / "fn").mkdir()
    (tmp_path / "fn" / "handler.py").write_text(source)
    around = Surroundings(runner, os.environ, has_only_declared_env=True)
    return open_loaded(str(tmp_path / "fn"), flags={}, around=around, log=CallLog(str(tmp_path)))


def answers(results):
    return [result.response for result in results]


def refused(error, call):
    with pytest.raises(error) as raised:
        call()
    return str(raised.value)


def test_each_call_is_due_where_its_clock_stands(load):
    fn = load(
        "import datetime, time\ndef handle(function_call_info):\n"
        "    return [function_call_info['scheduled_time'], str(datetime.datetime.now()), time.time()]\n"
    )
    results = list(fn.schedule("*/30 * * * *", start=START, count=3))
    dues = [START + timedelta(minutes=30 * number) for number in range(3)]
    assert [result.call.scheduled_time for result in results] == dues
    assert answers(results) == [
        [due.strftime("%Y-%m-%dT%H:%M:%SZ"), f"{due:%Y-%m-%d %H:%M:%S}", due.timestamp()] for due in dues
    ]


def test_a_call_knows_that_it_is_scheduled(load_here):
    fn = load_here("def handle(function_call_info):\n    return sorted(function_call_info)\n")
    told = ["call_id", "function_id", "schedule_id", "scheduled_time"]
    assert answers(fn.schedule(HOURLY, start=START, count=3)) == [told] * 3


def test_each_call_has_an_id_of_its_own(load):
    fn = load("def handle(function_call_info):\n    return function_call_info['call_id']\n")
    results = list(fn.schedule(HOURLY, start=START, count=3))
    assert len(set(answers(results))) == 3
    assert answers(results) == [str(result.call.id) for result in results]


def test_what_a_call_sleeps_moves_its_own_clock_alone(load):
    fn = load("import time\ndef handle():\n    time.sleep(90)\n    return time.time()\n")
    results = list(fn.schedule("* * * * *", start=START, count=3))
    assert answers(results) == [START.timestamp() + 60 * number + 90 for number in range(3)]
    assert [result.moved_s for result in results] == [90] * 3


def test_a_call_that_sleeps_past_its_time_limit_says_so(load):
    fn = load(
        "import time\ndef handle(function_call_info):\n    time.sleep(N.append(1) or SLEEPS[len(N) - 1])\nN = []\n"
        "SLEEPS = [5, 5, 700, 5]\n"
    )
    told = [
        any("slept longer than its time limit" in note for note in result.notes)
        for result in fn.schedule("* * * * *", start=START, count=4)
    ]
    assert told == [False, False, True, False]


def test_a_clock_that_ticks_goes_on_during_a_call(load):
    fn = load("import time\ndef handle():\n    before = time.time()\n    return [before, time.time()]\n")
    for number, (before, after) in enumerate(answers(fn.schedule(HOURLY, start=START, count=3, is_ticking=True))):
        assert START.timestamp() + 1800 + 3600 * number < before < after


def test_the_first_call_starts_cold_and_the_others_are_warm(load):
    fn = load(COUNTS)
    fn.call()
    assert answers(fn.schedule(HOURLY, start=START, count=3)) == [1, 2, 3]
    assert answers(fn.schedule(HOURLY, start=START, count=2)) == [1, 2]


def test_each_call_starts_cold_where_that_is_asked_for(load):
    assert answers(load(COUNTS).schedule(HOURLY, start=START, count=3, is_cold=True)) == [1, 1, 1]


def test_a_call_after_a_schedule_has_the_real_clock(load):
    fn = load("import time\ndef handle():\n    return time.time()\n")
    list(fn.schedule(HOURLY, start=START, count=2))
    before = time.time()
    assert before <= fn.call().response <= time.time()


def test_nothing_is_frozen_while_a_result_is_looked_at(load):
    before = time.time()
    for _ in load(COUNTS).schedule(HOURLY, start=START, count=3):
        assert before <= time.time() < before + 60


def test_calls_between_the_results_are_made(load):
    fn = load(COUNTS)
    seen = [(result.response, fn.call().response) for result in fn.schedule(HOURLY, start=START, count=3)]
    assert [other for _, other in seen] == [1, 2, 3] or all(other == 1 for _, other in seen)


@pytest.mark.parametrize(
    ("given", "dues"),
    [
        ({"start": START, "end": START + timedelta(hours=2)}, [2, 3]),
        ({"start": "2026-03-29T02:00", "end": "2026-03-29T04:00"}, [2, 3]),
        ({"start": "2026-03-29T02:00", "count": 1}, [2]),
        ({"start": "2026-03-28T22:30"}, [23, *range(23)]),
    ],
    ids=["datetimes", "text", "count", "a day"],
)
def test_a_range_is_read(load_here, given, dues):
    fn = load_here("def handle(): pass\n")
    assert [result.call.scheduled_time.hour for result in fn.schedule(HOURLY, **given)] == dues


def test_a_declared_schedule_has_its_times_and_its_data(load_declared):
    fn = load_declared("def handle(data):\n    return data\n")
    results = list(fn.schedule(name="hourly", start=START, count=2))
    assert answers(results) == [{"plant": "north"}] * 2
    assert [result.call.scheduled_time.minute for result in results] == [0, 0]


def test_data_can_be_given_in_the_place_of_the_schedules(load_declared):
    fn = load_declared("def handle(data):\n    return data\n")
    assert (
        answers(fn.schedule(name="hourly", start=START, count=2, data={"plant": "south"})) == [{"plant": "south"}] * 2
    )


def test_the_same_expression_may_be_given_too(load_declared):
    fn = load_declared("def handle(data):\n    return data\n")
    assert answers(fn.schedule(HOURLY, name="hourly", start=START, count=1)) == [{"plant": "north"}]


def test_another_expression_is_refused(load_declared):
    fn = load_declared("def handle(data):\n    return data\n")
    assert refused(ScheduleError, lambda: fn.schedule("* * * * *", name="hourly", count=1)) == (
        "The schedule 'hourly' is due at '0 * * * *', and '* * * * *' was given too.\n"
        "Hint: leave one of them out; the data can be given apart"
    )


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({}, ScheduleError, "Nothing says when the function is due."),
        ({"cron": "* * *", "count": 1}, ScheduleError, "'* * *'"),
        ({"cron": "0 0 30 2 *", "count": 1}, ScheduleError, "0 0 30 2 *"),
        ({"cron": HOURLY, "start": START, "end": START + timedelta(minutes=5)}, ScheduleError, "due"),
        ({"cron": HOURLY, "start": datetime(2026, 3, 29)}, DataError, "start '2026-03-29 00:00:00'"),  # noqa: DTZ001
        ({"cron": HOURLY, "start": "soon"}, DataError, "start 'soon'"),
        ({"cron": HOURLY, "count": 1, "data": {"x": {1}}}, DataError, "set"),
        ({"name": "none"}, DataError, "has no schedule 'none'"),
        ({"name": "with a secret", "count": 1}, SettingsError, "TOKEN"),
    ],
    ids=["nothing", "fields", "never", "empty range", "naive", "no instant", "no JSON", "no schedule", "not set"],
)
def test_what_cannot_be_simulated_is_refused_at_once(load_declared, given, error, message):
    fn = load_declared("def handle(): pass\n")
    assert message in refused(error, lambda: fn.schedule(**given))


@pytest.mark.parametrize("source", [CREATES, POSTS], ids=["a client", "requests"])
def test_no_later_call_has_written_while_a_result_is_looked_at(load, cdf, source):
    fn = load(source.replace("URL", cdf.base_url), cdf=cdf)
    written = 0
    for result in fn.schedule(HOURLY, start=START, count=6):
        written += len(result.effects)
        assert len(cdf.client.events.list()) == written
    assert written >= 3


def test_what_a_test_writes_between_two_results_the_next_call_sees(load, cdf):
    fn = load(
        "N = []\ndef handle(client):\n    N.append(1)\n    return len(client.events.list()) if len(N) % 3 else None\n",
        cdf=cdf,
    )
    seen = []
    for result in fn.schedule(HOURLY, start=START, count=6):
        seen.append(result.response)
        cdf.client.events.create({"externalId": str(len(seen))})
    assert seen == [0, 1, None, 3, 4, None]


def test_the_effects_of_a_call_are_its_own(load):
    results = list(load(CREATES).schedule(HOURLY, start=START, count=4))
    assert [[effect.created for effect in result.effects] for result in results] == [[1], [], [1], []]


def test_secrets_are_masked_in_what_is_shown(load):
    fn = load("def handle(secrets):\n    print(secrets['k'])\n    return 1\n", secrets={"k": "hunter2-hunter2"})
    shown = []
    results = list(fn.schedule(HOURLY, start=START, count=3, show=lambda stream, line: shown.append(line)))
    assert shown == [result.logs[0].message for result in results] == ["***"] * 3


def test_a_call_among_quiet_ones_has_the_findings_of_its_answer(load):
    fn = load(
        "N = []\ndef handle(secrets):\n    N.append(1)\n"
        "    return {3: secrets['k'], 5: 'x' * 500_000, 7: 'x' * 2_000_000, 9: {1}}.get(len(N))\n",
        secrets={"k": "hunter2-hunter2"},
    )
    results = list(fn.schedule(HOURLY, start=START, count=10))
    found = {number: [f.id for f in result.findings] for number, result in enumerate(results, 1) if result.findings}
    assert found == {3: ["secret-leaked"], 5: ["large-response"], 7: ["response-too-large"], 9: ["not-json"]}
    assert [number for number, result in enumerate(results, 1) if result.failure] == [7, 9]


def test_each_call_has_the_findings_of_the_others(load):
    fn = load("import time\ndef handle():\n    return time.clock_gettime(time.CLOCK_REALTIME)\n")
    found = [[finding.id for finding in result.findings] for result in fn.schedule(HOURLY, start=START, count=4)]
    assert found == [found[0]] * 4


def test_each_call_says_that_its_time_limit_could_not_be_enforced(load):
    fn, notes = load(COUNTS), []
    thread = threading.Thread(
        target=lambda: notes.extend(result.notes for result in fn.schedule(HOURLY, start=START, count=3))
    )
    thread.start()
    thread.join()
    assert notes == [notes[0]] * 3
    assert len(notes[0]) == (1 if fn.call().where.runner == "inprocess" else 0)


def test_results_are_those_of_calls_that_are_made_one_by_one(load):
    source = "def handle(data, function_call_info):\n    print(data)\n    return function_call_info['scheduled_time']\n"
    in_a_row = list(load(source).schedule(HOURLY, start=START, count=3, data={"x": 1}))
    fn = load(source)
    by_themselves = [fn.call({"x": 1}, scheduled_time=result.call.scheduled_time) for result in in_a_row]

    def told(result):
        unlike = ("started", "duration_s", "elapsed_s", "cpu_s", "peak_memory_mb")
        call, logs = result.call._replace(is_warm=False), [(line.stream, line.message) for line in result.logs]
        return result._replace(call=call, logs=logs, **dict.fromkeys(unlike))

    assert list(map(told, in_a_row)) == list(map(told, by_themselves))


@pytest.mark.parametrize("runner", ["inprocess", "worker"])
def test_only_calls_that_failed_are_kept_for_rerun(tmp_path, runner):
    fn = load_alone(tmp_path, "N = []\ndef handle():\n    N.append(1)\n    return 1 // (len(N) - 2)\n", runner)
    with fn:
        results = list(fn.schedule(HOURLY, start=START, count=3))
    assert [result.recording is not None for result in results] == [False, True, False]


def test_a_function_that_cannot_be_loaded_fails_at_each_due_time(tmp_path):
    with load_alone(tmp_path, "def handel(): pass\n") as fn:
        results = list(fn.schedule(HOURLY, start=START, count=3))
    assert [(result.status, result.failure.type) for result in results] == [("Failed", "FunctionLoadError")] * 3
    assert [result.call.scheduled_time.hour for result in results] == [2, 3, 4]


def test_a_function_that_was_closed_makes_no_more_calls(load, tmp_path):
    fn = load(COUNTS)
    results = fn.schedule(HOURLY, start=START, count=3)
    next(results)
    fn.close()
    assert refused(RunnerError, lambda: next(results)) == (
        f"{tmp_path}/fn was closed before all of its calls were made.\nHint: look at their results before you close it"
    )


def test_a_schedule_within_a_call_of_the_same_process_is_refused(tmp_path):
    (tmp_path / "fn").mkdir()
    (tmp_path / "fn" / "handler.py").write_text("def handle(client):\n    return [r.answer for r in client()]\n")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "handler.py").write_text(COUNTS)
    with load_function(inner) as other:
        with load_function(tmp_path / "fn", client=lambda: other.schedule(HOURLY, start=START, count=2)) as fn:
            failure = next(fn.schedule(HOURLY, start=START, count=1)).failure
        assert (failure.type, "was called from within a call" in failure.message) == ("RunnerError", True)
        assert answers(other.schedule(HOURLY, start=START, count=2)) == [1, 2]
