"""What was given (folder, zip, notebook, callable) -> Function, without importing user code.

``open_function`` reads the handler file alone; ``imports`` follows what it imports, ``requirements`` and ``files`` read
the rest of the folder. Only what a command needs of it is imported.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fn_emulator.errors import SourceError
from fn_emulator.function.folder import DEFAULT_FUNCTION_PATH, read_folder
from fn_emulator.function.model import Function, Kind

if TYPE_CHECKING:
    from pathlib import Path

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

        _expect_default("a callable", function_path)
        return read_callable(source, kind=kind)
    given = str(source)
    form = os.path.splitext(given)[1].lower()
    if form == ".zip" and not os.path.isdir(given):
        from pathlib import Path

        from fn_emulator.function.archive import read_zip

        return read_zip(Path(given), given=given, function_path=function_path, kind=kind)
    if form == ".ipynb" and not os.path.isdir(given):
        from pathlib import Path

        from fn_emulator.function.notebook import read_notebook

        _expect_default(given, function_path)
        return read_notebook(Path(given), given=given, kind=kind)
    if not (given and os.path.isdir(given)):
        from pathlib import Path

        from fn_emulator.function.missing import explain_missing

        raise explain_missing(Path(given), given)
    return read_folder(given, given=given, function_path=function_path, kind=kind)


def _expect_default(what: str, function_path: str | None) -> None:
    if function_path not in (None, DEFAULT_FUNCTION_PATH):
        raise SourceError(
            f"function path {function_path!r} does not apply to {what}: its handle is deployed as handler.py.",
            hint="leave the function path out",
        )
