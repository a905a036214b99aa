"""Which findings count: ``--ignore``, ``--select``, ``--fail-on`` and ``# fn-emulate: ignore[ID] reason`` on a line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from fn_emulator.checks.ids import IDS
from fn_emulator.errors import SettingsError
from fn_emulator.function.model import Function, Module
from fn_emulator.model import SEVERITIES, Finding

LineAt = Callable[[str, int], str]
"""Text of line ``line`` of the file that findings show as ``file``; empty where there is none."""

_MARK = "fn-emulate:"
_COMMENT = r"#\s*fn-emulate:\s*(?P<verb>\w*)\s*(?:\[(?P<ids>[^\]]*)\])?"


def apply_selection(
    findings: Iterable[Finding], *, ignore: Iterable[str], select: Iterable[str], line_at: LineAt
) -> tuple[tuple[Finding, ...], int]:
    """Split findings into those that are reported, and the number of those that were accepted.

    Args:
        findings: What the checks saw.
        ignore: Ids that are accepted everywhere.
        select: When not empty, the only ids that are looked at; what it leaves out is not counted.
        line_at: Source text, for the comments.

    Raises:
        SettingsError: If an id does not exist, in an option or in a comment on a line with a finding.
    """
    ignored, selected = frozenset(ignore), frozenset(select)
    check_ids(ignored, "--ignore")
    check_ids(selected, "--select")
    looked_at = [finding for finding in findings if not selected or finding.id in selected]
    kept = tuple(finding for finding in looked_at if finding.id not in ignored | _on_line(finding, line_at))
    return kept, len(looked_at) - len(kept)


def fails(findings: Iterable[Finding], fail_on: str) -> bool:
    """Whether a finding is as bad as ``fail_on`` (``error``, ``warning``, ``note``) or worse; never for ``never``."""
    if fail_on == "never":
        return False
    bad = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    return any(finding.severity in bad for finding in findings)


def check_ids(ids: Iterable[str], where: str) -> None:
    """Make sure that each id is a finding's.

    Raises:
        SettingsError: If one is not; with the nearest id that is.
    """
    for name in sorted(ids):
        if name not in IDS:
            raise SettingsError(f"{where}: there is no finding {name!r}.", hint=near_id(name))


def near_id(name: str) -> str:
    """What to do about an id that does not exist."""
    import difflib

    near = difflib.get_close_matches(name.lower().replace("_", "-"), IDS, n=1)
    return f"did you mean {near[0]!r}?" if near else "fn-emulate explain lists all of them"


def check_comments(function: Function, modules: Iterable[Module]) -> None:
    """Make sure that each ignore comment in ``modules`` names findings that exist.

    Raises:
        SettingsError: With the comment's place, if one does not.
    """
    for module in modules:
        if _MARK in module.text:
            for number, text in enumerate(module.text.split("\n"), 1):
                place = function.place(module.path, number)
                ids_in_comment(text, f"{place['file']}:{place['line']}")


def ids_in_comment(text: str, where: str) -> frozenset[str]:
    """The ids that a line's comment accepts; ``where`` is its place, for the message.

    Raises:
        SettingsError: If it names none, or one that does not exist.
    """
    if _MARK not in text or (match := re.search(_COMMENT, text)) is None:
        return frozenset()
    ids = frozenset(name.strip() for name in (match["ids"] or "").split(",") if name.strip())
    if match["verb"] != "ignore" or not ids:
        raise SettingsError(
            f"{where}: the comment {match[0]!r} names no finding to ignore.",
            hint="write it as # fn-emulate: ignore[ID] reason",
        )
    check_ids(ids, where)
    return ids


def lines_of(function: Function, modules: Sequence[Module]) -> LineAt:
    """Source lines by the places that findings show: those of ``modules`` and of requirements.txt."""
    texts = {str(module.path): module.text for module in modules}
    texts.setdefault("requirements.txt", function.requirements or "")
    lines = {}
    for path, text in texts.items():
        if _MARK in text:
            place = function.place(path, 1)
            lines[place["file"]] = (place["line"], text.split("\n"))

    def line_at(file: str, line: int) -> str:
        first, found = lines.get(file, (1, ()))
        return found[line - first] if 0 <= line - first < len(found) else ""

    return line_at


def _on_line(finding: Finding, line_at: LineAt) -> frozenset[str]:
    if finding.file is None or finding.line is None:
        return frozenset()
    return ids_in_comment(line_at(finding.file, finding.line), f"{finding.file}:{finding.line}")
