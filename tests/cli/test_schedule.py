"""``schedule`` as it is typed; in this process, but where a process of its own is the matter."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress

import pytest
from click.testing import CliRunner

from fn_emulator.cli.main import main

HOURS = "def handle(function_call_info):\n    return function_call_info['scheduled_time'][11:13]\n"
PLAIN = "def handle():\n    return 1\n"
COUNTER = (
    "def handle(client):\n"
    "    row = client.raw.rows.retrieve('state', 'runs', 'total')\n"
    "    hours = row.columns['hours'] if row else 0\n"
    "    client.raw.rows.insert('state', 'runs', {'total': {'hours': hours + 1}}, ensure_parent=True)\n"
)
HOURLY = ("--cron", "0 * * * *", "--from", "2026-03-29")
MANY = ("--cron", "* * * * *", "--from", "2026-03-29", "--count", "1500", "--client", "none")
ENDINGS = {
    "raise ValueError('no')": (1, "Failed", "ValueError: no"),
    "import time; time.sleep(0) or [0 for _ in iter(int, 1)]": (3, "Timeout", ""),
    "import os; os._exit(7)": (4, "Died", ""),
}
YAML = """
- name: hourly
  functionExternalId: fn
  cronExpression: "0 * * * *"
  data: {plant: Oslo}
  authentication: {clientId: id, clientSecret: secret}
"""


@pytest.fixture
def simulate(tmp_path, monkeypatch):
    """Type the command: ``simulate("--cron", ...)`` on the folder ``fn``."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, ["schedule", "fn", *arguments])


@pytest.fixture
def simulate_many(folder, simulate):
    """The same, with 1,500 calls of a small function."""
    folder(PLAIN)
    return lambda *arguments: simulate(*MANY, *arguments)


def refusal(ended):
    """The two sentences of an error; nothing is on stdout."""
    assert (ended.exit_code, ended.stdout) == (2, "")
    return ended.stderr.splitlines()


def test_each_call_is_a_row_and_the_last_line_says_what_all_came_to(folder, simulate):
    folder(HOURS)
    ended = simulate(*HOURLY, "--count", "3")
    *rows, slowest, wrote, last = ended.stdout.splitlines()
    assert [row.split()[:3] + row.split()[5:] for row in rows] == [
        ["2026-03-29", f"0{hour}:00", "Completed", f'"0{hour}"'] for hour in range(3)
    ]
    assert slowest.startswith("Slowest: ")
    assert wrote == "Wrote: nothing"
    assert last.startswith(
        "3 calls of 0 * * * * (every hour), 2026-03-29 00:00 to 2026-03-29 02:00 UTC: 3 Completed, in "
    )
    assert (ended.exit_code, ended.stderr) == (0, "")


def test_the_end_is_not_considered(folder, simulate):
    folder(HOURS)
    ended = simulate(*HOURLY, "--to", "2026-03-29T02:00", "--format", "json")
    assert [call["response"] for call in json.loads(ended.stdout)["calls"]] == ["00", "01"]


def test_many_calls_are_told_by_spans_of_time(simulate_many):
    ended = simulate_many()
    *spans, _, _, last = ended.stdout.splitlines()
    assert ended.exit_code == 0
    assert len(spans) == 25
    assert spans[0].startswith("2026-03-29 00:00  60 calls      60 Completed")
    assert last.startswith("1,500 calls of * * * * *")


def test_json_is_one_object(folder, simulate):
    folder(HOURS)
    report = json.loads(simulate(*HOURLY, "--count", "2", "--format", "json").stdout)
    assert (report["schema"], report["cron"], report["sentence"]) == (1, "0 * * * *", "every hour")
    assert [(call["scheduled_time"], call["status"], call["response"]) for call in report["calls"]] == [
        ("2026-03-29T00:00:00Z", "Completed", "00"),
        ("2026-03-29T01:00:00Z", "Completed", "01"),
    ]
    assert report["summary"]["statuses"] == {"Completed": 2}
    assert (report["stress"], report["findings"]) == ([], [])


