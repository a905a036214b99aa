"""Files that were planned -> files that are there: all of them, or none."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress

from fn_emulator.errors import ScaffoldError
from fn_emulator.scaffold.plan import NewFile


def write_files(files: Iterable[NewFile]) -> None:
    """Write new files and the folders above them. What stops it, also an interrupt, leaves nothing behind.

    Raises:
        ScaffoldError: If one cannot be written, or has come into being meanwhile; it is not overwritten.
    """
    made: list[str] = []
    path = ""
    try:
        for path, text in files:
            for folder in _missing(os.path.dirname(path)):
                made.append(folder)
                os.mkdir(folder)
            made.append(path)  # before it is there: an interrupt may come right after
            with open(path, "xb") as new:
                new.write(text.encode())
    except BaseException as exc:
        if isinstance(exc, FileExistsError):  # it is somebody else's
            made.pop()
        for ours in reversed(made):
            _remove(ours)
        if isinstance(exc, OSError):
            raise ScaffoldError(
                f"{path} cannot be written: {exc.strerror}.",
                hint="nothing was written; mend that, or give another folder",
            ) from exc
        raise


def _missing(folder: str) -> Iterator[str]:
    """What must be made for ``folder`` to be there, the uppermost first."""
    if folder and not os.path.lexists(folder):
        yield from _missing(os.path.dirname(folder))
        yield folder


def _remove(path: str) -> None:
    with suppress(OSError):  # it was not made after all, or somebody has put something into it
        if os.path.isdir(path):
            os.rmdir(path)
        else:
            os.unlink(path)
