"""Where calls are recorded, and that ``rerun`` finds them from where ``run`` was typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from fn_emulator.cli.place import project_root, root_of_tests


def root(function, directory):
    return Path(project_root(str(directory), str(function)))


@pytest.mark.parametrize("mark", ["pyproject.toml", ".git"])
def test_recordings_lie_at_the_projects_root(tmp_path, mark):
    (tmp_path / mark).mkdir()
    (tmp_path / "functions" / "fn").mkdir(parents=True)
    assert root(tmp_path / "functions" / "fn", tmp_path / "elsewhere") == tmp_path


def test_without_a_project_they_lie_in_the_current_directory(tmp_path):
    assert root(tmp_path / "fn", tmp_path / "here") == tmp_path / "here"


def test_they_never_lie_inside_the_functions_folder(tmp_path):
    for directory in (tmp_path / "fn", tmp_path / "fn" / "deeper"):
        assert root(tmp_path / "fn", directory) == tmp_path


def test_a_project_file_of_the_function_itself_is_not_the_projects(tmp_path):
    (tmp_path / "fn").mkdir()
    (tmp_path / "fn" / "pyproject.toml").touch()
    assert root(tmp_path / "fn", tmp_path / "fn") == tmp_path


def test_the_project_is_that_of_the_directory_not_of_the_function(tmp_path):
    for name in ("here", "there"):
        (tmp_path / name / "below").mkdir(parents=True)
        (tmp_path / name / "pyproject.toml").touch()
    assert root(tmp_path / "there" / "fn", tmp_path / "here" / "below") == tmp_path / "here"


def test_a_function_in_a_project_is_recorded_there_also_from_its_own_folder(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "functions" / "fn").mkdir(parents=True)
    (tmp_path / "functions" / "fn" / "pyproject.toml").touch()
    assert root(tmp_path / "functions" / "fn", tmp_path / "functions" / "fn") == tmp_path


def test_a_folder_with_a_handler_is_never_the_place(tmp_path):
    (tmp_path / "fn").mkdir()
    (tmp_path / "fn" / "handler.py").touch()
    assert root(tmp_path / "other", tmp_path / "fn") == tmp_path


def test_above_the_root_of_the_file_system_is_nothing():
    assert root("/", "/") == Path("/")


def place_of_tests(function, directory):
    return Path(root_of_tests(str(function), str(directory)))


def test_tests_lie_in_the_functions_project_wherever_the_command_is_typed(tmp_path):
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "pyproject.toml").touch()
    for directory in (tmp_path, tmp_path / "project" / "functions", tmp_path / "elsewhere"):
        assert place_of_tests(tmp_path / "project" / "functions" / "fn", directory) == tmp_path / "project"


def test_without_a_project_tests_lie_in_the_current_directory_above_the_function(tmp_path):
    assert place_of_tests(tmp_path / "functions" / "fn", tmp_path) == tmp_path


@pytest.mark.parametrize("directory", ["elsewhere", "functions/fn"])
def test_tests_never_lie_away_from_the_function_nor_in_it(tmp_path, directory):
    assert place_of_tests(tmp_path / "functions" / "fn", tmp_path / directory) == tmp_path / "functions"
