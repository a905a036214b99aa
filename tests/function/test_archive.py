"""Zips: those that are read, and those that are refused without leaving anything behind."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
import zipfile
from pathlib import Path
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fn_emulator.errors import SourceError
from fn_emulator.function import archive, open_function

from .conftest import HANDLE


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """Where zips are unpacked to."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def make_zip(tmp_path):
    def make(files, **options):
        path = tmp_path / "asset.zip"
        with zipfile.ZipFile(path, "w", **options) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return path

    return make


def refusal(path: object) -> str:
    with pytest.raises(SourceError) as caught:
        open_function(path)  # type: ignore[arg-type]
    return str(caught.value)


def member(name: str, mode: int = 0) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


def test_zip_is_read(make_zip, opened):
    function = opened(make_zip({"handler.py": HANDLE, "lib/a.py": "x = 1", "requirements.txt": "numpy\n"}))
    assert (function.name, function.form) == ("asset", "zip")
    assert function.requirements == "numpy\n"
    assert (function.root / "lib/a.py").read_text() == "x = 1"


def test_lines_are_shown_inside_the_zip(make_zip, opened):
    path = make_zip({"handler.py": HANDLE})
    assert opened(path).place("handler.py", 1) == {"file": f"{path}/handler.py", "line": 1}


def test_zip_as_the_sdk_writes_it(tmp_path, make_folder, opened, monkeypatch):
    root = make_folder({"handler.py": HANDLE, "data/x.csv": "1"})
    monkeypatch.chdir(root)
    with zipfile.ZipFile(tmp_path / "asset.zip", "w") as written:
        for folder, _, files in os.walk("."):
            written.write(folder)
            for name in files:
                written.write(Path(folder, name))
    assert opened(tmp_path / "asset.zip").handle is not None


def test_empty_folders_are_made(make_zip, opened):
    assert (opened(make_zip({"handler.py": HANDLE, "out/": ""})).root / "out").is_dir()


def test_close_removes_what_was_unpacked(make_zip, temporary):
    function = open_function(make_zip({"handler.py": HANDLE}))
    assert [entry.name.startswith("fn-emulate-") for entry in temporary.iterdir()] == [True]
    function.close()
    assert list(temporary.iterdir()) == []


def test_function_path_inside_a_zip(make_zip, opened):
    assert opened(make_zip({"src/main.py": HANDLE}), function_path="src/main.py").handle is not None


def test_zip_of_the_folder_itself_is_a_nested_root(make_zip, opened):
    function = opened(make_zip({"asset/handler.py": HANDLE, "__MACOSX/._asset": "x"}))
    assert (function.handler, function.nested_root) == (None, "asset")
    assert function.absence == "it lies in the folder 'asset' inside the zip"


def test_two_folders_are_no_nested_root(make_zip, opened):
    assert opened(make_zip({"asset/handler.py": HANDLE, "lib/a.py": ""})).nested_root is None


def test_empty_zip_has_no_handler(make_zip, opened):
    assert opened(make_zip({})).absence == "the folder is empty"


def test_missing_zip_names_the_near_miss(make_zip):
    missing = make_zip({}).with_name("aset.zip")
    assert refusal(missing) == f"{missing} does not exist.\nHint: did you mean 'asset.zip'?"


def test_file_that_is_not_a_zip(tmp_path):
    path = tmp_path / "asset.zip"
    path.write_text("def handle(): pass")
    hint = "zip the contents of the function's folder, or give the folder itself"
    assert refusal(path) == f"{path} is not a zip.\nHint: {hint}"


def test_pipe_that_is_not_a_zip(tmp_path):
    os.mkfifo(tmp_path / "asset.zip")
    assert "is not a zip" in refusal(tmp_path / "asset.zip")


def test_zip_with_a_capital_suffix(make_zip, opened):
    path = make_zip({"handler.py": HANDLE})
    assert opened(path.rename(path.with_suffix(".ZIP"))).form == "zip"


def test_truncated_zip(make_zip, temporary):
    path = make_zip({"handler.py": HANDLE * 100})
    path.write_bytes(path.read_bytes()[:-40])
    message = f"{path} is cut off or damaged: its end is missing.\nHint: copy it or zip it again"
    assert refusal(path) == message
    assert list(temporary.iterdir()) == []


def test_damaged_member(make_zip, temporary):
    path = make_zip({"handler.py": HANDLE})
    path.write_bytes(path.read_bytes().replace(b"return", b"retrun", 1))
    assert "is cut off or damaged: Bad CRC-32 for file 'handler.py'" in refusal(path)
    assert list(temporary.iterdir()) == []


def test_encrypted_zip(make_zip):
    path = make_zip({"handler.py": HANDLE})
    content = bytearray(path.read_bytes())
    content[content.rindex(b"PK\x01\x02") + 8] |= archive.ENCRYPTED
    path.write_bytes(content)
    hint = "zip it without a password: the platform has none"
    assert refusal(path) == f"{path} has a member 'handler.py' that is encrypted.\nHint: {hint}"


