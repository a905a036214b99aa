"""Parse a file of a function and find the handle in it."""

from __future__ import annotations

import ast
import codecs
import warnings
from collections.abc import Iterator

from fn_emulator.function.model import Handle, Module, Parameter, SyntaxProblem

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def parse_module(file: str, content: bytes, *, name: str | None = None) -> Module:
    """Parse one file of a function; what does not compile becomes a ``problem``, never an exception.

    Args:
        file: POSIX path from the function's root.
        content: The file's bytes: a byte order mark, Windows line ends and a coding cookie are Python's to read.
        name: Dotted name under which it is imported; made from ``file`` when None.
    """
    name = name or file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    if content.startswith(UTF_16):
        return Module(file, name, "", None, SyntaxProblem("it is UTF-16 text, and Python reads UTF-8"))
    if b"\0" in content:
        return Module(file, name, "", None, SyntaxProblem("it holds NUL bytes, so it is not Python text"))
    tree, problem = _parse(content, file.rpartition("/")[2])
    return Module(file, name, decode(content), tree, problem)


def _parse(content: bytes, filename: str) -> tuple[ast.Module | None, SyntaxProblem | None]:
    try:
        with warnings.catch_warnings():
            # An escape such as "\d" only warns; under the user's own -W error the parser would refuse it.
            warnings.simplefilter("ignore")
            return ast.parse(content, filename=filename), None
    except SyntaxError as exc:
        return None, SyntaxProblem(exc.msg, exc.lineno, exc.offset)
    except (RecursionError, MemoryError):
        return None, SyntaxProblem("it nests too deep for Python's parser")
    except ValueError as exc:
        # Where the bytes are neither text nor grammar, the parser fails while it quotes the line.
        return None, SyntaxProblem(str(exc))


def decode(content: bytes) -> str:
    """Source text of ``content`` with its declared encoding and plain line ends; what cannot be decoded is replaced."""
    import io
    import tokenize
    import warnings

    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the codec unicode_escape warns of escapes that it does not know
            text = content.decode(encoding, errors="replace")
    except (SyntaxError, LookupError, UnicodeError):
        text = content.decode("utf-8", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


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
