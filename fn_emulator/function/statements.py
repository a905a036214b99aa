"""Walk a file's statements and know of each whether and when the platform runs it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

MISSING_MODULE = {"ImportError", "ModuleNotFoundError"}
ANY_ERROR = {"Exception", "BaseException"}
ENVIRONMENT_TESTS = {"sys.version_info", "sys.platform", "os.name", "platform.system", "sys.implementation"}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """When a statement runs.

    Attributes:
        optional: It may fail to import something, or its turn may not come on this Python: a fall-back is at hand.
        in_function: Only when the function around it is called, not when the file is imported.
        skipped: Never on the platform: below ``if TYPE_CHECKING`` or ``if __name__ == "__main__"``.
    """

    optional: bool = False
    in_function: bool = False
    skipped: bool = False


Step = tuple[ast.stmt, Circumstances]


def walk(tree: ast.Module) -> Iterator[Step]:
    """Yield every statement with its circumstances, in the order of the text. Deep nesting is no problem."""
    steps: list[Step] = list(_each(reversed(tree.body), Circumstances()))
    while steps:
        statement, when = steps.pop()
        yield statement, when
        steps.extend(reversed(list(_below(statement, when))))


def spelled(node: ast.AST | None) -> str | None:
    """The dotted name that an expression spells, such as ``sys.path``; None for anything but names."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else None


def own_expressions(statement: ast.stmt) -> Iterator[ast.AST]:
    """Every node of a statement outside the statements in it."""
    for child in ast.iter_child_nodes(statement):
        if not isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from ast.walk(child)


def _below(statement: ast.stmt, when: Circumstances) -> Iterator[Step]:
    match statement:
        case ast.FunctionDef(body=body) | ast.AsyncFunctionDef(body=body):
            yield from _each(body, replace(when, in_function=True))
        case ast.If(test=test, body=body, orelse=orelse):
            in_body, in_else = _branches(test, when)
            yield from _each(body, in_body)
            yield from _each(orelse, in_else)
        case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
            guarded = any(_survives_missing(handler, body) for handler in handlers)
            caught = [inner for handler in handlers for inner in handler.body]
            yield from _each([*body, *caught], replace(when, optional=True) if guarded else when)
            yield from _each([*orelse, *final], when)
        case ast.With(items=items, body=body):
            yield from _each(body, replace(when, optional=True) if any(map(_suppresses_missing, items)) else when)
        case ast.Match(cases=cases):
            yield from _each([inner for case in cases for inner in case.body], when)
        case _:
            yield from _each([*getattr(statement, "body", []), *getattr(statement, "orelse", [])], when)


def _each(statements: Iterable[ast.stmt], when: Circumstances) -> Iterator[Step]:
    return ((statement, when) for statement in statements)


def _branches(test: ast.expr, when: Circumstances) -> tuple[Circumstances, Circumstances]:
    """Circumstances of the body and of the else of an ``if``."""
    skipped = replace(when, skipped=True)
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand) if _never_true(operand):
            return when, skipped
        case _ if _never_true(test):
            return skipped, when
        case _ if any(_asks_environment(node) for node in ast.walk(test)):
            return replace(when, optional=True), replace(when, optional=True)
        case _:
            return when, when


def _never_true(test: ast.expr) -> bool:
    match test:
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return True
        case ast.Constant(value=value):
            return not value
        case ast.Compare(ast.Name("__name__"), [ast.Eq()], [ast.Constant("__main__")]) | ast.Compare(
            ast.Constant("__main__"), [ast.Eq()], [ast.Name("__name__")]
        ):
            return True
        case _:
            return False


def _asks_environment(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and spelled(node) in ENVIRONMENT_TESTS


def _survives_missing(handler: ast.ExceptHandler, body: list[ast.stmt]) -> bool:
    """Whether the function goes on without a module that ``body`` imports."""
    if isinstance(handler.body[-1], ast.Raise):
        return False
    caught = _error_names(handler.type)
    # A try around everything answers with an error text; one around an import alone has a fall-back.
    is_about_imports = all(isinstance(node, ast.Import | ast.ImportFrom | ast.Assign) for node in body)
    return bool(caught & MISSING_MODULE) or (is_about_imports and bool(caught & ANY_ERROR))


def _error_names(node: ast.expr | None) -> set[str]:
    if node is None:
        return ANY_ERROR
    parts = node.elts if isinstance(node, ast.Tuple) else [node]
    return {(spelled(part) or "").rpartition(".")[2] for part in parts}


def _suppresses_missing(item: ast.withitem) -> bool:
    match item.context_expr:
        case ast.Call(func=ast.Name(id="suppress") | ast.Attribute(attr="suppress"), args=errors):
            return any(_error_names(error) & (MISSING_MODULE | ANY_ERROR) for error in errors)
        case _:
            return False
