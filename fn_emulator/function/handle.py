"""Find the handle in a parsed handler file, and tell a Cognite Function from a remote service."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from fn_emulator.function.model import Handle, Module, Parameter, SyntaxProblem

WEB_FRAMEWORKS = ("Flask", "FastAPI", "Starlette", "Quart", "Sanic")


def parse_module(path: PurePosixPath, content: bytes) -> Module:
    """Parse one file of a function; what does not compile becomes a ``problem``, never an exception."""
    name = ".".join(path.with_suffix("").parts)
    if name.endswith(".__init__"):
        name = name.removesuffix(".__init__")
    if b"\0" in content:
        return Module(path, name, "", None, SyntaxProblem("it holds NUL bytes, so it is not Python text"))
    try:
        tree = ast.parse(content, filename=path.name)
    except SyntaxError as exc:
        problem = SyntaxProblem(exc.msg, exc.lineno, exc.offset)
    except (ValueError, RecursionError, MemoryError) as exc:
        problem = SyntaxProblem(str(exc) or type(exc).__name__)
    else:
        return Module(path, name, decode(content), tree)
    return Module(path, name, decode(content), None, problem)


def decode(content: bytes) -> str:
    """Source text of ``content`` with its declared encoding and plain line ends; what cannot be decoded is replaced."""
    import io
    import tokenize

    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    except SyntaxError:
        encoding = "utf-8"
    return content.decode(encoding, errors="replace").replace("\r\n", "\n")


def find_handle(tree: ast.Module) -> Handle | None:
    """The last top-level ``handle`` of a file, as the SDK looks for it: a def, or an assignment to that one name.

    Definitions inside ``if``, ``try`` or a class, imported names and ``a = handle = x`` do not count
    [cognite-sdk 8.22, observed].
    """
    found = None
    for node in tree.body:
        match node:
            case ast.FunctionDef(name="handle"):
                found = Handle("def", node.lineno, parameters(node.args))
            case ast.AsyncFunctionDef(name="handle"):
                found = Handle("async", node.lineno, parameters(node.args))
            case ast.Assign(targets=[ast.Name(id="handle")]):
                found = Handle("assignment", node.lineno)
            case ast.AnnAssign(target=ast.Name(id="handle"), value=ast.expr()):
                found = Handle("assignment", node.lineno)
            case _:
                pass
    return found


def parameters(arguments: ast.arguments) -> tuple[Parameter, ...]:
    """The parameters of a def, in order of appearance."""
    return tuple(_parameters(arguments))


def _parameters(arguments: ast.arguments) -> Iterator[Parameter]:
    positional = [*arguments.posonlyargs, *arguments.args]
    without_default = len(positional) - len(arguments.defaults)
    for index, argument in enumerate(positional):
        form = "positional-only" if index < len(arguments.posonlyargs) else "ordinary"
        yield Parameter(argument.arg, form, index >= without_default)  # type: ignore[arg-type]
    if arguments.vararg is not None:
        yield Parameter(arguments.vararg.arg, "star", has_default=False)
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield Parameter(argument.arg, "keyword-only", default is not None)
    if arguments.kwarg is not None:
        yield Parameter(arguments.kwarg.arg, "double-star", has_default=False)


def other_functions(tree: ast.Module) -> tuple[str, ...]:
    """Names of the top-level functions that are not ``handle``, for "Found: ..." in messages."""
    return tuple(
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name != "handle"
    )


def recognise_service(tree: ast.Module) -> str | None:
    """What makes a file without ``handle`` a remote service, in a few words, or None when nothing does."""
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names = [argument.arg for argument in [*node.args.posonlyargs, *node.args.args]]
                shown = f"{name}({', '.join(names)})"
                if name == "lambda_handler" or names == ["event", "context"]:
                    return f"{shown}, an AWS Lambda handler"
                if name == "main" and names[:1] in (["req"], ["request"]):
                    return f"{shown}, an Azure Function or Google Cloud Function"
                if names == ["scope", "receive", "send"]:
                    return f"{shown}, an ASGI application"
                if names == ["environ", "start_response"]:
                    return f"{shown}, a WSGI application"
            case ast.Assign(targets=[ast.Name(id=target)], value=ast.Call(func=function)):
                framework = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", None)
                if framework in WEB_FRAMEWORKS:
                    return f"{target} = {framework}(...), a web application"
            case _:
                pass
    return None
