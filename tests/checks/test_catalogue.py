"""Every rule shows itself: its bad example is flagged and its good one is not, through the real command."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import zipfile

import pytest
from click.testing import CliRunner

from fn_emulator.checks.catalogue import all_rules
from fn_emulator.checks.ids import IDS
from fn_emulator.cli.main import main

RULES = all_rules()


def write_example(example, folder):
    """The files of an example below ``folder``; those below ``NAME.zip`` as members of that archive."""
    for path, text in example.files.items():
        archive, is_zipped, member = path.partition(".zip/")
        if is_zipped:
            with zipfile.ZipFile(folder / f"{archive}.zip", "a") as file:
                file.writestr(member, text)
            continue
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def ids_of(example, tmp_path, monkeypatch):
    """The ids of the findings that an example's command reports."""
    write_example(example, tmp_path)
    monkeypatch.chdir(tmp_path)
    report = json.loads(output_of([*shlex.split(example.command), "--format", "json"], dict(example.environ)))
    findings = report["findings"] if "findings" in report else report["functions"][0]["findings"]
    return {finding["id"] for finding in findings}


def output_of(arguments, environ):
    if arguments[0] == "check":
        return CliRunner().invoke(main, arguments, env=environ).stdout
    # What other tests imported into this process must not decide what a call finds.
    command = [sys.executable, "-m", "fn_emulator", *arguments]
    return subprocess.run(command, env={**os.environ, **environ}, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_the_bad_example_is_flagged(rule, tmp_path, monkeypatch):
    assert rule.id in ids_of(rule.bad, tmp_path, monkeypatch)


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_the_good_example_is_left_alone(rule, tmp_path, monkeypatch):
    assert rule.id not in ids_of(rule.good, tmp_path, monkeypatch)


def test_the_list_of_ids_is_that_of_the_rules():
    assert set(RULES) == IDS


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_rule_says_what_it_is_and_how_well_it_is_known(rule):
    assert rule.summary.endswith((".", "?")), rule.summary
    assert len(rule.source) > 20
