"""``@pytest.mark.fn_function("path", **options)`` -> what ``load_function()`` opens."""

from __future__ import annotations

import inspect
import os
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from fn_emulator.emulator import load_function
from fn_emulator.settings.keys import near_miss

OPTIONS = tuple(inspect.signature(load_function).parameters)[1:]
HOW = 'write it as @pytest.mark.fn_function("functions/asset", cloud="azure")'


class Marked(NamedTuple):
    """The function of a marker: a path, or a callable, and options of ``load_function``."""

    source: Any
    options: Mapping[str, Any]


def marked_function(node: pytest.Item) -> Marked | None:
    """What the closest ``fn_function`` of a test says; None where there is none.

    Raises:
        pytest.UsageError: If its arguments are wrong.
    """
    mark = node.get_closest_marker("fn_function")
    if mark is None:
        return None
    if len(mark.args) != 1:
        raise _wrong(f"{len(mark.args)} arguments before its options, where it takes the path alone", HOW)
    source = mark.args[0]
    if not (isinstance(source, str | os.PathLike) or callable(source)):
        raise _wrong(f"{source!r}, which is neither a path nor a callable", HOW)
    for name in mark.kwargs:
        if name not in OPTIONS:
            raise _wrong(f"the option {name!r}, which load_function has not", near_miss(name, OPTIONS) or HOW)
    return Marked(source, mark.kwargs)


def _wrong(problem: str, hint: str) -> pytest.UsageError:
    return pytest.UsageError(f"fn_function has {problem}.\nHint: {hint}")
