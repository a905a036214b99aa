"""What may be given, and every way in which it can be wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path, PurePosixPath
from unittest.mock import Mock

import pytest

from fn_emulator.errors import SourceError
from fn_emulator.function import open_function

from .conftest import HANDLE


def refusal(source: object, **options: object) -> str:
    with pytest.raises(SourceError) as caught:
        open_function(source, **options)  # type: ignore[arg-type]
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_folder_is_read(make_folder):
    function = open_function(make_folder({"handler.py": HANDLE, "requirements.txt": "numpy\n"}))
    assert (function.name, function.form, function.kind) == ("fn", "folder", "cognite")
    assert function.handle is not None
    assert function.handle.line == 1
    assert function.requirements == "numpy\n"


def test_opening_a_folder_imports_nothing_heavy(make_folder):
    root = make_folder({"handler.py": HANDLE, "requirements.txt": "numpy\n"})
    heavy = "{'tempfile', 'zipfile', 'json', 'packaging', 'difflib', 'symtable', 'subprocess', 'logging', 'shutil'}"
    code = (
        "import sys, click; before = set(sys.modules); from fn_emulator.function import open_function; "
        f"open_function({str(root)!r}); print(sorted({heavy} & (set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_name_of_the_current_folder_is_its_real_one(make_folder, monkeypatch):
    monkeypatch.chdir(make_folder({"handler.py": HANDLE}))
    assert open_function(".").name == "fn"


def test_missing_folder_names_the_near_miss(make_folder):
    root = make_folder({"handler.py": HANDLE})
    missing = root.parent / "fnn"
    assert refusal(missing) == f"{missing} does not exist.\nHint: did you mean 'fn'?"


def test_missing_folder_in_a_missing_folder(tmp_path):
    missing = tmp_path / "no" / "fn"
    hint = f"give a function folder, a .zip or a .ipynb; {tmp_path}/no is not there either"
    assert refusal(missing) == f"{missing} does not exist.\nHint: {hint}"


def test_empty_path_is_not_the_current_folder():
    assert refusal("") == "The path of the function is empty.\nHint: give a function folder, a .zip or a .ipynb"


def test_python_file_instead_of_its_folder(make_folder):
    file = make_folder({"main.py": HANDLE}) / "main.py"
    hint = f"give its folder: {file.parent} --function-path main.py"
    assert refusal(file) == f"{file} is a file, not a function folder.\nHint: {hint}"


def test_handler_file_instead_of_its_folder(make_folder):
    file = make_folder({"handler.py": HANDLE}) / "handler.py"
    assert refusal(file).endswith(f"\nHint: give its folder: {file.parent}")


def test_other_file_instead_of_a_folder(make_folder):
    file = make_folder({"notes.txt": ""}) / "notes.txt"
    assert "is a file, not a function folder" in refusal(file)


def test_broken_link_instead_of_a_folder(tmp_path):
    link = tmp_path / "link"
    link.symlink_to("gone")
    assert refusal(link) == f"{link} is a symbolic link to 'gone', which is not there.\nHint: mend the link"


def test_link_to_itself_instead_of_a_folder(tmp_path):
    link = tmp_path / "loop"
    link.symlink_to("loop")
    hint = "check the path and its permissions"
    assert refusal(link) == f"{link} cannot be read: Too many levels of symbolic links.\nHint: {hint}"


def test_path_with_a_nul_character(tmp_path):
    assert "does not exist" in refusal(f"{tmp_path}/a\0b")


def test_path_that_is_too_long(tmp_path):
    assert "cannot be read: File name too long" in refusal(tmp_path / ("x" * 300))


def test_empty_folder_has_no_handler(make_folder):
    function = open_function(make_folder({}))
    assert (function.handler, function.absence) == (None, "the folder is empty")


def test_folder_without_handler_says_so(make_folder):
    assert open_function(make_folder({"other.py": ""})).absence == "it is not there"


def test_folder_that_may_not_be_listed(make_folder, monkeypatch):
    root = make_folder({})
    monkeypatch.setattr("os.listdir", Mock(side_effect=PermissionError(13, "Permission denied")))
    assert open_function(root).absence == "it is not there"


def test_handler_that_is_a_directory(make_folder):
    assert open_function(make_folder({"handler.py/x.py": ""})).absence == "it is a directory"


def test_handler_path_through_a_file(make_folder):
    root = make_folder({"src": "", "handler.py": HANDLE})
    assert open_function(root, function_path="src/handler.py").absence == "a part of its path is a file"


def test_handler_that_is_a_broken_link(make_folder):
    root = make_folder({})
    (root / "handler.py").symlink_to("../shared/handler.py")
    absence = "it is a symbolic link to '../shared/handler.py', which is not there"
    assert open_function(root).absence == absence


def test_handler_that_links_to_itself(make_folder):
    root = make_folder({})
    (root / "handler.py").symlink_to("handler.py")
    assert open_function(root).absence == "it is a symbolic link to itself"


def test_handler_that_is_a_named_pipe_does_not_hang(make_folder):
    root = make_folder({})
    os.mkfifo(root / "handler.py")
    assert open_function(root).absence == "it is not a regular file"


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that even root cannot read")
def test_handler_that_cannot_be_read(make_folder):
    root = make_folder({})
    (root / "handler.py").symlink_to("/proc/self/mem")
    hint = "check the file's permissions"
    assert refusal(root) == f"{root}/handler.py cannot be read: Input/output error.\nHint: {hint}"


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that even root cannot read")
def test_requirements_that_cannot_be_read(make_folder):
    root = make_folder({"handler.py": HANDLE})
    (root / "requirements.txt").symlink_to("/proc/self/mem")
    assert f"{root}/requirements.txt cannot be read" in refusal(f"{root}/")


def test_requirements_that_are_a_directory_count_as_none(make_folder):
    assert open_function(make_folder({"handler.py": HANDLE, "requirements.txt/x": ""})).requirements is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_requirements_with_a_byte_order_mark(make_folder, encoding):
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    root = make_folder({"handler.py": HANDLE, "requirements.txt": mark + "numpy\n".encode(encoding)})
    assert open_function(root).requirements == "numpy\n"


def test_deeply_nested_function_path(make_folder):
    root = make_folder({"a/b/c/d/handler.py": HANDLE})
    function = open_function(root, function_path="./a/b/c/d/handler.py")
    assert function.handle is not None
    assert function.module_name == "a.b.c.d.handler"
    assert function.handler is not None
    assert function.handler.path == PurePosixPath("a/b/c/d/handler.py")


@pytest.mark.parametrize(
    ("path", "problem", "hint"),
    [
        ("", "is empty", "leave it out for handler.py, or name a file such as src/handler.py"),
        ("src\\handler.py", "has backslashes", "write it as src/handler.py"),
        ("/src/handler.py", "is absolute", "give it relative to the function's folder"),
        ("../handler.py", "leaves the function's folder", "the handler must lie inside the folder that is deployed"),
        ("a/../../h.py", "leaves the function's folder", "the handler must lie inside the folder that is deployed"),
        ("handler", "is not a .py file", "name the Python file that defines handle, such as src/handler.py"),
        ("handler.py/", "is not a .py file", "name the Python file that defines handle, such as src/handler.py"),
        (".py", "is not a .py file", "name the Python file that defines handle, such as src/handler.py"),
        ("h\0.py", "has a NUL character", "give a plain path such as src/handler.py"),
    ],
)
def test_function_path_that_cannot_be_one(make_folder, path, problem, hint):
    root = make_folder({"handler.py": HANDLE})
    assert refusal(root, function_path=path) == f"function path {path!r} {problem}.\nHint: {hint}"


def test_function_path_does_not_apply_to_a_notebook(make_notebook):
    notebook = make_notebook(HANDLE)
    message = refusal(notebook, function_path="main.py")
    assert message.startswith(f"function path 'main.py' does not apply to {notebook}: ")


def test_folder_named_like_a_zip_is_a_folder(tmp_path):
    root = tmp_path / "fn.zip"
    root.mkdir()
    (root / "handler.py").write_text(HANDLE)
    assert open_function(root).form == "folder"
