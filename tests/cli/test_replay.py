"""``fn-emulate replay``: what is typed, what comes out, exit codes."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from fn_emulator.cli.main import main
from fn_emulator.replay.verdict import UNJUDGED

DOUBLE = 'def handle(data):\n    return {"data": [[number, value * 2] for number, value in data["data"]]}\n'

COUNTER = """count = 0


def handle(data):
    global count
    answers = []
    for number, value in data["data"]:
        count += 1
        answers.append([number, count])
    return {"data": answers}
"""

FIELDS = {
    *("schema", "classification", "reason", "stateless", "retry_safe", "row_independent", "deterministic", "findings"),
    *("calls", "rows", "random_seed", "duration_s"),
}
"""Of the report for programs, by schema 1."""


@pytest.fixture
def replay(tmp_path, monkeypatch):
    """``replay(source, "--rows", "[[1]]")``: exit code, stdout and stderr of the command on a handler."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fn").mkdir()

    def run(source, *arguments, stdin=None):
        (tmp_path / "fn" / "handler.py").write_text(source)
        typed = ["replay", "fn", "--runner", "inprocess", *arguments]
        result = CliRunner().invoke(main, typed, input=stdin, env={})
        return result.exit_code, result.stdout, result.stderr

    return run


def document(stdout):
    found = json.loads(stdout)
    assert found.keys() >= FIELDS
    return found


def test_a_handler_without_faults_exits_0(replay):
    code, stdout, stderr = replay(DOUBLE, "--rows", "[[1], [2]]")
    lines = stdout.splitlines()
    assert (code, stderr) == (0, "")
    assert lines[:-1] == [
        "stateless: yes, row independent: yes, deterministic: yes",
        f"Not judged: {UNJUDGED}.",
    ]
    assert lines[-1].startswith("volatile (not proven): 2 rows, ")
    assert lines[-1].endswith("A pass is evidence, never proof.")


def test_the_line_that_replays_it_has_what_was_typed(replay):
    typed = (
        "--rows",
        "[[1]]",
        "--env",
        "WHERE={north}",
        "--secret",
        "key=hunter22",
        "--timeout",
        "20",
        "--fail-on",
        "never",
    )
    code, stdout, _ = replay(COUNTER, "--signature", "f(number) returns number", *typed)
    (line,) = (line.strip() for line in stdout.splitlines() if "replay it:" in line)
    assert (code, line) == (
        0,
        "replay it: fn-emulate replay fn --signature 'f(number) returns number' --secret key --env 'WHERE={north}'"
        " --runner inprocess --timeout 20 --fail-on never --rows '[[0]]' --random-seed 0",
    )


def test_the_line_that_replays_it_shows_no_secret(replay):
    typed = ("--secret", "key=it's", "--env", "COPY=it's", "--rows", "[[1]]")
    _, stdout, _ = replay(COUNTER, *typed)
    assert "--secret key --env 'COPY=***'" in stdout
    assert "it'" not in stdout


def test_a_counter_exits_1_and_shows_the_smallest_batch_its_line_and_how_to_replay_it(replay):
    code, stdout, _ = replay(COUNTER, "--rows", "[[1], [2]]", "--random-seed", "4")
    assert code == 1
    assert stdout.splitlines()[:8] == [
        "fn/handler.py:8: error: again: kept state changes the value of row 0 from 1 to 2 (handler.count). [stateful]",
        "    hint: keep nothing between deliveries",
        "    smallest batch, 1 row:",
        '      fresh start  {"data":[[0,0]]}  ->  {"data": [[0, 1]]}',
        '      delivery 1   {"data":[[0,0]]}  ->  {"data": [[0, 1]]}',
        '      delivery 2   {"data":[[0,0]]}  ->  {"data": [[0, 2]]}',
        "    culprit: fn/handler.py:8 count += 1 (handler.count)",
        "    replay it: fn-emulate replay fn --runner inprocess --rows '[[0]]' --random-seed 4",
    ]


def test_the_line_that_replays_it_says_the_signature_and_exact_numbers(replay):
    signature = "f(n number(38, 3)) returns number"
    source = COUNTER.replace("count += 1", "count += value > 1000")
    rows = "[[12345678901234567.891], [1]]"
    _, stdout, _ = replay(source, "--rows", rows, "--signature", signature)
    typed = f"fn-emulate replay fn --signature '{signature}' --runner inprocess"
    assert f"replay it: {typed} --rows '[[12345678901234567.891]]' --random-seed 0\n" in stdout


def test_a_function_that_cannot_be_loaded_is_told_as_ever(replay):
    code, stdout, _ = replay("def other(data):\n    return data\n", "--rows", "[[1]]")
    assert code == 1
    assert stdout.startswith("fn/handler.py: error: ")
    assert "[no-handle]" in stdout.splitlines()[0]
    assert "note: Nothing was delivered: the function cannot be loaded.\n" in stdout
    assert "stateless: not judged, row independent: not judged, deterministic: not judged\n" in stdout


def test_the_report_for_programs(replay):
    code, stdout, stderr = replay(COUNTER, "--rows", "[[1], [2]]", "--format", "json")
    found = document(stdout)
    assert (code, stderr) == (1, "")
    assert (found["classification"], found["reason"], found["status"]) == ("volatile", "stateful", "Completed")
    verdict = [found[name] for name in ("stateless", "retry_safe", "row_independent", "deterministic")]
    assert verdict == [False, False, None, True]
    (finding,) = found["findings"]
    assert (finding["id"], finding["severity"], finding["file"], finding["line"]) == (
        "stateful",
        "error",
        "fn/handler.py",
        8,
    )
    assert finding["evidence"]["rows"] == [[0]]


