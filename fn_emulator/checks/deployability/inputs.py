"""What a function reads from a terminal that the platform does not have."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from fn_emulator.checks.deployability.reading import dotted, local_names, run_at_import
from fn_emulator.checks.registry import Saw, check, handler
from fn_emulator.checks.subject import Subject
from fn_emulator.function.model import Module

HINT = "take the value from data, or from an environment variable of the function"


@check(
    "error",
    source="our reading: nobody is there to type on the platform, and the SDK imports the handler before it uploads it",
    bad=handler("name = input('Name? ')\n\n\ndef handle(data):\n    return name\n"),
    good=handler(
        "def handle(data):\n    return data.get('name')\n\n\n"
        "if __name__ == '__main__':\n    print(handle({'name': input('Name? ')}))\n"
    ),
)
def input_at_import(subject: Subject) -> Iterator[Saw]:
    """Nothing is read from standard input while the function is imported.

    On the platform nobody types: the import ends with EOFError, or waits until the deployment is given up.
    """
    seen = set()
    for module in subject.modules:
        for line, what in _reads(module):
            place = subject.function.place(module.path, line)
            seen.add((place["file"], place["line"]))
            yield Saw(f"{what} reads standard input when the function is imported.", **place, hint=HINT)
    read = subject.imported.read_input if subject.imported is not None else None
    if read is not None and read not in seen:
        file, line = read
        yield Saw("standard input was read when the function was imported.", file=file, line=line, hint=HINT)


def _reads(module: Module) -> Iterator[tuple[int, str]]:
    if module.tree is None:
        return
    names = local_names(module.tree)
    own = {node.name for node in module.tree.body if isinstance(node, ast.FunctionDef)}
    for node in run_at_import(module.tree):
        match node:
            case ast.Call(func=ast.Name(id="input")) if "input" not in own | set(names):
                yield node.lineno, "input()"
            case ast.Call(func=function, args=arguments):
                called = dotted(function, names) or ""
                if called.startswith("sys.stdin.read"):
                    yield node.lineno, f"{called}()"
                elif any(_is_stdin(argument, names) for argument in arguments):
                    yield node.lineno, f"{called}(sys.stdin)"
            case ast.For(iter=iterated) if _is_stdin(iterated, names):
                yield node.lineno, "the loop over sys.stdin"
            case _:
                pass


def _is_stdin(node: ast.expr, names: Mapping[str, str]) -> bool:
    return dotted(node, names) == "sys.stdin"


RULES = (input_at_import,)
