"""What a requirements file says: requirements, options of pip, problems; and how a URL of it is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from fn_emulator.function.folder import REQUIREMENTS

_LOGIN = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]{0,30}://)"
    r"(?:(?P<user>[^\s/?#:@]*):[^\s/?#]*@"  # user:password@
    r"|(?P<user_of_odd>[^\s/?#:@]*):(?!\d+[/?#])[^\s@]*@"  # a password with a slash in it, as nobody should write it
    r"|(?P<token>[^\s/?#]+)@)",
    re.IGNORECASE,
)

LONGEST = 300


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing to install.

    Attributes:
        text: As written, logins masked.
        line: 1-based line, of the first of continued lines.
        name: Normalised name of the distribution; None where a URL or path does not tell it.
        extras: Names in square brackets.
        specifier: Version specifiers, such as ``<3,>=2``; empty when there are none.
        marker: Environment marker, or None.
        url: URL or path that it comes from, logins and all, or None.
        is_pinned: Whether there is one version only: ``==`` without a star, an archive, a path, a reference of git.
        is_editable: Whether it is given with ``-e``.
        file: Deployed path of the file.
    """

    text: str
    line: int
    name: str | None
    extras: tuple[str, ...] = ()
    specifier: str = ""
    marker: str | None = None
    url: str | None = field(default=None, repr=False)
    is_pinned: bool = False
    is_editable: bool = False
    file: str = REQUIREMENTS


@dataclass(frozen=True, slots=True)
class Option:
    """One option of pip: its long name, its value (None for a flag; logins and all, see ``mask_url``), its line."""

    name: str
    value: str | None = field(repr=False)
    line: int
    file: str = REQUIREMENTS


@dataclass(frozen=True, slots=True)
class Problem:
    """One line at which pip stops: as ``quoted``, 1-based line, why as the end of a sentence."""

    text: str
    line: int
    message: str
    file: str = REQUIREMENTS


@dataclass(frozen=True, slots=True)
class Requirements:
    """What a requirements file says, in its order."""

    items: tuple[Requirement, ...] = ()
    options: tuple[Option, ...] = ()
    problems: tuple[Problem, ...] = ()


def mask_url(text: str) -> str:
    """``text`` with the password of each URL in it replaced: ``https://user:***@host/simple``."""
    return _LOGIN.sub(_masked, text)


def quoted(text: str) -> str:
    """``text`` as a message quotes it: masked, and cut off where it is no line that anybody wrote by hand."""
    shown = mask_url(text[: 4 * LONGEST])
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}..."


def _masked(match: re.Match[str]) -> str:
    if match["token"] is not None:
        is_account = match["scheme"].lower().endswith("ssh://")
        return match.group() if is_account else f"{match['scheme']}***@"
    return f"{match['scheme']}{match['user'] or match['user_of_odd'] or ''}:***@"