def test_the_same_seed_repeats_it(replay):
    draws = (
        'import random\n\n\ndef handle(data):\n    return {"data": [[n, random.random()] for n, _ in data["data"]]}\n'
    )
    reports = []
    for _ in range(2):
        _, stdout, _ = replay(draws, "--rows", "[[1]]", "--format", "json", "--random-seed", "9")
        found = document(stdout)
        del found["duration_s"]
        reports.append(found)
    assert reports[0] == reports[1]
    assert reports[0]["reason"] == "nondeterministic"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--fail-on", "never"), 0),
        (("--ignore", "stateful"), 0),
        (("--select", "depends-on-batch"), 0),
        (("--select", "stateful"), 1),
    ],
)
def test_what_is_accepted_does_not_fail(replay, arguments, code):
    assert replay(COUNTER, "--rows", "[[1]]", *arguments)[0] == code


@pytest.mark.parametrize(
    ("body", "code", "problem"),
    [
        ("raise ValueError('no')", 1, "ValueError: no (fn/handler.py:5)"),
        ("raise Timeout", 1, "Timeout (fn/handler.py:5)"),
        ("while True: pass", 3, "Timeout (fn/handler.py:5)"),
        ("os._exit(7)", 4, "Died: exit code 7 (fn/handler.py:5)"),
    ],
)
def test_a_batch_that_cannot_be_judged_says_why_and_where(replay, body, code, problem):
    source = f"import os\nclass Timeout(Exception): pass\n\ndef handle(data):\n    {body}\n"
    typed = ("--rows", "[[1]]", "--timeout", "0.3", "--format", "json")
    exit_code, stdout, _ = replay(source, *typed)
    found = document(stdout)
    assert (exit_code, found["problem"], found["calls"]) == (code, problem, 1)
    assert found["stateless"] is None


@pytest.mark.parametrize(
    "source",
    [
        "def handle(data, secrets):\n    raise ValueError(secrets['token'])\n",
        COUNTER.replace("(data)", "(data, secrets)").replace("count])", "[count, secrets['token']]])"),
        COUNTER.replace("(data)", "(data, secrets)").replace(
            "    answers = []", "    if count: raise ValueError(secrets['token'])\n    answers = []"
        ),
    ],
)
@pytest.mark.parametrize("format_", ["text", "json"])
def test_secrets_are_never_shown(replay, source, format_):
    typed = ("--rows", "[[1], [2]]", "--secret", "token=open-sesame", "--format", format_)
    code, stdout, stderr = replay(source, *typed)
    assert code == 1
    assert "***" in stdout
    assert "open-sesame" not in stdout + stderr


@pytest.mark.parametrize(
    ("files", "rows", "message", "hint"),
    [
        ({"r.json": ""}, "r.json", "r.json is empty.", 'write e.g. [[10, "Alex"], [20, "Steve"]]'),
        ({"r.json": "[]"}, "r.json", "r.json holds no rows.", "write at least one"),
        (
            {"r.csv": "a,b\n1,2\n3\n"},
            "r.csv",
            "r.csv:3 has 1 field, and the header has 2.",
            "put a field that holds a comma or a line end into double quotes",
        ),
        (
            {},
            "rows",
            "rows has no suffix, by which rows are not read.",
            "name a file that ends with .json, .jsonl or .csv",
        ),
        (
            {},
            "[[1], [2, 3]]",
            "--rows: row 1 has 2 values, and the first row has 1.",
            "give each row a value for each column, null for a missing one",
        ),
        (
            {},
            "[[1]",
            "--rows is not JSON: Expecting ',' delimiter (line 1, column 5).",
            "mend it at that place",
        ),
        ({}, "[[NaN]]", "--rows holds NaN, which is not a number in JSON.", "use null or a text instead"),
    ],
)
def test_rows_that_cannot_be_read_exit_2(replay, tmp_path, files, rows, message, hint):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert replay(DOUBLE, "--rows", rows) == (2, "", f"Error: {message}\nHint: {hint}\n")


def test_rows_that_do_not_fit_the_signature_exit_2(replay):
    code, _, stderr = replay(DOUBLE, "--rows", '[["x"]]', "--signature", "f(n number) returns number")
    assert code == 2
    assert stderr == (
        'Error: --rows: row 0, column 1 (N) is "x", which is not a NUMBER(38,0).\n'
        "Hint: write it as e.g. 12, or give the column another type in the signature\n"
    )


def test_rows_come_from_standard_input(replay):
    code, stdout, _ = replay(DOUBLE, "--rows", "-", "--format", "json", stdin="[[1], [2], [3]]")
    assert (code, document(stdout)["rows"]) == (0, 3)


def test_standard_input_that_is_not_json_is_called_so(replay):
    code, _, stderr = replay(DOUBLE, "--rows", "-", stdin="[[1]")
    assert (code, stderr.splitlines()[0]) == (
        2,
        "Error: standard input is not JSON: Expecting ',' delimiter (line 1, column 5).",
    )


def test_rows_are_wanted(replay):
    assert replay(DOUBLE)[0] == 2
