"""The options and ini keys of the plugin -> values that there are, and what they mean for ``load_function``."""

from __future__ import annotations

import os

import pytest

from fn_emulator.errors import SettingsError
from fn_emulator.settings.keys import CHOICES, not_one_of

KEYS = ("runner", "cloud", "network")
DEFAULTS = {"runner": "inprocess", "cloud": "gcp", "network": "local"}


def check_options(config: pytest.Config) -> None:
    """Refuse what no run can do.

    Raises:
        pytest.UsageError: If a value is none of those that there are, or there is no such folder.
    """
    for key in KEYS:
        value, origin = _value(config, key)
        if value and value not in CHOICES[key]:
            raise pytest.UsageError(_sentence(not_one_of(origin, value, CHOICES[key])))
    root = functions_root(config)
    if root is not None and not os.path.isdir(root):
        given = config.getini("fn_functions_root")
        raise pytest.UsageError(f"The ini key fn_functions_root is {given!r}, and there is no folder {root}.")


def header(config: pytest.Config) -> str | None:
    """The line of the report's header: what is not as it is by default; None where everything is."""
    told = [f"{key} {value}" for key, value in chosen(config).items() if value != DEFAULTS[key]]
    if config.getoption("fn_update"):
        told.append("snapshots are rewritten")
    return f"fn-emulator: {', '.join(told)}" if told else None


def chosen(config: pytest.Config) -> dict[str, str]:
    """What was chosen of runner, cloud and network, as ``load_function`` takes it."""
    values = {key: _value(config, key)[0] for key in KEYS}
    return {key: value for key, value in values.items() if value}


def functions_root(config: pytest.Config) -> str | None:
    """The folder of the ini key ``fn_functions_root``, from the ini file's own; None where there is none."""
    given = config.getini("fn_functions_root")
    if not given:
        return None
    folder = config.rootpath if config.inipath is None else config.inipath.parent
    return os.path.normpath(os.path.join(folder, given))


def _value(config: pytest.Config, key: str) -> tuple[str, str]:
    given = config.getoption(f"fn_{key}")
    if given is not None:
        return str(given), f"--fn-{key}"
    return str(config.getini(f"fn_{key}")), f"The ini key fn_{key}"


def _sentence(error: SettingsError) -> str:
    return error.message if error.hint is None else f"{error.message} {error.hint[:1].upper()}{error.hint[1:]}"
