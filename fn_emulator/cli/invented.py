"""``--save-seed``: what a lenient in-memory CDF invented, as a seed that the next run starts with."""

from __future__ import annotations

import os

from fn_emulator.cli.output import write_output
from fn_emulator.emulator import LoadedFunction
from fn_emulator.errors import SettingsError


def check_save_seed(loaded: LoadedFunction, path: str | None) -> None:
    """Refuse to begin where nothing can be invented, or where the file is there: somebody may have written it.

    Raises:
        SettingsError: If one of these is so.
    """
    if path is None:
        return
    if not loaded.settings.is_lenient or loaded.settings.client != "fake":
        raise SettingsError("--save-seed keeps what --lenient invents.", hint="add --lenient")
    if os.path.lexists(path):
        raise SettingsError(f"--save-seed {path} is there already.", hint="name a new file, and merge the two by hand")


def write_seed(loaded: LoadedFunction, path: str) -> str:
    """Write what was invented, if anything was, and say so.

    Raises:
        OutputError: If the file cannot be written.
    """
    seed = loaded.invented
    if not seed:
        return f"Nothing was invented, so {path} is not written."
    from fn_emulator.cdf.seeds import as_yaml

    write_output(loaded.masker.mask(as_yaml(seed)), path, "--save-seed")
    return f"What was invented is in {path}."
