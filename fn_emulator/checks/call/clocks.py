"""Which clocks a function's own code reads that a freeze does not reach: by its text, none of it is run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from fn_emulator.checks.deployability.reading import dotted, keyword, local_names, text_of, walk
from fn_emulator.function import Function
from fn_emulator.function.imports import reachable_modules
from fn_emulator.function.model import Module

INSTEAD = "read datetime.now(timezone.utc) instead"
AS_PARAMETER = "give it datetime.now(timezone.utc) as a parameter instead"
SET_IT = "set it with os.utime where something depends on it"

READS = re.compile(
    r"pandas\.(Timestamp\.(now|utcnow|today)|Period\.now)|time\.clock_gettime(_ns)?|os\.path\.get[amc]time"
)
"""What reads a clock whatever it is given."""

READS_NOW = re.compile(r"pandas\.(Timestamp|to_datetime)|numpy\.datetime64")
"""What reads a clock when it is given one of ``NOW``."""

NOW = ("now", "today")
FILE_TIMES = re.compile(r"st_[amc]time(_ns)?")
PROCESSOR_CLOCKS = re.compile(r"CLOCK_(PROCESS|THREAD)_\w+")
MONOTONIC_CLOCKS = re.compile(r"CLOCK_(MONOTONIC|BOOTTIME|UPTIME|HIGHRES)\w*")
SQL_NOW = re.compile(r"'now'|\bcurrent_(timestamp|date|time)\b", re.IGNORECASE)


class Uncovered(NamedTuple):
    """One place that reads such a clock.

    Attributes:
        clock: As it is called in messages: ``pandas.Timestamp.now``.
        file: POSIX path from the function's root.
        line: 1-based line there.
        hint: What to do instead.
        is_held_beneath: Whether time-machine holds it where it lies beneath freezegun.
    """

    clock: str
    file: str
    line: int
    hint: str = INSTEAD
    is_held_beneath: bool = False


def uncovered_clocks(function: Function) -> tuple[Uncovered, ...]:
    """Every place in the modules that a function reaches, file by file; the files are read once."""
    return _uncovered(_Same(function))


class _Same:
    """A function as the key of a cache: it has parts that have no hash, and is opened anew when its files change."""

    def __init__(self, function: Function) -> None:
        self.function = function

    def __hash__(self) -> int:
        return id(self.function)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.function is other.function


@lru_cache(maxsize=4)
def _uncovered(same: _Same) -> tuple[Uncovered, ...]:
    modules = [module for module in reachable_modules(same.function) if module.tree is not None]
    names = {module.file: local_names(module.tree) for module in modules if module.tree is not None}
    has_sqlite = any(name.partition(".")[0] == "sqlite3" for each in names.values() for name in each.values())
    found = (read for each in modules for read in _in(each, names[each.file], has_sqlite=has_sqlite))
    return tuple(dict.fromkeys(found))


def _in(module: Module, names: Mapping[str, str], *, has_sqlite: bool) -> Iterator[Uncovered]:
    assert module.tree is not None
    nodes = list(walk(module.tree))
    texts = _texts(nodes) if has_sqlite else {}
    arguments = {id(node.func): node for node in nodes if isinstance(node, ast.Call)}
    for node in nodes:
        if not isinstance(node, ast.Attribute | ast.Name):
            continue
        call = arguments.get(id(node))
        if isinstance(node, ast.Attribute) and FILE_TIMES.fullmatch(node.attr):
            yield Uncovered(node.attr, module.file, node.lineno, SET_IT)
        elif has_sqlite and call is not None and _reads_in_sql(node, call, texts):
            yield Uncovered("SQLite's 'now'", module.file, node.lineno, AS_PARAMETER)
        elif (found := _named(node, call, names)) is not None:
            yield found._replace(file=module.file)


def _named(node: ast.Attribute | ast.Name, call: ast.Call | None, names: Mapping[str, str]) -> Uncovered | None:
    """What a name reads that leads back to an import."""
    if not isinstance(node.ctx, ast.Load):
        return None
    name = dotted(node, names)
    if name is None or _head(node) not in names:
        return None
    if READS.fullmatch(name):
        return _read(name, call, node.lineno)
    given = None if call is None else text_of(call.args[0] if call.args else keyword(call, "ts_input"))
    if given in NOW and READS_NOW.fullmatch(name):
        return Uncovered(f"{name}({given!r})", "", node.lineno, is_held_beneath=name.startswith("pandas."))
    return None


def _read(name: str, call: ast.Call | None, line: int) -> Uncovered | None:
    if name.startswith("os."):
        return Uncovered(name, "", line, SET_IT)
    which = "" if call is None or not call.args else ast.unparse(call.args[0]).rpartition(".")[2]
    if PROCESSOR_CLOCKS.fullmatch(which):
        return None
    return Uncovered(name, "", line, is_held_beneath=not MONOTONIC_CLOCKS.fullmatch(which))


def _head(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _reads_in_sql(node: ast.Attribute | ast.Name, call: ast.Call, texts: Mapping[str, str]) -> bool:
    if not isinstance(node, ast.Attribute) or not node.attr.startswith("execute") or not call.args:
        return False
    match call.args[0]:
        case ast.Constant(value=str(sql)):
            return bool(SQL_NOW.search(sql))
        case ast.Name(id=name):
            return bool(SQL_NOW.search(texts.get(name, "")))
        case ast.JoinedStr(values=parts):
            return any(SQL_NOW.search(text_of(part) or "") for part in parts)
        case _:
            return False


def _texts(nodes: list[ast.AST]) -> dict[str, str]:
    """Names that are given a text, such as ``QUERY = "select ..."``."""
    texts = {}
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                texts[name] = text
            case _:
                pass
    return texts