def test_zip_of_a_later_version(make_zip):
    path = make_zip({"handler.py": HANDLE})
    content = bytearray(path.read_bytes())
    content[content.rindex(b"PK\x01\x02") + 6] = 99
    path.write_bytes(content)
    problem = "cannot be unpacked: zip file version 9.9"
    assert refusal(path) == f"{path} {problem}.\nHint: zip it with the plain deflate method"


def test_zip_that_cannot_be_read(make_zip, monkeypatch):
    path = make_zip({"handler.py": HANDLE})
    monkeypatch.setattr(archive, "ZipFile", Mock(side_effect=PermissionError(13, "Permission denied")))
    hint = "check the file and its permissions"
    assert refusal(path) == f"{path} cannot be unpacked: Permission denied.\nHint: {hint}"


def test_member_with_a_nul_in_its_name(make_zip):
    path = make_zip({"handler.py": HANDLE, "evil!py": "x"})
    path.write_bytes(path.read_bytes().replace(b"evil!py", b"evil\0py"))
    assert "has a member 'evil\\x00py' whose name is not a path" in refusal(path)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("../evil.py", "that leaves the zip"),
        ("lib/../../evil.py", "that leaves the zip"),
        ("/etc/evil.py", "with an absolute path"),
        ("C:/evil.py", "with an absolute path"),
        ("c:evil.py", "with an absolute path"),
        ("lib\\evil.py", "with backslashes in its name"),
        ("..\\evil.py", "with backslashes in its name"),
    ],
)
def test_member_that_would_leave_the_folder(make_zip, temporary, name, problem):
    path = make_zip({"handler.py": HANDLE, name: "x"})
    assert f"has a member {name!r} {problem}.\nHint: " in refusal(path)
    assert list(temporary.iterdir()) == []
    assert not (temporary / "evil.py").exists()


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        (stat.S_IFLNK, "that is a symbolic link"),
        (stat.S_IFCHR, "that is neither a file nor a folder"),
        (stat.S_IFIFO, "that is neither a file nor a folder"),
    ],
)
def test_member_that_is_no_file(make_zip, kind, problem):
    assert f"has a member 'x' {problem}" in refusal(make_zip({member("x", kind | 0o777): "/etc/passwd"}))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name(make_zip):
    path = make_zip({member("handler.py"): HANDLE, member("./handler.py"): "evil"})
    assert "has two members of the name 'handler.py'" in refusal(path)


def test_file_and_folder_of_one_name(make_zip):
    assert "has 'lib' as a file and as a folder" in refusal(make_zip({"lib": "x", "lib/a.py": "x"}))


def test_other_compression_is_refused(make_zip):
    path = make_zip({"handler.py": HANDLE}, compression=zipfile.ZIP_LZMA)
    assert "has a member 'handler.py' that is not deflated" in refusal(path)


def test_bomb_by_its_declared_size(make_zip, monkeypatch):
    monkeypatch.setattr(archive, "MAX_BYTES", 2 * archive.MIB)
    path = make_zip({"handler.py": HANDLE, "zeros": bytes(3 * archive.MIB)})
    hint = "leave out what the function does not need, such as .venv"
    assert refusal(path) == f"{path} unpacks to more than 2 MB.\nHint: {hint}"


def test_bomb_by_its_ratio(make_zip):
    zeros = {f"zeros{number}": bytes(8 * archive.MIB) for number in range(5)}
    assert "more than 100 times its size" in refusal(make_zip(zeros, compression=zipfile.ZIP_DEFLATED))


def test_bomb_by_its_real_size(make_zip, monkeypatch, temporary):
    path = make_zip({"handler.py": HANDLE, "zeros": bytes(3 * archive.MIB)})
    monkeypatch.setattr(archive, "MAX_BYTES", 2 * archive.MIB)
    monkeypatch.setattr(archive, "_expect_no_bomb", lambda members, given: None)
    assert "unpacks to more than 2 MB" in refusal(path)
    assert list(temporary.iterdir()) == []


def test_bomb_by_its_members(make_zip, monkeypatch):
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    assert "has 4 members, more than 3" in refusal(make_zip({f"{number}.py": "" for number in range(4)}))


@given(position=st.floats(0, 1), value=st.integers(0, 255), length=st.integers(1, 4))
def test_damage_anywhere_is_a_sentence_or_harmless(tmp_path_factory, position, value, length):
    path = tmp_path_factory.mktemp("fuzz") / "asset.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr("handler.py", HANDLE)
        written.writestr("lib/a.py", "x = 1\n" * 10)
    content = bytearray(path.read_bytes())
    start = int(position * (len(content) - 1))
    content[start : start + length] = bytes([value]) * length
    path.write_bytes(content)
    with contextlib.suppress(SourceError):
        open_function(path).close()
