"""Syntax that is newer than some Python: told from the tree where there is one, else guessed from the line.

Covered by the parser's own ``feature_version``: match (3.10), except* (3.11), type statements and type parameters
(3.12), their defaults (3.13), except without parentheses and t-strings (3.14). Covered here: starred subscripts and
annotations (3.11), f-strings that hold their own quotes, backslashes, comments or line ends (3.12). Not covered: what
compiles everywhere but behaves otherwise, and asynchronous comprehensions inside others (3.11).
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from typing import NamedTuple

from fn_emulator.function.model import Module

OURS = sys.version_info[1]
"""The minor version of the Python that runs us, which is the one that parsed the function."""


class Feature(NamedTuple):
    """A piece of syntax: what it is, the minor version of Python 3 that brought it, and the line that uses it."""

    name: str
    minor: int
    line: int | None


_GUESSES = (
    (r"\s*type\s+\w+\s*(\[.*\])?\s*=", "the type statement", 12),
    (r"\s*((async\s+)?def|class)\s+\w+\s*\[", "type parameters", 12),
    (r"\s*except\s*\*", "except*", 11),
    (r"\s*except\s+[A-Z][\w.]*\s*,\s*[A-Z][\w., ]*:", "except without parentheses", 14),
    (r".*\b(t|T|rt|tr)[\"']", "template strings", 14),
)
_F_STRING = re.compile(r"f-string.*(backslash|unmatched|'#'|expecting '}')")


def features(module: Module, minor: int) -> Iterator[Feature]:
    """What a module that was parsed uses and Python 3.``minor`` does not have: the first of what each look finds."""
    if module.tree is None or minor >= OURS:
        return
    try:
        ast.parse(module.text, feature_version=(3, minor))
    except SyntaxError as exc:
        # "Exception groups are only supported in Python 3.11 and greater"
        found = re.match(r"(.+) (?:is|are) only supported in Python 3\.(\d+)", exc.msg)
        name, needed = (found[1], int(found[2])) if found else (exc.msg, minor + 1)
        # The parser's own line is that of the last token it read.
        yield Feature(name, needed, _line_of(name, module.tree) or exc.lineno)
    if minor < 11 and (line := _starred(module)) is not None:
        yield Feature("a starred subscript or annotation", 11, line)
    if minor < 12 <= OURS and (line := _free_f_string(module.text)) is not None:
        yield Feature("an f-string that holds its own quotes, a backslash, a comment or a line end", 12, line)


def guess(module: Module) -> Feature | None:
    """What may be newer than our own Python in a module that it could not parse; None when nothing looks like that."""
    problem = module.problem
    if problem is None or problem.line is None:
        return None
    lines = module.text.split("\n")
    text = lines[problem.line - 1] if problem.line <= len(lines) else ""
    for pattern, name, minor in _GUESSES:
        if minor > OURS and re.match(pattern, text):
            return Feature(name, minor, problem.line)
    if OURS < 12 and _F_STRING.match(problem.message):
        return Feature("an f-string that holds its own quotes, a backslash or a comment", 12, problem.line)
    return None


def _line_of(name: str, tree: ast.Module) -> int | None:
    lines = [line for node in ast.walk(tree) if (line := _line_if(name, node)) is not None]
    return min(lines, default=None)


def _line_if(name: str, node: ast.AST) -> int | None:
    """The line of a node, if it is of the kind that the parser calls ``name``."""
    kind = type(node).__name__
    if name == "Exception groups":
        return node.handlers[0].lineno if kind == "TryStar" else None  # type: ignore[attr-defined]
    is_it = {
        "Pattern matching": kind == "Match",
        "Type statement": kind == "TypeAlias",
        "Type parameter lists": bool(getattr(node, "type_params", ())),
        "Type parameter defaults": getattr(node, "default_value", None) is not None,
        "t-strings": kind == "TemplateStr",
    }
    return getattr(node, "lineno", None) if is_it.get(name) else None


def _starred(module: Module) -> int | None:
    lines = module.text.split("\n")
    for node in ast.walk(module.tree or ast.Module([], [])):
        match node:
            case ast.Subscript(slice=ast.Tuple(elts=elements) as index) if any(
                isinstance(e, ast.Starred) for e in elements
            ):
                # a[(*b,)] gives the same tree, and is old.
                if lines[index.lineno - 1].encode()[index.col_offset : index.col_offset + 1] != b"(":
                    return index.lineno
            case ast.arg(annotation=ast.Starred() as annotation):
                return annotation.lineno
            case _:
                pass
    return None


def _free_f_string(text: str) -> int | None:
    """The line of the first f-string that only the tokenizer of 3.12 reads, as told by that tokenizer."""
    import io
    import token
    import tokenize

    quotes: list[str] = []
    for found in tokenize.generate_tokens(io.StringIO(text).readline):
        name = token.tok_name[found.type]
        quote = found.string.lstrip("rRbBuUfFtT")
        if name in ("FSTRING_START", "STRING") and quotes:
            if quote.startswith(quotes[-1]) or "\\" in found.string:
                return found.start[0]
        elif name in ("COMMENT", "NL") and quotes and (name == "COMMENT" or len(quotes[-1]) == 1):
            return found.start[0]
        if name in ("FSTRING_START", "TSTRING_START"):
            quotes.append(quote)
        elif name in ("FSTRING_END", "TSTRING_END"):
            quotes.pop()
    return None
