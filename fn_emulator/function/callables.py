"""A callable -> Function, as ``functions.create(function_handle=...)`` deploys it: its own source, nothing else."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from fn_emulator.errors import SourceError
from fn_emulator.function.model import Function, Kind, Shown
from fn_emulator.function.unpacked import deploy_source


def read_callable(function: Callable[..., Any], *, kind: Kind | None) -> Function:
    """Read a function object through its source text.

    Args:
        function: A function named ``handle``; what it uses from outside its own body is not deployed.
        kind: Overrides what the code looks like.

    Raises:
        SourceError: If it has another name, or no source text that could be deployed.
    """
    given = _shown_name(function)
    _expect_handle(function, given)
    source, shown = _source(function, given)
    module = str(getattr(function, "__module__", None) or "__main__").rpartition(".")[2]
    name = "handle" if module == "__main__" else module
    return deploy_source(source, shown, given=given, name=name, form="callable", kind=kind)


def _shown_name(function: Callable[..., Any]) -> str:
    name = getattr(function, "__qualname__", None)
    if name is None:
        return f"an object of {type(function).__module__}.{type(function).__qualname__}"
    return f"{getattr(function, '__module__', None) or '__main__'}.{name}"


def _expect_handle(function: Callable[..., Any], given: str) -> None:
    name = getattr(function, "__name__", None)
    if name is None:
        raise SourceError(
            f"{given} is not a function, and only the source of a function can be deployed.",
            hint="write 'def handle(...)' that calls it, or give the folder in which it is assigned to handle",
        )
    if name == "<lambda>":
        raise SourceError(f"{given} is a lambda, which has no name.", hint="write it as 'def handle(...)'")
    if name != "handle":
        raise SourceError(f"{given} is named {name!r}, not 'handle'.", hint=f"rename {name!r} to 'handle'")


def _source(function: Callable[..., Any], given: str) -> tuple[str, Shown]:
    try:
        lines, first_line = inspect.getsourcelines(function)
        file = inspect.getsourcefile(inspect.unwrap(function))
    except TypeError:
        raise SourceError(
            f"{given} is not written in Python, so it has no source to deploy.",
            hint="write 'def handle(...)' that calls it",
        ) from None
    except (OSError, SyntaxError):
        raise SourceError(
            f"the source of {given} cannot be read: it was typed at a prompt, made by exec, or its file is gone.",
            hint="write it in a file and import it from there",
        ) from None
    return "".join(lines), Shown(file or given, first_line)
