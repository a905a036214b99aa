"""Text of a requirements file -> what pip would install and how, line by line, without pip.

Files are read as pip reads them (continuation lines, comments, options); the ``[requirements]`` block of a docstring as
the SDK does, which takes nothing but requirements.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from fn_emulator.function.folder import REQUIREMENTS, decode_requirements, read_bytes
from fn_emulator.function.model import Function
from fn_emulator.function.requirement_line import read_line
from fn_emulator.function.requirement_model import Option, Problem, Requirement, Requirements, quoted

_COMMENT = re.compile(r"(^|\s)#.*$")
_TAG = re.compile(r"\[/?requirements\]$", re.MULTILINE)

Entry = Requirement | Option | Problem


def read_requirements(function: Function) -> Requirements:
    """Everything that the platform's pip would be told: requirements.txt and the files that it names with ``-r``."""
    if function.requirements is None:
        return Requirements()
    if function.form in ("notebook", "callable"):
        return parse_docstring_requirements(function.requirements)
    return _collected(_follow(function.root, PurePosixPath(REQUIREMENTS), function.requirements, set()))


def parse_requirements(text: str, file: str = REQUIREMENTS) -> Requirements:
    """Parse a requirements file; files that it names are not read.

    Args:
        text: The file's text; a byte order mark and Windows line ends are fine.
        file: Its name, for the entries.
    """
    return _collected(_entries(text, file))


def parse_docstring_requirements(text: str) -> Requirements:
    """Parse what ``docstring_requirements`` gave: no options, no comments, no empty lines, no named URLs."""
    entries: list[Entry] = []
    for number, line in enumerate(text.splitlines(), 1):
        problem = _refused_in_docstring(line)
        entries += [Problem(quoted(line), number, problem)] if problem else read_line(line, number, REQUIREMENTS)
    return _collected(iter(entries))


def docstring_requirements(docstring: str) -> str | None:
    """The lines between ``[requirements]`` and ``[/requirements]`` of a docstring, or None when there are none.

    As the SDK does it [cognite-sdk 8.22, observed]: each tag must end its line, the last of each counts, and
    environment markers are dropped.
    """
    import inspect

    text = inspect.cleandoc(docstring)
    ends = {match.group(): match for match in _TAG.finditer(text)}
    first, last = ends.get("[requirements]"), ends.get("[/requirements]")
    if first is None or last is None or not last.start():
        return None
    lines = text[first.end() : last.start()].splitlines()[1:]
    return "".join(f"{_without_marker(line)}\n" for line in lines) or None


def _without_marker(line: str) -> str:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        has_marker = Requirement(line).marker is not None
    except InvalidRequirement:
        return line
    return line.rpartition(";")[0].rstrip() if has_marker else line


def _refused_in_docstring(line: str) -> str | None:
    if not line.strip():
        return "it is empty, and the SDK refuses empty lines between the tags"
    if line.strip().startswith("#"):
        return "the SDK refuses comments between the tags"
    if line.strip().startswith("-"):
        return "the SDK refuses options of pip between the tags"
    if "://" in line and (" @ " in line or "egg=" in line):
        return "the SDK writes the URL of a named requirement in a form that pip cannot read"
    return None


def _follow(root: Path, path: PurePosixPath, text: str, seen: set[PurePosixPath]) -> Iterator[Entry]:
    seen.add(path)
    for entry in _entries(text, str(path)):
        yield entry
        if not isinstance(entry, Option) or entry.name != "--requirement" or "://" in (entry.value or ""):
            continue
        target = PurePosixPath(posixpath.normpath(path.parent / (entry.value or "")))
        content = _read(root, target)
        if isinstance(content, str):
            yield Problem(quoted(f"-r {entry.value}"), entry.line, content, str(path))
        elif target not in seen:
            yield from _follow(root, target, decode_requirements(content), seen)


def _read(root: Path, path: PurePosixPath) -> bytes | str:
    """Content of a file that requirements.txt names, or why there is none."""
    if path.is_absolute() or path.parts[:1] == ("..",):
        return "it leads out of the function's folder, so it is not deployed"
    try:
        return read_bytes(root / path)
    except OSError as exc:
        return f"it cannot be read: {exc.strerror}"
    except ValueError:
        return "its name holds a NUL character"


def _entries(text: str, file: str) -> Iterator[Entry]:
    for number, line in _joined_lines(text.removeprefix("\ufeff").splitlines()):
        content = _COMMENT.sub("", line).strip()
        if content:
            yield from read_line(content, number, file)


def _joined_lines(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Lines with their continuations, under the number of the first; a comment line ends a continuation, as in pip."""
    begun, start = "", 0
    for number, line in enumerate(lines, 1):
        is_comment = _COMMENT.match(line) is not None
        start = start if begun else number
        if line.endswith("\\") and not is_comment:
            begun += line.strip("\\") or " "
        else:
            yield start, begun + (f" {line}" if is_comment else line)
            begun = ""
    if begun:
        yield start, begun


def _collected(entries: Iterator[Entry]) -> Requirements:
    every = tuple(entries)
    return Requirements(
        tuple(entry for entry in every if isinstance(entry, Requirement)),
        tuple(entry for entry in every if isinstance(entry, Option)),
        tuple(entry for entry in every if isinstance(entry, Problem)),
    )
