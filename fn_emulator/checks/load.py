"""What a function must have before it can be called at all. Read by ``run`` too, so only the parsed handler is needed.

The subject is a ``Function``. A remote service has no ``handle``, so of these rules only the general ones speak of it.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fn_emulator.checks import signature
from fn_emulator.checks.registry import Example, Saw, check, handler
from fn_emulator.function.model import Function

if TYPE_CHECKING:
    from pathlib import Path

SDK = "cognite-sdk, validate_function_folder (observed with 7.94 and 8.22)"
HELLO = "def handle(data):\n    return {\"greeting\": f\"Hello {data.get('name', 'you')}\"}\n"
HINTED_FILES = 3


def _notebook(*cells: str) -> Example:
    import json

    written: list[dict[str, object]] = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": cell} for cell in cells
    ]
    notebook = {"cells": written, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return Example({"fn.ipynb": json.dumps(notebook, indent=1)}, "check fn.ipynb")


@check(
    "error",
    source=f'{SDK}: "No file found at ..."',
    bad=Example({"fn/main.py": HELLO}),
    good=Example({"fn/main.py": HELLO}, "check fn --function-path main.py"),
)
def no_handler(function: Function) -> Iterator[Saw]:
    """The handler file must be there: ``handler.py`` in the folder's root, or the file that function_path names.

    The SDK refuses to create the function; a zip is accepted, and its deployment then fails.
    """
    if function.handler is None and function.nested_root is None:
        place = function.place(function.handler_file)
        yield Saw(
            f"{place['file']} cannot be the handler: {function.absence}.", file=place["file"], hint=_other(function)
        )


def _other(function: Function) -> str:
    if function.form == "notebook":
        return "write 'def handle(...)' at the top level of a code cell: its source alone is deployed"
    files = [path for pattern in ("*.py", "*/*.py", "*/*/*.py") for path in sorted(function.root.glob(pattern))]
    relative = [path.relative_to(function.root) for path in files]
    found = [
        path.as_posix()
        for path in relative
        if not path.parts[0].startswith(".") and _defines_handle(function.root / path)
    ]
    functions = [path for path in found if path.endswith("/handler.py")]
    if functions and len(functions) == len(found):
        names = [f"{function.given.rstrip('/')}/{os.path.dirname(path)}" for path in functions]
        return f"name a function's own folder: {' or '.join(names[:HINTED_FILES])}"
    if found:
        return f"give --function-path {' or '.join(found[:HINTED_FILES])}, which defines handle"
    where = " to the zip" if function.form == "zip" else ""
    return f"add a handler.py that defines handle{where}, or name the file that does with --function-path"


def _defines_handle(file: Path) -> bool:
    from fn_emulator.function.folder import read_bytes

    try:
        content = read_bytes(file)
    except OSError:
        return False
    return re.search(rb"^(def handle\b|handle\s*[:=])", content, re.MULTILINE) is not None


@check(
    "error",
    source='Cognite documentation, Use Functions: "there should not be an additional root folder within the zip file"',
    bad=Example({"fn.zip/fn/handler.py": HELLO}, "check fn.zip"),
    good=Example({"fn.zip/handler.py": HELLO}, "check fn.zip"),
)
def wrong_zip_root(function: Function) -> Iterator[Saw]:
    """A zip holds the contents of the function's folder, not the folder itself.

    With an extra root folder the deployment fails with 'No Python module found at location "handler.py" in zip-file.'
    """
    if (folder := function.nested_root) is not None:
        yield Saw(
            f"{function.given} holds {folder}/{function.function_path} instead of {function.function_path}: "
            "the folder was zipped, not its contents.",
            file=function.given,
            hint=f"zip from inside the folder: cd {folder} && zip -r ../{folder}.zip .",
            evidence={"folder": folder},
        )


@check(
    "error",
    source="Python's grammar; that the platform's message misleads was observed with cognite-sdk 7.94 and 8.22",
    bad=handler("def handle(data)\n    return data\n"),
    good=handler("def handle(data):\n    return data\n"),
)
def syntax_error(function: Function) -> Iterator[Saw]:
    """Every file of a function must compile.

    Do not trust the platform's message here: for a syntax error the SDK says that the file "must contain a function
    named 'handle'", although the function is there.
    """
    if function.handler is None or (problem := function.handler.problem) is None:
        return
    from fn_emulator.checks.newer_syntax import guess

    needed = guess(function.handler)
    place = function.place(function.handler.path, problem.line)
    column = f" (column {problem.column})" if problem.column else ""
    yield Saw(
        f"the file does not compile: {problem.message}{column}.",
        **place,
        hint=f"run fn-emulate with Python 3.{needed.minor}, which has {needed.name}; this one is older"
        if needed
        else "mend the syntax; the platform would say only that handle is missing",
        evidence=_snippet(function.handler.text, problem.line, problem.column),
    )


def _snippet(text: str, line: int | None, column: int | None) -> dict[str, str]:
    lines = text.split("\n")
    if line is None or not 0 < line <= len(lines) or not lines[line - 1].strip():
        return {}
    shown = lines[line - 1].replace("\t", " ").rstrip()
    return {"snippet": shown if column is None else f"{shown}\n{' ' * min(column - 1, len(shown))}^"}


@check(
    "error",
    source=f"{SDK}: \"must contain a function named 'handle'\"",
    bad=handler("def handler(data):\n    return data\n"),
    good=handler("def handle(data):\n    return data\n"),
)
def no_handle(function: Function) -> Iterator[Saw]:
    """The handler file must define ``handle`` at its top level, as a def or as an assignment to that one name.

    The SDK reads the file without running it: a handle that is imported, or defined inside an if, a try or a class, is
    not found, and the function cannot be created.
    """
    module = function.handler
    if function.kind != "cognite" or function.handle or module is None or module.tree is None:
        return
    hidden = _hidden_handle(module.tree)
    place = function.place(module.path, hidden[0] if hidden else None)
    if hidden:
        yield Saw(
            f"{place['file']} has no function named 'handle' that the SDK finds: {hidden[1]}.",
            **place,
            hint="write 'def handle(...)' at the top level of the file, and call the other one from it",
        )
        return
    names = ", ".join(map(repr, function.found)) or "no function"
    yield Saw(f"{place['file']} has no function named 'handle'. Found: {names}.", **place, hint=_rename(function.found))


def _hidden_handle(tree: ast.Module) -> tuple[int, str] | None:
    """Line and manner of a handle that is there for Python and not for the SDK."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(names=names) if any((alias.asname or alias.name) == "handle" for alias in names):
                return node.lineno, "it is imported there"
            case ast.FunctionDef(name="handle") | ast.AsyncFunctionDef(name="handle"):
                return node.lineno, "it is defined inside a class, a function, an if or a try"
            case ast.Name(id="handle", ctx=ast.Store()):
                return node.lineno, "it is not assigned alone at the top level"
            case _:
                pass
    return None


