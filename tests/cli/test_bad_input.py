"""What is wrong with what was typed or given: one sentence, the next step, the documented exit code, nothing else."""

from __future__ import annotations

import json
import os
import struct
import zipfile

import pytest

HELLO = "def handle(data):\n    return data\n"


def make_missing(root):
    return "nowhere"


def make_empty(root):
    (root / "fn").mkdir()
    return "fn"


def make_file(root):
    (root / "fn.txt").write_text("x")
    return "fn.txt"


def make_handler(root, content=None):
    (root / "fn").mkdir()
    (root / "fn" / "handler.py").write_bytes(HELLO.encode() if content is None else content)
    return "fn"


def make_binary(root):
    return make_handler(root, b"\x7fELF\x00\x01")


def make_handler_directory(root):
    (root / "fn" / "handler.py").mkdir(parents=True)
    return "fn"


def make_broken_link(root):
    (root / "fn").mkdir()
    (root / "fn" / "handler.py").symlink_to("gone.py")
    return "fn"


def make_cyclic_link(root):
    (root / "fn").mkdir()
    (root / "fn" / "handler.py").symlink_to("handler.py")
    return "fn"


def make_zip(root, members, change=lambda content: content):
    with zipfile.ZipFile(root / "fn.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    (root / "fn.zip").write_bytes(change((root / "fn.zip").read_bytes()))
    return "fn.zip"


def make_zip_slip(root):
    return make_zip(root, {"handler.py": HELLO, "../../escaped.py": "x = 1\n"})


def make_encrypted_zip(root):
    def set_encrypted(content):
        changed = bytearray(content)
        for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            start = changed.find(mark) + place
            changed[start : start + 2] = struct.pack("<H", 1)
        return bytes(changed)

    return make_zip(root, {"handler.py": HELLO}, set_encrypted)


def make_zip_bomb(root):
    return make_zip(root, {"handler.py": HELLO, "zeros.bin": "\0" * 40_000_000})


def make_cut_zip(root):
    return make_zip(root, {"handler.py": HELLO}, lambda content: content[:40])


def make_nested_zip(root):
    return make_zip(root, {"fn/handler.py": HELLO})


def make_broken_notebook(root):
    (root / "fn.ipynb").write_text("{not json")
    return "fn.ipynb"


def make_yaml_with_a_tab(root):
    (root / "fn.Function.yaml").write_text("externalId: fn\n\tname: fn\n")
    return make_handler(root)


@pytest.mark.parametrize("command", ["run", "check"])
@pytest.mark.parametrize(
    ("make", "code", "text"),
    [
        (make_missing, 2, "nowhere does not exist."),
        (make_empty, 1, "the folder is empty"),
        (make_file, 2, "fn.txt is a file, not a function folder."),
        (make_binary, 1, "NUL bytes"),
        (make_handler_directory, 1, "it is a directory"),
        (make_broken_link, 1, "it is a symbolic link to 'gone.py', which is not there"),
        (make_cyclic_link, 1, "it is a symbolic link to itself"),
        (make_zip_slip, 2, "'../../escaped.py'"),
        (make_encrypted_zip, 2, "encrypted"),
        (make_zip_bomb, 2, "fn.zip"),
        (make_cut_zip, 2, "fn.zip"),
        (make_nested_zip, 1, "fn/handler.py instead of handler.py"),
        (make_broken_notebook, 2, "fn.ipynb"),
        (make_yaml_with_a_tab, 2, "tab"),
    ],
)
def test_a_function_that_cannot_be_opened(emulate, tmp_path, command, make, code, text):
    given = make(tmp_path)
    before = set(tmp_path.rglob("*"))
    ended = emulate(command, given, *(["--no-record"] if command == "run" else []))
    said = ended.stderr + (ended.stdout if command == "check" else "")
    assert ended.returncode == code
    assert text in said
    assert "Hint: " in said or "hint: " in said
    assert "Traceback" not in said
    assert set(tmp_path.rglob("*")) == before
    assert not (tmp_path.parent / "escaped.py").exists()


@pytest.mark.parametrize(
    ("content", "is_refused_by_the_sdk"),
    [
        (b"\xef\xbb\xbf" + HELLO.encode(), True),
        (HELLO.replace("\n", "\r\n").encode(), False),
        (b"# -*- coding: latin-1 -*-\nNAME = '\xe6'\n" + HELLO.encode(), True),
        (b"# -*- coding: latin-1 -*-\n" + HELLO.encode(), False),
    ],
    ids=["byte order mark", "Windows line ends", "latin-1", "latin-1 with ASCII alone"],
)
def test_text_that_python_reads_is_run_and_what_the_sdk_refuses_is_said(
    emulate, tmp_path, content, is_refused_by_the_sdk
):
    make_handler(tmp_path, content)
    ended = emulate("run", "fn", "--data", '{"a": 1}')
    assert (ended.returncode, json.loads(ended.stdout)) == (0, {"a": 1})
    assert ("not-plain-utf8" in emulate("check", "fn").stdout) is is_refused_by_the_sdk


def test_a_folder_with_a_link_to_itself_is_run_and_checked(emulate, tmp_path):
    make_handler(tmp_path)
    (tmp_path / "fn" / "again").symlink_to(".")
    assert emulate("run", "fn").returncode == 0
    assert emulate("check", "fn").returncode == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read(emulate, tmp_path):
    make_handler(tmp_path)
    (tmp_path / "fn" / "handler.py").chmod(0)
    ended = emulate("run", "fn")
    assert (ended.returncode, "fn/handler.py cannot be read: Permission denied." in ended.stderr) == (2, True)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (("--data", "@fn"), "--data @fn: fn cannot be read: Is a directory."),
        (("--data", '{"a": 1,}'), "(line 1, column"),
        (("--data", "[" * 100_000), "--data is nested too deeply."),
        (("--cloud", "gpc"), "--cloud is 'gpc', which is none of gcp, azure, aws."),
        (("--secrets-file", "missing.json"), "missing.json"),
        (("--env-file", "fn"), "fn"),
        (("--secret", "NOT_SET_ANYWHERE"), "--secret NOT_SET_ANYWHERE"),
        (("--timeout", "soon"), "--timeout"),
        (("--runtime", "python3"), "--runtime"),
        (("--at", "2026-02-30"), "--at '2026-02-30' is not an instant in ISO 8601."),
        (("--at", "0001-01-01T00:00+14:00"), "--at '0001-01-01T00:00+14:00' lies outside the years 1 to 9999 in UTC."),
        (("--at", "9999-12-31T23:59-05:00"), "lies outside the years 1 to 9999 in UTC."),
        (("--data", "9" * 5_000), "--data holds a number of too many digits."),
        (("--data", '{"a": 1e999}'), "--data holds 1e999, which is too large for a number."),
        (("--output", "fn"), "--output fn is a directory."),
    ],
)
def test_an_option_that_is_wrong(emulate, tmp_path, options, text):
    make_handler(tmp_path)
    ended = emulate("run", "fn", *options)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert text in ended.stderr
    assert "\nHint: " in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"\xff{}", b"Error: standard input is not UTF-8 text (byte 0)."),
        (
            b"{",
            b"Error: standard input is not JSON: Expecting property name enclosed in double quotes (line 1, column 2).",
        ),
    ],
)
def test_standard_input_that_is_wrong(shell, tmp_path, content, error):
    make_handler(tmp_path)
    (tmp_path / "in").write_bytes(content)
    ended = shell("fn-emulate run fn --data - <in")
    assert (ended.returncode, ended.stderr.splitlines()[0]) == (2, error)
    assert b" file" not in ended.stderr


