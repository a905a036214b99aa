"""Find a dotted module name in folders, as Python's own finder would, without importing anything."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

BINARY_SUFFIXES = (".so", ".pyd")


class Located(NamedTuple):
    """One module that an import runs.

    Attributes:
        name: Its dotted name.
        file: Its file, the ``__init__.py`` of a package; None for a namespace package.
        folders: Where its submodules lie; empty for a module that is no package.
    """

    name: str
    file: Path | None
    folders: tuple[Path, ...]


def locate(name: str, roots: Sequence[Path]) -> tuple[Located, ...]:
    """What ``import name`` runs: the packages on the way, then the module, as far as they are found.

    Args:
        name: Absolute dotted name.
        roots: The folders of ``sys.path`` that belong to the function.
    """
    found: list[Located] = []
    folders: Sequence[Path] = roots
    for part in name.split("."):
        located = _locate_part(".".join([*(item.name for item in found[-1:]), part]), part, folders)
        if located is None:
            break
        found.append(located)
        folders = located.folders
    return tuple(found)


def is_provided(name: str, roots: Sequence[Path]) -> bool:
    """Whether ``import name`` finds the function's own folder, be it only a package in which the rest is missing.

    A folder without any Python file is no module here: an installed package of the same name would come first.
    """
    found = locate(name, roots)
    if any(item.file is not None for item in found):
        return True
    return len(found) > name.count(".") and any(_has_python(folder) for folder in found[-1].folders)


def _locate_part(name: str, part: str, folders: Sequence[Path]) -> Located | None:
    if not part or "/" in part or "\0" in part:
        return None
    namespace = []
    for folder in folders:
        package = folder / part
        if os.path.isfile(package / "__init__.py"):
            return Located(name, package / "__init__.py", (package,))
        if os.path.isfile(folder / f"{part}.py"):
            return Located(name, folder / f"{part}.py", ())
        if (binary := _binary(folder, part)) is not None:
            return Located(name, binary, ())
        if os.path.isdir(package):
            namespace.append(package)
    return Located(name, None, tuple(namespace)) if namespace else None


def _binary(folder: Path, part: str) -> Path | None:
    """An extension module, such as ``part.cpython-311-x86_64-linux-gnu.so``."""
    names = [name for name in _names(folder) if name.startswith(f"{part}.") and name.endswith(BINARY_SUFFIXES)]
    return folder / names[0] if names else None


def _has_python(folder: Path) -> bool:
    """Whether a Python file lies in a folder or in one directly below it."""
    names = _names(folder)
    return any(name.endswith(".py") for below in ("", *names) for name in (_names(folder / below) if below else names))


def _names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
