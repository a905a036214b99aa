"""README and the pages it links hold: what they show runs and prints that, and their tables list what there is."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from fn_emulator.checks.catalogue import all_rules
from fn_emulator.cli.main import COMMANDS, main
from fn_emulator.settings.keys import KEYS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
CONSOLE = re.findall(r"^```console\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
PYTEST_PAGE = (ROOT / "docs" / "pytest.md").read_text()
SCHEDULES_PAGE = (ROOT / "docs" / "schedules.md").read_text()
REPLAY_PAGE = (ROOT / "docs" / "replay.md").read_text()
PAGES = README + PYTEST_PAGE + SCHEDULES_PAGE + REPLAY_PAGE
PYTHON = re.findall(r"^```python\n(.*?)^```$", PAGES, re.MULTILINE | re.DOTALL)
((FAILING, FAILURE),) = re.findall(
    r"^```python\n([^`]*)^```\n\n^```text\n(.*?)^```$", PYTEST_PAGE, re.MULTILINE | re.DOTALL
)

VARYING = {
    r"(?<=Slowest: ).*": "TIMES",
    r"(?<=Completed) +\d+\.\d+ m?s\b": " TIME",
    r"\d+\.\d+ m?s\b": "TIME",
    r", cpu TIME": "",
    r"\d+ MB at its peak": "MEMORY",
    r"(?<=, )\d+ MB(?=[,)])": "MEMORY",
    r"held by (cgroup|resource limits); peak \d+ MB": "held",
    r"\bpy3\d+(?=, gcp)": "py3xx",
    r"\brerun \d{6}-\d{9}-[0-9a-f]+-\d+": "rerun ID",
}
"""What differs from run to run and from machine to machine in what a command prints."""


@pytest.fixture
def folder(tmp_path, without_heavy_plugins):
    """A folder with the samples, outside the checkout, whose settings and recordings it would use."""
    shutil.copytree(ROOT / "sample_functions", tmp_path / "sample_functions")
    return tmp_path


def run(command, folder):
    """What a line prints in a terminal, with the command of this environment."""
    commands = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env={**os.environ, "PATH": commands},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return ended.stdout


def without_what_varies(text):
    for pattern, name in VARYING.items():
        text = re.sub(pattern, name, text)
    return text


def table(heading, page=README):
    """The rows of the table whose first column has this heading, as lists of cells."""
    lines = page.partition(f"| {heading} |")[2].splitlines()[2:]
    rows = lines[: next(number for number, line in enumerate(lines) if not line.startswith("|"))]
    return [[cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


@pytest.mark.parametrize("block", CONSOLE, ids=lambda block: block.split()[2])
def test_a_console_block_prints_what_it_shows(block, folder):
    printed = [f"$ {command}\n{run(command, folder)}" for command in re.findall(r"^\$ (.*)$", block, re.MULTILINE)]
    assert without_what_varies("".join(printed)) == without_what_varies(block)


def run_python(folder, *arguments):
    command = [sys.executable, "-W", "error", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def is_test(block):
    return "def test_" in block


@pytest.mark.parametrize("block", [block for block in PYTHON if not is_test(block)])
def test_a_python_block_runs(block, folder):
    (folder / "block.py").write_text(block)
    ended = run_python(folder, "block.py")
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_tests_that_it_shows_pass(folder):
    blocks = [block for block in PYTHON if is_test(block) and block != FAILING]
    for number, block in enumerate(blocks):
        (folder / f"test_block_{number}.py").write_text(block)
    ended = run_python(folder, "-m", "pytest", "--fn-update", *(f"test_block_{n}.py" for n in range(len(blocks))))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert len(blocks) > 5


def test_a_test_that_fails_shows_what_the_page_says(folder):
    (folder / "test_block.py").write_text(FAILING)
    ended = run_python(folder, "-m", "pytest", "test_block.py")
    assert ended.returncode == 1
    printed, shown = ([line.strip("- ") for line in text.splitlines()] for text in (ended.stdout, FAILURE))
    assert [without_what_varies(line) for line in shown if line] == [
        without_what_varies(line)
        for line in printed
        if without_what_varies(line) in map(without_what_varies, shown) and line
    ]


def test_each_option_of_pytest_has_a_row():
    help_ = subprocess.run(
        [sys.executable, "-m", "pytest", "--help"], cwd=ROOT / "docs", capture_output=True, text=True
    )
    names = r"(?<![\w-])--fn-[a-z]+|\bfn_(?:runner|cloud|network|functions_root)\b"
    assert {word for row in table("option", PYTEST_PAGE) for word in re.findall(names, " ".join(row[:2]))} == set(
        re.findall(names, help_.stdout)
    )


def test_the_settings_that_it_shows_are_valid(folder):
    (block,) = re.findall(r"^```toml\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    (folder / "pyproject.toml").write_text(block)
    shown = run("SIGNING_KEY=any fn-emulate config sample_functions/work_order --format json", folder)
    settings = {key: setting["value"] for key, setting in json.loads(shown)["settings"].items()}
    assert (settings["cloud"], settings["ignore"]) == ("azure", ["logging-imported"])
    assert (settings["env.PLANT"], settings["secrets.signing-key"]) == ("NO-STV", "***")


@pytest.mark.parametrize("word", ["fn-emulate run", "coverage run"])
def test_a_line_that_sets_up_is_one_that_the_gate_runs(word):
    line = subprocess.run(
        [sys.executable, str(ROOT / ".ci" / "readme_line.py"), word], capture_output=True, text=True, check=True
    ).stdout.rstrip("\n")
    assert line.startswith("python3 -m venv .venv && .venv/bin/pip install -q ")
    assert f"```sh\n{line}\n```" in README
    assert f'readme "{word}"' in (ROOT / ".ci" / "run").read_text()


def test_each_command_has_a_row():
    assert {cell.strip("`").split()[0] for cell, _ in table("command")} == set(COMMANDS)


def test_each_option_has_a_row_that_names_its_commands():
    rows = {option.strip("`").split()[0]: set(of.split(", ")) for option, of, _ in table("option")}
    assert rows == options_of_commands()


def options_of_commands():
    options = {}
    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                options.setdefault(parameter.opts[0], set()).add(name)
    return options


def test_every_option_in_the_text_exists():
    own = re.sub(r"^```sh\n.*?^```$", "", README, flags=re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", own)) == options_of_commands().keys()


def test_each_exit_code_has_a_row():
    assert [code for code, _ in table("exit code")] == ["0", "1", "2", "3", "4", "5", "130"]


def test_each_setting_has_a_row():
    keys = [key for cell, _ in table("key") for key in re.findall(r"`([^`]+)`", cell)]
    assert sorted(keys) == sorted(KEYS)


def test_each_finding_has_a_row_with_its_severity_and_rule():
    wanted = [
        [f"`{rule.id}`", rule.severity, rule.summary.replace("``", "`").rstrip(".")] for rule in all_rules().values()
    ]
    assert table("id") == wanted
