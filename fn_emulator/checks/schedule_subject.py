"""What the rules about a schedule read: what became of it under each kind of trouble."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from fn_emulator.cdf.holdings import Departure
from fn_emulator.function import Function

TroubleName = Literal["late", "twice", "missed", "retry", "overlap", "calendar"]

ASSUMED = "our assumption"
"""How well it is known that the platform makes a trouble, where nothing says so."""


@dataclass(frozen=True, slots=True)
class Disturbed:
    """A schedule that was run with one kind of trouble.

    Attributes:
        trouble: Which.
        what: What was done, as a sentence without its full stop.
        origin: Where the trouble is known from.
        calls: How many calls were made.
        departure: How what CDF holds at the end differs from the undisturbed run; None where that was not compared.
        failures: Calls that did not complete, as only under this trouble: when they were due, and how they ended.
        first_tick: The first due time at which something else was written than undisturbed, or where ``is_unlike``
            that of the call; or an empty text.
        writes: What was written there, undisturbed (``-``) and under this trouble (``+``); where ``is_unlike``, by
            the call before it (``-``) and by this one.
        skipped: Why it could not be made, or an empty text.
        is_silent: Whether no call writes anything, so that nothing can come out otherwise but how calls end.
        is_unlike: Whether a call wrote over what an earlier one wrote, where on ordinary days each writes its own.
    """

    trouble: TroubleName
    what: str
    origin: str
    calls: int = 0
    departure: Departure | None = None
    failures: tuple[tuple[str, str], ...] = ()
    first_tick: str = ""
    writes: tuple[str, ...] = ()
    skipped: str = ""
    is_unlike: bool = False
    is_silent: bool = False

    @property
    def is_different(self) -> bool:
        """Whether anything came out otherwise."""
        return bool(self.departure) or bool(self.failures) or self.is_unlike


@dataclass(frozen=True, slots=True)
class ScheduleSubject:
    """A function and what became of its schedule.

    Attributes:
        function: The function.
        disturbed: One for each trouble; of ``calendar`` one for each day.
    """

    function: Function
    disturbed: tuple[Disturbed, ...]

    @property
    def place(self) -> dict[str, Any]:
        """File and line of ``handle`` as the user knows them."""
        handle = self.function.handle
        return self.function.place(self.function.handler_file, None if handle is None else handle.line)

    def different(self, *troubles: TroubleName) -> list[Disturbed]:
        """The troubles among these under which something came out otherwise."""
        return [one for one in self.disturbed if one.trouble in troubles and one.is_different]
