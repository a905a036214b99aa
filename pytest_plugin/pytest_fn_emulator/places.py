"""A path as a test gives it -> the function that is meant."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from fn_emulator.cdf.call_input import as_path
from fn_emulator.errors import SourceError
from pytest_fn_emulator.options import functions_root


def find_function(given: str | os.PathLike[str], config: pytest.Config, test_file: Path) -> str:
    """Where a function lies: in the current directory, beside the test, in the rootdir, or below the ini key's folder.

    Args:
        given: A path; an absolute one is left as it is.
        config: The run.
        test_file: The file of the test.

    Returns:
        The path, as short as it can be told.

    Raises:
        SourceError: If there is nothing at any of these places.
    """
    __tracebackhide__ = True
    path = as_path(given, "The function", SourceError)
    if os.path.isabs(path) or os.path.exists(path):
        return path
    here = os.getcwd()
    root = functions_root(config)
    places = dict.fromkeys((here, str(test_file.parent), str(config.rootpath), *([] if root is None else [root])))
    for place in places:
        found = os.path.normpath(os.path.join(place, path))
        if os.path.exists(found):
            return _shown(found, here)
    raise SourceError(
        f"There is no function at {path!r}: looked for in {', '.join(places)}.",
        hint="give a path from one of these folders"
        + ("" if root is not None else ", or set the ini key fn_functions_root to the folder of your functions"),
    )


def _shown(path: str, here: str) -> str:
    relative = os.path.relpath(path, here)
    return path if relative.startswith("..") else relative
