from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fn_emulator.errors import EmulatorError, InterpreterError, RunnerError
from fn_emulator.function import open_function
from fn_emulator.runners.interpreter import Interpreter, choose_interpreter, python_in
from fn_emulator.settings import resolve_settings

OWN = (sys.executable, sys.prefix)
HINT = "give it a file, or the name of a Python on PATH, such as python3.11"


@pytest.fixture
def choose(tmp_path: Path) -> Callable[..., Interpreter]:
    """``choose(python=..., environ={...})``: the interpreter of a function with these settings."""
    (tmp_path / "fn").mkdir()
    (tmp_path / "fn" / "handler.py").write_text("def handle():\n    return 1\n")

    def choose(
        *, environ: dict[str, str] | None = None, default_runner: str = "worker", **flags: object
    ) -> Interpreter:
        settings = resolve_settings(tmp_path / "fn", "fn", flags=flags, environ=environ or {})
        function = open_function(tmp_path / "fn")
        options = {"function": function, "tell": pytest.fail, "default_runner": default_runner, "own": OWN}
        return choose_interpreter(settings, environ=environ or {}, **options)

    return choose


@pytest.fixture
def other(tmp_path: Path) -> Callable[..., str]:
    """A program that answers as a Python of this version and prefix; its path."""

    def write(name: str = "other/bin/python", *, version: tuple[int, ...] = (3, 12, 1), answer: str = "") -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        told = answer or f"echo '{json.dumps([version, str(path), str(path.parent.parent)])}'"
        path.write_text(f"#!/bin/sh\n{told}\n")
        path.chmod(0o755)
        return str(path)

    return write


def error_of(choose, **given) -> EmulatorError:
    with pytest.raises(EmulatorError) as error:
        choose(**given)
    return error.value


def test_without_anything_it_is_our_own_and_nothing_is_started(choose):
    chosen = choose(environ={"VIRTUAL_ENV": sys.prefix})
    assert chosen == Interpreter(sys.executable, "", True, sys.version_info[:3])


def test_our_own_costs_no_import_of_subprocess():
    script = (
        "import sys\n"
        "from fn_emulator.runners.interpreter import choose_interpreter\n"
        "class Settings:\n    runner = python = None\n    is_venv = False\n"
        "assert choose_interpreter(Settings, environ={}, function=None, tell=None).is_ours\n"
        "assert not {'subprocess', 'shutil', 'json'} & set(sys.modules)\n"
    )
    environ = {name: value for name, value in os.environ.items() if "COV" not in name}
    subprocess.run([sys.executable, "-c", script], check=True, env=environ)


def test_a_file_that_is_typed_is_asked_what_it_is(choose, other):
    path = other()
    assert choose(python=path) == Interpreter(path, "--python", False, (3, 12, 1))


def test_a_name_is_looked_up_on_the_callers_path(choose, other, tmp_path):
    path = other("bin/python3.12")
    environ = {"PATH": f"{tmp_path / 'none'}{os.pathsep}{tmp_path / 'bin'}{os.pathsep}/bin"}
    assert choose(python="python3.12", environ=environ).path == path


def test_what_only_finds_a_python_is_replaced_by_what_it_finds(choose, other, tmp_path):
    found = tmp_path / "versions" / "3.12" / "bin" / "python"
    shim = other("shims/python", answer=f"""echo '[[3, 12, 1], "{found}", "{found.parent.parent}"]'""")
    assert choose(python=shim).path == str(found)


def test_a_variable_may_name_it_and_is_its_origin(choose, other):
    assert choose(environ={"FN_EMULATE_PYTHON": other()}).origin == "FN_EMULATE_PYTHON"


def test_our_own_python_by_another_name_is_ours(choose, tmp_path):
    (tmp_path / "link").symlink_to(sys.prefix)
    chosen = choose(python=python_in(str(tmp_path / "link")))
    assert (chosen.is_ours, chosen.version) == (True, sys.version_info[:3])


