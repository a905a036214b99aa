"""What others may import, and what importing it costs."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import fn_emulator


def test_these_names_are_public():
    assert sorted(fn_emulator.__all__) == [
        "CallFailedError",
        "Effect",
        "EmulatorError",
        "Failure",
        "FakeCdf",
        "Finding",
        "FunctionLoadError",
        "LoadedFunction",
        "LogLine",
        "Result",
        "Verdict",
        "__version__",
        "load_function",
    ]


def test_dir_shows_the_public_names():
    assert dir(fn_emulator) == sorted(fn_emulator.__all__)


@pytest.mark.parametrize("name", fn_emulator.__all__)
def test_each_public_name_resolves_to_itself(name):
    value = getattr(fn_emulator, name)
    assert getattr(value, "__name__", name) == name
    assert name == "__version__" or getattr(importlib.import_module(value.__module__), name) is value


def test_another_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match=r"^module 'fn_emulator' has no attribute 'something'$"):
        fn_emulator.something  # noqa: B018


def test_importing_the_package_loads_none_of_its_modules():
    assert loaded_by("import fn_emulator", "fn_emulator") == ["fn_emulator"]


def test_using_a_name_of_the_data_model_does_not_load_the_spine():
    assert "fn_emulator.emulator" not in loaded_by("from fn_emulator import Result, EmulatorError", "fn_emulator")


def test_importing_the_plugin_loads_nothing_of_the_package():
    assert loaded_by("import pytest_fn_emulator", "fn_emulator") == []


def loaded_by(source, package):
    """Modules of ``package`` that a new interpreter has after running ``source``."""
    show = f"import sys; print(*(name for name in sys.modules if name.split('.')[0] == {package!r}))"
    ended = subprocess.run([sys.executable, "-c", f"{source}\n{show}"], capture_output=True, text=True, check=True)
    return ended.stdout.split()
