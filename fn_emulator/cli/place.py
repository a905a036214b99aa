"""Where the calls that are typed in a directory are recorded, and found again, and where tests go."""

from __future__ import annotations

import os
from collections.abc import Iterator

from fn_emulator.calls import recordings
from fn_emulator.errors import SourceError

ROOT_MARKS = ("pyproject.toml", ".git")
FUNCTION_MARKS = ("handler.py",)


def working_directory() -> str:
    """The directory in which the command was typed.

    Raises:
        SourceError: If it was removed since.
    """
    try:
        return os.getcwd()
    except FileNotFoundError:
        raise SourceError("The current directory does not exist any more.", hint="change to one that does") from None


def project_root(directory: str, function: str | None = None) -> str:
    """Where a call is recorded that was typed in ``directory``, so that ``rerun`` finds it from there.

    That is the nearest folder from there upwards with a pyproject.toml or .git, else ``directory`` itself. Where it is
    a function's folder, or lies in that of ``function``, recordings would be deployed with it: then the next such
    folder above the function is taken, else the one that the function lies in.

    Args:
        directory: The current directory.
        function: The function's folder where it is known; any folder with a handler.py is taken for one.
    """
    root = _marked(directory)
    while (inside := _function_around(root, function)) is not None:
        above = os.path.dirname(inside)
        if above == inside:
            break
        root = _marked(above)
    return root


def root_of_tests(function: str, directory: str) -> str:
    """The folder above a function in which its project has its ``tests/``; it is in no function.

    That is the nearest one with a pyproject.toml or .git, else ``directory`` where the function lies below it, else
    the one that the function lies in.

    Args:
        function: The full path of the function's folder, which need not be there.
        directory: The current directory.
    """
    above = os.path.dirname(function)
    is_in_project = any(_has_any(folder, ROOT_MARKS) for folder in _upwards(above))
    return project_root(directory if not is_in_project and _is_in(above, directory) else above, function)


def _marked(directory: str) -> str:
    return next((folder for folder in _upwards(directory) if _has_any(folder, ROOT_MARKS)), directory)


def _function_around(folder: str, function: str | None) -> str | None:
    if function is not None and _is_in(folder, function):
        return function
    return folder if _has_any(folder, FUNCTION_MARKS) else None


def _has_any(folder: str, names: tuple[str, ...]) -> bool:
    return any(os.path.exists(os.path.join(folder, name)) for name in names)


def _is_in(path: str, folder: str) -> bool:
    return os.path.join(path, "").startswith(os.path.join(folder, ""))


def _upwards(folder: str) -> Iterator[str]:
    yield folder
    while folder != (folder := os.path.dirname(folder)):
        yield folder


def recorded_root(directory: str) -> str:
    """Where the calls lie that were typed in ``directory``: its project's root, or one above it.

    Above it are those of a function whose folder holds ``directory`` and cannot be told from other folders.
    """
    root = project_root(directory)
    if next(recordings(root), None) is None:
        for folder in _upwards(root):
            if any(_is_in(directory, str(record.get("function"))) for record in recordings(folder)):
                return folder
    return root
