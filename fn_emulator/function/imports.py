"""Which modules a function's handler reaches by its imports, and what those import from elsewhere. Nothing is run.

How it works: start at the handler, read the import statements of each file, find each name in the folder as Python
would (``resolve``), go on with the files found. A file may add a folder to ``sys.path``; then the walk starts again
with that folder too, until no file adds another one. Each file is parsed once.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from fn_emulator.function.folder import read_bytes
from fn_emulator.function.handle import parse_module
from fn_emulator.function.model import Function, Module, SyntaxProblem
from fn_emulator.function.resolve import Located, is_provided, locate
from fn_emulator.function.search_path import search_roots
from fn_emulator.function.statements import Circumstances, own_expressions, walk

OTHER_STDLIB = """
    __main__ aifc annotationlib asynchat asyncore audioop binhex cgi cgitb chunk compression crypt distutils imghdr imp
    lib2to3 mailcap msilib nis nntplib ossaudiodev pipes smtpd sndhdr spwd sunau telnetlib tomllib uu xdrlib
"""
"""Standard modules of some Python from 3.10 to 3.14 that the Python we run on may lack: the runtime is another one."""

NEVER_PRELOADED = {"__future__", "__main__"}

STDLIB = sys.stdlib_module_names.union(OTHER_STDLIB.split())


@dataclass(frozen=True, slots=True)
class Imported:
    """One import statement, or call of ``importlib.import_module`` with a literal, taken apart.

    Attributes:
        name: Dotted module as written, without leading dots; empty for ``from . import x``.
        top: Its first part.
        file: Deployed path of the file that imports it.
        line: 1-based line there.
        names: What ``from name import ...`` takes, each perhaps a submodule; empty for a plain import.
        level: Number of leading dots.
        optional: The function goes on without it: a try with ImportError, a test of the Python version.
        in_function: It is imported when a function is called.
        skipped: It is never imported on the platform: below TYPE_CHECKING or ``if __name__ == "__main__"``.
    """

    name: str
    top: str
    file: PurePosixPath
    line: int
    names: tuple[str, ...] = ()
    level: int = 0
    optional: bool = False
    in_function: bool = False
    skipped: bool = False


def reachable_modules(function: Function) -> tuple[Module, ...]:
    """The handler, then every module of the folder that it reaches by imports, in the order of the imports.

    Imports inside functions count, those that the platform never runs do not. A file that does not parse is included
    with its problem, and leads nowhere.
    """
    if function.handler is None:
        return ()
    graph = _Graph(function.root, function.handler)
    while True:
        modules = tuple(graph.reach())
        added = [folder for folder in search_roots(function.root, modules) if folder not in graph.roots]
        if not added:
            return modules
        graph.roots = search_roots(function.root, graph.parsed.values())


def imported_names(modules: Sequence[Module]) -> tuple[Imported, ...]:
    """Every import of ``modules``, file by file, in the order of the text."""
    return tuple(imported for module in modules for imported in _imports(module))


def third_party(function: Function, modules: Sequence[Module]) -> tuple[Imported, ...]:
    """Those imports of ``modules`` that neither the standard library nor the function's own folder provides.

    Args:
        function: The function.
        modules: What ``reachable_modules`` gave for it.
    """
    return tuple(imported for imported in _from_outside(function, modules) if imported.top not in STDLIB)


def preload_names(function: Function, modules: Sequence[Module]) -> tuple[str, ...]:
    """Dotted names of the modules from outside the folder that ``modules`` name in an import, in order.

    Also those that a function imports only when it is called: what is imported first while a clock is frozen may break
    later.

    ``from a import b`` gives both ``a`` and ``a.b``, because ``b`` may be a submodule; where it is not, importing
    ``a.b`` fails with ImportError, as does an optional module that is not installed.

    Args:
        function: The function.
        modules: What ``reachable_modules`` gave for it.
    """
    wanted: dict[str, None] = {}
    for imported in _from_outside(function, modules):
        if not (imported.skipped or imported.top in NEVER_PRELOADED):
            wanted[imported.name] = None
            wanted |= {f"{imported.name}.{name}": None for name in imported.names if name != "*"}
    return tuple(wanted)


def _from_outside(function: Function, modules: Sequence[Module]) -> Iterator[Imported]:
    roots = search_roots(function.root, modules)
    for imported in imported_names(modules):
        names = [imported.name, *(f"{imported.name}.{name}" for name in imported.names)]
        if imported.level == 0 and not any(is_provided(name, roots) for name in names):
            yield imported


class _Graph:
    """The files of a function that were parsed so far, and where imports are looked for."""

    def __init__(self, root: Path, handler: Module) -> None:
        self.root = root
        self.roots: tuple[Path, ...] = (root,)
        self.handler = handler
        self.parsed = {handler.path: handler}

    def reach(self) -> Iterator[Module]:
        """Each module that the handler reaches, once."""
        seen = set()
        waiting = [*reversed(list(self._modules(locate(self.handler.name, [self.root])))), self.handler]
        while waiting:
            module = waiting.pop()
            if module.path not in seen:
                seen.add(module.path)
                yield module
                waiting.extend(reversed(list(self._imported_by(module))))

    def _imported_by(self, module: Module) -> Iterator[Module]:
        for imported in _imports(module):
            name = _absolute_name(imported, module)
            if name is None or imported.skipped:
                continue
            yield from self._modules(locate(name, self.roots))
            for below in imported.names:
                yield from self._modules(locate(f"{name}.{below}", self.roots))

    def _modules(self, located: Sequence[Located]) -> Iterator[Module]:
        for found in located:
            if found.file is not None and found.file.suffix == ".py":
                path = PurePosixPath(found.file.relative_to(self.root).as_posix())
                if path not in self.parsed:
                    self.parsed[path] = _parse(path, found.file, found.name)
                yield self.parsed[path]


def _parse(path: PurePosixPath, file: Path, name: str) -> Module:
    try:
        return parse_module(str(path), read_bytes(file), name=name)
    except OSError as exc:
        return Module(str(path), name, "", None, SyntaxProblem(f"it cannot be read: {exc.strerror}"))


def _absolute_name(imported: Imported, module: Module) -> str | None:
    """Absolute dotted name of what is imported; None where Python would refuse it as beyond the top-level package."""
    if imported.level == 0:
        return imported.name
    parts = module.name.split(".")
    package = parts if module.path.name == "__init__.py" else parts[:-1]
    base = package[: len(package) - imported.level + 1]
    return ".".join([*base, imported.name] if imported.name else base) if base else None


def _imports(module: Module) -> Iterator[Imported]:
    if module.tree is None:
        return
    # Most files call neither, and their expressions need not be looked at.
    has_calls = "import_module" in module.text or "__import__" in module.text
    for statement, when in walk(module.tree):
        match statement:
            case ast.Import(names=names):
                yield from (_imported(module, statement, when, alias.name) for alias in names)
            case ast.ImportFrom(module=name, names=names, level=level):
                taken = tuple(alias.name for alias in names)
                yield _imported(module, statement, when, "." * level + (name or ""), taken)
            case _ if has_calls:
                yield from _imports_by_call(module, statement, when)
            case _:
                pass


def _imports_by_call(module: Module, statement: ast.stmt, when: Circumstances) -> Iterator[Imported]:
    for node in own_expressions(statement):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="import_module") | ast.Name(id="import_module" | "__import__"),
                args=[ast.Constant(value=str(name)), *_],
            ) if (written := _from_package(node, name)) is not None:
                yield _imported(module, node, when, written)
            case _:
                pass


def _from_package(call: ast.Call, name: str) -> str | None:
    """What ``import_module(name, package)`` imports, as a statement writes it; None where the text does not tell."""
    if not name.startswith("."):
        return name
    packages = [*call.args[1:2], *(argument.value for argument in call.keywords if argument.arg == "package")]
    match packages:
        case [ast.Constant(value=str(package))]:
            from importlib.util import resolve_name

            try:
                return resolve_name(name, package)
            except ImportError:
                return None
        case [ast.Name(id="__package__")]:
            return name
        case _:
            return None


def _imported(
    module: Module, node: ast.stmt | ast.expr, when: Circumstances, written: str, names: tuple[str, ...] = ()
) -> Imported:
    name = written.lstrip(".")
    return Imported(
        name=name,
        top=name.partition(".")[0],
        file=module.path,
        line=node.lineno,
        names=names,
        level=len(written) - len(name),
        optional=when.optional or when.skipped,
        in_function=when.in_function,
        skipped=when.skipped,
    )
