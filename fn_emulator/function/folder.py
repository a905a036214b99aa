"""A folder -> Function. Every other form is turned into a folder first, so this is where all of them end."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from fn_emulator.errors import SourceError
from fn_emulator.function.handle import find_handle, other_functions, parse_module, recognise_service
from fn_emulator.function.model import Form, Function, Kind, Module, Shown

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

DEFAULT_FUNCTION_PATH = "handler.py"


def read_folder(
    root: Path,
    *,
    given: str,
    function_path: str | None = None,
    kind: Kind | None = None,
    name: str | None = None,
    form: Form = "folder",
    shown: Mapping[str, Shown] | None = None,
    temporary: TemporaryDirectory[str] | None = None,
) -> Function:
    """Read the function in ``root`` without importing any of it.

    Args:
        root: The folder that stands for the zip's root.
        given: What the user typed.
        function_path: POSIX path of the handler file from ``root``; ``handler.py`` when None.
        kind: Overrides what the code looks like.
        name: The function's name; the folder's when None.
        form: How the function was given.
        shown: Deployed path -> where the user wrote it.
        temporary: The folder to remove on close.

    Raises:
        SourceError: If ``function_path`` leaves the folder or is not a ``.py`` path, or a file cannot be read.
    """
    root = root.resolve()
    path = check_function_path(function_path or DEFAULT_FUNCTION_PATH)
    handler, absence = _read_handler(root, path, given)
    tree = handler.tree if handler is not None else None
    handle = find_handle(tree) if tree is not None else None
    service = recognise_service(tree) if tree is not None and handle is None else None
    found_kind: Kind = "remote-service" if service is not None else "cognite"
    return Function(
        name=name or root.name,
        given=given,
        form=form,
        root=root,
        function_path=path,
        kind=kind or found_kind,
        service=service,
        handler=handler,
        absence=absence,
        handle=handle,
        found=other_functions(tree) if tree is not None else (),
        shown=shown or {},
        requirements=_read_requirements(root, given),
        temporary=temporary,
    )


def check_function_path(function_path: str) -> PurePosixPath:
    """The path of a handler file, normalised.

    Raises:
        SourceError: If it is absolute, uses backslashes, leaves the folder or does not end in ``.py``.
    """
    path = PurePosixPath(function_path)
    for wrong, problem, hint in (
        ("\\" in function_path, "has backslashes", f"write it as {function_path.replace(chr(92), '/')}"),
        (path.is_absolute(), "is absolute", "give it relative to the function's folder"),
        (".." in path.parts, "leaves the function's folder", "the handler must lie inside the folder that is deployed"),
        (path.suffix != ".py", "is not a .py file", "name the Python file that defines handle, such as src/handler.py"),
    ):
        if wrong:
            raise SourceError(f"function path {function_path!r} {problem}.", hint=hint)
    return path


def _read_handler(root: Path, path: PurePosixPath, given: str) -> tuple[Module | None, str | None]:
    file = root / path
    try:
        return parse_module(path, file.read_bytes()), None
    except FileNotFoundError:
        if file.is_symlink():
            return None, f"it is a symbolic link to {os.readlink(file)!r}, which is not there"
        return None, "it is not there"
    except IsADirectoryError:
        return None, "it is a directory"
    except NotADirectoryError:
        return None, "a part of its path is a file"
    except OSError as exc:
        if exc.errno == errno.ELOOP:
            return None, "it is a symbolic link to itself"
        raise _unreadable(f"{given}/{path}", exc) from exc


def _read_requirements(root: Path, given: str) -> str | None:
    file = root / "requirements.txt"
    try:
        return file.read_text(encoding="utf-8-sig", errors="replace")
    except (FileNotFoundError, IsADirectoryError):
        return None
    except OSError as exc:
        raise _unreadable(f"{given}/requirements.txt", exc) from exc


def _unreadable(what: str, exc: OSError) -> SourceError:
    return SourceError(f"{what} cannot be read: {exc.strerror}.", hint="check the file's permissions")