def test_many_calls_are_lines_in_the_file_and_the_object_is_on_stdout(simulate_many, tmp_path):
    (tmp_path / "calls.jsonl").write_text("old")
    (tmp_path / "calls.jsonl").chmod(0o640)
    ended = simulate_many("--format", "json", "--output", "calls.jsonl")
    calls = [json.loads(line) for line in (tmp_path / "calls.jsonl").read_text().splitlines()]
    assert len(calls) == 1500
    assert calls[-1]["scheduled_time"] == "2026-03-30T00:59:00Z"
    report = json.loads(ended.stdout)
    assert (report["calls"], report["summary"]["calls"]) == (None, 1500)
    assert (tmp_path / "calls.jsonl").stat().st_mode & 0o777 == 0o640
    assert sorted(os.listdir(tmp_path)) == ["calls.jsonl", "fn"]


@pytest.mark.parametrize("output", [(), ("--output", "-")])
def test_without_a_file_the_lines_of_many_calls_are_left_out_and_that_is_said(simulate_many, tmp_path, output):
    ended = simulate_many("--format", "json", *output)
    assert json.loads(ended.stdout)["calls"] is None
    assert ended.stderr == "note: more than 1,000 calls are written to --output FILE only, a line of JSON each.\n"
    assert os.listdir(tmp_path) == ["fn"]


