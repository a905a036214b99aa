"""Tell a remote service, which Snowflake would call through a proxy, from a Cognite Function that lacks its handle.

Only the top level of the file counts, and a class or decorator only when it comes from the package known for it.
"""

from __future__ import annotations

import ast

from fn_emulator.function.statements import spelled

APPLICATIONS = {
    ("flask", "Flask"): "a Flask application",
    ("fastapi", "FastAPI"): "a FastAPI application",
    ("starlette", "Starlette"): "a Starlette application",
    ("quart", "Quart"): "a Quart application",
    ("sanic", "Sanic"): "a Sanic application",
    ("litestar", "Litestar"): "a Litestar application",
    ("falcon", "App"): "a Falcon application",
    ("bottle", "Bottle"): "a Bottle application",
    ("django", "get_wsgi_application"): "a Django application",
    ("django", "get_asgi_application"): "a Django application",
    ("azure", "FunctionApp"): "an Azure Functions application",
    ("chalice", "Chalice"): "an AWS Chalice application",
    ("mangum", "Mangum"): "an AWS Lambda handler",
}
"""Package and callable -> what calling it makes."""

APPLICATION_NAMES = ("app", "application")
FACTORY = "create_app"
"""How Flask's documentation names an application factory: ``app = create_app()`` is clear, wherever it is from."""

CALLABLES = {
    ("scope", "receive", "send"): "an ASGI application",
    ("environ", "start_response"): "a WSGI application",
}
LAMBDA_CONTEXT = ("context", "ctx", "")
HTTP_TRIGGER = ("azure", "HttpRequest")
CLOUD_FUNCTIONS = "functions_framework"

Origins = dict[str, str]
"""Name in the file -> dotted name of what was imported under it."""


def recognise_service(tree: ast.Module) -> str | None:
    """What makes a file without ``handle`` a remote service, in a few words, or None when nothing does."""
    origins = _origins(tree)
    for node in tree.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                found = _as_function(node, origins)
            case ast.ClassDef():
                found = _as_class(node)
            case ast.Assign(targets=[ast.Name(id=target)], value=ast.Call(func=called)):
                found = _as_application(target, called, origins)
            case ast.AnnAssign(target=ast.Name(id=target), value=ast.Call(func=called)):
                found = _as_application(target, called, origins)
            case _:
                found = None
        if found is not None:
            return found
    return None


def _as_function(node: ast.FunctionDef | ast.AsyncFunctionDef, origins: Origins) -> str | None:
    arguments = [*node.args.posonlyargs, *node.args.args]
    names = tuple(argument.arg for argument in arguments)
    what = CALLABLES.get(names)
    if node.name == "lambda_handler" or _takes_lambda_event(names):
        what = "an AWS Lambda handler"
    elif any(_origin(decorator, origins)[0] == CLOUD_FUNCTIONS for decorator in node.decorator_list):
        what = "a Google Cloud Function"
    elif any(_origin(argument.annotation, origins) == HTTP_TRIGGER for argument in arguments):
        what = "an Azure Function"
    elif node.name == "main" and names[:1] in {("req",), ("request",)}:
        what = "an Azure Function" if names[0] == "req" else "a Google Cloud Function"
    return what and f"{node.name}({', '.join(names)}), {what}"


def _takes_lambda_event(names: tuple[str, ...]) -> bool:
    return len(names) == 2 and names[0] == "event" and names[1].strip("_") in LAMBDA_CONTEXT


def _as_class(node: ast.ClassDef) -> str | None:
    for method in node.body:
        if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) and method.name == "__call__":
            names = tuple(argument.arg for argument in method.args.args[1:])
            return f"class {node.name}, {CALLABLES[names]}" if names in CALLABLES else None
    return None


def _as_application(target: str, called: ast.expr, origins: Origins) -> str | None:
    package, name = _origin(called, origins)
    what = APPLICATIONS.get((package, name))
    if what is None and name == FACTORY and target in APPLICATION_NAMES:
        what = "a web application"
    return what and f"{target} = {name}(...), {what}"


def _origin(node: ast.expr | None, origins: Origins) -> tuple[str, str]:
    """Package and own name of what an expression names: ``func.HttpRequest`` is ``("azure", "HttpRequest")``."""
    match node:
        case ast.Call(func=called):
            return _origin(called, origins)
        case ast.Constant(value=str(text)):
            dotted = text
        case ast.Name() | ast.Attribute():
            dotted = spelled(node) or ""
        case _:
            return "", ""
    head, dot, rest = dotted.partition(".")
    full = origins.get(head, head) + dot + rest
    return full.partition(".")[0], full.rpartition(".")[2]


def _origins(tree: ast.Module) -> Origins:
    found: Origins = {}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                found |= {alias.asname or alias.name.partition(".")[0]: _bound(alias) for alias in names}
            case ast.ImportFrom(module=str(module), names=names, level=0):
                found |= {alias.asname or alias.name: f"{module}.{alias.name}" for alias in names}
            case _:
                pass
    return found


def _bound(alias: ast.alias) -> str:
    return alias.name if alias.asname else alias.name.partition(".")[0]
