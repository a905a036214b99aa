"""A folder -> Function. Every other form is turned into a folder first, so this is where all of them end."""

from __future__ import annotations

import codecs
import errno
import os
import posixpath
import stat
from collections.abc import Mapping
from contextlib import suppress
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
    folder: str | os.PathLike[str],
    *,
    given: str,
    function_path: str | None = None,
    kind: Kind | None = None,
    name: str | None = None,
    form: Form = "folder",
    shown: Mapping[str, Shown] | None = None,
    temporary: TemporaryDirectory[str] | None = None,
) -> Function:
    """Read the function in ``folder`` without importing any of it.

    Args:
        folder: What stands for the zip's root.
        given: What the user typed.
        function_path: POSIX path of the handler file from it; when None ``handler.py``, or where that is missing
            a file in which a remote service is recognised.
        kind: Overrides what the code looks like.
        name: The function's name; the folder's when None.
        form: How the function was given.
        shown: Deployed path -> where the user wrote it.
        temporary: The folder to remove on close.

    Raises:
        SourceError: If ``function_path`` leaves the folder or is not a ``.py`` path, or a file cannot be read.
    """
    root = os.path.realpath(folder)
    path = check_function_path(DEFAULT_FUNCTION_PATH if function_path is None else function_path)
    handler, absence = _read_handler(root, path, given)
    if handler is None and function_path is None and kind != "cognite":
        handler = _find_service(root)
    tree = handler.tree if handler is not None else None
    handle = find_handle(tree) if tree is not None else None
    service = _recognise(tree) if tree is not None and handle is None else None
    found_kind: Kind = "remote-service" if service is not None else "cognite"
    return Function(
        name=name or os.path.basename(root),
        given=given,
        form=form,
        folder=root,
        handler_file=handler.file if handler is not None else path,
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


def check_function_path(function_path: str) -> str:
    """The path of a handler file, normalised.

    Raises:
        SourceError: If it is empty, absolute, uses backslashes, leaves the folder or does not end in ``.py``.
    """
    for wrong, problem, hint in (
        (not function_path, "is empty", "leave it out for handler.py, or name a file such as src/handler.py"),
        ("\0" in function_path, "has a NUL character", "give a plain path such as src/handler.py"),
        ("\\" in function_path, "has backslashes", f"write it as {function_path.replace(chr(92), '/')}"),
        (function_path.startswith("/"), "is absolute", "give it relative to the function's folder"),
        (
            ".." in function_path.split("/"),
            "leaves the function's folder",
            "the handler must lie inside the folder that is deployed",
        ),
        (
            posixpath.splitext(function_path)[1] != ".py",
            "is not a .py file",
            "name the Python file that defines handle, such as src/handler.py",
        ),
    ):
        if wrong:
            raise SourceError(f"function path {function_path!r} {problem}.", hint=hint)
    return posixpath.normpath(function_path)


def _read_handler(root: str, path: str, given: str) -> tuple[Module | None, str | None]:
    file = os.path.join(root, path)
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


def read_bytes(file: str | os.PathLike[str]) -> bytes:
    """The content of a regular file.

    Raises:
        IsADirectoryError: If it is a directory.
        NotAFileError: If it is neither file nor directory.
        OSError: If it is not there or cannot be read.
    """
    mode = os.stat(file).st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise NotAFileError(errno.EINVAL, "not a regular file", str(file))
    with open(file, "rb") as content:
        return content.read()


def _why_missing(root: str, file: str) -> str:
    if os.path.islink(file):
        return f"it is a symbolic link to {os.readlink(file)!r}, which is not there"
    try:
        return "it is not there" if os.listdir(root) else "the folder is empty"
    except PermissionError:
        return "it is not there"


def _find_service(root: str) -> Module | None:
    """A file in the root in which a remote service is recognised; None where one of them defines handle."""
    modules = []
    for name in SERVICE_FILES:
        with suppress(OSError):
            modules.append(parse_module(name, read_bytes(os.path.join(root, name))))
    parsed = [(module, module.tree) for module in modules if module.tree is not None]
    if any(find_handle(tree) for _, tree in parsed):
        return None
    return next((module for module, tree in parsed if _recognise(tree)), None)


def _recognise(tree: ast.Module) -> str | None:
    from fn_emulator.function.service import recognise_service

    return recognise_service(tree)


def _read_requirements(root: str, given: str) -> str | None:
    try:
        return decode_requirements(read_bytes(os.path.join(root, REQUIREMENTS)))
    except (FileNotFoundError, IsADirectoryError, NotAFileError):
        return None
    except OSError as exc:
        raise _unreadable(given, REQUIREMENTS, exc) from exc


def decode_requirements(content: bytes) -> str:
    """Text of a requirements file, read as pip reads it; what cannot be decoded is replaced."""
    for mark, encoding in TEXT_MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, errors="replace")
    return content.decode("utf-8", errors="replace")


def _unreadable(given: str, path: str, exc: OSError) -> SourceError:
    return SourceError(
        f"{given.rstrip('/')}/{path} cannot be read: {exc.strerror}.", hint="check the file's permissions"
    )
