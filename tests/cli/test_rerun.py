from __future__ import annotations

import json
import sys

import pytest

ECHO = "def handle(data, function_call_info):\n    return [data, function_call_info['call_id']]\n"


def test_the_last_call_is_run_again_exactly(emulate, folder):
    folder(ECHO)
    first = emulate("run", "fn", "--data", '{"n": 1}')
    again = emulate("rerun")
    assert (again.returncode, again.stdout) == (0, first.stdout)
    assert again.stderr.splitlines()[-1] == "As recorded."


def test_a_call_is_found_by_its_id_and_by_the_end_of_it(emulate, folder):
    folder(ECHO)
    ids = [
        json.loads(emulate("run", "fn", "--data", data, "--format", "json").stdout)["call"]["recording"]
        for data in ('{"n": 1}', '{"n": 2}')
    ]
    assert json.loads(emulate("rerun", ids[0], "--no-record").stdout)[0] == {"n": 1}
    assert json.loads(emulate("rerun", ids[1][5:], "--no-record").stdout)[0] == {"n": 2}


def test_the_frozen_instant_and_the_settings_come_back(emulate, folder):
    folder("import time, os\ndef handle():\n    return [time.time(), os.environ['A']]\n")
    first = emulate("run", "fn", "--at", "2026-03-29", "--env", "A=b", "--cloud", "azure")
    again = emulate("rerun")
    assert again.stdout == first.stdout
    assert "azure" in again.stderr


def test_a_difference_is_said(emulate, folder):
    folder("def handle():\n    return 1\n")
    emulate("run", "fn")
    folder("def handle():\n    return 2\n")
    assert emulate("rerun").stderr.splitlines()[-1] == "The answer differs from the recorded one."
    folder("def handle():\n    raise ValueError\n")
    assert emulate("rerun", "--no-record").stderr.splitlines()[-1] == "Recorded as Completed, now Failed."


def test_another_failure_is_said(emulate, folder):
    folder("def handle():\n    raise ValueError('no')\n")
    emulate("run", "fn")
    assert emulate("rerun", "--no-record").stderr.splitlines()[-1] == "As recorded."
    folder("def handle():\n    raise ValueError('never')\n")
    ended = emulate("rerun", "--no-record")
    assert ended.stderr.splitlines()[-1] == "Recorded as ValueError: no, now ValueError: never."
    folder("def handle():\n    raise KeyError('no')\n")
    assert emulate("rerun").stderr.splitlines()[-1] == "Recorded as ValueError: no, now KeyError: 'no'."


@pytest.mark.parametrize(
    "source",
    ["def handle():\n    while True:\n        pass\n", "def handle(x):\n    return 1\n"],
    ids=["late", "unloadable"],
)
def test_how_folder_and_limit_were_given_is_no_difference(emulate, folder, source, tmp_path):
    emulate("run", folder(source), environ={"FN_EMULATE_TIMEOUT": "0.1"})
    assert emulate("rerun").stderr.splitlines()[-1] == "As recorded."


def test_a_typed_secret_must_be_given_again(emulate, folder):
    folder("def handle(secrets):\n    return len(secrets['key'])\n")
    emulate("run", "fn", "--secret", "key=correct-horse")
    refused = emulate("rerun")
    assert refused.returncode == 2
    assert "used secrets whose values are not kept: key.\nHint: give them again: --secret key=VALUE\n" in refused.stderr
    assert emulate("rerun", "--secret", "key=correct-horse").stdout == "13\n"


def test_a_secret_from_the_environment_is_taken_from_there_again(emulate, folder):
    folder("def handle(secrets):\n    return len(secrets['KEY'])\n")
    emulate("run", "fn", "--secret", "KEY", environ={"KEY": "correct-horse"})
    assert emulate("rerun", environ={"KEY": "correct-horse"}).stdout == "13\n"
    assert emulate("rerun").returncode == 2


def test_data_that_held_a_secret_cannot_be_run_again(emulate, folder):
    folder("def handle(secrets, data):\n    return 1\n")
    emulate("run", "fn", "--secret", "key=correct-horse", "--data", '{"x": "correct-horse"}')
    ended = emulate("rerun", "--secret", "key=correct-horse")
    assert ended.returncode == 2
    assert "held the value of the secret 'key', which is not kept." in ended.stderr


def test_a_variable_that_held_a_secret_must_be_given_again(emulate, folder):
    folder("import os\ndef handle(secrets):\n    return len(os.environ['B'])\n")
    emulate("run", "fn", "--secret", "key=correct-horse", "--env", "B=correct-horse")
    refused = emulate("rerun", "--secret", "key=correct-horse")
    assert refused.returncode == 2
    assert refused.stderr.endswith("which is not kept: B.\nHint: give them again: --env B=VALUE\n")
    assert emulate("rerun", "--secret", "key=correct-horse", "--env", "B=correct-horse").stdout == "13\n"


