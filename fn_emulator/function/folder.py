"""A folder -> Function. Every other form is turned into a folder first, so this is where all of them end."""

from __future__ import annotations

import codecs
import errno
import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from fn_emulator.errors import SourceError
from fn_emulator.function.handle import find_handle, other_functions, parse_module
from fn_emulator.function.model import Form, Function, Kind, Module, Shown

if TYPE_CHECKING:
    import ast
    from tempfile import TemporaryDirectory

DEFAULT_FUNCTION_PATH = "handler.py"

REQUIREMENTS = "requirements.txt"

SERVICE_FILES = ("lambda_function.py", "function_app.py", "main.py", "app.py")
"""Where Lambda, Azure, Google Cloud and web frameworks look; read only where there is no handler.py."""

TEXT_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks that pip knows: ``pip freeze > requirements.txt`` in PowerShell writes UTF-16."""


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
        function_path: POSIX path of the handler file from ``root``; when None ``handler.py``, or where that is missing
            a file in which a remote service is recognised.
        kind: Overrides what the code looks like.
        name: The function's name; the folder's when None.
        form: How the function was given.
        shown: Deployed path -> where the user wrote it.
        temporary: The folder to remove on close.

    Raises:
        SourceError: If ``function_path`` leaves the folder or is not a ``.py`` path, or a file cannot be read.
    """
    root = root.resolve()
    path = check_function_path(DEFAULT_FUNCTION_PATH if function_path is None else function_path)
    handler, absence = _read_handler(root, path, given)
    if handler is None and function_path is None and kind != "cognite":
        handler = _find_service(root)
    tree = handler.tree if handler is not None else None
    handle = find_handle(tree) if tree is not None else None
    service = _recognise(tree) if tree is not None and handle is None else None
    found_kind: Kind = "remote-service" if service is not None else "cognite"
    return Function(
        name=name or root.name,
        given=given,
        form=form,
        root=root,
        function_path=handler.path if handler is not None else path,
        kind=kind or found_kind,
        service=service,
        handler=handler,
        absence=absence if handler is None else None,
        handle=handle,
        found=other_functions(tree) if tree is not None else (),
        shown=shown or {},
        requirements=_read_requirements(root, given),
        temporary=temporary,
    )


def check_function_path(function_path: str) -> PurePosixPath:
    """The path of a handler file, normalised.

    Raises:
        SourceError: If it is empty, absolute, uses backslashes, leaves the folder or does not end in ``.py``.
    """
    path = PurePosixPath(function_path)
    for wrong, problem, hint in (
        (not function_path, "is empty", "leave it out for handler.py, or name a file such as src/handler.py"),
        ("\0" in function_path, "has a NUL character", "give a plain path such as src/handler.py"),
        ("\\" in function_path, "has backslashes", f"write it as {function_path.replace(chr(92), '/')}"),
        (path.is_absolute(), "is absolute", "give it relative to the function's folder"),
        (".." in path.parts, "leaves the function's folder", "the handler must lie inside the folder that is deployed"),
        (
            path.suffix != ".py" or function_path.endswith("/"),
            "is not a .py file",
            "name the Python file that defines handle, such as src/handler.py",
        ),
    ):
        if wrong:
            raise SourceError(f"function path {function_path!r} {problem}.", hint=hint)
    return path


def _read_handler(root: Path, path: PurePosixPath, given: str) -> tuple[Module | None, str | None]:
    file = root / path
    try:
        content = read_bytes(file)
    except FileNotFoundError:
        return None, _why_missing(root, file)
    except IsADirectoryError:
        return None, "it is a directory"
    except NotADirectoryError:
        return None, "a part of its path is a file"
    except NotAFileError:
        return None, "it is not a regular file"
    except OSError as exc:
        if exc.errno == errno.ELOOP:
            return None, "it is a symbolic link to itself"
        raise _unreadable(given, path, exc) from exc
    return parse_module(path, content), None


class NotAFileError(OSError):
    """A named pipe, socket or device, which might never end."""


def read_bytes(file: Path) -> bytes:
    """The content of a regular file.

    Raises:
        IsADirectoryError: If it is a directory.
        NotAFileError: If it is neither file nor directory.
        OSError: If it is not there or cannot be read.
    """
    mode = file.stat().st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise NotAFileError(errno.EINVAL, "not a regular file", str(file))
    return file.read_bytes()


def _why_missing(root: Path, file: Path) -> str:
    if file.is_symlink():
        return f"it is a symbolic link to {os.readlink(file)!r}, which is not there"
    try:
        return "it is not there" if any(root.iterdir()) else "the folder is empty"
    except PermissionError:
        return "it is not there"


def _find_service(root: Path) -> Module | None:
    """A file in the root in which a remote service is recognised; None where one of them defines handle."""
    modules = []
    for name in SERVICE_FILES:
        with suppress(OSError):
            modules.append(parse_module(PurePosixPath(name), read_bytes(root / name)))
    parsed = [(module, module.tree) for module in modules if module.tree is not None]
    if any(find_handle(tree) for _, tree in parsed):
        return None
    return next((module for module, tree in parsed if _recognise(tree)), None)


def _recognise(tree: ast.Module) -> str | None:
    from fn_emulator.function.service import recognise_service

    return recognise_service(tree)


def _read_requirements(root: Path, given: str) -> str | None:
    try:
        return decode_requirements(read_bytes(root / REQUIREMENTS))
    except (FileNotFoundError, IsADirectoryError, NotAFileError):
        return None
    except OSError as exc:
        raise _unreadable(given, PurePosixPath(REQUIREMENTS), exc) from exc


def decode_requirements(content: bytes) -> str:
    """Text of a requirements file, read as pip reads it; what cannot be decoded is replaced."""
    for mark, encoding in TEXT_MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, errors="replace")
    return content.decode("utf-8", errors="replace")


def _unreadable(given: str, path: PurePosixPath, exc: OSError) -> SourceError:
    return SourceError(
        f"{given.rstrip('/')}/{path} cannot be read: {exc.strerror}.", hint="check the file's permissions"
    )