def test_standard_input_may_begin_with_a_byte_order_mark_as_a_file_may(shell, tmp_path):
    make_handler(tmp_path)
    (tmp_path / "in").write_bytes(b'\xef\xbb\xbf{"a": 1}')
    assert json.loads(shell("fn-emulate run fn --data - <in").stdout) == {"a": 1}


def test_standard_input_that_is_closed(shell, tmp_path):
    make_handler(tmp_path)
    ended = shell("fn-emulate run fn --data - <&-")
    assert (ended.returncode, ended.stderr) == (
        2,
        b"Error: --data -: standard input cannot be read: it is closed.\nHint: name a JSON file: --data @FILE\n",
    )


@pytest.mark.parametrize("command", ["run", "check", "config"])
def test_a_folder_whose_name_is_no_text(shell, tmp_path, command):
    make_handler(tmp_path)
    os.rename(tmp_path / "fn", os.fsencode(tmp_path) + b"/caf\xe9")
    for form in ("text", "json"):
        assert shell(f"fn-emulate {command} caf* --format {form}").returncode == 0
    assert shell("fn-emulate rerun").stderr.endswith(b"As recorded.\n") is (command == "run")


@pytest.mark.parametrize("command", ["run fn", "check fn", "config fn", "rerun"])
def test_a_directory_that_was_removed(shell, tmp_path, command):
    make_handler(tmp_path)
    ended = shell(f"mkdir gone && cd gone && rmdir ../gone && fn-emulate {command}")
    assert (ended.returncode, ended.stderr) == (
        2,
        b"Error: The current directory does not exist any more.\nHint: change to one that does\n",
    )
