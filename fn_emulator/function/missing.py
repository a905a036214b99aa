"""Why a path cannot be opened, and what was perhaps meant instead."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from fn_emulator.errors import SourceError

FORMS = "a function folder, a .zip or a .ipynb"


def explain_missing(path: Path, given: str) -> SourceError:
    """The error for a path that is not a folder."""
    if not given:
        return SourceError("The path of the function is empty.", hint=f"give {FORMS}")
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return explain_absent(path, given, lambda entry: entry.is_dir() or entry.suffix in {".zip", ".ipynb"})
    except OSError as exc:
        return SourceError(f"{given} cannot be read: {exc.strerror}.", hint="check the path and its permissions")
    return SourceError(f"{given} is a file, not a function folder.", hint=_instead_of(path))


def explain_absent(path: Path, given: str, wanted: Callable[[Path], bool]) -> SourceError:
    """The error for a path that leads nowhere, with the nearest of its neighbours that are ``wanted``."""
    if path.is_symlink():
        target = os.readlink(path)
        return SourceError(f"{given} is a symbolic link to {target!r}, which is not there.", hint="mend the link")
    return SourceError(f"{given} does not exist.", hint=_nearest(path, wanted))


def _instead_of(path: Path) -> str:
    if path.suffix != ".py":
        return f"give {FORMS}"
    folder = path.parent.as_posix()
    return f"give its folder: {folder}" + ("" if path.name == "handler.py" else f" --function-path {path.name}")


def _nearest(path: Path, wanted: Callable[[Path], bool]) -> str:
    import difflib

    try:
        names = sorted(entry.name for entry in path.parent.iterdir() if entry.name[0] != "." and wanted(entry))
    except OSError:
        return f"give {FORMS}; {path.parent.as_posix()} is not there either"
    near = difflib.get_close_matches(path.name, names, n=1)
    return f"did you mean {near[0]!r}?" if near else f"give {FORMS}"
