"""What every runner gives for the same call."""

from __future__ import annotations

import os
from datetime import datetime, timezone

import pytest

from fn_emulator.runners import Pace

AT = datetime(2026, 3, 29, 1, 30, tzinfo=timezone.utc)


def test_the_answer_is_what_json_makes_of_it(open_runner):
    evidence = open_runner("def handle(data):\n    return {'got': data, 'pair': (1, 2)}\n").invoke({"a": [1]})
    assert evidence.answer == {"got": {"a": [1]}, "pair": [1, 2]}
    assert evidence.answer_text == '{"got": {"a": [1]}, "pair": [1, 2]}'
    assert [(place.path, place.becomes) for place in evidence.changed] == [("$.pair", "a list")]


def test_a_handler_gets_secrets_and_call_info(open_runner):
    opened = open_runner(
        "def handle(secrets, function_call_info):\n    return [secrets, function_call_info]\n", secret=("k=v",)
    )
    assert opened.invoke().answer == [{"k": "v"}, {"function_id": "1", "call_id": "2"}]


def test_a_scheduled_call_says_so(open_runner):
    opened = open_runner("def handle(function_call_info):\n    return function_call_info\n")
    answer = opened.invoke(schedule_id=7, scheduled_time=AT).answer
    assert (answer["schedule_id"], answer["scheduled_time"]) == ("7", "2026-03-29T01:30:00Z")


def test_what_json_refuses_is_evidence(open_runner):
    evidence = open_runner("def handle():\n    return {'a': {1}}\n").invoke()
    assert (evidence.stage, evidence.answer_text, evidence.failure) == ("done", None, None)
    assert [(place.path, place.type) for place in evidence.refused] == [("$.a", "set")]


def test_an_exception_is_evidence_with_the_users_path(open_runner, tmp_path):
    evidence = open_runner("def handle():\n    return 1 / 0\n").invoke()
    assert evidence.failure.type == "ZeroDivisionError"
    assert evidence.place == (f"{tmp_path}/fn/handler.py", 2)


def test_output_is_shown_and_kept(open_runner):
    opened = open_runner("import os, sys\ndef handle():\n    print('a')\n    os.write(2, b'b\\n')\n")
    evidence = opened.invoke()
    assert [(line.stream, line.message) for line in evidence.logs] == [("stdout", "a"), ("stderr", "b")]
    assert opened.shown == [("stdout", "a"), ("stderr", "b")]
    assert all(line.time.tzinfo is timezone.utc for line in evidence.logs)


def test_state_is_warm_until_a_cold_call(open_runner):
    opened = open_runner("N = []\ndef handle():\n    N.append(1)\n    return len(N)\n")
    assert [opened.invoke().answer, opened.invoke().answer, opened.invoke(is_cold=True).answer] == [1, 2, 1]


def test_a_time_limit_ends_the_call(open_runner):
    evidence = open_runner("import time\ndef handle():\n    time.sleep(60)\n").invoke(timeout_s=0.2)
    assert evidence.is_timed_out
    assert evidence.is_timeout_enforced


def test_the_clock_stands_where_it_is_told_to(open_runner):
    opened = open_runner(
        "import datetime\ndef handle():\n    return datetime.datetime.now(datetime.timezone.utc).isoformat()\n"
    )
    assert opened.invoke(frozen_at=AT).answer == AT.isoformat()


def test_only_declared_variables_are_there(open_runner, monkeypatch):
    monkeypatch.setenv("FROM_SHELL", "x")
    opened = open_runner(
        "import os\ndef handle():\n    return [os.getenv('OWN'), os.getenv('FROM_SHELL')]\n", env=("OWN=1",)
    )
    evidence = opened.invoke()
    assert evidence.answer == ["1", None]
    assert [(read.name, read.is_in_shell) for read in evidence.env_reads] == [("FROM_SHELL", True)]


def test_a_foreign_host_is_refused(open_runner):
    source = "import socket\ndef handle():\n    socket.create_connection(('example.com', 80), timeout=5)\n"
    evidence = open_runner(source).invoke()
    assert [(refusal.host, refusal.port, refusal.line) for refusal in evidence.refusals] == [("example.com", 80, 3)]


def test_times_and_memory_are_measured(open_runner):
    evidence = open_runner("def handle():\n    return sum(range(100_000))\n").invoke()
    assert 0 < evidence.duration_s < 30
    assert evidence.import_s > 0
    assert evidence.peak_memory_mb > 1


