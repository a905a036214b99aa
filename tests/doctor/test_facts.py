"""What doctor finds on machines that differ."""

from __future__ import annotations

import sys

import pytest

from fn_emulator.doctor import clocks, examine_function
from fn_emulator.doctor.engine import engine_fact
from fn_emulator.doctor.packages import http_library
from fn_emulator.doctor.processes import start_fact
from fn_emulator.doctor.pythons import python_facts
from fn_emulator.doctor.surroundings import terminal_fact
from fn_emulator.function import open_function
from fn_emulator.settings import resolve_settings


@pytest.fixture
def facts_of(tmp_path):
    """Facts of a function by name: ``facts_of(requirements, runtime="py310", environ={})``."""

    def examine(requirements=None, environ=None, **flags):
        (tmp_path / "handler.py").write_text("def handle(data):\n    return data\n")
        if requirements is not None:
            (tmp_path / "requirements.txt").write_text(requirements)
        environ = {"PATH": "", **(environ or {})}
        settings = resolve_settings(tmp_path, "fn", flags=flags, environ=environ)
        return {fact.name: fact for fact in examine_function(open_function(tmp_path), settings, environ)}

    return examine


def script(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("version", "library"),
    [("7.94.1", "requests"), ("8.0.0", "httpx"), ("8.15.2", "httpx"), ("8.16.0", "httpx2"), ("8.22.0", "httpx2")],
)
def test_the_http_library_follows_from_the_version_of_the_sdk(version, library):
    assert http_library(version) == library


@pytest.mark.parametrize(
    ("platform", "state", "text"),
    [
        ("linux", "ok", "a fork, in milliseconds"),
        (
            "darwin",
            "falls-back",
            "a new process for each fresh start, because a fork is unsafe once a framework of the system was used",
        ),
        ("win32", "falls-back", "a new process for each fresh start, because Windows has no fork"),
    ],
)
def test_a_fresh_start_is_a_fork_only_on_linux(platform, state, text):
    assert start_fact(platform)[1:3] == (state, text)


def test_a_runtime_that_is_here_is_named_with_its_version(tmp_path):
    runtime = "py{}{}".format(*sys.version_info[:2])
    script(tmp_path / "python{}.{}".format(*sys.version_info[:2]), f'exec {sys.executable} "$@"')
    found = {fact.name: fact for fact in python_facts({"PATH": str(tmp_path)}, "0.1")}
    assert found[runtime].state == "ok"
    assert found[runtime].details["version"] == "{}.{}.{}".format(*sys.version_info[:3])


def test_a_script_that_finds_no_python_is_no_python(tmp_path):
    shim = script(tmp_path / "python3.10", "echo 'pyenv: python3.10: command not found' >&2; exit 127")
    found = {fact.name: fact for fact in python_facts({"PATH": str(tmp_path)}, "0.1")}
    assert found["py310"][1:3] == ("absent", f"{shim} does not run")
    assert found["py312"][1:3] == ("absent", "no python3.12 on PATH or under pyenv")


def test_an_engine_that_does_not_answer_is_absent_with_the_reason(tmp_path):
    host = f"unix://{tmp_path}/docker.sock"
    fact = engine_fact({"PATH": "", "DOCKER_HOST": host})
    assert fact[1:3] == (
        "absent",
        f"none answers at DOCKER_HOST {host} (No such file or directory); nor is there a docker command",
    )


def test_without_a_terminal_answers_are_for_programs():
    assert terminal_fact({"stdin": False, "stdout": False}).text == "none: answers are for programs"
    assert terminal_fact({"stdin": True, "stdout": False, "stderr": True}).text == "stdin, stderr"


def test_our_own_python_is_chosen_where_nothing_names_one(facts_of):
    interpreter = facts_of()["interpreter"]
    assert interpreter.details["path"] == sys.executable
    assert interpreter.text.endswith("(our own: nothing names one, and no other virtual environment is active)")


def test_another_version_than_the_runtime_falls_back(facts_of):
    other = "py313" if sys.version_info[:2] != (3, 13) else "py312"
    interpreter = facts_of(runtime=other)["interpreter"]
    assert interpreter.state == "falls-back"
    assert interpreter.text.endswith(f"; deployed with {other}")


def test_a_python_that_is_not_there_is_said_and_ends_the_search(facts_of):
    facts = facts_of(python="nowhere/python")
    assert facts["interpreter"][1:3] == ("absent", "--python is 'nowhere/python', which does not exist.")
    assert "requirements" not in facts


def test_an_environment_of_its_own_is_not_made_to_look(facts_of):
    facts = facts_of("no-such-distribution\n", venv="true")
    assert facts["interpreter"].details["path"] is None


def test_requirements_that_are_there_are_counted(facts_of):
    text = 'click>=8\npytest\nno-such-distribution; python_version < "3"\n'
    assert facts_of(text)["requirements"][1:3] == ("ok", "2 of 2 are there")


def test_requirements_that_are_not_met_are_named(facts_of):
    fact = facts_of("no-such-distribution==1\nclick<1\n")["requirements"]
    assert fact.state == "falls-back"
    assert fact.text.startswith("missing: no-such-distribution==1; not met: click<1 (")
    assert fact.text.endswith(" is here); --venv makes an environment that has them")


@pytest.mark.parametrize(
    ("versions", "state", "real", "text"),
    [
        (
            {"freezegun": "1.5.5", "time-machine": "3.6.0"},
            "ok",
            "real also under --at: numpy.datetime64('now'), SQLite's 'now', times of files",
            "3.6.0; under --at it holds pandas.Timestamp.now and time.clock_gettime too; another Python needs one of "
            "its own",
        ),
        (
            {"freezegun": "1.5.5"},
            "absent",
            "real also under --at: pandas.Timestamp.now, time.clock_gettime, numpy.datetime64('now'), SQLite's 'now', "
            "times of files",
            'not here; it would hold pandas.Timestamp.now and time.clock_gettime too: pip install "fn-emulator[clock]"',
        ),
    ],
)
def test_the_clocks_that_are_real_under_a_freeze_are_fewer_with_time_machine(monkeypatch, versions, state, real, text):
    monkeypatch.setattr(clocks, "installed", versions.get)
    facts = {fact.name: fact for fact in clocks.clock_facts()}
    assert facts["other clocks"].text == real
    assert facts["time-machine"][1:3] == (state, text)
