"""Whether the handler can be imported as the platform imports it: from the zip's root, by its dotted name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from fn_emulator.checks.deployability.inputs import input_at_import
from fn_emulator.checks.deployability.requirements import declared, is_required, missing_requirement
from fn_emulator.checks.registry import Example, Saw, check, handler
from fn_emulator.checks.subject import Subject
from fn_emulator.function.imports import Imported, imported_names, third_party
from fn_emulator.function.model import Module
from fn_emulator.function.resolve import is_provided

if TYPE_CHECKING:
    from fn_emulator.model import Failure
    from fn_emulator.runners.importing import ImportReport

SLOW_S = 2.0
SDK = "cognite-sdk, validate_function_folder (observed with 7.94 and 8.22)"
RULES_PY = "FACTOR = 2\n"
HANDLE = "\n\ndef handle(data):\n    return data['x'] * FACTOR\n"


def _nested(line: str) -> Example:
    return Example(
        {"fn/src/main.py": line + HANDLE, "fn/src/rules.py": RULES_PY}, "check fn --function-path src/main.py"
    )


@check(
    "error",
    source=f"{SDK}: a relative import in a handler at the root raises ImportError, one inside a package works",
    bad=handler(f"from .rules import FACTOR{HANDLE}", {"rules.py": RULES_PY}),
    good=handler(f"from rules import FACTOR{HANDLE}", {"rules.py": RULES_PY}),
)
def relative_import_at_root(subject: Subject) -> Iterator[Saw]:
    """A file at the folder's root imports its neighbours absolutely: it has no package to be relative to.

    The root of the zip is on ``sys.path`` and is no package. Relative imports work in files of its folders.
    """
    modules = {module.path: module for module in subject.modules}
    for imported in imported_names(subject.modules):
        around = _packages_around(modules[imported.file])
        if imported.optional or imported.level <= around:
            continue
        why = "it reaches above the folder's root" if around else "there is no package around this file"
        yield Saw(
            f"{'.' * imported.level + imported.name!r} is imported relatively, and {why}.",
            **subject.function.place(imported.file, imported.line),
            hint=f"import it from the folder's root: {_from_root(imported)}",
        )


def _from_root(imported: Imported) -> str:
    return f"from {imported.name} import ..." if imported.name else f"import {', '.join(imported.names)}"


def _packages_around(module: Module) -> int:
    depth = module.name.count(".")
    return depth + 1 if module.path.name == "__init__.py" else depth


@check(
    "error",
    source=f"{SDK}: imports are resolved from the root of the zip, not from the handler's folder",
    bad=_nested("from rules import FACTOR"),
    good=_nested("from src.rules import FACTOR"),
)
def import_from_handler_folder(subject: Subject) -> Iterator[Saw]:
    """Imports start at the root of the folder that is deployed, also when the handler lies deeper.

    The folder of the handler itself is not on ``sys.path``: what lies beside it is imported through its folders, or
    relatively.
    """
    for imported in _beside_their_file(subject):
        yield Saw(
            f"{imported.name!r} is imported from the folder's root, and it lies beside this file.",
            **subject.function.place(imported.file, imported.line),
            hint=f"import it from the root: {'.'.join(imported.file.parent.parts)}.{imported.name}",
            evidence={"module": imported.name},
        )


def _beside_their_file(subject: Subject) -> Iterator[Imported]:
    for imported in third_party(subject.function, subject.modules):
        folder = subject.function.root / imported.file.parent
        if imported.optional or imported.file.parent == PurePosixPath() or declared(subject, imported.name):
            continue
        if is_provided(imported.name, (folder,)):
            yield imported


@check(
    "error",
    source=f"{SDK}: the handler is imported in a child process before anything is uploaded, and again on the platform",
    bad=handler("RATES = {}\nRATE = RATES['nok']\n\n\ndef handle(data):\n    return RATE\n"),
    good=handler("RATES = {'nok': 1}\nRATE = RATES['nok']\n\n\ndef handle(data):\n    return RATE\n"),
)
def import_error(subject: Subject) -> Iterator[Saw]:
    """The handler can be imported: what runs at the top level of its modules raises nothing.

    It was imported here, in a process of its own, with the function's own environment variables and no others. A module
    that is in requirements.txt but not installed here is a warning, because the platform installs it; so is a host that
    the network policy refuses here.
    """
    imported = subject.imported
    if imported is None or imported.failure is None or _is_told_elsewhere(subject, imported):
        return
    failure = imported.failure
    absent, unset = _not_installed_here(subject, imported), _unset_variable(subject, imported)
    refused = imported.refused[0].host if imported.refused and _is_of_the_network(failure) else None
    message = f"importing {subject.function.module_name} failed: {failure.type}: {_first_line(failure.message)}".rstrip(
        ": "
    )
    hint = f"{_MEND.get(failure.type, 'mend what the traceback shows')}; the deployment would fail with it"
    if absent:
        message = f"importing {subject.function.module_name} could not be tried: {absent!r} is not installed here."
        hint = "install it beside fn-emulator"
        if subject.function.requirements is not None:
            requirements = subject.function.place("requirements.txt")["file"]
            beside = f"install the requirements beside fn-emulator: pip install -r {requirements}"
            # With --venv they are installed already, and none of them brings this module.
            hint = beside if subject.settings.is_venv else f"add --venv, which installs the requirements, or {beside}"
    elif unset:
        message = f"importing {subject.function.module_name} could not be tried: {unset!r} has no value here."
        hint = "set the variables of your environment that the function's settings refer to"
    elif refused:
        message = f"importing {subject.function.module_name} could not be tried: it connects to {refused!r}."
        hint = "allow it with --network on; better connect inside handle, so that an import needs no network"
    is_untried = absent or unset or refused
    yield Saw(
        message if message.endswith(".") else f"{message}.",
        file=imported.failure_file or subject.function.place(subject.function.handler_file)["file"],
        line=imported.failure_line,
        hint=hint,
        evidence={"type": failure.type, "trace": "" if is_untried else failure.trace},
        severity="warning" if is_untried else None,
    )


_MEND = {
    "Died": "take out what ends the process",
    "OutOfMemory": "load less at the top level of the modules",
}


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0].rstrip()


AT_IMPORT = (relative_import_at_root, import_from_handler_folder, missing_requirement, input_at_import)
"""The rules that name the cause of a failed import."""


def _is_of_the_network(failure: Failure) -> bool:
    return "fn-emulate refused the connection" in failure.message + failure.trace


def _is_told_elsewhere(subject: Subject, imported: ImportReport) -> bool:
    """Whether another rule names the cause at the place of the failure: one cause is one finding."""
    if imported.failure_file is None and subject.function.handle is None:
        return True  # no-handle
    place = imported.failure_file, imported.failure_line
    for rule in AT_IMPORT:
        for finding in rule(subject):
            if finding.severity == "error" and (finding.file, finding.line) == place:
                return True
    broken = {subject.function.place(module.path)["file"] for module in subject.modules if module.problem}
    return imported.failure_file in broken


def _not_installed_here(subject: Subject, imported: ImportReport) -> str | None:
    name = imported.missing_module
    if name is None or not declared(subject, name):
        return None
    owners = subject.installed.owners(name) if "." in name else ()
    # A part that a required package has not, which is installed, is a misspelt one.
    return None if any(is_required(subject, owner) for owner in owners) else name


def _unset_variable(subject: Subject, imported: ImportReport) -> str | None:
    """The variable whose absence raised KeyError, when the function declares it and only its value is missing here."""
    assert imported.failure is not None
    name = imported.failure.message.strip("'\"")
    is_declared = name in subject.settings.env_names and name not in subject.settings.env
    return name if imported.failure.type == "KeyError" and is_declared else None


@check(
    "warning",
    source=f"our choice of {SLOW_S:g} seconds; that the first call of an instance waits for the import is our reading",
    bad=handler(f"import time\n\ntime.sleep({SLOW_S + 0.1})\n\n\ndef handle(data):\n    return data\n"),
    good=handler("import time\n\ntime.sleep(0.1)\n\n\ndef handle(data):\n    return data\n"),
)
def slow_import(subject: Subject) -> Iterator[Saw]:
    """Importing the handler takes little time.

    Each instance that the platform starts imports it anew, and the first call waits for that. Open files and
    connections, and load models, when they are first used.
    """
    imported = subject.imported
    if imported is not None and imported.completed and imported.duration_s >= SLOW_S:
        yield Saw(
            f"importing {subject.function.module_name} took {imported.duration_s:.1f} s.",
            **subject.function.place(subject.function.handler_file),
            hint="do at the first call what not every call needs; python -X importtime shows which import is slow",
            evidence={"duration_s": round(imported.duration_s, 3)},
        )


RULES = (relative_import_at_root, import_from_handler_folder, import_error, slow_import)
