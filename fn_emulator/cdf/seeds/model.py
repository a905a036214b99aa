"""A seed in memory: its items with the places that they come from, and errors that name those places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from fn_emulator.errors import SeedError

Path = tuple[Any, ...]
"""Keys and indexes that lead to a value, such as ``("assets", 0, "name")``."""


class Source(NamedTuple):
    """A file of a seed, or a Python object.

    Attributes:
        shown: Its name for messages.
        text: What YAML or JSON it holds; lines are looked for in it when there is something to say about one.
        folder: The folder it is in, from which relative paths start.
        root: The folder that they must not lead out of; None where they may lead anywhere.
    """

    shown: str
    text: str = ""
    folder: str = ""
    root: str | None = None

    def line(self, path: Path) -> int | None:
        """The line of a key or item, from 1; None where there are no lines."""
        from fn_emulator.cdf.seeds.lines import line_of

        return line_of(self.text, path) if self.text else None


class Entry(NamedTuple):
    """One item of a seed.

    Attributes:
        value: The item.
        source: Where it is from.
        path: Which keys and indexes lead to it there.
        lines: From a CSV file: the line of each of its points or rows.
    """

    value: Any
    source: Source
    path: Path
    lines: tuple[int, ...] = ()

    def error(self, problem: str, *below: Any, hint: str | None = None, line: int | None = None) -> SeedError:
        """An error at this item.

        Args:
            problem: What is wrong, beginning after the key's path: ``must be a list.`` or ``: not found.``
            below: Keys and indexes below the item.
            hint: What to do next.
            line: The line, where it is known.
        """
        return error_at(self.source, (*self.path, *below), problem, hint=hint, line=line)


class Seed(NamedTuple):
    """What a world starts with.

    Attributes:
        entries: Items by resource.
        files: The files that were read.
    """

    entries: Mapping[str, list[Entry]]
    files: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(self.entries.values())


def error_at(
    source: Source, path: Path, problem: str, *, hint: str | None = None, line: int | None = None
) -> SeedError:
    """An error at a place of a file, such as ``seed.yaml:4: assets[0].name must be a string``."""
    if not path:
        problem = problem.removeprefix(": ")
    line = source.line(path) if line is None else line
    where = source.shown if line is None else f"{source.shown}:{line}"
    words = in_words(path)
    return SeedError(f"{where}: {words}{'' if not words or problem[0] == ':' else ' '}{problem}", hint=hint)


def in_words(path: Path) -> str:
    """A path as people write it: ``assets[0].name``."""
    words = ""
    for step in path:
        words += f"[{step}]" if isinstance(step, int) else f".{step}" if words else str(step)
    return words


def near_miss(name: object, known: Iterable[str], among: str) -> str:
    """The hint for a name that is not known: what it may mean, else all that there is."""
    from difflib import get_close_matches

    names = [*known]
    by_lower = {other.lower(): other for other in names}
    close = get_close_matches(str(name).lower(), by_lower, n=1)
    return f"did you mean {by_lower[close[0]]!r}?" if close else f"{among}: {', '.join(sorted(names))}"
