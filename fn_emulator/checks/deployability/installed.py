"""The distributions that are installed beside us, as their metadata describes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from fn_emulator.checks.deployability.distributions import canonical

if TYPE_CHECKING:
    from packaging.requirements import Requirement


class InstalledHere:
    """The distributions of the Python that runs us, read from their metadata when they are asked for."""

    def owners(self, name: str) -> tuple[str, ...]:
        """Distributions that provide the module ``name``; of a namespace package only those that have its part."""
        found = dict.fromkeys(filter(None, self._owners.get(name.partition(".")[0], ())))
        if len(found) < 2:
            return tuple(found)
        return tuple(distribution for distribution in found if _holds(distribution, name))

    @cached_property
    def _owners(self) -> Mapping[str, Sequence[str]]:
        # It reads the metadata of every distribution: 0.1 s, so once and only when it is needed.
        from importlib.metadata import packages_distributions

        return packages_distributions()

    def version(self, distribution: str) -> str | None:
        """Its version, or None when it is not installed."""
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version(distribution)
        except PackageNotFoundError:
            return None

    def brings(self, distribution: str, extras: Sequence[str] = ()) -> frozenset[str]:
        """Distributions that it requires with these extras, and those that they require without any."""
        found: set[str] = set()
        waiting: list[tuple[str, Sequence[str]]] = [(distribution, ("", *extras))]
        while waiting:
            for requirement in _required_by(*waiting.pop()):
                name = canonical(requirement.name)
                if name not in found:
                    found.add(name)
                    waiting.append((name, ("", *requirement.extras)))
        return frozenset(found)


def _required_by(distribution: str, extras: Sequence[str]) -> Iterator[Requirement]:
    """What an installed distribution requires with these extras (an empty one for none); nothing when not installed."""
    from importlib.metadata import PackageNotFoundError, requires

    from packaging.requirements import Requirement

    try:
        texts = requires(distribution) or []
    except PackageNotFoundError:
        return
    for text in texts:
        # Old metadata holds lines that today's packaging refuses; they are not ours to mend.
        with suppress(ValueError, LookupError):
            requirement = Requirement(text)
            if requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in extras):
                yield requirement


def _holds(distribution: str, name: str) -> bool:
    from importlib.metadata import files

    parts = tuple(name.split("."))[:2]
    return any(
        file.parts[: len(parts)] == parts or file.parts[:2] == (parts[0], f"{parts[-1]}.py")
        for file in files(distribution) or ()
    )
