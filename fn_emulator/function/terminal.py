"""Whether a function asks for a person at a terminal: calls of a debugger's prompt in its code."""

from __future__ import annotations

import ast

from fn_emulator.function.model import Function


def wants_terminal(function: Function) -> bool:
    """Whether the handler's file calls ``breakpoint()`` or ``pdb.set_trace()``.

    Other files are not read for it: the command would pay for that at every start.
    """
    handler = function.handler
    if handler is None or handler.tree is None:
        return False
    if "breakpoint" not in handler.text and "set_trace" not in handler.text:
        return False
    return any(map(_is_prompt, ast.walk(handler.tree)))


def _is_prompt(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="breakpoint" | "set_trace")):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(id="pdb" | "ipdb"), attr="set_trace")):
            return True
        case _:
            return False
