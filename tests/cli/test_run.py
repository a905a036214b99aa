"""``fn-emulate run`` as it is typed: in a process of its own where that matters, else through the same entry point."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HELLO = 'def handle(data):\n    print("working")\n    return {"greeting": f"Hello {data.get(\'name\', \'you\')}"}\n'


def test_the_answer_alone_is_on_stdout(emulate, folder):
    folder(HELLO)
    ended = emulate("run", "fn", "--data", '{"name": "Ada"}')
    assert (ended.returncode, json.loads(ended.stdout)) == (0, {"greeting": "Hello Ada"})
    assert ended.stderr.splitlines()[0] == "working"
    assert ended.stderr.splitlines()[1].startswith("Completed in ")


def test_data_comes_from_a_file_or_from_standard_input(emulate, folder, tmp_path):
    folder("def handle(data):\n    return data\n")
    (tmp_path / "data.json").write_bytes(b"\xef\xbb\xbf" + '{"name": "Åse"}'.encode())
    assert json.loads(emulate("run", "fn", "--data", "@data.json").stdout) == {"name": "Åse"}
    assert json.loads(emulate("run", "fn", "--data", "-", stdin='{"a": 1}').stdout) == {"a": 1}


def test_the_json_report_has_the_documented_fields(emulate, folder):
    folder(HELLO)
    report = json.loads(emulate("run", "fn", "--format", "json").stdout)
    assert list(report) == [
        "schema",
        "status",
        "response",
        "logs",
        "failure",
        "duration_s",
        "moved_s",
        "peak_memory_mb",
        "cpu_s",
        "memory_profile",
        "effects",
        "findings",
        "ignored",
        "notes",
        "call",
    ]
    assert set(report["call"]) >= {
        "id",
        "function",
        "function_id",
        "start_time",
        "end_time",
        "runner",
        "runtime",
        "cloud",
    }
    assert [(log["stream"], log["message"]) for log in report["logs"]] == [("stdout", "working")]


def test_output_goes_to_a_file_whole(emulate, folder, tmp_path):
    folder(HELLO)
    ended = emulate("run", "fn", "--output", "answer.json")
    assert (ended.stdout, json.loads((tmp_path / "answer.json").read_text())) == ("", {"greeting": "Hello you"})


@pytest.mark.parametrize(
    ("source", "options", "code", "last"),
    [
        ("def handle():\n    raise ValueError('no')\n", (), 1, "Failed: ValueError: no"),
        ("def handle():\n    return {1}\n", (), 1, "Failed: NotJson: $ is a set, which is not JSON."),
        (
            "def handle():\n    while True:\n        pass\n",
            ("--timeout", "0.2"),
            3,
            "Timeout: the call was ended",
        ),
        ("def handle(x):\n    return 1\n", (), 1, "Failed: FunctionLoadError: "),
        ("def handle(:\n", (), 1, "Failed: FunctionLoadError: fn/handler.py:1: "),
    ],
)
def test_exit_codes_of_calls(emulate, folder, source, options, code, last):
    folder(source)
    ended = emulate("run", "fn", *options)
    assert (ended.returncode, ended.stdout) == (code, "")
    assert ended.stderr.splitlines()[-2].startswith(last)
    assert "fn_emulator" not in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("nowhere",), "nowhere does not exist."),
        (("fn/handler.py",), "fn/handler.py is a file, not a function folder."),
        (
            ("fn", "--data", "{"),
            "--data is not JSON: Expecting property name enclosed in double quotes (line 1, column 2).",
        ),
        (
            ("fn", "--data", "@missing.json"),
            "--data @missing.json: missing.json cannot be read: No such file or directory.",
        ),
        (("fn", "--data", "NaN"), "--data holds NaN, which is not JSON."),
        (("fn", "--at", "yesterday"), "--at 'yesterday' is not an instant in ISO 8601."),
        (("fn", "--schedule", "nightly"), "fn has no schedule 'nightly'."),
        (("fn", "--function-path", "../x.py"), "function path '../x.py' leaves the function's folder."),
        (("fn", "--netwrok", "on"), "No such option '--netwrok'. Did you mean '--network'?"),
        (("fn", "--output", "no/such/file"), "--output no/such/file lies in no/such, which does not exist."),
        (("fn", "--ignore", "statful"), "--ignore: there is no finding 'statful'."),
    ],
)
def test_what_is_typed_wrong_is_said_in_two_sentences(emulate, folder, arguments, error):
    folder(HELLO)
    ended = emulate("run", *arguments)
    lines = [line for line in ended.stderr.splitlines() if line.startswith(("Error: ", "Hint: "))]
    assert ended.returncode == 2
    assert lines[0].replace("Error: ", "").startswith(error)
    assert lines[1].startswith("Hint: ")
    assert "Traceback" not in ended.stderr


def test_the_shells_variables_are_taken_away_and_named(emulate, folder):
    folder("import os\ndef handle():\n    return os.environ['TOKEN']\n")
    ended = emulate("run", "fn", environ={"TOKEN": "abc"})
    assert ended.returncode == 1
    assert (
        "fn/handler.py:3: warning: The handler reads the environment variable TOKEN, which is set in your shell"
        in ended.stderr
    )
    assert json.loads(emulate("run", "fn", "--env", "TOKEN", environ={"TOKEN": "abc"}).stdout) == "abc"


def test_a_variable_that_is_set_nowhere_is_explained(emulate, folder):
    folder("import os\ndef handle():\n    return os.environ['TOKEN']\n")
    assert "give it with --env TOKEN=VALUE" in emulate("run", "fn").stderr


@pytest.mark.parametrize(
    "line",
    [
        "raise ValueError(secrets['key'])",
        "raise type(secrets['key'], (Exception,), {})('e')",
        "return {secrets['key']: (1, 2)}",
        "return {secrets['key']: {1}}",
        "import os\n    os.environ[secrets['key']]",
    ],
)
def test_a_secret_is_never_printed_nor_recorded(emulate, folder, tmp_path, line):
    folder(f"def handle(secrets, data):\n    print(secrets['key'])\n    {line}\n")
    ended = emulate("run", "fn", "--secret", "key=correct-horse", "--data", '{"x": "correct-horse"}')
    kept = "".join(path.read_text() for path in (tmp_path / ".fn-emulate").rglob("*.jsonl"))
    assert "secret-leaked" in ended.stderr
    assert "correct-horse" not in ended.stdout + ended.stderr + kept


def test_a_secret_in_the_response_is_masked_on_stdout(emulate, folder):
    folder("def handle(secrets):\n    return {'auth': 'Bearer ' + secrets['key']}\n")
    ended = emulate("run", "fn", "--secret", "key=correct-horse")
    assert (ended.returncode, json.loads(ended.stdout)) == (1, {"auth": "Bearer ***"})


def test_a_call_is_recorded_for_its_owner_alone_and_ignored_by_git(emulate, folder, tmp_path):
    folder(HELLO)
    emulate("run", "fn")
    (record,) = (tmp_path / ".fn-emulate" / "calls").iterdir()
    assert oct((tmp_path / ".fn-emulate").stat().st_mode)[-3:] == "700"
    assert oct(record.stat().st_mode)[-3:] == "600"
    assert (tmp_path / ".fn-emulate" / ".gitignore").read_text() == "*\n"


def test_no_record_leaves_nothing(emulate, folder, tmp_path):
    folder(HELLO)
    emulate("run", "fn", "--no-record")
    assert not (tmp_path / ".fn-emulate").exists()


def test_an_instant_without_a_zone_is_utc(emulate, folder):
    folder("import datetime\ndef handle():\n    return datetime.datetime.now(datetime.timezone.utc).isoformat()\n")
    for given in ("2026-03-29T02:30", "2026-03-29T02:30Z", "2026-03-29T04:30+02:00"):
        assert json.loads(emulate("run", "fn", "--at", given).stdout) == "2026-03-29T02:30:00+00:00"


def test_a_schedule_gives_its_data_and_its_call_info(emulate, folder, tmp_path):
    folder("def handle(data, function_call_info):\n    return [data, sorted(function_call_info)]\n")
    (tmp_path / "fn.Schedule.yaml").write_text(
        "- name: nightly\n  functionExternalId: fn\n  cronExpression: '0 2 * * *'\n  data: {site: north}\n"
    )
    answer = json.loads(emulate("run", "fn", "--schedule", "nightly").stdout)
    assert answer == [{"site": "north"}, ["call_id", "function_id", "schedule_id", "scheduled_time"]]


def test_findings_below_fail_on_do_not_fail(emulate, folder):
    folder("def handle():\n    return (1, 2)\n")
    assert [emulate("run", "fn", "--fail-on", level).returncode for level in ("error", "warning", "never")] == [0, 1, 0]


def test_the_mock_client_without_an_sdk_exits_5(emulate, folder, tmp_path):
    folder("def handle(client):\n    return 1\n")
    (tmp_path / "cognite").mkdir()
    (tmp_path / "cognite" / "__init__.py").write_text("raise ImportError('hidden')\n")
    ended = emulate("run", "fn", "--client", "mock", environ={"PYTHONPATH": str(tmp_path)})
    assert (ended.returncode, ended.stdout) == (5, "")
    assert "--client mock needs cognite-sdk, which" in ended.stderr


def test_a_reader_that_goes_away_is_no_traceback(folder, tmp_path):
    folder("def handle():\n    return ['x' * 100] * 5_000\n")
    ended = subprocess.run(
        f"{sys.executable} -m fn_emulator run fn | head -c 10",
        cwd=tmp_path,
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout == '[\n  "xxxxx'
    assert "Traceback" not in ended.stderr


def test_an_interrupt_exits_130(folder, tmp_path):
    folder("import os, signal\ndef handle():\n    os.kill(os.getpid(), signal.SIGINT)\n")
    ended = subprocess.run(
        [sys.executable, "-m", "fn_emulator", "run", "fn", "--runner", "inprocess"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr.splitlines()[-1]) == (130, "Interrupted.")


def test_an_interrupt_of_the_worker_is_the_handlers_own(emulate, folder):
    folder("import os, signal\ndef handle():\n    os.kill(os.getpid(), signal.SIGINT)\n")
    ended = emulate("run", "fn", "--format", "json")
    assert (ended.returncode, json.loads(ended.stdout)["failure"]["type"]) == (1, "KeyboardInterrupt")


def test_a_remote_service_is_told_what_it_is(emulate, folder):
    folder("def lambda_handler(event, context):\n    return event\n")
    ended = emulate("run", "fn")
    assert ended.returncode == 2
    assert "Error: fn is a remote service (lambda_handler(event, context)" in ended.stderr


def test_an_answer_that_no_encoding_holds_is_json_all_the_same(emulate, folder):
    folder("def handle():\n    return {'half': '\\ud800', 'whole': 'Å😀'}\n")
    for environ in ({}, {"PYTHONIOENCODING": "ascii"}):
        ended = emulate("run", "fn", environ=environ)
        assert (ended.returncode, json.loads(ended.stdout)) == (0, {"half": "\ud800", "whole": "Å😀"})


@pytest.mark.parametrize("depth", [600, 950])
def test_a_deep_answer_is_masked_and_recorded(emulate, folder, depth):
    source = "def handle(data, secrets):\n    value = secrets['key']\n"
    folder(f"{source}    for _ in range({depth}):\n        value = [value]\n    return value\n")
    ended = emulate("run", "fn", "--secret", "key=correct-horse")
    assert "".join(ended.stdout.split()) == "[" * depth + '"***"' + "]" * depth
    assert emulate("rerun", "--secret", "key=correct-horse").stderr.splitlines()[-1] == "As recorded."


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("class Failed(Exception):\n    pass\ndef handle():\n    raise Failed('no')\n", "Failed: no"),
        ("class Failed(Exception):\n    pass\ndef handle():\n    raise Failed\n", "Failed"),
        ("def handle():\n    raise ValueError\n", "Failed: ValueError"),
    ],
)
def test_a_failure_is_said_without_repetition(emulate, folder, source, line):
    folder(source)
    assert emulate("run", "fn").stderr.splitlines()[-2] == line
