"""The distributions that are installed beside us, as their metadata describes them."""

from __future__ import annotations

from collections.abc import Sequence

from fn_emulator.checks.deployability.distributions import canonical


class InstalledHere:
    """The distributions of the Python that runs us, read from their metadata when they are asked for."""

    def owners(self, name: str) -> tuple[str, ...]:
        """Distributions that provide the module ``name``; of a namespace package only those that have its part."""
        from importlib.metadata import packages_distributions

        found = dict.fromkeys(packages_distributions().get(name.partition(".")[0], ()))
        if len(found) < 2:
            return tuple(found)
        return tuple(distribution for distribution in found if _holds(distribution, name))

    def version(self, distribution: str) -> str | None:
        """Its version, or None when it is not installed."""
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version(distribution)
        except PackageNotFoundError:
            return None

    def brings(self, distribution: str, extras: Sequence[str] = ()) -> frozenset[str]:
        """Distributions that it requires with these extras, and those that they require without any."""
        from importlib.metadata import PackageNotFoundError, requires

        from packaging.requirements import Requirement

        found: set[str] = set()
        waiting: list[tuple[str, Sequence[str]]] = [(distribution, ("", *extras))]
        while waiting:
            name, wanted = waiting.pop()
            try:
                requirements = [Requirement(text) for text in requires(name) or []]
            except PackageNotFoundError:
                continue
            for requirement in requirements:
                marker, below = requirement.marker, canonical(requirement.name)
                if below not in found and (
                    marker is None or any(marker.evaluate({"extra": extra}) for extra in wanted)
                ):
                    found.add(below)
                    waiting.append((below, ("", *requirement.extras)))
        return frozenset(found)


def _holds(distribution: str, name: str) -> bool:
    from importlib.metadata import files

    parts = tuple(name.split("."))[:2]
    return any(
        file.parts[: len(parts)] == parts or file.parts[:2] == (parts[0], f"{parts[-1]}.py")
        for file in files(distribution) or ()
    )
