"""The logging module, which the platform does not support."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from fn_emulator.checks.deployability.reading import calls, dotted, local_names, text_of, walk
from fn_emulator.checks.registry import Saw, check, handler
from fn_emulator.checks.subject import Subject
from fn_emulator.function.model import Module

DOCUMENTED = (
    'Cognite documentation, Use Functions: "Functions does not currently support the logging module [...] importing '
    'the logging module can hide prints and exception tracebacks in the logs"; the work-around is that of '
    "cognite-function-apps 0.15"
)
WORK_AROUND = "log with a named logger of your own: propagate = False, and a StreamHandler(sys.stdout) on it"
WRITERS = ("debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log")
CONFIGURES = ("addHandler", "removeHandler", "addFilter", "setLevel", "handlers")
NAMED_LOGGER = """\
import logging
import sys

log = logging.getLogger("my-function")
log.propagate = False
log.setLevel(logging.INFO)
log.addHandler(logging.StreamHandler(sys.stdout))


def handle(data):
    log.info("got %s", data)
    return data
"""


@check(
    "note",
    source=DOCUMENTED,
    bad=handler(
        "import logging\n\nlog = logging.getLogger(__name__)\n\n\n"
        "def handle(data):\n    log.warning('got %s', data)\n    return data\n"
    ),
    good=handler(NAMED_LOGGER),
)
def logging_imported(subject: Subject) -> Iterator[Saw]:
    """Print; the logging module is not supported, and importing it can hide prints and tracebacks.

    A Failed call whose logs hold no traceback often comes from this. A logger of your own that does not propagate and
    writes to stdout does not touch the platform's.
    """
    places = [place for module in subject.modules for place in _imports_of_logging(subject, module)]
    if places and not any(_stops_propagation(module) for module in subject.modules):
        yield Saw(
            "logging is imported, which the platform does not support: it can hide prints and tracebacks.",
            **places[0],
            hint=f"print instead, or {WORK_AROUND}",
            evidence={"imports": len(places)},
        )


def _imports_of_logging(subject: Subject, module: Module) -> Iterator[dict[str, Any]]:
    for node in walk(module.tree) if module.tree else ():
        match node:
            case ast.Import(names=names):
                found = [alias.name for alias in names]
            case ast.ImportFrom(module=str(name), level=0):
                found = [name]
            case _:
                continue
        if any(name.partition(".")[0] == "logging" for name in found):
            yield subject.function.place(module.path, node.lineno)


def _stops_propagation(module: Module) -> bool:
    return any(
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and node.value.value is False
        and any(isinstance(target, ast.Attribute) and target.attr == "propagate" for target in node.targets)
        for node in walk(module.tree or ast.Module([], []))
    )


@check(
    "warning",
    source=f"{DOCUMENTED}; that the platform's wrapper itself logs through the root logger is said there too",
    bad=handler(
        "import logging\n\nlogging.basicConfig(level=logging.INFO)\n\n\n"
        "def handle(data):\n    print(data)\n    return data\n"
    ),
    good=handler(NAMED_LOGGER),
)
def logging_root(subject: Subject) -> Iterator[Saw]:
    """Leave the root logger alone: no basicConfig, no handler or level on it, no logging.info().

    The platform's own wrapper logs through it. What a function configures there can make its prints and tracebacks
    vanish from the logs. The documented work-around is a named logger of your own with ``propagate = False`` and a
    handler on ``sys.stdout``.
    """
    for module in subject.modules:
        if module.tree is None:
            continue
        # Forty lines of logging.info() are one finding: the first.
        writes = sorted(_writes(module, module.tree))[:1]
        for line, what in sorted([*_configurations(module, module.tree), *writes]):
            place = subject.function.place(module.path, line)
            yield Saw(f"{what}: prints and tracebacks can vanish from the logs.", **place, hint=WORK_AROUND)


def _configurations(module: Module, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and description of each thing in a module that configures the root logger."""
    for name, call in calls(module):
        if name in ("logging.basicConfig", "logging.config.fileConfig") or _configures_root(name, call):
            yield call.lineno, f"{name}() configures the root logger, through which the platform itself logs"
        elif name == "logging.disable":
            yield call.lineno, f"{name}() silences every logger, the platform's own included"
    for node in _attributes_of_root(tree):
        if node.attr in CONFIGURES:
            yield node.lineno, f"{node.attr} of the root logger is changed, through which the platform itself logs"


def _configures_root(name: str, call: ast.Call) -> bool:
    config = call.args[0] if name == "logging.config.dictConfig" and call.args else None
    return isinstance(config, ast.Dict) and any(text_of(key) == "root" for key in config.keys)


def _writes(module: Module, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and description of each thing in a module that logs through the root logger."""
    for name, call in calls(module):
        if name.startswith("logging.") and name.removeprefix("logging.") in WRITERS:
            # logging.info() and its like call basicConfig() when the root logger has no handler.
            yield call.lineno, f"{name}() logs through the root logger, and puts a handler on it when there is none"
    for node in _attributes_of_root(tree):
        if node.attr in WRITERS:
            yield node.lineno, f"{node.attr}() logs through the root logger, through which the platform itself logs"


def _attributes_of_root(tree: ast.Module) -> Iterator[ast.Attribute]:
    names = local_names(tree)
    variables = _root_variables(tree, names)
    for node in walk(tree):
        if isinstance(node, ast.Attribute) and _is_root(node.value, names, variables):
            yield node


def _root_variables(tree: ast.Module, names: Mapping[str, str]) -> frozenset[str]:
    return frozenset(
        target.id
        for node in walk(tree)
        if isinstance(node, ast.Assign) and _is_root(node.value, names, frozenset())
        for target in node.targets
        if isinstance(target, ast.Name)
    )


def _is_root(node: ast.expr, names: Mapping[str, str], variables: frozenset[str]) -> bool:
    match node:
        case ast.Name(id=name) if name in variables:
            return True
        case ast.Call(func=function, args=arguments) if dotted(function, names) == "logging.getLogger":
            return not arguments or (
                isinstance(arguments[0], ast.Constant) and arguments[0].value in (None, "", "root")
            )
        case _:
            return dotted(node, names) == "logging.root"


RULES = (logging_imported, logging_root)
