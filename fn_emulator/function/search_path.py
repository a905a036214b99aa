"""Where imports are looked for: the function's root, and the folders in it that its own code adds to ``sys.path``.

Only what can be read from the text is understood: ``__file__``, constants, ``os.path`` and ``pathlib``, and names that
the same file gives to such values. A folder outside the root is not deployed, so it does not count.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from fn_emulator.function.model import Module
from fn_emulator.function.statements import spelled, walk

SAME_PATH = {"abspath", "realpath", "normpath", "expanduser", "resolve", "absolute", "str", "fspath", "as_posix"}
PATH_CLASSES = {"Path", "PurePath", "PosixPath", "PurePosixPath"}
THIS_FILE = {"getfile", "getsourcefile"}
CURRENT_FOLDER = {"getcwd", "cwd"}
MAX_DEPTH = 30
"""Of names that stand for names; a cycle of them ends here."""


class _Edit(NamedTuple):
    """One folder that is put on ``sys.path``, before or after what is there."""

    value: ast.expr
    is_first: bool


class _File(NamedTuple):
    """What the expressions of one file are made of."""

    path: str
    root: str
    names: Mapping[str, ast.expr]


def search_roots(root: Path, modules: Iterable[Module]) -> tuple[Path, ...]:
    """The folders in which an absolute import is looked for, in order.

    Args:
        root: The function's root.
        modules: The files whose edits of ``sys.path`` count.
    """
    roots = [root]
    for module in modules:
        # Most files do not have the word, and need not be walked.
        if module.tree is None or not re.search(r"sys\.path|from sys import|addsitedir", module.text):
            continue
        file = _File(str(root / module.path), str(root), _assigned_values(module.tree))
        for edit in _edits(module.tree):
            folder = _inside(root, _evaluate(edit.value, file))
            if folder is not None and folder not in roots:
                roots.insert(0 if edit.is_first else len(roots), folder)
    return tuple(roots)


def _inside(root: Path, text: str | None) -> Path | None:
    if text is None or "\0" in text:
        return None
    folder = Path(os.path.normpath(root / text))
    return folder if folder.is_relative_to(root) and os.path.isdir(folder) else None


def _assigned_values(tree: ast.Module) -> dict[str, ast.expr]:
    found = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found[name] = value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                found[name] = value
            case _:
                pass
    return found


def _edits(tree: ast.Module) -> Iterator[_Edit]:
    for statement, when in walk(tree):
        if when.skipped:
            continue
        match statement:
            case ast.Expr(value=ast.Call(func=called, args=arguments)):
                yield from _edits_by_call(called, arguments)
            case ast.AugAssign(target=target, value=values) if _is_path(target):
                yield from (_Edit(value, is_first=False) for value in _elements(values))
            case ast.Assign(targets=[ast.Subscript(value=target) | target], value=values) if _is_path(target):
                yield from (_Edit(value, is_first=True) for value in _elements(values))
            case _:
                pass


def _edits_by_call(called: ast.expr, arguments: list[ast.expr]) -> Iterator[_Edit]:
    match called, arguments:
        case ast.Attribute(value=target, attr="append"), [value] if _is_path(target):
            yield _Edit(value, is_first=False)
        case ast.Attribute(value=target, attr="insert"), [place, value] if _is_path(target):
            yield _Edit(value, is_first=isinstance(place, ast.Constant) and place.value == 0)
        case ast.Attribute(value=target, attr="extend"), [values] if _is_path(target):
            yield from (_Edit(value, is_first=False) for value in _elements(values))
        case ((ast.Attribute(attr="addsitedir") | ast.Name(id="addsitedir")), [value, *_]):
            yield _Edit(value, is_first=False)
        case _:
            pass


def _is_path(node: ast.expr) -> bool:
    """Whether it is ``sys.path``, or ``path`` as ``from sys import path`` gives it."""
    return spelled(node) in {"sys.path", "path"}


def _elements(values: ast.expr) -> Iterator[ast.expr]:
    waiting = [values]
    while waiting:
        match waiting.pop():
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                yield from elements
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                waiting += [right, left]
            case _:
                pass


def _evaluate(node: ast.expr, file: _File, depth: int = 0) -> str | None:
    """The path that an expression gives, as text, or None where the text does not tell."""
    if depth > MAX_DEPTH:
        return None
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id="__file__"):
            return file.path
        case ast.Name(id=name) if name in file.names:
            return _evaluate(file.names[name], file, depth + 1)
        case ast.BinOp(op=ast.Div() | ast.Add() as operator, left=left, right=right):
            parts = [_evaluate(part, file, depth + 1) for part in (left, right)]
            return _joined(parts, "/" if isinstance(operator, ast.Div) else "")
        case ast.JoinedStr(values=values):
            return _joined([_evaluate(part, file, depth + 1) for part in values], "")
        case ast.Call():
            return _call(node, file, depth + 1)
        case _:
            return _part(node, file, depth + 1)


def _part(node: ast.expr, file: _File, depth: int) -> str | None:
    """The value of an attribute of a path, and of what is formatted into a text."""
    match node:
        case ast.FormattedValue(value=value):
            return _evaluate(value, file, depth)
        case ast.Attribute(attr="pardir"):
            return ".."
        case ast.Attribute(value=inner, attr="parent"):
            return _parent(_evaluate(inner, file, depth), 1)
        case ast.Subscript(value=ast.Attribute(value=inner, attr="parents"), slice=ast.Constant(value=int(index))):
            return _parent(_evaluate(inner, file, depth), index + 1)
        case _:
            return None


def _parent(path: str | None, times: int) -> str | None:
    for _ in range(times if path is not None else 0):
        path = os.path.dirname(path or "")
    return path


def _joined(parts: Sequence[str | None], separator: str) -> str | None:
    texts = [part for part in parts if part is not None]
    if not texts or len(texts) < len(parts):
        return None
    return "".join(texts) if separator == "" else os.path.join(*texts)


def _call(node: ast.Call, file: _File, depth: int) -> str | None:
    receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
    name = node.func.attr if isinstance(node.func, ast.Attribute) else spelled(node.func)
    arguments = [_evaluate(argument, file, depth) for argument in node.args]
    if name in THIS_FILE:
        return file.path
    if name in CURRENT_FOLDER:
        return file.root
    if name == "joinpath" and receiver is not None:
        return _joined([_evaluate(receiver, file, depth), *arguments], "/")
    if name in PATH_CLASSES or (name == "join" and not isinstance(receiver, ast.Constant)):
        return _joined(arguments, "/")
    inner = arguments[0] if arguments else _evaluate(receiver, file, depth) if receiver is not None else None
    if name == "dirname":
        return _parent(inner, 1)
    return inner if name in SAME_PATH else None
