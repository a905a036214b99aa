"""What the rules of ``deployability`` read: one function with everything that is known of it without a call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from fn_emulator.function.files import FileEntry
    from fn_emulator.function.model import Function, Module
    from fn_emulator.function.requirement_model import Requirements
    from fn_emulator.runners.importing import ImportReport
    from fn_emulator.settings import Settings


class Installed(Protocol):
    """What is installed in the Python that runs us. Names of distributions are canonical, such as ``cognite-sdk``."""

    def owners(self, name: str) -> tuple[str, ...]:
        """Distributions that provide the module ``name``, as far as the metadata tells."""
        ...

    def version(self, distribution: str) -> str | None:
        """Its version, or None when it is not installed."""
        ...

    def brings(self, distribution: str, extras: Sequence[str] = ()) -> frozenset[str]:
        """Distributions that it requires with these extras, and those that they require; none when not installed."""
        ...


@dataclass(frozen=True, slots=True)
class Subject:
    """One function, and what is known about it.

    Attributes:
        function: The opened function.
        settings: Its resolved settings.
        modules: The handler's module and all modules of the folder that it imports, directly or not.
        requirements: requirements.txt (or the docstring's block) and the files that it names; empty when there is
            none.
        files: Every file of the folder, in the order of their paths.
        imported: What happened when the handler was imported, or None when that was not tried.
        installed: The distributions beside us.
    """

    function: Function
    settings: Settings
    modules: tuple[Module, ...]
    requirements: Requirements
    files: tuple[FileEntry, ...]
    imported: ImportReport | None
    installed: Installed
