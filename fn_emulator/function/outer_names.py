"""The names that a single deployed function uses and does not bring along: they raise NameError on the platform.

How it works: ``symtable`` knows, scope by scope, which names Python would look for among the globals; the syntax tree
knows the lines. The two are matched by the name and line of each scope.
"""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from fn_emulator.function.model import Module

Use = Literal["decorator", "default", "annotation", "body"]
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

GIVEN_BY_PYTHON = {"__name__", "__file__", "__doc__", "__package__", "__spec__", "__loader__", "__builtins__"} | {
    "__module__",
    "__qualname__",
}
KNOWN = frozenset(dir(builtins)) | GIVEN_BY_PYTHON


class OuterName(NamedTuple):
    """A name from outside the function.

    Attributes:
        name: As written.
        line: 1-based line of its first use in the deployed file.
        what: Where that is: a name in the ``body`` fails at the call, any other already when the file is imported.
    """

    name: str
    line: int
    what: Use


class _Scope(NamedTuple):
    """What a name is looked up from: a def, lambda, comprehension or class by name and line, or the file itself."""

    name: str
    line: int
    is_class: bool = False


FILE = _Scope("top", 0)
_Globals = dict[_Scope, set[str]]
_Step = tuple[ast.AST, _Scope, Use]
COMPREHENSIONS = {"ListComp": "listcomp", "SetComp": "setcomp", "DictComp": "dictcomp", "GeneratorExp": "genexpr"}


def outer_names(module: Module) -> tuple[OuterName, ...]:
    """Names used in ``module`` that are neither defined nor imported in it nor built in, by line of first use.

    Args:
        module: The deployed source of one function; nothing is said of one that does not compile.
    """
    if module.tree is None:
        return ()
    try:
        table = symtable.symtable(module.text, str(module.path), "exec")
    except (SyntaxError, ValueError, RecursionError):
        return ()
    scopes: _Globals = {}
    _collect(table, FILE, scopes)
    known = KNOWN | set(_defined(table, module.tree))
    first: dict[str, OuterName] = {}
    for use in sorted(_uses(module.tree, scopes), key=lambda use: use.line):
        if use.name not in known:
            first.setdefault(use.name, use)
    return tuple(first.values())


def _collect(table: symtable.SymbolTable, scope: _Scope, scopes: _Globals) -> None:
    """Add to ``scopes`` each scope with the names that Python looks up among the globals from there."""
    scopes.setdefault(scope, set()).update(symbol.get_name() for symbol in table.get_symbols() if symbol.is_global())
    for child in table.get_children():
        name = child.get_name().strip("<>")
        # From Python 3.14 on annotations have a scope of their own; here they belong to the scope around it.
        inner = _Scope(name, child.get_lineno(), is_class=child.get_type() == "class")
        _collect(child, scope if name == "__annotate__" else inner, scopes)


def _defined(table: symtable.SymbolTable, tree: ast.Module) -> Iterator[str]:
    """Names that the file defines at its top, and those that a function in it defines there with ``global``."""
    for symbol in table.get_symbols():
        if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace():
            yield symbol.get_name()
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield from set(node.names) - _only_added_to(tree)


def _only_added_to(tree: ast.Module) -> set[str]:
    """Names that are changed with ``+=`` and the like, and never just set."""
    added_to = {node.target for node in ast.walk(tree) if isinstance(node, ast.AugAssign)}
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return {name.id for name in names if name in added_to} - {name.id for name in names if name not in added_to}


def _uses(tree: ast.Module, scopes: _Globals) -> Iterator[OuterName]:
    """Every evaluated use of a name that is looked up among the globals."""
    steps: list[_Step] = [(tree, FILE, "body")]
    while steps:
        node, scope, what = steps.pop()
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store) and node.id in scopes.get(scope, ()):
            yield OuterName(node.id, node.lineno, what)
        steps.extend(_below(node, scope, what, scopes))


def _below(node: ast.AST, scope: _Scope, what: Use, scopes: _Globals) -> Iterator[_Step]:
    """What is evaluated as a part of ``node``, with the scope in which it is."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from _below_def(node, scope)
        case ast.Lambda(args=arguments, body=body):
            yield from ((default, scope, what) for default in _defaults(arguments))
            yield body, _Scope("lambda", node.lineno), what
        case ast.ClassDef(body=body):
            outside: list[ast.AST] = [*node.decorator_list, *node.bases, *node.keywords]
            yield from ((child, scope, what) for child in outside)
            yield from ((child, _Scope(node.name, node.lineno, is_class=True), what) for child in body)
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            yield from _below_comprehension(node, scope, what, scopes)
        case ast.AugAssign(target=ast.Name(id=name) as target, value=value):
            yield ast.copy_location(ast.Name(name, ast.Load()), target), scope, what
            yield value, scope, what
        case ast.AnnAssign(target=target, value=value) if scope != FILE and not scope.is_class:
            # Python never evaluates the annotation of a local variable.
            yield from ((child, scope, what) for child in (target, value) if child is not None)
        case _:
            yield from ((child, scope, what) for child in ast.iter_child_nodes(node))


def _below_def(node: ast.FunctionDef | ast.AsyncFunctionDef, scope: _Scope) -> Iterator[_Step]:
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    annotations = [argument.annotation for argument in every if argument is not None]
    parts: tuple[tuple[Use, Sequence[ast.expr | None]], ...] = (
        ("decorator", node.decorator_list),
        ("default", _defaults(arguments)),
        ("annotation", [*annotations, node.returns]),
    )
    for what, children in parts:
        # Those of a def inside the function are evaluated when its body runs.
        yield from ((child, scope, what if scope == FILE else "body") for child in children if child is not None)
    yield from ((child, _Scope(node.name, node.lineno), "body") for child in node.body)


def _defaults(arguments: ast.arguments) -> list[ast.expr]:
    return [*arguments.defaults, *(default for default in arguments.kw_defaults if default is not None)]


def _below_comprehension(node: Comprehension, scope: _Scope, what: Use, scopes: _Globals) -> Iterator[_Step]:
    own = _Scope(COMPREHENSIONS[type(node).__name__], node.lineno)
    # From Python 3.12 on most comprehensions are a part of the scope around them.
    inner = own if own in scopes else scope
    first = node.generators[0]
    yield first.iter, scope, what
    inside: list[ast.AST] = [first.target, *first.ifs]
    inside += [child for child in ast.iter_child_nodes(node) if child is not first]
    yield from ((child, inner, what) for child in inside)
