"""A Jupyter notebook -> Function, as ``functions.create(function_handle=handle)`` in its last cell would deploy it."""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from fn_emulator.errors import SourceError
from fn_emulator.function.folder import DEFAULT_FUNCTION_PATH, read_bytes, read_folder
from fn_emulator.function.handle import find_handle
from fn_emulator.function.ipython import parse_cell
from fn_emulator.function.missing import explain_absent
from fn_emulator.function.model import Function, Kind, Module, Shown
from fn_emulator.function.unpacked import deploy_source, new_folder

FORMAT = 4
CONVERT = "jupyter nbconvert --to notebook"
_DEFINES_HANDLE = re.compile(r"^(async\s+)?def\s+handle\b", re.MULTILINE)


class Cell(NamedTuple):
    """A code cell: its number, counted over all cells from 1, and its source."""

    number: int
    source: str


class Definition(NamedTuple):
    """A cell that gives ``handle`` a meaning: source and first line in the cell, or what keeps it from deployment."""

    cell: Cell
    line: int = 1
    source: str = ""
    obstacle: str | None = None


def read_notebook(path: Path, *, given: str, kind: Kind | None) -> Function:
    """Read the ``handle`` of a notebook: the last top-level ``def handle`` of its code cells, and nothing around it.

    Args:
        path: The notebook.
        given: What the user typed.
        kind: Overrides what the code looks like.

    Raises:
        SourceError: If it is not there, or not a notebook that can be read.
    """
    cells = tuple(_code_cells(_load(path, given), given))
    found = [definition for cell in cells for definition in _definitions(cell)]
    if not found:
        return _without_handle(path, given, kind, _why_none(cells))
    last = found[-1]
    if last.obstacle is not None:
        return _without_handle(path, given, kind, last.obstacle)
    shown = Shown(f"{given}[cell {last.cell.number}]", last.line)
    return deploy_source(last.source, shown, given=given, name=path.stem, form="notebook", kind=kind)


def _load(path: Path, given: str) -> Any:
    try:
        return json.loads(read_bytes(path))
    except FileNotFoundError:
        raise explain_absent(path, given, lambda entry: entry.suffix == ".ipynb") from None
    except OSError as exc:
        raise SourceError(f"{given} cannot be read: {exc.strerror}.", hint="check the file's permissions") from exc
    except json.JSONDecodeError as exc:
        raise SourceError(
            f"{given}:{exc.lineno}:{exc.colno} is not JSON: {exc.msg}.", hint="save the notebook again in Jupyter"
        ) from exc
    except (ValueError, RecursionError) as exc:
        raise _not_a_notebook(given, f"is not JSON text ({exc})") from exc


def _code_cells(notebook: Any, given: str) -> Iterator[Cell]:
    match notebook:
        case {"nbformat": int(version)} if version < FORMAT:
            problem = f"is a notebook of format {version}, and format {FORMAT} is needed"
            raise SourceError(f"{given} {problem}.", hint=f"convert it: {CONVERT} {given}")
        case {"nbformat": int(), "cells": list(cells)}:
            pass
        case _:
            raise _not_a_notebook(given, "has no nbformat and cells")
    for number, cell in enumerate(cells, 1):
        match cell:
            case {"cell_type": "code", "source": str(source)}:
                yield Cell(number, source)
            case {"cell_type": "code", "source": [*lines]} if all(isinstance(line, str) for line in lines):
                yield Cell(number, "".join(lines))
            case {"cell_type": str(other)} if other != "code":
                pass
            case _:
                raise _not_a_notebook(given, f"has a cell {number} without cell_type or source")


def _not_a_notebook(given: str, problem: str) -> SourceError:
    return SourceError(f"{given} is not a notebook: it {problem}.", hint="save the notebook again in Jupyter")


def _definitions(cell: Cell) -> Iterator[Definition]:
    """At most one definition: the last of the cell."""
    module = parse_cell(cell.source)
    tree = module.tree if module is not None else None
    handle = find_handle(tree) if tree is not None else None
    if tree is None and not _DEFINES_HANDLE.search(cell.source):
        return
    if module is None:
        yield Definition(cell, obstacle=f"cell {cell.number} defines it under a cell magic, which hides its source")
    elif tree is None:
        # It is deployed whole, so that the syntax error gets its own message and line.
        yield Definition(cell, source=module.text)
    elif handle is not None and handle.form == "assignment":
        where = f"cell {cell.number} assigns it in line {handle.line}"
        yield Definition(cell, obstacle=f"{where}, and from a notebook only the source of a def is deployed")
    elif handle is not None:
        yield _def_in(cell, module, tree)


def _def_in(cell: Cell, module: Module, tree: ast.Module) -> Definition:
    defs = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    node = [node for node in defs if node.name == "handle"][-1]
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    lines = [f"{line}\n" for line in module.text.split("\n")]
    return Definition(cell, first, "".join(inspect.getblock(lines[first - 1 :])))


def _why_none(cells: tuple[Cell, ...]) -> str:
    count = len(cells)
    return (
        f"none of its {count} code cells defines handle" if count != 1 else "its one code cell does not define handle"
    )


def _without_handle(path: Path, given: str, kind: Kind | None, absence: str) -> Function:
    with new_folder() as folder:
        root, shown = Path(folder.name), {DEFAULT_FUNCTION_PATH: Shown(given)}
        function = read_folder(
            root, given=given, kind=kind, name=path.stem, form="notebook", shown=shown, temporary=folder
        )
        return function._replace(absence=absence)
