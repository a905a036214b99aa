"""Import name -> distribution: by what is installed beside us, then by a small table, then by guessing.

The name to import and the name to install differ often enough (``yaml`` is PyYAML), and nothing but the installed
metadata knows for sure.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable

from fn_emulator.checks.deployability.distribution_tables import (
    BRINGS,
    DISTRIBUTIONS,
    FAMILIES,
    SAME_NAME,
    STDLIB_SINCE,
    STDLIB_UNTIL,
)
from fn_emulator.checks.subject import Installed

EVERYBODYS_WORDS = frozenset({"python", "py", "lib", "client", "sdk", "api", "core", "common", "utils", "tools"})
"""Words in names of distributions that say nothing about what they provide."""


def canonical(name: str) -> str:
    """A distribution's name as indexes compare it: ``PyYAML`` is ``pyyaml``, ``a_b.c`` is ``a-b-c``."""
    return re.sub(r"[-_.]+", "-", name).lower()


def is_standard(top: str, minor: int | None) -> bool:
    """Whether a module is in the standard library of Python 3.``minor``; of ours and its neighbours when None."""
    if top not in sys.stdlib_module_names and top not in STDLIB_SINCE and top not in STDLIB_UNTIL:
        return False
    return minor is None or STDLIB_SINCE.get(top, 0) <= minor <= STDLIB_UNTIL.get(top, minor)


def known_distributions(name: str, installed: Installed) -> tuple[str, ...]:
    """Distributions that are known to provide the module ``name``; none when that could only be guessed.

    Args:
        name: The dotted name that is imported.
        installed: What can be asked.
    """
    parts = name.split(".")
    prefixes = [".".join(parts[:count]) for count in range(len(parts), 0, -1)]
    in_table = next((DISTRIBUTIONS[prefix] for prefix in prefixes if prefix in DISTRIBUTIONS), None)
    if in_table is not None:
        return tuple(in_table.split())
    if canonical(parts[0]) in SAME_NAME:
        return (parts[0],)
    return installed.owners(name)


def stands_for(required: str, distribution: str) -> bool:
    """Whether a requirement is a known distribution, or a variant of it that brings the same modules.

    ``opencv-contrib-python-headless`` is one of ``opencv-python``, ``tensorflow-cpu`` of ``tensorflow``.
    """
    if required.startswith("types-") or required.endswith("-stubs"):
        return False
    return set(distribution.split("-")) <= set(required.split("-"))


def may_provide(top: str, distributions: Iterable[str]) -> bool:
    """Whether one of the canonical ``distributions`` may well provide a module of which nothing is known.

    The words of one name must be among those of the other: ``acme-common``, ``python-acme`` and ``pyacme`` may all
    provide ``acme`` and ``acme_rules``.
    """
    wanted = _words(top)
    return any(wanted <= words or words <= wanted for words in map(_words, distributions))


def _words(name: str) -> set[str]:
    """The words of a name that tell it from others; all of them when none does."""
    words = set(canonical(name).split("-"))
    return {word.removeprefix("py") or word for word in words - EVERYBODYS_WORDS} or words


def usually_brings(distribution: str) -> frozenset[str]:
    """What a distribution is known to require in its usual versions; for when it is not installed here to be asked."""
    families = (brought for start, brought in FAMILIES.items() if distribution.startswith(start))
    return frozenset(BRINGS.get(distribution, next(families, "")).split())