def test_a_real_one_is_asked_without_what_lies_in_the_current_directory(choose, tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise ValueError('not this one')\n")
    monkeypatch.chdir(tmp_path)
    assert choose(python=sys.executable).version == sys.version_info[:3]


def test_the_active_environment_is_used_without_asking(choose, other, tmp_path):
    path = other()
    chosen = choose(environ={"VIRTUAL_ENV": str(tmp_path / "other")})
    note = f"It runs on Python 3.12.1 of the active virtual environment {tmp_path / 'other'}."
    assert chosen == Interpreter(path, "VIRTUAL_ENV", False, (3, 12, 1), (note,))


def test_an_active_environment_without_a_python_is_none(choose, tmp_path):
    assert choose(environ={"VIRTUAL_ENV": str(tmp_path)}).is_ours


def test_what_is_typed_wins_over_the_active_environment(choose, other, tmp_path):
    other()
    assert choose(python=sys.executable, environ={"VIRTUAL_ENV": str(tmp_path / "other")}).is_ours


@pytest.mark.parametrize(
    ("make", "problem", "hint"),
    [
        (None, "does not exist", HINT),
        (lambda path: path.write_text(""), "cannot be executed", HINT),
        (lambda path: path.mkdir(), "is a directory", HINT),
    ],
    ids=["missing", "not executable", "directory"],
)
def test_a_path_that_is_no_program_is_refused(choose, tmp_path, make, problem, hint):
    path = tmp_path / "python"
    if make is not None:
        make(path)
    error = error_of(choose, python=str(path))
    assert (error.message, error.hint, error.exit_code) == (f"--python is '{path}', which {problem}.", hint, 2)


def test_the_folder_of_an_environment_gets_the_python_in_it_as_a_hint(choose, other, tmp_path):
    path = other()
    assert error_of(choose, python=str(tmp_path / "other")).hint == f"name the Python in it: {path}"


def test_a_name_that_is_not_on_the_path_is_refused(choose):
    error = error_of(choose, python="python3.12")
    assert str(error) == f"--python is 'python3.12', which is not on PATH.\nHint: {HINT}"


PYENV = "pyenv: python3.9: command not found"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("echo 'pyenv: version is not installed' >&2; exit 127", "pyenv: version is not installed"),
        ("printf 'pyenv: python3.9: command not found\\n\\nNote:\\n  more of it\\n' >&2; exit 127", PYENV),
        ("exit 3", "it ends with code 3"),
        ("echo hello", "something else than a Python says"),
        ("echo 5", "something else than a Python says"),
    ],
)
def test_what_does_not_answer_as_a_python_is_refused(choose, other, answer, said):
    path = other(answer=answer)
    error = error_of(choose, python=path)
    assert error.message == f"--python is '{path}', which does not answer as a Python does: {said}."
    assert (error.hint, error.exit_code) == (f"run {path} --version to see what it says, or name another one", 2)


def test_what_is_no_program_at_all_is_refused(choose, other, tmp_path):
    path = other()
    (tmp_path / "other" / "bin" / "python").write_bytes(b"\0\1\2")
    assert error_of(choose, python=path).message.endswith("as a Python does: Exec format error.")


def test_a_python_that_never_answers_is_ended(choose, other, monkeypatch):
    monkeypatch.setattr("fn_emulator.runners.interpreter.ANSWER_LIMIT_S", 0.05)
    path = other(answer="exec sleep 30")
    assert error_of(choose, python=path).message.endswith("as a Python does: nothing within 0.05 s.")


def test_a_python_that_is_too_old_is_refused(choose, other):
    path = other(version=(3, 8, 18))
    error = error_of(choose, python=path)
    assert type(error) is InterpreterError
    assert str(error) == (
        f"--python is '{path}', which is Python 3.8.18; a function runs here on Python 3.9 or later.\n"
        "Hint: name a newer one"
    )


def test_an_active_environment_that_is_too_old_is_what_is_missing_here(choose, other, tmp_path):
    path = other(version=(2, 7, 18))
    error = error_of(choose, environ={"VIRTUAL_ENV": str(tmp_path / "other")})
    assert (type(error), error.exit_code) == (RunnerError, 5)
    assert str(error) == (
        f"The active virtual environment cannot run a function: {path} is Python 2.7.18; "
        "a function runs here on Python 3.9 or later.\n"
        "Hint: deactivate it, make it anew, or name a Python with --python"
    )


def test_an_active_environment_that_does_not_answer_is_said(choose, other, tmp_path):
    path = other(answer="exit 1")
    error = error_of(choose, environ={"VIRTUAL_ENV": str(tmp_path / "other")})
    assert error.message.endswith(f"{path} does not answer as a Python does: it ends with code 1.")


@pytest.mark.parametrize("flags", [{"python": "python3.12"}, {"venv": True}], ids=["python", "venv"])
@pytest.mark.parametrize("how", [{"runner": "inprocess"}, {"default_runner": "inprocess"}], ids=["said", "default"])
def test_another_python_cannot_run_in_our_process(choose, flags, how):
    (key,) = flags
    error = error_of(choose, **flags, **how)
    assert error.exit_code == 2
    assert str(error) == (
        f"--{key} wants a process of its own, and the runner inprocess starts none.\n"
        f"Hint: leave --{key} out, or choose the runner worker"
    )


def test_in_process_an_active_environment_is_ignored_with_a_note(choose, other, tmp_path):
    other()
    chosen = choose(runner="inprocess", environ={"VIRTUAL_ENV": str(tmp_path / "other")})
    assert (chosen.path, chosen.is_ours) == (sys.executable, True)
    assert chosen.notes == (
        f"The active virtual environment {tmp_path / 'other'} is not used: in process a function runs on "
        f"{sys.executable}.",
    )


def test_a_call_from_python_in_process_is_not_told_of_an_active_environment(choose, other, tmp_path):
    other()
    environ = {"VIRTUAL_ENV": str(tmp_path / "other")}
    assert choose(default_runner="inprocess", environ=environ).notes == ()


def test_a_runner_that_is_said_wins_over_the_default(choose, other):
    assert not choose(python=other(), runner="worker", default_runner="inprocess").is_ours
