"""A function as an editor sees it that debugs it: every frame in a file that it can open."""

from __future__ import annotations

import os

from fn_emulator.function.model import Function


def in_real_files(function: Function) -> Function:
    """The function, whose code is named by the file that is run where the user wrote it in none (a notebook's cell)."""
    shown = {path: at for path, at in function.shown.items() if os.path.isfile(at.file)}
    return function._replace(shown=shown)


def local_root(function: Function) -> str:
    """The folder in which a person opens the files of the function, absolute.

    That of a zip is the folder of its name beside it, where it holds the same handler; otherwise what was unpacked.
    """
    if function.form == "folder":
        return os.path.abspath(function.given)
    if function.form == "zip":
        beside = os.path.splitext(os.path.abspath(function.given))[0]
        deployed = os.path.join(function.folder, function.handler_file)
        if _content(os.path.join(beside, function.handler_file)) == _content(deployed):
            return beside
    return function.folder


def _content(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None
