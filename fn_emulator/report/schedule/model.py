"""What a report of a simulated schedule is made of."""

from __future__ import annotations

from dataclasses import dataclass

from fn_emulator.model import Finding
from fn_emulator.report.schedule.tally import Tally


@dataclass(frozen=True, slots=True)
class Stressed:
    """A schedule with one kind of trouble, beside the one without.

    Attributes:
        name: The trouble: ``late``, ``twice``, ``missed``, ``overlap``, ``retry``, ``calendar``.
        what: What was done, as a sentence.
        origin: Where it is known from: ``documented``, ``observed`` or ``our assumption``, with the source.
        calls: How many calls were made for it.
        outcome: What came of it, as a sentence.
        difference: Lines that show how CDF differs from the undisturbed run (``-`` there, ``+`` here); often empty.
        finding: Id of the finding that it led to, or None.
        is_accepted: Whether that finding is accepted.
    """

    name: str
    what: str
    origin: str
    calls: int
    outcome: str
    difference: tuple[str, ...] = ()
    finding: str | None = None
    is_accepted: bool = False


@dataclass(frozen=True, slots=True)
class ScheduleReport:
    """A schedule that was simulated.

    Attributes:
        function: The function as its user named it.
        cron: The expression; an empty text where a call was only fired at once.
        sentence: The same in words.
        tally: What its calls came to.
        findings: What was found in the calls and by the stresses.
        stressed: What became of it under each kind of trouble; empty unless that was asked for.
        elapsed_s: Real seconds of all of it.
    """

    function: str
    cron: str
    sentence: str
    tally: Tally
    findings: tuple[Finding, ...]
    stressed: tuple[Stressed, ...]
    elapsed_s: float
