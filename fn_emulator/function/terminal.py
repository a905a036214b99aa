"""Whether a function asks for a person at a terminal: calls of a debugger's prompt in its code."""

from __future__ import annotations

import ast

from fn_emulator.function.model import Function


def wants_terminal(function: Function) -> bool:
    """Whether the handler's file calls ``breakpoint()``; ``pdb.set_trace()`` would not find the terminal.

    Other files are not read for it: the command would pay for that at every start.
    """
    handler = function.handler
    if handler is None or handler.tree is None:
        return False
    if "breakpoint" not in handler.text:
        return False
    return any(map(_is_prompt, ast.walk(handler.tree)))


def _is_prompt(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "breakpoint"
