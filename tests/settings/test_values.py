import math

import pytest

from fn_emulator.errors import SettingsError
from fn_emulator.settings.keys import CHOICES
from fn_emulator.settings.values import parse


@pytest.mark.parametrize(
    ("key", "value", "meant"),
    [
        ("timeout", "90", 90),
        ("timeout", 90, 90),
        ("timeout", "9m", 540),
        ("timeout", "1.5 h", 5400),
        ("timeout", "250ms", 0.25),
        ("memory", "1.5GB", 1500),
        ("memory", "512", 512),
        ("memory", 512, 512),
        ("memory", "1GiB", 1073.741824),
        ("data-limit", "36kB", 36_000),
        ("data-limit", "9", 9_000_000),
        ("response-limit", "1MiB", 1_048_576),
        ("response-limit", "100 b", 100),
        ("cpu", "0.25", 0.25),
        ("runtime", "py311", "py311"),
        ("runtimes", ["py310", "py311"], ("py310", "py311")),
        ("ignore", ("a,b", "c"), ("a", "b", "c")),
        ("function-path", "src/handler.py", "src/handler.py"),
    ],
)
def test_values_are_read_in_our_units(key, value, meant):
    assert parse(key, value, "here") == (pytest.approx(meant) if isinstance(meant, float) else meant)


@pytest.mark.parametrize("value", ["soon", "9 minutes", "", "-1", "1e3", "9m3s", True, None, [], "9MB"])
def test_what_is_not_a_time_is_refused(value):
    with pytest.raises(SettingsError) as error:
        parse("timeout", value, "--timeout")
    assert str(error.value) == (
        f"--timeout is {value!r}, which is not a time.\n"
        "Hint: write seconds, or a number with ms, s, m or h, such as 90s or 9m"
    )


@pytest.mark.parametrize("value", [0, -1.0, math.inf, math.nan, "0s"])
def test_a_time_out_of_range_is_refused(value):
    with pytest.raises(SettingsError, match="which is out of range"):
        parse("timeout", value, "--timeout")


@pytest.mark.parametrize("value", ["3.11", "python3.11", "py3.11", "3.11.7", 3.11, "python-3.11"])
def test_a_python_version_is_answered_with_its_runtime(value):
    with pytest.raises(SettingsError) as error:
        parse("runtime", value, "--runtime")
    assert error.value.hint == "did you mean 'py311'?"


def test_what_is_no_runtime_at_all_is_refused():
    with pytest.raises(SettingsError) as error:
        parse("runtime", "node18", "--runtime")
    assert str(error.value) == (
        "--runtime is 'node18', which is not a runtime.\nHint: write it as py and the version, such as py311"
    )


def test_an_empty_text_is_refused():
    with pytest.raises(SettingsError, match="--function-path is '', which is not a text"):
        parse("function-path", "", "--function-path")


@pytest.mark.parametrize("key", CHOICES)
def test_every_choice_takes_its_own_values(key):
    assert [parse(key, value, "here") for value in CHOICES[key]] == list(CHOICES[key])
