"""``--save-seed``: what a lenient in-memory CDF invented, as a seed that the next run starts with."""

from __future__ import annotations

import os

from fn_emulator.cli.output import write_output
from fn_emulator.emulator import LoadedFunction
from fn_emulator.errors import SettingsError


def check_save_seed(path: str | None) -> None:
    """Refuse a file that is there: it may hold a seed that somebody wrote.

    Raises:
        SettingsError: If it is there.
    """
    if path is not None and os.path.lexists(path):
        raise SettingsError(f"--save-seed {path} is there already.", hint="name a new file, and merge the two by hand")


def write_seed(loaded: LoadedFunction, path: str) -> str:
    """Write what was invented, if anything was, and say so.

    Raises:
        EmulatorError: If nothing could be invented, or the file cannot be written.
    """
    if not loaded.settings.is_lenient or loaded.settings.client != "fake":
        raise SettingsError("--save-seed keeps what --lenient invents.", hint="add --lenient")
    seed = loaded.invented
    if not seed:
        return f"Nothing was invented, so {path} is not written."
    from fn_emulator.cdf.seeds import as_yaml

    write_output(loaded.masker.mask(as_yaml(seed)), path, "--save-seed")
    return f"What was invented is in {path}."
