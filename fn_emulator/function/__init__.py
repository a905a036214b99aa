"""What was given (folder, zip, notebook, callable) -> Function, without importing user code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fn_emulator.errors import SourceError
from fn_emulator.function.folder import read_folder
from fn_emulator.function.model import Function, Kind

__all__ = ["Function", "open_function"]


def open_function(
    source: str | Path | Callable[..., Any], *, function_path: str | None = None, kind: Kind | None = None
) -> Function:
    """Open a function folder, ``.zip``, ``.ipynb`` or callable. Call ``close()`` on what it returns.

    Args:
        source: Where the function is.
        function_path: POSIX path of the handler file from the folder's root; ``handler.py`` when None.
        kind: ``cognite`` or ``remote-service``; found from the code when None.

    Raises:
        SourceError: If there is nothing there that can be read as a function.
    """
    if callable(source):
        from fn_emulator.function.callables import read_callable

        return read_callable(source, kind=kind)
    given = str(source)
    path = Path(given)
    if path.suffix == ".zip" and not path.is_dir():
        from fn_emulator.function.archive import read_zip

        return read_zip(path, given=given, function_path=function_path, kind=kind)
    if path.suffix == ".ipynb" and not path.is_dir():
        from fn_emulator.function.notebook import read_notebook

        return read_notebook(path, given=given, kind=kind)
    _expect_folder(path, given)
    return read_folder(path, given=given, function_path=function_path, kind=kind)


def _expect_folder(path: Path, given: str) -> None:
    try:
        is_folder, exists = path.is_dir(), path.exists()
    except OSError as exc:
        raise SourceError(
            f"{given} cannot be read: {exc.strerror}.", hint="check the path and its permissions"
        ) from exc
    if is_folder:
        return
    if not exists:
        where = path.parent if path.parent.is_dir() else None
        found = (
            sorted(entry.name for entry in where.iterdir() if entry.is_dir() and entry.name[0] != ".") if where else []
        )
        raise SourceError(f"{given} does not exist.", hint=_nearest(path.name, found))
    if path.suffix == ".py":
        hint = f"give the folder instead: {path.parent.as_posix()} (with --function-path {path.name} if that is not handler.py)"
    else:
        hint = "give a function folder, a .zip or a .ipynb"
    raise SourceError(f"{given} is a file, not a function folder.", hint=hint)


def _nearest(name: str, candidates: list[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, candidates, n=1)
    return f"did you mean {near[0]!r}?" if near else "give the path of a function folder, a .zip or a .ipynb"
