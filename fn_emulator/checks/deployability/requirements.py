"""What pip would install on the platform: what is missing, what it would stop at, what may change overnight."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from fn_emulator.checks.deployability.distribution_tables import SDK
from fn_emulator.checks.deployability.distributions import (
    canonical,
    is_standard,
    known_distributions,
    may_provide,
    stands_for,
    usually_brings,
)
from fn_emulator.checks.deployability.syntax import runtime_minor
from fn_emulator.checks.registry import Saw, check, handler
from fn_emulator.checks.subject import Subject
from fn_emulator.function.imports import Imported, imported_names, third_party
from fn_emulator.function.requirement_model import Requirement
from fn_emulator.function.resolve import is_provided

PIP = 'Cognite documentation, Use Functions: "These packages will be pip installed when the function is deployed"'
SERVICE_PROVIDES = frozenset({"boto3", "botocore", "awslambdaric", "azure", "functions_framework", "flask"})
"""What the platforms of remote services bring along, one or the other."""
BOUNDS = ("==", "~=", "<")
PANDAS = "import pandas\n\n\ndef handle(data):\n    return pandas.DataFrame(data).shape\n"


@check(
    "error",
    source=f"{PIP}; what the platform itself installs beside cognite-sdk is promised nowhere",
    bad=handler(PANDAS),
    good=handler(PANDAS, {"requirements.txt": "pandas==2.2.3\n"}),
)
def missing_requirement(subject: Subject) -> Iterator[Saw]:
    """What a function imports is in the standard library, in its folder or in requirements.txt.

    Otherwise the deployment fails at the import, or the call does. Which distribution provides a module is told by the
    metadata of what is installed here and by a small table; where neither knows, it is a guess and a warning. A
    warning, too, is what another requirement brings along today, cognite-sdk included: nobody promises that it will
    tomorrow. An import that the function can do without, in a try with ImportError, is not looked at.
    """
    for imported in _first_of_each(subject):
        place = subject.function.place(imported.file, imported.line)
        if (minor := _lacking_minor(subject, imported)) is not None:
            yield Saw(
                f"{imported.top!r} is imported, and the standard library of Python 3.{minor} does not have it.",
                **place,
                hint="choose another runtime, or add a backport of it to requirements.txt",
                evidence={"module": imported.name, "runtime": subject.settings.runtime},
            )
            continue
        if (outside := _outside(subject, imported)) is not None:
            yield Saw(
                f"{imported.name!r} is imported, and it lies in {outside}, outside the folder that is deployed.",
                **place,
                hint=f"copy it into {subject.function.given.rstrip('/')}, or build a package of it",
                evidence={"module": imported.name},
            )
            continue
        known = _known(subject, imported)
        via = _brought_along(subject, known)
        yield Saw(
            f"{imported.name!r} is imported, and neither Python, the folder nor requirements.txt provides it."
            if via is None
            else f"{imported.name!r} is imported, and only {via} brings it along today; nothing promises it.",
            **place,
            hint=f"add {known[0] if known else f'what provides it, perhaps {imported.top},'} to requirements.txt",
            evidence={"module": imported.name, "distributions": list(known)},
            severity=None if known and via is None else "warning",
        )


def _outside(subject: Subject, imported: Imported) -> str | None:
    """Where a module lies beside the function's folder or one level above, which only sys.path here reaches."""
    if subject.function.form != "folder" or subject.installed.owners(imported.top):
        return None
    above = subject.function.root.parent
    for folder in (above, above.parent):
        for place in (folder / imported.top, folder / f"{imported.top}.py"):
            if os.path.isfile(place) or (os.path.isdir(place) and any(place.glob("*.py"))):
                return os.path.normpath(
                    os.path.join(subject.function.given, os.path.relpath(place, subject.function.root))
                )
    return None


def _first_of_each(subject: Subject) -> Iterator[Imported]:
    """The first import of each module that is needed and that nothing in the function provides."""
    seen = set()
    changed = [
        imported for imported in imported_names(subject.modules) if _lacking_minor(subject, imported) is not None
    ]
    for imported in (*changed, *third_party(subject.function, subject.modules)):
        if imported.optional or declared(subject, imported.name, imported.names) or _beside(subject, imported):
            continue
        key = _known(subject, imported) or imported.top
        if key not in seen:
            seen.add(key)
            yield imported


def _beside(subject: Subject, imported: Imported) -> bool:
    # import-from-handler-folder says it better.
    return imported.file.parent.parts != () and is_provided(
        imported.name, (subject.function.root / imported.file.parent,)
    )


def _lacking_minor(subject: Subject, imported: Imported) -> int | None:
    """The runtime's minor version, when its standard library does not have a module that another version has."""
    minor = runtime_minor(subject.settings.runtime)
    if minor is None or imported.level or not is_standard(imported.top, None) or is_standard(imported.top, minor):
        return None
    return None if is_provided(imported.top, (subject.function.root,)) else minor


def _known(subject: Subject, imported: Imported) -> tuple[str, ...]:
    # ``from google.cloud import storage`` names its distribution in the second half.
    for name in (*(f"{imported.name}.{part}" for part in imported.names), imported.name):
        if known := known_distributions(name, subject.installed):
            return known
    return ()


