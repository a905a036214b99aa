"""What an environment is made from: the lines of a function's requirements, and what they name, in one digest.

Functions with the same requirements share an environment; a changed line, constraint or local package makes another.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from fn_emulator.errors import EnvironmentBuildError
from fn_emulator.function import Function
from fn_emulator.function.folder import REQUIREMENTS, decode_requirements
from fn_emulator.function.requirement_model import Option, Requirements, mask_url
from fn_emulator.function.requirements import parse_docstring_requirements, parse_requirements

SCHEMA = "1"
"""Another one makes all environments anew."""

_LOGIN = re.compile(r"(?<=://)[^/@\s]+(?=@)")
_LOCAL = re.compile(r"(?:file:(?://)?)?(?P<path>[^:#\[]+)(?:[#\[]|$)")
"""A path, or the URL of one; extras and fragments do not belong to it."""

_FILES = ("--requirement", "--constraint")
_MADE_BY_BUILDS = ("build", "dist", "__pycache__")


class Needs(NamedTuple):
    """What is to be installed for a function.

    Attributes:
        text: Its requirements as given; None when it has none.
        is_empty: Whether they ask pip for nothing.
        packages: Each requirement as it may be shown, those of included files too.
        options: Name and value of each option of pip in them, such as ``--index-url``; may hold credentials.
        digest: Of all that: of the lines without comments and logins, and of the local files that they name.
    """

    text: str | None
    is_empty: bool
    packages: tuple[str, ...]
    options: tuple[tuple[str, str], ...]
    digest: str


def read_needs(function: Function, more: Iterable[str]) -> Needs:
    """Read the requirements of a function with the files that they include.

    Args:
        function: The function.
        more: What else two environments may differ in: Python, indexes.

    Raises:
        EnvironmentBuildError: If a file that they name cannot be read.
    """
    import hashlib

    found = [] if function.requirements is None else list(_parsed(function, function.requirements))
    installed = [each for each in found if each[1] != "--constraint"]
    digest = hashlib.blake2b(digest_size=12)
    for part in (SCHEMA, *more, *(part for each in found for part in _identity(*each, function.folder))):
        digest.update(f"{len(part)}:{part}".encode("utf-8", "surrogatepass"))
    return Needs(
        function.requirements,
        not any(parsed.items or parsed.problems for parsed, _ in installed),
        tuple(item.text for parsed, _ in installed for item in parsed.items),
        tuple((option.name, option.value or "") for parsed, _ in installed for option in parsed.options),
        digest.hexdigest(),
    )


def without_login(text: str) -> str:
    """``text`` with the login of each URL in it replaced: ``https://***@host/simple``."""
    return _LOGIN.sub("***", mask_url(text))


def _parsed(function: Function, text: str) -> Iterator[tuple[Requirements, str]]:
    """The requirements and every file that they include, each once, with the option that includes it."""
    if function.form in ("notebook", "callable"):
        yield parse_docstring_requirements(text), ""
        return
    seen: set[str] = set()
    waiting = [(os.path.join(function.folder, REQUIREMENTS), text, "")]
    while waiting:
        path, text, included_by = waiting.pop(0)
        seen.add(path)
        parsed = parse_requirements(text, os.path.relpath(path, function.folder))
        yield parsed, included_by
        for option in parsed.options:
            target = _included(option, path)
            if target is not None and target not in seen:
                # Also what a file of constraints includes is a constraint.
                how = included_by if included_by == "--constraint" else option.name
                waiting.append((target, _text_of(target, option, function), how))


def _included(option: Option, path: str) -> str | None:
    if option.name not in _FILES or not option.value or "://" in option.value:
        return None
    return os.path.normpath(os.path.join(os.path.dirname(path), option.value))


def _text_of(path: str, option: Option, function: Function) -> str:
    try:
        with open(path, "rb") as file:
            return decode_requirements(file.read())
    except (OSError, ValueError) as exc:
        why = getattr(exc, "strerror", None) or str(exc)
        where = function.place(option.file, option.line)
        raise EnvironmentBuildError(
            f"{where['file']}:{where['line']}: {option.value} cannot be read: {why}.", hint="mend the line"
        ) from None


def _identity(parsed: Requirements, included_by: str, folder: str) -> Iterator[str]:
    yield included_by
    for item in parsed.items:
        yield without_login(f"{item.text};{item.marker or ''};{item.is_editable}")
        local = _LOCAL.match(item.url or "")
        if local is not None:
            yield from _contents(os.path.join(folder, local["path"]))
    yield from (without_login(f"{option.name}={option.value or ''}") for option in parsed.options)
    yield from (problem.text for problem in parsed.problems)


def _contents(path: str) -> Iterator[str]:
    """Each file of a local package with a digest of its content; what a build leaves there does not count."""
    if not os.path.isdir(path):
        yield f"{path} {_digest(path)}"
        return
    for folder, below, files in os.walk(path):
        below[:] = sorted(name for name in below if not _is_made(name))
        for name in sorted(files):
            if not name.startswith("."):
                yield f"{os.path.join(folder, name)} {_digest(os.path.join(folder, name))}"


def _is_made(name: str) -> bool:
    return name.startswith(".") or name in _MADE_BY_BUILDS or name.endswith(".egg-info")


def _digest(path: str) -> str:
    import hashlib

    digest = hashlib.blake2b(digest_size=16)
    try:
        with open(path, "rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError:
        return ""  # pip will say what it misses
    return digest.hexdigest()
