"""Files that a function opens by a path relative to the working directory."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from fn_emulator.checks.deployability.reading import calls, dotted, keyword, local_names, text_of, walk
from fn_emulator.checks.registry import Saw, check, handler
from fn_emulator.checks.subject import Subject
from fn_emulator.function.model import Module

OPENERS = re.compile(
    r"open|(io|codecs|gzip|bz2|lzma|tarfile)\.open|zipfile\.ZipFile|sqlite3\.connect|os\.(listdir|scandir|walk|stat)"
    r"|os\.path\.(exists|isfile|isdir|getsize)|shutil\.copy\w*|joblib\.load|numpy\.(load|loadtxt|genfromtxt|fromfile)"
    r"|(pandas|polars|geopandas)\.read_\w+|pyarrow\.parquet\.read_table"
)
"""Functions whose first argument is the path of a file."""
_PATH_METHODS = (
    "open read_text read_bytes write_text write_bytes exists is_file is_dir iterdir glob rglob stat touch mkdir"
)
PATH_METHODS = frozenset(_PATH_METHODS.split())
NOT_A_PATH = re.compile(r"[/~\\\[{<]|[A-Za-z]:[\\/]|:memory:$|file:|$|.*(://|\n)", re.DOTALL)
"""What a text starts with when it is absolute, a URL, a document of its own, or nothing."""
CSV = "asset,rate\n1,0.5\n"


@check(
    "warning",
    source="our reading: no page of the platform names the working directory; __file__ gives the code's own folder",
    bad=handler(
        "def handle(data):\n    with open('rates.csv') as file:\n        return file.read()\n", {"rates.csv": CSV}
    ),
    good=handler(
        "from pathlib import Path\n\n\n"
        "def handle(data):\n    return (Path(__file__).parent / 'rates.csv').read_text()\n",
        {"rates.csv": CSV},
    ),
)
def relative_path(subject: Subject) -> Iterator[Saw]:
    """Find a file of the function by ``__file__``, not relative to the working directory.

    Where the platform starts the function is not documented; here it may be another folder again. What is written
    belongs in a temporary folder.
    """
    modules = [module for module in subject.modules if module.tree is not None]
    if any(name == "os.chdir" for module in modules for name, _ in calls(module)):
        return
    for module in modules:
        for line, path, writes in dict.fromkeys(_opened(module)):
            yield Saw(
                f"{path!r} is relative to the working directory, which is not known on the platform.",
                **subject.function.place(module.path, line),
                hint="write to tempfile.gettempdir() instead" if writes else _by_file(subject, module, path),
                evidence={"path": path},
            )


def _by_file(subject: Subject, module: Module, path: str) -> str:
    depth = len(module.path.parts) - 1
    from_root = depth and (subject.function.root / path).exists()
    folder = f"Path(__file__).parents[{depth}]" if from_root else "Path(__file__).parent"
    return f"open {folder} / {path!r}, with Path from pathlib"


def _opened(module: Module) -> Iterator[tuple[int, str, bool]]:
    """Line and relative path of each file that a module opens, and whether it is written."""
    assert module.tree is not None
    names = local_names(module.tree)
    constants = _constants(module.tree, names)
    for node in walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        opened = _path_argument(node, names)
        path = _relative(opened, names, constants) if opened is not None else None
        if path is not None:
            yield node.lineno, path, _writes(node)


def _path_argument(call: ast.Call, names: Mapping[str, str]) -> ast.expr | None:
    if OPENERS.fullmatch(dotted(call.func, names) or ""):
        return call.args[0] if call.args else keyword(call, "file")
    if isinstance(call.func, ast.Attribute) and call.func.attr in PATH_METHODS:
        receiver = call.func.value
        # A text has none of these methods, so a bare literal in front of them is no path.
        return None if text_of(receiver) is not None else receiver
    return None


def _writes(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Attribute) and call.func.attr in ("write_text", "write_bytes", "touch", "mkdir"):
        return True
    position = 0 if isinstance(call.func, ast.Attribute) else 1
    given = call.args[position] if len(call.args) > position else keyword(call, "mode")
    return bool(set(text_of(given) or "") & set("wax+"))


def _relative(node: ast.expr, names: Mapping[str, str], constants: Mapping[str, str]) -> str | None:
    """The relative path that an expression is known to give, else None."""
    match node:
        case ast.Constant(value=str(text)):
            return None if NOT_A_PATH.match(text) else text
        case ast.Name(id=name):
            return constants.get(name)
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return None if NOT_A_PATH.match(text) else f"{text}..."
        case ast.BinOp(op=ast.Div()):
            parts = _divided(node)
            before = _relative(parts[0], names, constants)
            return None if before is None else "/".join([before, *(text_of(part) or "..." for part in parts[1:])])
        case ast.Call(func=function, args=[first, *rest]) if dotted(function, names) in (
            "pathlib.Path",
            "os.path.join",
        ):
            before = _relative(first, names, constants)
            return None if before is None else "/".join([before, *(text_of(part) or "..." for part in rest)])
        case _:
            return None


def _divided(node: ast.expr) -> list[ast.expr]:
    """The parts of ``a / b / c``."""
    parts = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        parts.append(node.right)
        node = node.left
    return [node, *reversed(parts)]


def _constants(tree: ast.Module, names: Mapping[str, str]) -> dict[str, str]:
    """Names that hold one relative path and nothing else anywhere in the module."""
    bound = Counter(
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )
    bound.update(node.arg for node in ast.walk(tree) if isinstance(node, ast.arg))
    found: dict[str, str] = {}
    for node in walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(target := node.targets[0], ast.Name):
            path = _relative(node.value, names, found) if bound[target.id] == 1 else None
            if path is not None:
                found[target.id] = path
    return found


RULES = (relative_path,)
