"""The files that the SDK would put into the zip: every one below the folder, without any ignore rule."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple


class FileEntry(NamedTuple):
    """One file below a function's folder.

    Attributes:
        path: POSIX path from the root.
        size: In bytes, of what a link leads to; 0 where it cannot be known.
        is_link: Whether it is a symbolic link.
        obstacle: Why it does not simply reach the zip, as the end of a sentence, or None.
    """

    path: PurePosixPath
    size: int
    is_link: bool
    obstacle: str | None = None


def iter_files(root: Path) -> Iterator[FileEntry]:
    """Yield every file below ``root``, folder by folder, by name.

    Links to folders are yielded, never entered: the SDK's walk passes them over [cognite-sdk 8.22,
    _zip_and_upload_folder], and a cycle of links cannot trap us. A folder that may not be read counts as empty.
    """
    folders = [PurePosixPath()]
    while folders:
        folder = folders.pop()
        below = []
        for entry in _entries(root / folder):
            path = folder / entry.name
            if entry.is_dir(follow_symlinks=False):
                below.append(path)
            else:
                yield _file(path, entry)
        folders.extend(reversed(below))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError:
        return []


def _file(path: PurePosixPath, entry: os.DirEntry[str]) -> FileEntry:
    is_link = entry.is_symlink()
    try:
        state = entry.stat()
    except OSError as exc:
        what = "it is a link that leads nowhere, at which the upload fails" if is_link else f"{exc.strerror}"
        return FileEntry(path, 0, is_link, what)
    if stat.S_ISDIR(state.st_mode):
        return FileEntry(path, 0, is_link, "it is a link to a folder, which is not uploaded")
    if not stat.S_ISREG(state.st_mode):
        return FileEntry(path, 0, is_link, "it is neither a file nor a folder, at which the upload fails or hangs")
    return FileEntry(path, state.st_size, is_link)
