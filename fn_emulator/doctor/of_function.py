"""What a call of one function would find here: its Python, and in that its requirements and its SDK."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from fn_emulator.doctor.fact import Fact
from fn_emulator.doctor.packages import http_library
from fn_emulator.doctor.pythons import dotted
from fn_emulator.errors import EmulatorError
from fn_emulator.function.requirements import read_requirements
from fn_emulator.runners.interpreter import ANSWER_LIMIT_S, Interpreter, choose_interpreter

if TYPE_CHECKING:
    from fn_emulator.function import Function
    from fn_emulator.function.requirement_model import Requirement
    from fn_emulator.settings import Settings

_LIST = """
import sys
sys.path[:] = [path for path in sys.path if path]
import json, re
from importlib.metadata import distributions
found = {}
for each in distributions():
    name = each.metadata["Name"]
    if name:
        found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), each.version)
sys.stdout.write(json.dumps(found))
"""

Installed = Mapping[str, str]
"""Canonical name of a distribution -> its version."""


def function_facts(function: Function, settings: Settings, environ: Mapping[str, str]) -> Iterator[Fact]:
    """Its runtime and interpreter, its requirements, its SDK."""
    details = {"path": function.given, "name": function.name, "kind": function.kind}
    if function.handler is None:
        yield Fact("function", "absent", f"{function.given} has no handler: {function.absence}", details)
    else:
        yield Fact("function", "ok", function.given, details)
    if settings.is_venv:
        text = "an environment of its own, which the first call with --venv makes with its requirements"
        yield Fact("interpreter", "ok", text, {"path": None, "origin": settings.origins["venv"]})
        return
    try:
        chosen = choose_interpreter(settings, environ=environ, function=function, tell=lambda text: None)
    except EmulatorError as exc:
        yield Fact("interpreter", "absent", exc.message, {"path": None, "why": exc.message})
        return
    yield _interpreter(chosen, settings)
    packages = _packages(chosen, environ)
    if packages is None:
        yield Fact("requirements", "absent", f"{chosen.path} does not say what is installed in it", {})
        return
    yield _requirements(function, chosen, packages)
    yield _sdk(packages)


def _interpreter(chosen: Interpreter, settings: Settings) -> Fact:
    version = dotted(chosen.version)
    if chosen.origin:
        why = f"from {chosen.origin}"
    else:
        why = "our own: nothing names one, and no other virtual environment is active"
    details = {"path": chosen.path, "version": version, "origin": chosen.origin, "runtime": settings.runtime}
    text = f"Python {version}, {chosen.path} ({why})"
    if settings.runtime in (None, "py{}{}".format(*chosen.version)):
        return Fact("interpreter", "ok", text, details)
    return Fact("interpreter", "falls-back", f"{text}; deployed with {settings.runtime}", details)


def _packages(chosen: Interpreter, environ: Mapping[str, str]) -> Installed | None:
    try:
        ended = subprocess.run(
            [chosen.path, "-c", _LIST],
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=ANSWER_LIMIT_S,
        )
        found: Installed = json.loads(ended.stdout)
        return found
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def _requirements(function: Function, chosen: Interpreter, packages: Installed) -> Fact:
    if function.requirements is None:
        return Fact("requirements", "ok", "none", {"missing": [], "other_version": []})
    named = [item for item in read_requirements(function).items if item.name is not None]
    items = [(item, packages.get(str(item.name))) for item in named if _applies(item, chosen)]
    missing = [item.text for item, here in items if here is None]
    other = [f"{item.text} ({here} is here)" for item, here in items if here is not None and not _admits(item, here)]
    details = {"missing": missing, "other_version": other}
    if not missing and not other:
        return Fact("requirements", "ok", f"{len(items)} of {len(items)} are there", details)
    parts = [f"missing: {', '.join(missing)}" if missing else "", f"not met: {', '.join(other)}" if other else ""]
    text = f"{'; '.join(filter(None, parts))}; --venv makes an environment that has them"
    return Fact("requirements", "falls-back", text, details)


def _applies(item: Requirement, chosen: Interpreter) -> bool:
    if item.marker is None:
        return True
    from packaging.markers import InvalidMarker, Marker, UndefinedEnvironmentName

    version = {"python_version": dotted(chosen.version[:2]), "python_full_version": dotted(chosen.version)}
    try:
        return Marker(item.marker).evaluate({"extra": "", **version})
    except (InvalidMarker, UndefinedEnvironmentName):
        return True


def _admits(item: Requirement, version: str) -> bool:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion

    try:
        return SpecifierSet(item.specifier).contains(version, prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return True  # what cannot be read is for check to say


def _sdk(packages: Installed) -> Fact:
    version = packages.get("cognite-sdk")
    if version is None:
        return Fact("its cognite-sdk", "absent", "not there; client needs it", {"version": None, "http": None})
    http = http_library(version)
    return Fact("its cognite-sdk", "ok", f"{version}, which sends with {http}", {"version": version, "http": http})
