"""A temporary folder for what is not a folder yet: the content of a zip, or the source of a single function."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from fn_emulator.function.folder import DEFAULT_FUNCTION_PATH, REQUIREMENTS, read_folder
from fn_emulator.function.model import Form, Function, Kind, Shown
from fn_emulator.function.requirements import docstring_requirements
from fn_emulator.uninterrupted import uninterrupted


@contextmanager
def new_folder() -> Iterator[TemporaryDirectory[str]]:
    """A new folder under the system's temporary one; it stays, unless the block fails."""
    folder: TemporaryDirectory[str] | None = None
    try:
        with uninterrupted():  # also what Python tries out first, to find where temporary folders may be
            folder = TemporaryDirectory(prefix="fn-emulate-")
        yield folder
    except BaseException:
        if folder is not None:
            folder.cleanup()
        raise


def deploy_source(source: str, shown: Shown, *, given: str, name: str, form: Form, kind: Kind | None) -> Function:
    """The function that ``functions.create(function_handle=...)`` would deploy from the source of one function.

    The SDK writes two files: handler.py, the source without its indentation, and requirements.txt when the docstring
    has a ``[requirements]`` block [cognite-sdk 8.22, _zip_and_upload_handle].

    Args:
        source: What ``inspect.getsource`` gives.
        shown: Where the user wrote its first line.
        given: What the user typed.
        name: The function's name.
        form: ``notebook`` or ``callable``.
        kind: Overrides what the code looks like.
    """
    with new_folder() as folder:
        root = Path(folder.name)
        (root / DEFAULT_FUNCTION_PATH).write_text(textwrap.dedent(source), encoding="utf-8", newline="")
        places: Mapping[str, Shown] = {DEFAULT_FUNCTION_PATH: shown}
        function = read_folder(root, given=given, kind=kind, name=name, form=form, shown=places, temporary=folder)
        docstring = _docstring(function)
        requirements = docstring_requirements(str(docstring.value)) if docstring is not None else None
        if docstring is None or requirements is None:
            return function
        (root / REQUIREMENTS).write_text(requirements, encoding="utf-8", newline="")
        line = shown.first_line + _line_after_tag(function, docstring) - 1
        return function._replace(requirements=requirements, shown={**places, REQUIREMENTS: Shown(shown.file, line)})


def _docstring(function: Function) -> ast.Constant | None:
    """The docstring of the handle, as a node."""
    tree = function.handler.tree if function.handler is not None else None
    for node in reversed(tree.body if tree is not None else []):
        match node:
            case (
                ast.FunctionDef(name="handle", body=[ast.Expr(value=ast.Constant(value=str()) as docstring), *_])
                | ast.AsyncFunctionDef(name="handle", body=[ast.Expr(value=ast.Constant(value=str()) as docstring), *_])
            ):
                return docstring
            case _:
                pass
    return None


def _line_after_tag(function: Function, docstring: ast.Constant) -> int:
    """1-based line in the deployed handler of the first requirement in its docstring."""
    assert function.handler is not None
    lines = function.handler.text.split("\n")[docstring.lineno - 1 : docstring.end_lineno]
    tags = [number for number, line in enumerate(lines, docstring.lineno) if line.endswith("[requirements]")]
    return (tags[-1] if tags else docstring.lineno) + 1
