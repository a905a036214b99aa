"""Where settings files lie: one look at each folder above the function, reading nothing but names and one file."""

from __future__ import annotations

import os
from collections.abc import Iterator

from fn_emulator.errors import SettingsError

ROOT_MARKERS = ("pyproject.toml", ".git", "cdf.toml")
LEVELS_WITHOUT_ROOT = 4
TOOLKIT_ENDS = (".function.yaml", ".function.yml", ".schedule.yaml", ".schedule.yml")
"""Toolkit finds its files by these ends too, in any case [cognite-toolkit, ``Loader.is_supported_file``]."""


def find_project(source: str) -> tuple[str, bytes] | None:
    """Path and content of the nearest pyproject.toml at or above ``source``, if it mentions us.

    Raises:
        SettingsError: If it cannot be read.
    """
    for folder in _upwards(source):
        path = os.path.join(folder, "pyproject.toml")
        try:
            with open(path, "rb") as file:
                content = file.read()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as exc:
            raise SettingsError(f"{path} cannot be read: {exc.strerror}.", hint="check it, or move it away") from exc
        # A search for bytes takes microseconds; importing a TOML parser takes milliseconds.
        return (path, content) if b"fn-emulate" in content else None
    return None


def find_toolkit_files(source: str) -> list[str]:
    """Toolkit's function and schedule files beside ``source`` or above it, the nearest first.

    The search ends at the project's root (the nearest folder with one of ``ROOT_MARKERS``), or after four levels.
    """
    folders = list(_upwards(os.path.dirname(source)))
    rooted = (number for number, folder in enumerate(folders, start=1) if _is_root(folder))
    return [path for folder in folders[: next(rooted, LEVELS_WITHOUT_ROOT)] for path in _toolkit_files_in(folder)]


def shown_path(given: str, path: str) -> str:
    """``path`` as the user would write it, who wrote ``given`` for the function: relative if that is relative."""
    source = os.path.realpath(given)
    if os.path.isabs(given) or source != os.path.abspath(given):
        return path
    return os.path.normpath(os.path.join(given, os.path.relpath(path, source)))


def read_text(path: str, shown: str) -> str:
    """The text of a settings file.

    Raises:
        SettingsError: If it cannot be read, or is not UTF-8.
    """
    try:
        with open(path, encoding="utf-8-sig") as file:
            return file.read()
    except UnicodeDecodeError:
        raise SettingsError(f"{shown} is not UTF-8 text.", hint="save it as UTF-8") from None
    except OSError as exc:
        raise SettingsError(f"{shown} cannot be read: {exc.strerror}.", hint="check it, or move it away") from exc


def names_in(folder: str) -> list[str]:
    """Names in ``folder``, sorted; none where it cannot be listed, since a folder far above may not be the user's."""
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _toolkit_files_in(folder: str) -> list[str]:
    return [os.path.join(folder, name) for name in names_in(folder) if name.lower().endswith(TOOLKIT_ENDS)]


def _is_root(folder: str) -> bool:
    return any(os.path.exists(os.path.join(folder, marker)) for marker in ROOT_MARKERS)


def _upwards(folder: str) -> Iterator[str]:
    """Yield ``folder`` and each folder above it."""
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above