def test_a_wide_network_must_be_said_again(emulate, folder):
    folder("def handle():\n    return 1\n")
    emulate("run", "fn", "--network", "on")
    refused = emulate("rerun")
    assert (refused.returncode, "which a recording alone does not allow" in refused.stderr) == (2, True)
    assert emulate("rerun", "--network", "on").stdout == "1\n"


@pytest.mark.parametrize(
    ("typed", "again"),
    [(("--python", sys.executable), f"--python {sys.executable}"), (("--venv",), "--venv")],
    ids=["python", "venv"],
)
def test_what_is_executed_or_installed_must_be_said_again(emulate, folder, tmp_path, typed, again):
    folder("def handle():\n    return 1\n")
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    emulate("run", "fn", *typed, environ=cache)
    refused = emulate("rerun", environ=cache)
    (file,) = (tmp_path / ".fn-emulate" / "calls").iterdir()
    name = json.loads(file.read_text())["id"]
    assert (refused.returncode, refused.stderr) == (
        2,
        f"Error: {name} ran with {again}, which a recording alone does not allow.\n"
        f"Hint: say it again: fn-emulate rerun {name} {again}\n",
    )
    assert emulate("rerun", *typed, environ=cache).stdout == "1\n"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [((), "Error: No call is recorded in "), (("nonsense",), "Error: No call is recorded in ")],
)
def test_without_a_recording_the_error_says_how_to_make_one(emulate, arguments, error):
    ended = emulate("rerun", *arguments)
    assert (ended.returncode, ended.stderr.startswith(error)) == (2, True)
    assert ended.stderr.splitlines()[-1] == "Hint: record one with fn-emulate run FOLDER"


def test_an_id_that_does_not_exist_names_the_last_ones(emulate, folder):
    folder("def handle():\n    return 1\n")
    emulate("run", "fn")
    ended = emulate("rerun", "nonsense")
    assert (ended.returncode, ended.stderr.splitlines()[0]) == (2, "Error: No recorded call is 'nonsense'.")
    assert ended.stderr.splitlines()[1].startswith("Hint: the last ones are ")


def test_a_function_that_moved_away_is_said(emulate, folder, tmp_path):
    folder("def handle():\n    return 1\n").rename(tmp_path / "fn2")
    folder("def handle():\n    return 1\n")
    emulate("run", "fn")
    (tmp_path / "fn").rename(tmp_path / "gone")
    assert emulate("rerun").stderr.splitlines()[0] == "Error: fn does not exist."


@pytest.mark.parametrize(
    "changes",
    [
        None,
        {"function": None},
        {"settings": {"timeout": 5}},
        {"env": {"A": "b"}},
        {"frozen_at": "yesterday"},
        {"failure": "no"},
    ],
)
def test_a_record_that_is_cut_or_foreign_is_refused(emulate, folder, tmp_path, changes):
    folder("def handle():\n    return 1\n")
    emulate("run", "fn")
    (file,) = (tmp_path / ".fn-emulate" / "calls").iterdir()
    foreign = (
        {"schema": 1, "id": "a-1"} if changes is None else {**json.loads(file.read_text()), "id": "a-1", **changes}
    )
    file.write_text(json.dumps(foreign))
    name = "function" if changes is None else next(iter(changes))
    ended = emulate("rerun", "a-1")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        f"Error: The recorded call a-1 cannot be read: {name!r} is missing or is no such value.\n"
        "Hint: record it again with fn-emulate run, or name another one\n"
    )


@pytest.mark.parametrize(("typed_in", "given"), [("fn", "."), ("fn/below", ".."), ("elsewhere", "../fn")])
def test_a_call_is_found_from_where_it_was_typed(folder, shell, tmp_path, typed_in, given):
    (folder(ECHO) / ".git").mkdir()
    (tmp_path / typed_in).mkdir(exist_ok=True)
    shell(f"cd {typed_in} && fn-emulate run {given}")
    assert shell(f"cd {typed_in} && fn-emulate rerun").stderr.endswith(b"\nAs recorded.\n")
    assert not (tmp_path / "fn" / ".fn-emulate").exists()


def test_a_function_that_nothing_marks_is_found_again_from_inside(folder, shell, tmp_path):
    folder(ECHO)
    (tmp_path / "fn" / "src").mkdir()
    (tmp_path / "fn" / "handler.py").rename(tmp_path / "fn" / "src" / "main.py")
    shell("cd fn/src && fn-emulate run .. --function-path src/main.py")
    for directory in ("fn", "fn/src"):
        assert shell(f"cd {directory} && fn-emulate rerun").stderr.endswith(b"\nAs recorded.\n")