def test_an_answer_of_two_megabytes_arrives_whole(open_runner):
    evidence = open_runner("def handle():\n    return 'x' * 2_000_000\n").invoke()
    assert len(evidence.answer_text) == 2_000_002


OUTPUTS = {
    "a thousand lines": ("for n in range(1000): print(n)", [str(n) for n in range(1000)]),
    "no text": ("os.write(1, b'\\xff\\n')", ["\ufffd"]),
    "a line without an end": ("print('a', end='')", ["a"]),
    "by its name": (
        "os.write(1, b'1\\n'); os.system('echo 2 >> /dev/stdout'); os.write(1, b'3\\n')",
        ["1", "2", "3"],
    ),
    "by its name, emptied": ("print(1); os.system('echo 2 > /dev/stdout; echo 3'); print(4)", ["1", "2", "3", "4"]),
    "of a child process": ("print(1); subprocess.run(['echo', '2']); print(3)", ["1", "2", "3"]),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_output_is_whole_and_in_order(open_runner, name):
    body, lines = OUTPUTS[name]
    evidence = open_runner(f"import os, subprocess\ndef handle():\n    {body}\n").invoke()
    assert [line.message for line in evidence.logs] == lines


def test_data_of_two_megabytes_arrives_whole(open_runner):
    evidence = open_runner("def handle(data):\n    return len(data['x'])\n").invoke({"x": "x" * 2_000_000})
    assert evidence.answer == 2_000_000


def test_a_call_after_a_failure_is_warm(open_runner):
    opened = open_runner("N = []\ndef handle(data):\n    N.append(1)\n    return len(N) if data else 1 / 0\n")
    assert opened.invoke().failure.type == "ZeroDivisionError"
    assert opened.invoke({"again": 1}).answer == 2


def test_each_call_stands_where_the_caller_does(open_runner, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    opened = open_runner("import os\ndef handle():\n    place = os.getcwd()\n    os.chdir('/')\n    return place\n")
    assert [opened.invoke().answer, opened.invoke().answer] == [str(tmp_path)] * 2
    assert os.getcwd() == str(tmp_path)


def test_the_output_of_a_call_is_not_the_next_ones(open_runner):
    opened = open_runner("def handle(data):\n    print(data['n'], end='')\n")
    logs = [[line.message for line in opened.invoke({"n": n}).logs] for n in range(3)]
    assert logs == [["0"], ["1"], ["2"]]


def test_calls_in_a_row_are_warm_and_each_has_its_evidence(open_runner):
    source = "N = []\ndef handle(data):\n    N.append(1)\n    print(data)\n    return [len(N), data // (data - 2)]\n"
    seen = list(open_runner(source).invoke_each(1, 2, 3))
    assert [evidence.answer for evidence in seen] == [[1, -1], None, [3, 3]]
    assert [evidence.failure and evidence.failure.type for evidence in seen] == [None, "ZeroDivisionError", None]
    assert [evidence.logs[0].message for evidence in seen] == ["1", "2", "3"]


def test_a_call_in_a_row_that_runs_out_of_time_is_followed_by_the_next(open_runner):
    opened = open_runner("import time\ndef handle(data):\n    time.sleep(data)\n    return data\n")
    seen = list(opened.invoke_each(0, 60, 0, timeout_s=0.3))
    assert [(evidence.answer, evidence.is_timed_out) for evidence in seen] == [(0, False), (None, True), (0, False)]


def test_each_of_calls_in_a_row_is_seen_when_it_has_ended(open_runner, tmp_path):
    go_on = tmp_path / "go on"
    wait = f"while data and not os.path.exists({str(go_on)!r}):\n        time.sleep(0.001)"
    opened = open_runner(f"import os, time\ndef handle(data):\n    {wait}\n    return data\n")
    rows = opened.invoke_each(0, 1, pace=Pace(0.0, is_in_step=False))
    assert next(rows).answer == 0
    go_on.touch()
    assert next(rows).answer == 1
    assert next(rows, None) is None


def test_calls_in_a_row_that_nobody_waits_for_any_more_end(open_runner):
    opened = open_runner("N = []\ndef handle(data):\n    N.append(1)\n    return len(N)\n")
    rows = opened.invoke_each(*range(5), pace=Pace(0.0, is_in_step=False))
    assert next(rows).answer == 1
    rows.close()
    assert opened.invoke().answer in (1, 2)  # a new worker, or in process the same one
