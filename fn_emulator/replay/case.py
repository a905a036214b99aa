"""A case as it is shown: a batch delivered from a fresh start, and again under other conditions, side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fn_emulator.replay.attempts import Attempt, Unlike
from fn_emulator.replay.lab import Lab
from fn_emulator.replay.model import Cause, Culprit, Exchange, Violation
from fn_emulator.replay.outcome import Row, is_same, outcome_of
from fn_emulator.replay.relations import plain

if TYPE_CHECKING:
    from fn_emulator.trials import Delivered, TrialEvidence

ADDRESS = re.compile("0x[0-9a-f]{6,}")
"""Where an object lies in memory, as ``repr`` writes it: ``<object object at 0x7f3c5a1b2c40>``."""


@dataclass(frozen=True, slots=True)
class Case:
    """Both sides, of one run.

    Attributes:
        expected: The value of the row that it is about, from a fresh start.
        found: Its other value; the same where the case does not show itself.
        plain: The batch from a fresh start.
        other: What was delivered in the other attempt, in order.
    """

    expected: str
    found: str
    plain: Exchange
    other: tuple[Exchange, ...]

    @property
    def shows(self) -> bool:
        """Whether the values differ."""
        return not is_same(self.expected, self.found)


def case_of(lab: Lab, own: Attempt, unlike: Unlike, *, is_cold: bool) -> Case:
    """Deliver both sides once more, each in a process of its own where ``is_cold``."""
    before, after = lab.run((own, unlike.attempt), is_cold=is_cold)
    expected = _value(own, before, 0, unlike.place)
    return Case(
        expected,
        _value(unlike.attempt, after, unlike.delivery, unlike.place, expected),
        _exchanges(own, before)[0],
        _exchanges(unlike.attempt, after),
    )


def chance_case(lab: Lab, rows: Sequence[Row], elsewhere: int | None) -> tuple[int, Case] | None:
    """The first row that gets another value in an equal delivery, or under another clock and other random values."""
    own, other = plain(rows), plain(rows, elsewhere)
    before, after = lab.run((own, other))
    one, two = (outcome_of(evidence.delivered[0], range(len(rows))) for evidence in (before, after))
    place = next((place for place in range(len(rows)) if not is_same(one.at(place), two.at(place))), None)
    if place is None:
        return None
    return place, Case(one.at(place), two.at(place), _exchanges(own, before)[0], _exchanges(other, after))


def violation_of(
    cause: Cause,
    relation: str,
    rows: Sequence[Row],
    place: int,
    case: Case,
    culprits: tuple[Culprit, ...] = (),
    *,
    is_confirmed: bool,
) -> Violation:
    """What a case of this row says of the handler."""
    return Violation(
        cause,
        relation,
        rows=tuple(rows),
        place=place,
        expected=case.expected,
        found=case.found,
        plain=case.plain,
        other=case.other,
        culprits=culprits,
        is_confirmed=is_confirmed,
    )


def differs_by_address(unlike: Unlike) -> bool:
    """Whether two values are the same but for where objects lie in memory, which follows nothing that is controlled."""
    return unlike.expected != unlike.found and ADDRESS.sub("", unlike.expected) == ADDRESS.sub("", unlike.found)


def _exchanges(attempt: Attempt, evidence: TrialEvidence) -> tuple[Exchange, ...]:
    """The deliveries of an attempt as text."""
    return tuple(
        Exchange(sent.body.replace("\n", ""), _answer(delivered))
        for sent, delivered in zip(attempt.sent, evidence.delivered, strict=False)
    )


def _value(attempt: Attempt, evidence: TrialEvidence, delivery: int, place: int, usual: str | None = None) -> str:
    """The value of a row; of one that was sent twice, one that is not as usual."""
    if delivery >= len(evidence.delivered):
        return ""
    sent = attempt.sent[delivery]
    outcome = outcome_of(evidence.delivered[delivery], sent.numbers)
    values = [outcome.at(index) for index, its in enumerate(sent.places) if its == place]
    return next((value for value in values if usual is not None and not is_same(usual, value)), (values or [""])[0])


def _answer(delivered: Delivered) -> str:
    return delivered.answer_text if delivered.answer_text is not None else outcome_of(delivered, ()).problem
