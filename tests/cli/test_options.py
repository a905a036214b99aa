import click
import pytest
from click.testing import CliRunner

from fn_emulator.cli.options import finding_options, output_options, settings_options
from fn_emulator.errors import SettingsError


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
    assert repeatable == {"secret", "env", "seed", "ignore", "select"}
    assert {name: value for name, value in values.items() if value not in ((), None)} == {"format_": "text"}


def test_every_option_hands_on_what_was_typed():
    values = given("--secret", "a=b", "--secret", "C", "--timeout", "9m", "--fail-on", "note", "--format", "json")
    assert (values["secret"], values["timeout"]) == (("a=b", "C"), "9m")
    assert (values["fail_on"], values["format_"]) == ("note", "json")


def test_a_wrong_choice_names_the_near_miss():
    with pytest.raises(SettingsError) as error:
        given("--network", "locale")
    assert str(error.value) == "--network is 'locale', which is none of off, local, on.\nHint: did you mean 'local'?"
