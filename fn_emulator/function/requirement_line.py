"""One line of a requirements file -> requirements, options of pip, problems."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fn_emulator.function.requirement_model import Option, Problem, Requirement, mask_url, quoted

SHORT = {"-i": "--index-url", "-c": "--constraint", "-r": "--requirement", "-e": "--editable", "-f": "--find-links"}
SHORT |= {"-C": "--config-settings"}
OF_A_REQUIREMENT = {"--hash", "--config-settings", "--global-option", "--install-option"}
WITH_VALUE = {*SHORT.values(), *OF_A_REQUIREMENT, "--extra-index-url", "--pypi-url", "--no-binary", "--only-binary"}
WITH_VALUE |= {"--trusted-host", "--use-feature", "--all-releases", "--only-final"}
FLAGS = {"--pre", "--no-index", "--prefer-binary", "--require-hashes", "--no-require-hashes"}

VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")
_EGG = re.compile(r"[#&]egg=([\w.-]+)")
_ARCHIVES = (".whl", ".zip", ".tar.gz", ".tar.bz2", ".tgz")
LONGEST_LINE = 30_000
"""Characters; one with the hashes of a hundred files has a third of it."""


def read_line(line: str, number: int, file: str) -> Iterator[Requirement | Option | Problem]:
    """Read one line without its comment.

    Args:
        line: The text, continuation lines joined.
        number: Its 1-based number.
        file: Deployed path of the file.
    """
    if len(line) > LONGEST_LINE:
        yield Problem(quoted(line), number, f"it is {len(line):,} characters long, which is no requirement", file)
        return
    try:
        requirement, options = _split(line)
        if requirement:
            yield _requirement(requirement, number, file)
        for name, value in options:
            if name == "--editable":
                yield _direct(value or "", number, file, is_editable=True)
                continue
            if requirement and name not in OF_A_REQUIREMENT:
                raise ValueError(f"pip ignores {name} on the line of a requirement")
            yield Option(name, value, number, file)
    except ValueError as exc:
        yield Problem(quoted(line), number, quoted(str(exc)), file)


def _split(line: str) -> tuple[str, list[tuple[str, str | None]]]:
    """The requirement and the options of a line; only options are quoted as in a shell [pip, req_file.py]."""
    import shlex

    words = line.split(" ")
    count = next((index for index, word in enumerate(words) if word.startswith("-")), len(words))
    return " ".join(words[:count]).strip(), list(_options(shlex.split(" ".join(words[count:]))))


def _options(words: list[str]) -> Iterator[tuple[str, str | None]]:
    rest = iter(words)
    for word in rest:
        if word.startswith("--"):
            given, has_value, value = word.partition("=")
            name = _full_name(given)
        else:
            given, value = word[:2], word[2:].removeprefix("=")
            name, has_value = _full_name(SHORT.get(given, given)), value
        if name in FLAGS:
            yield name, None
            continue
        if not has_value and (value := next(rest, "")) == "":
            raise ValueError(f"{given} needs a value")
        yield ("--index-url" if name == "--pypi-url" else name), value


def _full_name(given: str) -> str:
    """The option that pip understands: its own name, or the start of one name alone."""
    known = WITH_VALUE | FLAGS
    found = [given] if given in known else [name for name in sorted(known) if name.startswith(given)]
    if len(found) != 1 or not given.startswith("--"):
        raise ValueError(f"pip knows no option {given} in a requirements file")
    return found[0]


def _requirement(text: str, number: int, file: str) -> Requirement:
    from packaging import requirements
    from packaging.utils import canonicalize_name

    try:
        parsed = requirements.Requirement(text)
    except requirements.InvalidRequirement as exc:
        if _is_direct(text):
            return _direct(text, number, file)
        raise ValueError(_why_invalid(text, str(exc))) from exc
    pins = [
        pin for pin in parsed.specifier if pin.operator == "===" or (pin.operator == "==" and "*" not in pin.version)
    ]
    return Requirement(
        text=mask_url(text),
        line=number,
        name=canonicalize_name(parsed.name),
        extras=tuple(sorted(parsed.extras)),
        specifier=str(parsed.specifier),
        marker=None if parsed.marker is None else str(parsed.marker),
        url=parsed.url,
        is_pinned=bool(pins) or (parsed.url is not None and _is_fixed(parsed.url)),
        file=file,
    )


def _why_invalid(text: str, message: str) -> str:
    if variable := VARIABLE.search(text):
        return f"it uses {variable.group()}, which pip leaves as it is where that variable is not set"
    reason = message.partition("\n")[0]
    return f"it is no requirement: {reason[:1].lower()}{reason[1:]}"


def _is_direct(text: str) -> bool:
    return re.match(r"[a-z][a-z0-9+.-]*:", text, re.IGNORECASE) is not None or "/" in text or text.startswith(".")


def _direct(text: str, number: int, file: str, *, is_editable: bool = False) -> Requirement:
    """A URL or path that stands alone."""
    from packaging.utils import canonicalize_name

    where, _, marker = text.partition(" ;" if " ;" in text else "; ")
    if marker.strip():
        _expect_marker(marker)
    egg = _EGG.search(where)
    name = egg[1] if egg else _archive_name(where)
    return Requirement(
        text=mask_url(text),
        line=number,
        name=canonicalize_name(name) if name else None,
        marker=marker.strip() or None,
        url=where.strip(),
        is_pinned=_is_fixed(where),
        is_editable=is_editable,
        file=file,
    )


def _expect_marker(text: str) -> None:
    from packaging.markers import InvalidMarker, Marker

    try:
        Marker(text)
    except InvalidMarker as exc:
        raise ValueError(f"{text.strip()!r} is no environment marker") from exc


def _is_fixed(url: str) -> bool:
    """Whether a URL or path leads to one version: a file, a folder that is deployed too, a reference of git."""
    path = url.partition("#")[0].partition("://")[2]
    above, _, last = path.rpartition("/")
    return not path or _archive_name(url) is not None or bool(above and last.partition("@")[2])


def _archive_name(url: str) -> str | None:
    """The ``x`` of ``.../x-1.0.zip``; None for what is no archive with a version in its name."""
    file = re.split(r"[/\\]", url.partition("#")[0])[-1]
    match = re.match(r"(.+?)-\d", file)
    return match[1] if match and file.endswith(_ARCHIVES) else None