def declared(subject: Subject, name: str, parts: tuple[str, ...] = ()) -> bool:
    """Whether requirements.txt or the platform provides a module, as far as that can be told.

    Args:
        subject: The function.
        name: Dotted name of the module.
        parts: What is imported from it, each perhaps a submodule.
    """
    top = name.partition(".")[0]
    if subject.function.kind == "remote-service" and top in SERVICE_PROVIDES:
        return True
    known = _known(subject, Imported(name, top, subject.function.function_path, 0, parts))
    names, is_open = _required(subject)
    if known:
        return any(stands_for(required, distribution) for required in names for distribution in map(canonical, known))
    return is_open or may_provide(top, names)


def is_required(subject: Subject, distribution: str) -> bool:
    """Whether requirements.txt or the platform installs a distribution by its name."""
    return canonical(distribution) in _required(subject).names


class _Required(NamedTuple):
    """Canonical names of what is installed by request; and whether something is whose name is not known."""

    names: frozenset[str]
    is_open: bool


def _required(subject: Subject) -> _Required:
    items = [item for item in subject.requirements.items if _applies(subject, item)]
    names = set()
    for item in items:
        if item.name is not None:
            names |= {canonical(item.name), *_asked_by_extras(subject, item.name, item.extras)}
    # The platform installs cognite-sdk whether it is required or not [cognite-sdk, docstring of functions.create].
    names |= {SDK} if subject.function.kind == "cognite" else set()
    return _Required(frozenset(names), any(item.name is None for item in items))


def _asked_by_extras(subject: Subject, name: str, extras: tuple[str, ...]) -> frozenset[str]:
    """What the extras of a requirement add to it: asked for by name, as ``cognite-sdk[pandas]`` asks for pandas."""
    name = canonical(name)
    if subject.installed.version(name) is None:
        return frozenset().union(*(usually_brings(f"{name}[{extra}]") for extra in extras))
    return subject.installed.brings(name, extras) - subject.installed.brings(name) if extras else frozenset()


def _applies(subject: Subject, item: Requirement) -> bool:
    minor = runtime_minor(subject.settings.runtime)
    if item.marker is None or minor is None:
        return True
    from packaging.markers import Marker

    version = f"3.{minor}"
    environment = {"python_version": version, "python_full_version": f"{version}.0", "sys_platform": "linux"}
    environment |= {"platform_system": "Linux", "os_name": "posix", "extra": ""}
    try:
        return Marker(item.marker).evaluate(environment)
    except (ValueError, LookupError):  # a comparison that means nothing, such as os_name ~= "posix"
        return True


def _brought_along(subject: Subject, known: tuple[str, ...]) -> str | None:
    """The requirement that brings along what provides a module, or None when none is known to."""
    wanted = set(map(canonical, known))
    for required in sorted(_required(subject).names):
        is_here = subject.installed.version(required) is not None
        if wanted & (subject.installed.brings(required) if is_here else usually_brings(required)):
            return required
    return None


@check(
    "error",
    source=f"{PIP}; pip's own reading of a requirements file, and for a notebook that of cognite-sdk 8.22 (observed)",
    bad=handler(PANDAS, {"requirements.txt": "pandas=2.2.3\n"}),
    good=handler(PANDAS, {"requirements.txt": "pandas==2.2.3\n"}),
)
def invalid_requirement(subject: Subject) -> Iterator[Saw]:
    """Every line of requirements.txt is one that pip understands.

    At a line that it does not understand pip stops, and the deployment fails; the SDK does not look at the file before
    it is uploaded.
    """
    for problem in subject.requirements.problems:
        place = subject.function.place(problem.file, problem.line)
        yield Saw(
            f"pip stops at {problem.text!r}: {problem.message}.",
            **place,
            hint="write NAME==VERSION, or a URL as NAME @ URL",
            evidence={"text": problem.text},
        )


@check(
    "warning",
    source='Cognite documentation, Securing Cognite Functions: "Consider pinning packages to known-good versions"',
    bad=handler(PANDAS, {"requirements.txt": "pandas>=2\n"}),
    good=handler(PANDAS, {"requirements.txt": "pandas>=2,<3\n"}),
)
def unpinned_requirement(subject: Subject) -> Iterator[Saw]:
    """A requirement says which versions are good: one version, or a range with an upper end.

    Without an upper end each deployment installs what was released since: the same folder, another function.
    """
    if any(option.name in ("--constraint", "--require-hashes") for option in subject.requirements.options):
        return
    for item in subject.requirements.items:
        is_bounded = item.is_pinned or (item.url is None and any(bound in item.specifier for bound in BOUNDS))
        # Of cognite-sdk there is sdk-major-change.
        if is_bounded or canonical(item.name or "") == SDK:
            continue
        example = f"{item.name or 'NAME'} @ URL@COMMIT" if item.url else f"{item.name}{_pin(subject, item)}"
        yield Saw(
            f"{item.text!r} takes whatever version is the newest when the function is deployed.",
            **subject.function.place(item.file, item.line),
            hint=f"pin it: {example}",
            evidence={"requirement": item.text},
        )


def _pin(subject: Subject, item: Requirement) -> str:
    version = subject.installed.version(item.name) if item.name is not None else None
    return f"=={version}" if version else "==VERSION"


RULES = (missing_requirement, invalid_requirement, unpinned_requirement)
