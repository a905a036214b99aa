"""Which files a new function gets and where they lie; nothing is written here."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

from fn_emulator.errors import ScaffoldError
from fn_emulator.scaffold.texts import REQUIREMENTS, SEED, handler_source, test_source

ANOTHER = "give the path of a new folder, such as functions/pump_kpi"


class NewFile(NamedTuple):
    """A file that is not there yet."""

    path: str
    text: str


def plan_files(folder: str, root: str, *, has_client: bool) -> tuple[NewFile, ...]:
    """The files of a new function, in the order of a reader; the last one is its test.

    Args:
        folder: The function's folder, as it was typed. It is new or empty.
        root: A folder above it, in whose ``tests/`` the test is to lie.
        has_client: Whether the handler uses ``client``; then it has requirements, and a seed beside its folder.

    Raises:
        ScaffoldError: If there is no room for it: the folder holds something, a file is there already, or what is
            written would become part of a function.
    """
    name = os.path.basename(os.path.abspath(folder))
    test = os.path.join(root, "tests", f"test_{_module_name(name)}.py")
    problem = next(_problems(folder, name, root, test), None)
    if problem is not None:
        raise problem
    texts = {os.path.join(folder, "handler.py"): handler_source(has_client=has_client)}
    if has_client:
        texts[os.path.join(folder, "requirements.txt")] = REQUIREMENTS
        texts[os.path.join(folder, os.pardir, f"{name}.seed.yaml")] = SEED
    texts[test] = test_source(os.path.relpath(folder, root).split(os.sep), has_client=has_client)
    files = tuple(NewFile(os.path.normpath(path), text) for path, text in texts.items())
    there = next((file.path for file in files if os.path.lexists(file.path)), None)
    if there is not None:
        hint = "move it away, or give the function's folder another name"
        raise ScaffoldError(f"{there} is there already.", hint=hint)
    return files


def _problems(folder: str, name: str, root: str, test: str) -> Iterator[ScaffoldError]:
    """Why a function cannot begin in that folder; the first reason is the one to tell."""
    if not folder:
        yield ScaffoldError("The path of the new function is empty.", hint=ANOTHER)
    elif not _is_text(folder):
        yield ScaffoldError(f"{folder!r} is no name in UTF-8.", hint=ANOTHER)
    elif os.path.lexists(folder) and not os.path.isdir(folder):
        yield ScaffoldError(f"{folder} is there already, and is no folder.", hint=ANOTHER)
    elif (entry := _first_entry(folder)) is not None:
        yield ScaffoldError(f"{folder} is not empty: it holds {entry!r}.", hint=ANOTHER)
    elif (around := _function_around(folder, root)) is not None:
        yield ScaffoldError(
            f"{folder} lies in the function {around}, with which it would be deployed.", hint="give one beside it"
        )
    elif _is_in(test, folder):
        yield ScaffoldError(
            f"{folder} is where the test would lie, which would be deployed with the function {name!r}.",
            hint="give the function's folder another name",
        )


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _first_entry(folder: str) -> str | None:
    try:
        return min(os.listdir(folder), default=None)
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise ScaffoldError(f"{folder} cannot be read: {exc.strerror}.", hint=ANOTHER) from exc


def _function_around(folder: str, root: str) -> str | None:
    """The function that ``folder`` lies in, if any: each folder with a handler.py is taken for one."""
    above, top = os.path.abspath(folder), os.path.abspath(root)
    while above != top:
        above = os.path.dirname(above)
        if os.path.lexists(os.path.join(above, "handler.py")):
            return above
    return None


def _is_in(path: str, folder: str) -> bool:
    return os.path.commonpath([os.path.abspath(path), os.path.abspath(folder)]) == os.path.abspath(folder)


def _module_name(name: str) -> str:
    """What pytest can import: ``my-func`` becomes ``my_func``."""
    return re.sub(r"\W", "_", name)
