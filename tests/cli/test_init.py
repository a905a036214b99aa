"""``fn-emulate init``: what it writes is run, checked and tested at once."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys

import pytest


def there(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def passed(tmp_path, without_heavy_plugins):
    """What the tests of the new project come to, run as its user would: ``passed("functions")`` from a folder of it."""

    def run(directory=".", *arguments):
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", *arguments],
            cwd=tmp_path / directory,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "failed" not in ended.stdout, ended.stdout
        return ended.stdout.splitlines()[-1].partition(" in ")[0]

    return run


@pytest.fixture
def is_clean(emulate):
    """Run and check a new function: neither finds anything."""

    def ask(function, *arguments):
        called = emulate("run", function, "--no-record", "--format", "json", *arguments)
        # How long an import takes is the machine's.
        checked = emulate("check", function, "--format", "json", "--fail-on", "note", "--ignore", "slow-import")
        (found,) = json.loads(checked.stdout)["functions"]
        codes = (called.returncode, checked.returncode)
        return codes == (0, 0) and not json.loads(called.stdout)["findings"] and not found["findings"]

    return ask


def test_what_was_written_and_what_is_next_is_told_on_stderr(emulate):
    pytest.importorskip("cognite.client")
    ended = emulate("init", "functions/pump_kpi")
    assert (ended.returncode, ended.stdout) == (0, "")
    assert ended.stderr == (
        "wrote functions/pump_kpi/handler.py\n"
        "wrote functions/pump_kpi/requirements.txt\n"
        "wrote functions/pump_kpi.seed.yaml\n"
        "wrote tests/test_pump_kpi.py\n"
        "Next:\n"
        "  fn-emulate run functions/pump_kpi\n"
        "  fn-emulate check functions/pump_kpi\n"
        "  pytest tests/test_pump_kpi.py\n"
    )


def test_a_new_function_is_in_order(emulate, is_clean, passed):
    pytest.importorskip("cognite.client")
    emulate("init", "functions/pump_kpi")
    assert is_clean("functions/pump_kpi")
    assert passed() == "4 passed"


def test_a_new_function_without_client_is_in_order(emulate, is_clean, passed):
    assert emulate("init", "pump_kpi", "--no-client").returncode == 0
    assert is_clean("pump_kpi", "--data", '{"readings": {"21-PT-101": 11}}')
    assert passed() == "3 passed"


NAMES = ("my-func", "123", "größe", "two words", "it's {quoted}\\", "fn.zip", ".hidden", "-x")


def test_a_function_may_have_any_name(emulate, passed):
    folders = [f"a/{name}" for name in NAMES]
    assert [emulate("init", "--no-client", f"{folder}/").returncode for folder in folders] == [0] * len(NAMES)
    checked = emulate("check", *folders, "--no-import", "--fail-on", "note")
    assert checked.stdout.endswith(f"{len(NAMES)} functions checked: nothing found\n")
    assert passed() == f"{3 * len(NAMES)} passed"


def test_the_commands_that_it_names_can_be_typed(emulate, shell):
    ended = emulate("init", "--no-client", "--", "-two words")
    commands = [line for line in ended.stderr.splitlines() if line.startswith("  fn-emulate ")]
    assert commands == ["  fn-emulate run './-two words'", "  fn-emulate check './-two words'"]
    assert [shell(command).returncode for command in commands] == [0, 0]


def test_the_test_finds_the_function_from_every_folder(emulate, passed, tmp_path):
    emulate("init", "functions/pump_kpi", "--no-client")
    assert passed("functions/pump_kpi", str(tmp_path / "tests")) == "3 passed"


def test_the_test_goes_to_the_functions_project(emulate, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "pyproject.toml").touch()
    emulate("init", "other/functions/fn", "--no-client")
    assert there(tmp_path) == ["other/functions/fn/handler.py", "other/pyproject.toml", "other/tests/test_fn.py"]


def test_a_second_time_nothing_is_overwritten(emulate, tmp_path):
    emulate("init", "fn", "--no-client")
    (tmp_path / "fn" / "handler.py").write_text("mine")
    ended = emulate("init", "fn", "--no-client")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "Error: fn is not empty: it holds 'handler.py'.\n"
        "Hint: give the path of a new folder, such as functions/pump_kpi\n"
    )
    assert (tmp_path / "fn" / "handler.py").read_text() == "mine"


def test_a_full_disk_leaves_nothing(tmp_path):
    """The limit on the size of a file stands for it: the handler fits, the test does not."""
    ended = subprocess.run(
        [sys.executable, "-m", "fn_emulator", "init", "functions/fn", "--no-client"],
        cwd=tmp_path,
        # Python would leave half of what it compiles for whoever comes next.
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (700, 700)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, list(tmp_path.iterdir())) == (2, [])
    assert ended.stderr.startswith("Error: tests/test_fn.py cannot be written: File too large.\n")


def test_without_the_sdk_the_test_is_skipped_which_is_told(emulate, passed, without_sdk, monkeypatch):
    told = emulate("init", "fn", environ=without_sdk).stderr.splitlines()
    monkeypatch.setenv("PYTHONPATH", without_sdk["PYTHONPATH"])
    assert passed() == "1 skipped"
    assert told[4] == (
        f"note: {sys.executable} has no cognite-sdk, without which the test is skipped: "
        "pip install 'cognite-sdk>=7.70,<9'"
    )