def _rename(found: tuple[str, ...]) -> str:
    if not found:
        return "write 'def handle(client, data)' in it, with those of the arguments that you need"
    import difflib

    near = difflib.get_close_matches("handle", found, n=1, cutoff=0.5) or (found if len(found) == 1 else [])
    return f"rename {near[0]!r} to 'handle'" if near else "rename the one that the platform should call to 'handle'"


@check(
    "error",
    source='Cognite documentation, Use Functions: "When you deploy with the function_handle argument, you must import '
    'within handle()"; what is uploaded was observed with cognite-sdk 8.22',
    bad=_notebook("import json", "def handle(data):\n    return json.loads(data['text'])\n"),
    good=_notebook("def handle(data):\n    import json\n\n    return json.loads(data['text'])\n"),
)
def notebook_outer_name(function: Function) -> Iterator[Saw]:
    """A handle from a notebook, or one given as a callable, uses nothing from outside its own body.

    Only the source text of the function itself is deployed: not its cell, not the imports above it, no other function.
    Such a name raises NameError on the platform, at the first call.
    """
    if function.form not in ("notebook", "callable") or function.handler is None:
        return
    from fn_emulator.function.outer_names import outer_names

    for outer in outer_names(function.handler):
        when = "at its first call" if outer.what == "body" else "when it is loaded"
        yield Saw(
            f"handle uses {outer.name!r} from outside its body, which is not deployed: NameError {when}.",
            **function.place(function.handler_file, outer.line),
            hint=f"import or define {outer.name} inside handle"
            if outer.what == "body"
            else f"leave {outer.name} out of the {outer.what} of handle, or deploy a folder",
            evidence={"name": outer.name, "used_in": outer.what},
        )


RULES = (no_handler, wrong_zip_root, syntax_error, no_handle, notebook_outer_name, *signature.RULES)
"""Each takes a ``Function``."""
