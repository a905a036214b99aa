"""Which files stand around a function, and what a change of each of them means to it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from fn_emulator.cdf.seed_place import find_seed
from fn_emulator.settings.keys import VARIABLE_PREFIX
from fn_emulator.settings.places import find_toolkit_files

if TYPE_CHECKING:
    from fn_emulator.settings import Settings

Role = Literal["function", "requirements", "settings", "seed", "data"]
"""``function`` is everything in the folder that is nothing else."""

FILE_FLAGS = ("secrets_file", "env_file")


def roles_around(
    source: str,
    settings: Settings | None,
    *,
    flags: Mapping[str, Any],
    environ: Mapping[str, str],
    toolkit_env: str | None,
    data_file: str | None,
) -> dict[str, Role]:
    """Absolute paths of single files and folders, with what they are; some are not there yet.

    Args:
        source: The function's folder, zip or notebook, as the user wrote it.
        settings: As they were when the function was opened last; None when they could not be read.
        flags: As ``resolve_settings`` takes them.
        environ: The caller's environment variables.
        toolkit_env: As the flag.
        data_file: The file of ``--data @FILE``.
    """
    roles: dict[str, Role] = {}
    if not os.path.isdir(source):
        roles[source] = "function"
    roles |= dict.fromkeys(_settings_files(os.path.realpath(source), toolkit_env), "settings")
    given = (flags.get(flag) or environ.get(VARIABLE_PREFIX + flag.upper()) for flag in FILE_FLAGS)
    roles |= dict.fromkeys(filter(None, given), "settings")
    roles |= dict.fromkeys(_seeds(source, settings), "seed")
    roles[os.path.join(source, "requirements.txt")] = "requirements"
    if data_file is not None:
        roles[data_file] = "data"
    return {os.path.abspath(path): role for path, role in roles.items()}


def role_of(path: str, roles: Mapping[str, Role]) -> Role:
    """What a file is that changed: by its own path, or by a folder around it that was named."""
    while path not in roles:
        above = os.path.dirname(path)
        if above == path:
            return "function"
        path = above
    return roles[path]


def _settings_files(source: str, toolkit_env: str | None) -> Iterator[str]:
    names = ["pyproject.toml", *(f"config.{toolkit_env}.{end}" for end in ("yaml", "yml") if toolkit_env is not None)]
    for name in names:
        candidates = [os.path.join(folder, name) for folder in _upwards(source)]
        yield from candidates[:2]  # where one is likely to be written while the function is watched
        yield from [path for path in candidates if os.path.exists(path)][:1]
    yield from find_toolkit_files(source)


def _seeds(source: str, settings: Settings | None) -> Iterator[str]:
    if settings is None or settings.client == "recorded":
        yield from filter(None, (settings.cassette,) if settings is not None else ())
    elif settings.client == "fake":
        found = None if settings.seed else find_seed(source)
        yield from settings.seed or filter(None, (found,))


def _upwards(folder: str) -> Iterator[str]:
    yield folder
    while folder != (folder := os.path.dirname(folder)):
        yield folder
