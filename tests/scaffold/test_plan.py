"""Which files a new function gets, and where there is no room for them."""

from __future__ import annotations

import ast

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fn_emulator.errors import ScaffoldError
from fn_emulator.scaffold import plan_files


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def paths(folder, root=".", *, has_client=True):
    return [file.path for file in plan_files(folder, root, has_client=has_client)]


def refusal(folder, root="."):
    with pytest.raises(ScaffoldError) as error:
        plan_files(folder, root, has_client=True)
    return str(error.value)


def test_a_function_with_a_client_has_requirements_and_a_seed():
    assert paths("functions/pump_kpi") == [
        "functions/pump_kpi/handler.py",
        "functions/pump_kpi/requirements.txt",
        "functions/pump_kpi.seed.yaml",
        "tests/test_pump_kpi.py",
    ]


def test_a_function_without_a_client_needs_neither():
    assert paths("pump_kpi", has_client=False) == ["pump_kpi/handler.py", "tests/test_pump_kpi.py"]


def test_the_current_folder_is_called_by_its_name(project, monkeypatch):
    (project / "pump").mkdir()
    monkeypatch.chdir(project / "pump")
    assert paths(".", "..") == ["handler.py", "requirements.txt", "../pump.seed.yaml", "../tests/test_pump.py"]


def test_a_full_path_gives_full_paths(project):
    assert paths(f"{project}/pump/", str(project), has_client=False) == [
        f"{project}/pump/handler.py",
        f"{project}/tests/test_pump.py",
    ]


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("my-func", "test_my_func"),
        ("123", "test_123"),
        ("pump.v2", "test_pump_v2"),
        ("größe", "test_größe"),
        ("a pump", "test_a_pump"),
        ("-x", "test__x"),
    ],
)
def test_a_test_has_a_name_that_can_be_imported(name, module):
    assert paths(name)[-1] == f"tests/{module}.py"


@given(st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=60))
def test_the_test_names_the_folder_whatever_it_is_called(name):
    assume(name not in (".", ".."))
    source = plan_files(f"functions/{name}", ".", has_client=False)[-1].text
    assert {"functions", name} <= {node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)}


def test_a_folder_that_is_empty_is_as_good_as_none(project):
    (project / "pump").mkdir()
    assert paths("pump", has_client=False)[0] == "pump/handler.py"


def test_a_folder_that_holds_something_is_refused(project):
    (project / "pump").mkdir()
    (project / "pump" / "notes.md").touch()
    assert refusal("pump") == (
        "pump is not empty: it holds 'notes.md'.\nHint: give the path of a new folder, such as functions/pump_kpi"
    )


@pytest.mark.parametrize("there", ["pump.seed.yaml", "tests/test_pump.py"])
def test_a_file_that_is_there_is_refused(project, there):
    (project / "tests").mkdir()
    (project / there).symlink_to("nowhere")
    assert refusal("pump") == (
        f"{there} is there already.\nHint: move it away, or give the function's folder another name"
    )


@pytest.mark.parametrize(
    ("folder", "message"),
    [
        ("", "The path of the new function is empty."),
        ("p\udcffmp", "'p\\udcffmp' is no name in UTF-8."),
        ("file", "file is there already, and is no folder."),
        ("file/pump", "file/pump cannot be read: Not a directory."),
        ("tests", "tests is where the test would lie, which would be deployed with the function 'tests'."),
    ],
)
def test_a_path_that_cannot_be_a_new_function_is_refused(project, folder, message):
    (project / "file").touch()
    assert refusal(folder).partition("\n")[0] == message


def test_the_folder_above_is_not_empty(project, monkeypatch):
    (project / "here").mkdir()
    monkeypatch.chdir(project / "here")
    assert refusal("..", "../..").startswith(".. is not empty: it holds 'here'.")


def test_a_function_within_another_is_refused(project):
    (project / "functions" / "outer").mkdir(parents=True)
    (project / "functions" / "outer" / "handler.py").touch()
    assert refusal("functions/outer/inner") == (
        f"functions/outer/inner lies in the function {project}/functions/outer, with which it would be deployed.\n"
        "Hint: give one beside it"
    )
