"""A path -> the functions in it: the path itself, or each function of a tree of folders."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from fn_emulator.function.folder import DEFAULT_FUNCTION_PATH

PASSED_OVER = frozenset({"venv", "node_modules", "site-packages", "__pycache__"})
DEFINES_HANDLE = re.compile(rb"^(async\s+def|def)\s+handle\b|^handle\s*[:=]", re.MULTILINE)
TOOLKIT_FILE = re.compile(r".*\.function\.ya?ml", re.IGNORECASE)
EXTERNAL_ID = re.compile(r"^\s*(?:-\s+)?[\"']?externalId[\"']?\s*:\s*[\"']?([^\s\"'#]+)", re.MULTILINE)


def find_functions(path: str) -> tuple[str, ...]:
    """The functions that ``path`` stands for, as the user would write them.

    A file and a folder with a handler.py are functions themselves. Any other folder is searched: a function in it is
    a folder with a handler.py, whatever that holds; one that a Cognite Toolkit file beside it names; and one with a
    requirements.txt and a file in it that defines ``handle``. When there is none, the path is given back, for the
    rules to say what it lacks.
    """
    if not os.path.isdir(path) or os.path.lexists(os.path.join(path, DEFAULT_FUNCTION_PATH)):
        return (path,)
    return tuple(sorted(_below(path))) or (path,)


def _below(root: str) -> Iterator[str]:
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name[0] != "." and name not in PASSED_OVER)
        named = _named_by_toolkit(Path(folder), files)
        for name in list(folders):
            below = os.path.join(folder, name)
            if name in named or _is_function(Path(below)):
                # A function's own folders are part of it.
                folders.remove(name)
                yield os.path.normpath(below)


def _named_by_toolkit(folder: Path, files: list[str]) -> frozenset[str]:
    """External ids in the Toolkit files of a folder: each is the name of the folder with its function's code.

    Read as text: whether the file is right is said when the function's settings are read.
    """
    texts = [_read(folder / name) for name in files if TOOLKIT_FILE.fullmatch(name)]
    return frozenset(name for text in texts for name in EXTERNAL_ID.findall(text.decode("utf-8", "replace")))


def _is_function(folder: Path) -> bool:
    # Not only where handle is defined as it should be: that it is not is what the rules are there to say.
    if os.path.lexists(folder / DEFAULT_FUNCTION_PATH):
        return True
    if not (folder / "requirements.txt").is_file():
        return False
    return any(_defines_handle(file) for pattern in ("*.py", "*/*.py") for file in folder.glob(pattern))


def _defines_handle(file: Path) -> bool:
    return DEFINES_HANDLE.search(_read(file)) is not None


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes() if file.is_file() else b""
    except OSError:
        return b""
