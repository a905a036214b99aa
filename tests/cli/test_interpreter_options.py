"""Which Python runs a function, as it is typed: what is refused, what is printed, what runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from fn_emulator.runners.runtime_python import candidates, first_that_runs

WHERE = "import sys\ndef handle():\n    return sys.prefix\n"
FROZEN = (
    "import datetime, sys, time\n"
    "def handle():\n"
    "    begun = datetime.datetime.now()\n"
    "    time.sleep(60)\n"
    "    ours = sorted({'fn_emulator', 'click', 'freezegun', 'dateutil'} & set(sys.modules))\n"
    "    return [list(sys.version_info[:2]), begun.isoformat(), time.time(), ours]\n"
)


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_python_that_is_not_there_exits_2(emulate, folder, command):
    folder(WHERE)
    ended = emulate(command, "fn", "--python", "./nowhere/python")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "Error: --python is './nowhere/python', which does not exist.\n"
        "Hint: give it a file, or the name of a Python on PATH, such as python3.11\n"
    )


@pytest.mark.parametrize("flags", [("--python", sys.executable), ("--venv",)], ids=["python", "venv"])
def test_another_python_is_refused_in_process(emulate, folder, flags):
    folder(WHERE)
    ended = emulate("run", "fn", "--runner", "inprocess", *flags)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(f"Error: {flags[0]} wants a process of its own,")


def test_a_runner_that_does_not_exist_gets_the_near_miss(emulate, folder):
    folder(WHERE)
    ended = emulate("run", "fn", "--runner", "in-process")
    assert (ended.returncode, ended.stderr) == (
        2,
        "Error: --runner is 'in-process', which is none of inprocess, worker.\nHint: did you mean 'inprocess'?\n",
    )


def test_memory_is_read_with_its_unit(emulate, folder):
    folder(WHERE)
    shown = json.loads(emulate("config", "fn", "--memory", "1.5GB", "--format", "json").stdout)["settings"]
    assert shown["memory"] == {"value": 1500.0, "origin": "--memory"}
    assert emulate("config", "fn", "--memory", "much").stderr.startswith("Error: --memory is 'much', which is not a")


@pytest.mark.parametrize("runtime", ["py39", "py313"])
def test_a_frozen_call_runs_on_another_python_without_anything_of_ours(emulate, folder, tmp_path, runtime):
    found = first_that_runs(candidates(runtime, os.environ), runtime, os.environ)
    if found is None:
        pytest.skip(f"there is no Python for {runtime} here")
    folder(FROZEN)
    environ = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    ended = emulate("run", "fn", "--python", found.path, "--at", "2026-03-02T12:00", "--no-record", environ=environ)
    version, begun, slept, ours = json.loads(ended.stdout)
    assert (f"py{version[0]}{version[1]}", begun, slept) == (runtime, "2026-03-02T12:00:00", 1772452860.0)
    assert ours == ["freezegun"]
    assert f"(worker, {runtime}, " in ended.stderr


def test_the_active_environment_is_used_and_said(emulate, folder, tmp_path):
    folder(WHERE)
    active = tmp_path / "active"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", active], check=True)
    ended = emulate("run", "fn", "--no-record", environ={"VIRTUAL_ENV": str(active)})
    assert json.loads(ended.stdout) == str(active)
    version = ".".join(map(str, sys.version_info[:3]))
    assert f"note: It runs on Python {version} of the active virtual environment {active}.\n" in ended.stderr


def test_requirements_that_cannot_be_installed_exit_5_with_the_words_of_pip(emulate, folder, tmp_path):
    folder(WHERE, **{"requirements.txt": "no-such-package\n"})
    environ = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}
    ended = emulate("run", "fn", "--venv", environ=environ)
    assert (ended.returncode, ended.stdout) == (5, "")
    told, _, error = ended.stderr.partition("\nError: ")
    assert told.splitlines()[0].startswith("Installing what fn requires for Python ")
    assert told.splitlines()[1:] == ["  no-such-package"]
    assert error.startswith("no-such-package of fn/requirements.txt cannot be installed; pip says:\n  ERROR: ")


def test_an_environment_of_its_own_runs_it(emulate, folder, tmp_path):
    folder(WHERE, **{"requirements.txt": "# nothing\n"})
    ended = emulate("run", "fn", "--venv", "--no-record", environ={"XDG_CACHE_HOME": str(tmp_path / "cache")})
    assert json.loads(ended.stdout).startswith(f"{tmp_path}/cache/fn-emulate/environments/")
