"""Where a handler probably makes a value depend on other rows, or on a row's number: read from its code, not seen."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from fn_emulator.function import Function
from fn_emulator.replay.model import Cause, Culprit

AGGREGATES = frozenset(
    (
        *("sum", "fsum", "len", "min", "max", "sorted", "mean", "median", "stdev", "pstdev", "Counter", "enumerate"),
        *("rank", "index", "std", "var", "quantile", "groupby", "transform", "nunique", "value_counts", "argsort"),
        *("nlargest", "nsmallest"),
    )
)
"""Calls that look at all rows at once, of Python, statistics, pandas and numpy."""

CUMULATIVE = frozenset(
    (
        *("accumulate", "enumerate", "pairwise", "cumsum", "cumprod", "cummax", "cummin", "cumcount", "diff", "shift"),
        *("ffill", "bfill", "pct_change", "rolling", "expanding", "ewm", "duplicated", "drop_duplicates", "roll"),
    )
)
"""Calls that go along the rows, likewise."""

KEEPING = ("add", "setdefault", "update", "pop")
"""Methods by which a loop keeps something for the rows that follow."""

MOST_CULPRITS = 3


def likely_culprits(function: Function, cause: Cause) -> tuple[Culprit, ...]:
    """Lines of the handler's file that may be why, the likeliest first; none where nothing is recognised."""
    handler = function.handler
    if handler is None or handler.problem is not None:
        return ()
    tree = ast.parse(handler.text)
    readers = {
        "depends-on-row-number": _number_uses,
        "depends-on-row-order": _ordered,
        "depends-on-batch": _aggregates,
    }
    reader = readers.get(cause)
    if reader is None:
        return ()
    lines = handler.text.splitlines()
    found: dict[int, Culprit] = {}
    for name, line in reader(tree):
        place = function.place(handler.path, line)
        source = lines[line - 1].strip() if line <= len(lines) else ""
        found.setdefault(line, Culprit(name, str(place["file"]), place["line"], source, is_likely=True))
    return tuple(found.values())[:MOST_CULPRITS]


def _number_uses(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Where a row's number is used elsewhere than as the first element of an answer's row."""
    names = set(_number_names(tree))
    echoed = {id(node) for element in ast.walk(tree) if (node := _first_element(element)) is not None}
    for node in ast.walk(tree):
        if id(node) in echoed:
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
            yield node.id, node.lineno
        elif _is_first_of_row(node) and not _is_assigned(node, tree):
            yield ast.unparse(node), node.lineno  # type: ignore[attr-defined]


def _number_names(tree: ast.AST) -> Iterator[str]:
    """Names that hold row numbers: the first of those that a row is unpacked to, or what ``row[0]`` is assigned to."""
    for node in ast.walk(tree):
        if isinstance(node, ast.For | ast.comprehension):
            target = node.target
            if isinstance(target, ast.Tuple) and target.elts and _iterates_rows(node.iter):
                first = target.elts[0]
                if isinstance(first, ast.Name):
                    yield first.id
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, value = node.targets[0], node.value
            if isinstance(target, ast.Name) and _is_first_of_row(value):
                yield target.id
            elif isinstance(target, ast.Tuple) and isinstance(value, ast.Name) and len(target.elts) > 1:
                first = target.elts[0]
                if isinstance(first, ast.Name) and value.id in ("row", "r", "record", "line", "item"):
                    yield first.id


def _iterates_rows(node: ast.expr) -> bool:
    text = ast.unparse(node)
    return "enumerate" not in text and "items()" not in text and "zip(" not in text


def _first_element(node: ast.AST) -> ast.AST | None:
    return node.elts[0] if isinstance(node, ast.List | ast.Tuple) and len(node.elts) == 2 else None


def _is_first_of_row(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and isinstance(node.slice, ast.Constant)
        and node.slice.value == 0
    )


def _is_assigned(node: ast.AST, tree: ast.AST) -> bool:
    return any(isinstance(one, ast.Assign) and one.value is node for one in ast.walk(tree))


def _ordered(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """What goes along the rows; else what is worked out of all, which may stand in the place of the rows."""
    found = list(_carried_over(tree))
    yield from found or _aggregates(tree)


def _carried_over(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Where a loop changes what it has not made itself: a total, the row before, what was seen so far."""
    for loop in ast.walk(tree):
        if not isinstance(loop, ast.For | ast.While):
            continue
        for node in ast.walk(loop):
            if isinstance(node, ast.AugAssign):
                yield ast.unparse(node.target), node.lineno
            elif isinstance(node, ast.Assign) and _is_read_before(node, loop):
                yield ast.unparse(node.targets[0]), node.lineno
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in KEEPING:
                yield ast.unparse(node.func.value), node.lineno
    yield from _along_the_rows(tree)


def _along_the_rows(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Where a call goes along the rows, or something is kept outside of a loop: in a method that one calls."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in CUMULATIVE:
            yield _called(node), node.lineno
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Attribute):
            yield ast.unparse(node.target), node.lineno
        elif isinstance(node, ast.NamedExpr) and _reads(node.value, node.target):
            yield node.target.id, node.lineno
        elif isinstance(node, ast.Assign) and _is_updated_attribute(node):
            yield ast.unparse(node.targets[0]), node.lineno


def _is_updated_attribute(node: ast.Assign) -> bool:
    return isinstance(node.targets[0], ast.Attribute) and _reads(node.value, node.targets[0])


def _reads(value: ast.expr, target: ast.expr) -> bool:
    """Whether a value is worked out of the one that it takes the place of."""
    text = ast.unparse(target)
    return any(isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node) == text for node in ast.walk(value))


def _is_read_before(assignment: ast.Assign, loop: ast.AST) -> bool:
    """Whether a loop reads a name, above the line that assigns it."""
    target = assignment.targets[0]
    if not isinstance(target, ast.Name):
        return isinstance(target, ast.Subscript)
    return any(
        isinstance(node, ast.Name)
        and node.id == target.id
        and isinstance(node.ctx, ast.Load)
        and node.lineno <= assignment.lineno
        for node in ast.walk(loop)
    )


def _aggregates(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Where something is worked out of all rows."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in AGGREGATES:
            yield _called(node), node.lineno
    yield from _carried_over(tree)


def _called(node: ast.Call) -> str:
    function = node.func
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )
