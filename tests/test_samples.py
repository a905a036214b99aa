"""The sample functions, run by the very commands that their README gives."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parent.parent / "sample_functions"
README = (SAMPLES / "README.md").read_text()
RUNS = re.findall(r"^(?:\w+=\w+ )?fn-emulate run .*", README, re.MULTILINE)
(CHECK,) = re.findall(r"^fn-emulate check .*", README, re.MULTILINE)

ALARM = {"tag": "23-PT-92531", "kind": "high", "value": 12.5, "limit": 12.0, "unit": "bar"}
ANSWERS = {
    "hello": {"greeting": "Hello Ada"},
    "pump_alarms": {
        "alarms": [
            {**ALARM, "time": "2026-03-02T06:00:00Z"},
            {**ALARM, "tag": "23-TT-92533", "kind": "low", "value": 4.0, "limit": 5, "unit": "degC"}
            | {"time": "2026-03-02T06:00:00Z"},
        ],
        "tags_without_limits": ["23-LT-92534"],
    },
    "work_order": {
        "order": {
            "plant": "NO-STV",
            "equipment": "23-PT-92531",
            "priority": 1,
            "text": "23-PT-92531 is high: 12.5 bar",
        },
        "signature": "898a211d2a6ec167d43ef9d196a3c3562ed3b31f536a51a7d176f4f2e83f16fc",
    },
    "machine_oee.ipynb": {"press-1": 0.849, "press-2": 0.972},
    "pump_kpi": {
        "pumps": {
            "21-PA-001": {"hours": 7, "m3": 604.0, "kwh_per_m3": 0.5},
            "21-PA-002": {"hours": 8, "m3": 785.5, "kwh_per_m3": 0.719},
        },
        "poor": ["21-PA-002"],
    },
    "raw_to_assets": {"assets": 4, "events": 2, "orders_without_equipment": ["4003"]},
    "well_sync": {"wells": 2, "changed": 2},
    "toolkit_project": {
        "site": "NO-STV",
        "day": "2026-03-01",
        "unit": "Sm3",
        "factor": 1.3337,
        "wells": {"A-01": 1200.3, "A-02": 640.2},
    },
}


@pytest.fixture
def shell(tmp_path):
    """Run a line of the README in a folder that holds the samples, with the command of this environment."""
    shutil.copytree(SAMPLES, tmp_path / "sample_functions", ignore=shutil.ignore_patterns("__pycache__"))
    commands = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    def run(line):
        return subprocess.run(
            line,
            shell=True,
            cwd=tmp_path,
            env={**os.environ, "PATH": commands},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def command_of(sample):
    (command,) = (line for line in RUNS if f" sample_functions/{sample}" in line)
    return command


def test_the_readme_has_a_row_for_each_sample():
    rows = re.findall(r"^\| `(\S+)` \|", README, re.MULTILINE)
    others = ("data", "tests", "README.md")
    samples = {path.name for path in SAMPLES.iterdir() if path.name not in others and ".seed" not in path.name}
    assert sorted(rows) == sorted(samples - {"__pycache__"})


@pytest.mark.parametrize("sample", ANSWERS)
def test_a_sample_answers_as_it_should(shell, sample):
    ended = shell(command_of(sample))
    assert json.loads(ended.stdout) == ANSWERS[sample]
    assert "Completed in " in ended.stderr
    assert ended.returncode == 0


def test_a_run_of_the_wrong_sample_shows_the_answer_that_is_not_json(shell):
    ended = shell(command_of("wrong_in_three_ways") + " --format json")
    result = json.loads(ended.stdout)
    assert (ended.returncode, result["status"]) == (1, "Failed")
    assert [finding["id"] for finding in result["findings"]] == ["not-json"]
    assert [log["message"] for log in result["logs"]] == ["INFO:handler:1 of 2 sensors are silent"]


def test_a_check_of_all_samples_finds_something_in_the_wrong_one_alone(shell):
    ended = shell(CHECK + " --format json --ignore slow-import")  # how long that takes is the machine's
    found = {
        Path(function["path"]).name: [finding["id"] for finding in function["findings"]]
        for function in json.loads(ended.stdout)["functions"]
    }
    wrong = found.pop("wrong_in_three_ways")
    assert set(wrong) == {"missing-requirement", "logging-root", "logging-imported"}
    with_client = {"pump_kpi", "raw_to_assets", "well_sync"}
    assert (
        found.keys()
        == {"hello", "pump_alarms", "fn_allocation", "work_order", "vibration", "machine_oee.ipynb"}
        | {"freight_price", "ticket_numbers"}
        | with_client
    )
    assert not any(found.values())
    assert ended.returncode == 1


def test_the_tests_of_the_samples_pass(shell, without_heavy_plugins):
    ended = shell(f"{sys.executable} -m pytest -q -p no:cacheprovider sample_functions/tests")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "40 passed" in ended.stdout


def test_the_secret_of_a_sample_is_shown_nowhere(shell):
    ended = shell(command_of("work_order") + " --format json")
    assert "the-key-of-NO-STV" not in ended.stdout + ended.stderr


def test_the_toolkit_sample_does_not_reach_its_erp_system_unless_told_to(shell):
    ended = shell(
        command_of("toolkit_project").replace("--schedule Rehearsal", "--schedule Morning") + " --format json"
    )
    result = json.loads(ended.stdout)
    assert result["status"] == "Failed"
    assert "network-refused" in [finding["id"] for finding in result["findings"]]
