"""Questions about a module's syntax tree that several rules ask."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from fn_emulator.function import statements
from fn_emulator.function.model import Module


def local_names(tree: ast.AST) -> dict[str, str]:
    """What each imported name of a module stands for: ``{"pd": "pandas", "Path": "pathlib.Path"}``."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def dotted(node: ast.AST, names: Mapping[str, str]) -> str | None:
    """The dotted name that an expression spells, through the module's imports; None for anything but names."""
    name = statements.spelled(node)
    if name is None:
        return None
    head, dot, rest = name.partition(".")
    return names.get(head, head) + dot + rest


def calls(module: Module) -> Iterator[tuple[str, ast.Call]]:
    """Each call of a named function in a module, with the dotted name of what it calls."""
    if module.tree is None:
        return
    names = local_names(module.tree)
    for node in walk(module.tree):
        if isinstance(node, ast.Call) and (name := dotted(node.func, names)) is not None:
            yield name, node


def walk(tree: ast.Module) -> Iterator[ast.AST]:
    """Every node, statement by statement, less what never runs on the platform, such as a ``__main__`` block."""
    for statement, when in statements.walk(tree):
        if not when.skipped:
            yield statement
            yield from statements.own_expressions(statement)


def run_at_import(tree: ast.Module) -> Iterator[ast.AST]:
    """Every node of ``walk`` that runs when the module is imported: not the bodies of functions."""
    for statement, when in statements.walk(tree):
        if not when.skipped and not when.in_function:
            yield statement
            nodes = list(statements.own_expressions(statement))
            later = {inner for node in nodes if isinstance(node, ast.Lambda) for inner in ast.walk(node.body)}
            yield from (node for node in nodes if node not in later)


def text_of(node: ast.expr | None) -> str | None:
    """The value of a text literal, else None."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """The value of a call's keyword argument, or None when it is not given."""
    return next((argument.value for argument in call.keywords if argument.arg == name), None)