def test_lines_go_into_a_pipe_too(simulate_many, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(["wc", "-l", tmp_path / "pipe"], stdout=subprocess.PIPE, text=True) as counting:
        assert simulate_many("--format", "json", "--output", "pipe").exit_code == 0
        assert counting.communicate()[0].split()[0] == "1500"


def test_html_goes_to_the_file_and_what_it_came_to_is_told(folder, simulate, tmp_path):
    folder(HOURS)
    ended = simulate(*HOURLY, "--count", "2", "--format", "html", "--output", "report.html")
    assert (tmp_path / "report.html").read_text().startswith("<!")
    assert ended.stdout == ""
    assert ended.stderr.splitlines()[-1].startswith("2 calls of 0 * * * *")


def test_html_on_stdout_is_alone_there(folder, simulate):
    folder(HOURS)
    ended = simulate(*HOURLY, "--count", "2", "--format", "html")
    assert ended.stdout.startswith("<!")
    assert ended.stdout.rstrip().endswith("</html>")
    assert ended.stderr.splitlines()[-1].startswith("2 calls of 0 * * * *")


def test_text_goes_to_a_file(folder, simulate, tmp_path):
    folder(HOURS)
    ended = simulate(*HOURLY, "--count", "2", "--output", "report.txt")
    assert (tmp_path / "report.txt").read_text().startswith("2026-03-29 00:00  Completed")
    assert ended.stdout == ""


def test_now_fires_one_call(folder, simulate):
    folder(HOURS)
    ended = simulate("--now", "--format", "json")
    report = json.loads(ended.stdout)
    assert (report["cron"], len(report["calls"])) == (None, 1)
    assert simulate("--now").stdout.splitlines()[-1].startswith("1 call fired at once, ")


@pytest.mark.parametrize(
    ("option", "value"), [("--cron", ["0 * * * *"]), ("--count", ["3"]), ("--from", ["2026"]), ("--stress", [])]
)
def test_now_says_when_alone(folder, simulate, option, value):
    folder(PLAIN)
    assert refusal(simulate("--now", option, *value)) == [
        f"Error: --now fires a call at once, and {option} says when it is due.",
        f"Hint: leave {option} or --now out",
    ]


def test_nothing_says_when(folder, simulate):
    folder(PLAIN)
    assert refusal(simulate()) == [
        "Error: Nothing says when fn is due: it declares none in *.Schedule.yaml.",
        "Hint: give --cron '*/5 * * * *'",
    ]


def test_several_schedules_are_not_guessed_at(folder, simulate, tmp_path):
    folder(PLAIN)
    (tmp_path / "fn.Schedule.yaml").write_text(YAML + YAML.replace("hourly", "other"))
    assert refusal(simulate()) == [
        "Error: Nothing says when fn is due: it declares 'hourly', 'other'.",
        "Hint: give --cron '*/5 * * * *', or --schedule NAME",
    ]


@pytest.mark.parametrize("typed", [(), ("--schedule", "hourly")])
def test_a_declared_schedule_comes_with_its_data(folder, simulate, tmp_path, typed):
    folder("def handle(data):\n    return data\n")
    (tmp_path / "fn.Schedule.yaml").write_text(YAML)
    report = json.loads(simulate(*typed, "--from", "2026-03-29", "--count", "2", "--format", "json").stdout)
    assert report["cron"] == "0 * * * *"
    assert [call["response"] for call in report["calls"]] == [{"plant": "Oslo"}] * 2


def test_an_expression_of_ones_own_has_ones_own_data(folder, simulate, tmp_path):
    folder("def handle(data):\n    return data\n")
    (tmp_path / "fn.Schedule.yaml").write_text(YAML)
    report = json.loads(simulate(*HOURLY, "--count", "1", "--data", '{"a": 1}', "--format", "json").stdout)
    assert report["calls"][0]["response"] == {"a": 1}


def test_the_expression_that_was_meant_is_suggested(folder, simulate):
    folder(PLAIN)
    message, hint = refusal(simulate("--cron", "0 0/15 * * * ?"))
    assert message == "Error: The cron expression '0 0/15 * * * ?' has 6 fields, and a schedule has five."
    assert hint.startswith("Hint: write '*/15 * * * *' (every 15 minutes)")


@pytest.mark.parametrize(("typed", "seen"), [((), [1, 2, 3]), (("--cold",), [1, 1, 1])])
def test_state_lives_between_calls_unless_they_are_cold(folder, simulate, typed, seen):
    folder("N = []\ndef handle():\n    N.append(1)\n    return len(N)\n")
    report = json.loads(simulate(*HOURLY, "--count", "3", "--format", "json", *typed).stdout)
    assert [call["response"] for call in report["calls"]] == seen


@pytest.mark.parametrize(("typed", "goes_on"), [((), False), (("--tick",), True)])
def test_the_clock_stands_unless_it_ticks(folder, simulate, typed, goes_on):
    folder(
        "import time\ndef handle():\n    first = time.time()\n    sum(range(10**5))\n    return time.time() > first\n"
    )
    report = json.loads(simulate(*HOURLY, "--count", "1", "--format", "json", *typed).stdout)
    assert report["calls"][0]["response"] is goes_on


def test_a_reader_may_not_write(folder, simulate):
    folder(COUNTER)
    ended = simulate(*HOURLY, "--count", "1", "--as", "reader", "--no-record")
    assert ended.exit_code == 1
    assert "403" in ended.stdout


@pytest.mark.parametrize("body", ENDINGS)
def test_the_exit_code_is_that_of_the_worst_call(folder, simulate, body):
    code, status, failure = ENDINGS[body]
    folder(
        "def handle(function_call_info):\n"
        "    if '01:00' in function_call_info['scheduled_time']:\n"
        f"        {body}\n"
        "    return 1\n"
    )
    ended = simulate(*HOURLY, "--count", "3", "--timeout", "0.5", "--client", "none", "--no-record")
    assert ended.exit_code == code
    assert [row.split()[2] for row in ended.stdout.splitlines()[:3]] == ["Completed", status, "Completed"]
    assert failure in ended.stdout


def test_what_the_handler_prints_goes_to_stderr_and_stdout_can_be_parsed(folder, emulate):
    folder("import sys\ndef handle():\n    print('out')\n    print('err', file=sys.stderr)\n")
    ended = emulate("schedule", "fn", *HOURLY, "--count", "2", "--format", "json")
    assert [call["status"] for call in json.loads(ended.stdout)["calls"]] == ["Completed"] * 2
    assert sorted(ended.stderr.split()) == ["err", "err", "out", "out"]


def test_failing_calls_alone_are_recorded_and_run_again(folder, simulate):
    folder("def handle(function_call_info):\n    return 1 / int(function_call_info['scheduled_time'][11:13])\n")
    report = json.loads(simulate(*HOURLY, "--count", "3", "--format", "json").stdout)
    first, *others = [call["call"]["recording"] for call in report["calls"]]
    assert first
    assert others == [None, None]
    again = CliRunner().invoke(main, ["rerun", first])
    assert again.exit_code == 1
    assert again.stderr.splitlines()[-1] == "As recorded."


def test_nothing_is_recorded_where_that_is_said(folder, simulate, tmp_path):
    folder("def handle():\n    return 1 / 0\n")
    assert simulate(*HOURLY, "--count", "2", "--no-record").exit_code == 1
    assert os.listdir(tmp_path) == ["fn"]


@pytest.mark.parametrize("output", ["missing/report.txt", "fn"])
@pytest.mark.parametrize("format_", ["text", "json", "html"])
def test_a_report_that_cannot_be_written_is_refused_before_any_call(folder, simulate, tmp_path, output, format_):
    folder(f"def handle():\n    open({str(tmp_path / 'called')!r}, 'w').close()\n")
    message, _ = refusal(simulate(*HOURLY, "--count", "1", "--format", format_, "--output", output))
    assert message in (
        "Error: --output missing/report.txt lies in missing, which does not exist.",
        "Error: --output fn is a directory.",
    )
    assert os.listdir(tmp_path) == ["fn"]


def test_stress_tells_each_trouble(folder, simulate):
    folder(COUNTER)
    ended = simulate(*HOURLY, "--count", "3", "--stress", "--fail-on", "warning")
    lines = ended.stdout.splitlines()
    assert ended.exit_code == 1
    assert [line.split()[1] for line in lines if line.startswith("!! ")] == ["twice:", "retry:", "missed:", "overlap:"]
    assert "ok late: With calls that start 90 s late (our assumption)" in lines
    assert "ok calendar: 10 other days on which clocks or calendars are special (documented)" in lines
    assert "   columns.hours of raw/rows state/runs/total is 6 in the place of 3" in lines
    assert ended.stderr.splitlines() == [
        "Stress: 3 calls undisturbed, to compare with.",
        "Stress: days on which clocks and calendars are special.",
    ]


def test_stress_in_json(folder, simulate):
    folder(COUNTER)
    ended = simulate(*HOURLY, "--count", "3", "--stress", "--format", "json", "--ignore", "schedule-missed")
    report = json.loads(ended.stdout)
    assert ended.exit_code == 0
    assert [stress["name"] for stress in report["stress"]] == [
        *("late", "twice", "retry", "missed", "overlap"),
        *["calendar"] * 10,
    ]
    assert {stress["origin"] for stress in report["stress"]} == {"our assumption", "documented"}
    assert {finding["id"] for finding in report["findings"]} == {"schedule-not-idempotent", "schedule-overlap"}
    assert report["ignored"] == 1
    assert [call["response"] for call in report["calls"]] == [None] * 3


def test_stress_without_an_in_memory_cdf_is_refused_before_any_call(folder, simulate, tmp_path):
    folder(f"def handle():\n    open({str(tmp_path / 'called')!r}, 'w').close()\n")
    assert refusal(simulate(*HOURLY, "--count", "1", "--stress", "--client", "none")) == [
        "Error: --stress compares what CDF holds, and the client is 'none'.",
        "Hint: use --client fake",
    ]
    assert os.listdir(tmp_path) == ["fn"]


def test_an_interrupted_schedule_says_how_far_it_came_and_leaves_nothing(folder, tmp_path):
    os.mkfifo(tmp_path / "there")
    folder(
        "import os, time\n"
        "def handle(function_call_info):\n"
        "    if '20:00' in function_call_info['scheduled_time']:\n"
        f"        with open({str(tmp_path / 'there')!r}, 'w') as there:\n"
        "            there.write(str(os.getpid()))\n"
        "        while True:\n"
        "            pass\n"
    )
    command = [sys.executable, "-m", "fn_emulator", "schedule", "fn", *MANY, "--format", "json", "--output", "calls"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        worker = int((tmp_path / "there").read_text())
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert out == ""
    said, _, last = err.splitlines()
    assert said.startswith("Interrupted after ")
    assert said.endswith(" of 1,500 calls.")
    assert last == "Interrupted."
    assert not os.path.exists(f"/proc/{worker}")
    assert sorted(os.listdir(tmp_path)) == ["fn", "there"]


def on_a_terminal(tmp_path, *arguments):
    """What the command writes to a terminal that is its stderr, and what to its stdout."""
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "fn_emulator", "schedule", "fn", *arguments]
    with subprocess.Popen(command, cwd=tmp_path, stderr=theirs, stdout=subprocess.PIPE) as process:
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # how a terminal says that nobody has it open any more
            while some := os.read(ours, 65536):
                shown += some
        out = process.stdout.read()
    os.close(ours)
    assert process.returncode == 0
    return shown.decode(), out.decode()


def test_on_a_terminal_it_is_shown_how_far_it_is_beside_what_the_handler_prints(folder, tmp_path):
    folder("def handle():\n    print('[bold]printed')\n")
    shown, out = on_a_terminal(tmp_path, *HOURLY, "--count", "5")
    assert "5/5" in shown
    assert shown.count("[bold]printed") == 5
    assert len(out.splitlines()) == 8


def test_one_call_has_no_bar(folder, tmp_path):
    folder(PLAIN)
    shown, out = on_a_terminal(tmp_path, *HOURLY, "--count", "1")
    assert shown == ""
    assert out.splitlines()[0].startswith("2026-03-29 00:00  Completed")
