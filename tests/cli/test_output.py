"""How a report leaves a command: whole, to where it was asked for, and never over something else."""

from __future__ import annotations

import os
import stat

import pytest

from fn_emulator.cli.output import write_output
from fn_emulator.errors import OutputError


@pytest.mark.parametrize("output", [None, "-"])
def test_without_a_file_the_report_goes_to_stdout(capsys, output):
    write_output("text", output)
    assert capsys.readouterr().out == "text\n"


def test_a_report_is_written_whole_with_its_end_of_line(tmp_path):
    write_output("text", str(tmp_path / "r.txt"))
    assert (tmp_path / "r.txt").read_text() == "text\n"
    assert os.listdir(tmp_path) == ["r.txt"]


def test_an_existing_file_keeps_its_mode(tmp_path):
    path = tmp_path / "r.txt"
    path.write_text("old")
    path.chmod(0o640)
    write_output("new", str(path))
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new\n", 0o640)


def test_a_link_is_followed(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "target")
    write_output("text", str(tmp_path / "link"))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text() == "text\n"


def test_a_device_is_written_to_and_stays():
    write_output("text", "/dev/null")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_what_is_behind_stdouts_name_is_written_to(capfd):
    write_output("text", "/dev/stdout")
    assert capfd.readouterr().out == "text\n"


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(OutputError) as error:
        write_output("text", f"{tmp_path}/no/r.txt")
    assert str(error.value) == (
        f"--output {tmp_path}/no/r.txt lies in {tmp_path}/no, which does not exist.\nHint: make {tmp_path}/no first"
    )


def test_a_directory_is_no_file(tmp_path):
    with pytest.raises(OutputError, match="is a directory"):
        write_output("text", str(tmp_path))


def test_a_failure_of_the_disk_leaves_the_old_file_alone(tmp_path, monkeypatch):
    (tmp_path / "r.txt").write_text("old")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OutputError, match="cannot be written: No space left on device"):
        write_output("new", str(tmp_path / "r.txt"))
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("r.txt", "old")]


@pytest.mark.parametrize(
    ("redirected", "kept"),
    [
        ("--output /dev/stdout >>log", "kept\n1\n"),
        ("--output log >>log", "kept\n1\n"),
        ("--output /dev/stdout >log", "1\n"),
        ("--output /dev/fd/3 3>>log", "kept\n1\n"),
    ],
)
def test_a_file_that_is_open_is_not_emptied(shell, folder, tmp_path, redirected, kept):
    folder("def handle():\n    return 1\n")
    (tmp_path / "log").write_text("kept\n")
    assert shell(f"fn-emulate run fn {redirected}").returncode == 0
    assert (tmp_path / "log").read_text() == kept


def test_a_report_to_stderr_stands_between_what_else_is_said(shell, folder, tmp_path):
    folder("def handle():\n    print('log')\n    return 1\n")
    (tmp_path / "log").write_text("kept\n")
    shell("fn-emulate run fn --output /dev/stderr 2>>log")
    assert [line.split(" ")[0] for line in (tmp_path / "log").read_text().splitlines()] == [
        "kept",
        "log",
        "1",
        "Completed",
    ]


def test_half_a_pair_is_escaped_in_a_file(tmp_path):
    write_output('"\ud800 \xe9"', str(tmp_path / "r.txt"))
    assert (tmp_path / "r.txt").read_text() == '"\\ud800 \xe9"\n'
