import os
import stat

import click
import pytest
from click.testing import CliRunner

from fn_emulator.cli.options import finding_options, output_options, settings_options, write_output
from fn_emulator.errors import OutputError, SettingsError


@click.command()
@settings_options
@finding_options
@output_options
def command(**values):
    command.given = values


def given(*arguments):
    CliRunner().invoke(command, arguments, catch_exceptions=False, standalone_mode=False)
    return command.given


def test_what_was_not_given_is_none_or_empty():
    values = given()
    repeatable = {name for name, value in values.items() if value == ()}
    assert repeatable == {"secret", "env", "ignore", "select"}
    assert {name: value for name, value in values.items() if value not in ((), None)} == {"format_": "text"}


def test_every_option_hands_on_what_was_typed():
    values = given("--secret", "a=b", "--secret", "C", "--timeout", "9m", "--fail-on", "note", "--format", "json")
    assert (values["secret"], values["timeout"]) == (("a=b", "C"), "9m")
    assert (values["fail_on"], values["format_"]) == ("note", "json")


def test_a_wrong_choice_names_the_near_miss():
    with pytest.raises(SettingsError) as error:
        given("--network", "locale")
    assert str(error.value) == "--network is 'locale', which is none of off, local, on.\nHint: did you mean 'local'?"


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
