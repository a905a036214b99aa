"""Which relations do not hold -> which causes there are: one for each, told apart by trials in which all else is equal.

A counter moves every value when rows are turned, and depends on no order all the same. So a cause is only told where
the relation fails that it alone explains: an order, where values follow the rows themselves and not their places; a
batch, where values differ whether or not state is carried over; and so on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fn_emulator.replay.lab import ELSEWHERE, Lab
from fn_emulator.replay.model import Cause
from fn_emulator.replay.outcome import Outcome, Row, outcome_of
from fn_emulator.replay.relations import (
    AGAIN,
    ONE_AFTER_THE_OTHER,
    OTHERS_FIRST,
    PERMUTED,
    PERMUTED_WITH_NUMBERS,
    RENUMBERED,
    SINGLES,
    SINGLES_WITH_NUMBERS,
    THIRDS,
    Attempt,
    Relation,
    Unlike,
    altered,
    plain,
)

BY_NAME = {relation.name: relation for relation in (AGAIN, OTHERS_FIRST, PERMUTED, RENUMBERED, SINGLES, THIRDS)}

MOST_SOAKED = 60
"""How often a batch is delivered again where it leaves state, to see whether that ever changes a value."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A cause, and what shows it."""

    cause: Cause
    relation: str
    unlike: Unlike


class Look:
    """What came of one batch under each relation, tried when it is asked for."""

    def __init__(self, lab: Lab, rows: Sequence[Row], outcome: Outcome, elsewhere: int | None = None) -> None:
        """Prepare; ``outcome`` is that of the batch as it is."""
        self._lab = lab
        self._rows = rows
        self._plain = outcome
        self._elsewhere = elsewhere
        self._known: dict[str, Unlike | None] = {}

    def unlike(self, *relations: Relation) -> Unlike | None:
        """What does not hold under one of these relations; None where all hold."""
        self._try([relation for relation in relations if relation.name not in self._known])
        return next((found for relation in relations if (found := self._known[relation.name]) is not None), None)

    def prepare(self, *relations: Relation) -> None:
        """Try several at once."""
        self._try([relation for relation in relations if relation.name not in self._known])

    def _try(self, relations: Sequence[Relation]) -> None:
        attempts = [(relation, attempt) for relation in relations for attempt in relation.attempts(self._rows)]
        self._known.update(dict.fromkeys(relation.name for relation in relations))
        if not attempts:
            return
        seen = self._lab.run([attempt for _, attempt in attempts], elsewhere=self._elsewhere)
        for (relation, attempt), evidence in zip(attempts, seen, strict=True):
            if self._known[relation.name] is None:
                self._known[relation.name] = relation.unlike(self._plain, attempt, evidence)


def suspicions(lab: Lab, rows: Sequence[Row], outcome: Outcome, elsewhere: int | None = None) -> Iterator[Suspicion]:
    """Each cause that the relations show for this batch; nothing where all of them hold."""
    look = Look(lab, rows, outcome, elsewhere)
    look.prepare(AGAIN, OTHERS_FIRST, PERMUTED, RENUMBERED, SINGLES, THIRDS, ONE_AFTER_THE_OTHER)
    again = look.unlike(AGAIN)
    state = again or look.unlike(OTHERS_FIRST)
    if state is not None:
        yield Suspicion("stateful", AGAIN.name if again is not None else OTHERS_FIRST.name, state)
    number = look.unlike(RENUMBERED)
    if number is not None:
        yield Suspicion("depends-on-row-number", RENUMBERED.name, number)
    order = look.unlike(PERMUTED)
    if order is not None and number is not None:
        order = look.unlike(PERMUTED_WITH_NUMBERS)  # else the numbers alone moved
    is_within = state is None or look.unlike(ONE_AFTER_THE_OTHER) is not None  # and not carried over by the state
    if order is not None and state is not None:
        order = order if is_within and _follows_content(lab, rows, outcome, elsewhere) else None
    if order is not None:
        yield Suspicion("depends-on-row-order", PERMUTED.name, order)
        return
    batch = look.unlike(SINGLES, THIRDS)
    if batch is not None and number is not None:
        batch = look.unlike(SINGLES_WITH_NUMBERS)
    if batch is not None and is_within:
        split = SINGLES if look.unlike(SINGLES) is not None else THIRDS
        yield Suspicion("depends-on-batch", split.name, batch)


def still_shows(lab: Lab, rows: Sequence[Row], suspicion: Suspicion) -> bool:
    """Whether fewer or simpler rows show the same under the same relation; all in one go, as it is asked often."""
    relation = BY_NAME[suspicion.relation]
    attempts = [plain(rows), *relation.attempts(rows)]
    first, *others = lab.run(attempts)
    outcome = outcome_of(first.delivered[0], range(len(rows)))
    return outcome.values is not None and any(
        relation.unlike(outcome, attempt, evidence) is not None
        for attempt, evidence in zip(attempts[1:], others, strict=True)
    )


def by_chance(lab: Lab, rows: Sequence[Row], outcome: Outcome) -> tuple[Unlike, int | None] | None:
    """A value that follows the clock or chance, or nothing that is controlled: then nothing else can be claimed.

    Returns:
        The row, and under which other clock and random values (``Lab.run``); None where all values stay.
    """
    for elsewhere in (None, *range(len(ELSEWHERE))):
        attempt = plain(rows)
        (evidence,) = lab.run((attempt,), elsewhere=elsewhere)
        other = outcome_of(evidence.delivered[0], attempt.sent[0].numbers)
        for place in range(len(rows)):
            if other.at(place) != outcome.at(place):
                return Unlike(place, outcome.at(place), other.at(place), attempt, 0), elsewhere
    return None


def soaked(lab: Lab, rows: Sequence[Row], outcome: Outcome) -> Unlike | None:
    """A value that is another one after many deliveries, of a handler that leaves state."""
    own, other = plain(rows).sent[0], altered(rows)
    foreign = plain(other).sent[0]
    foreign = type(foreign)(foreign.rows, foreign.numbers, (-1,) * len(rows))
    attempts = (Attempt((own,) * MOST_SOAKED), Attempt((own, foreign) * (MOST_SOAKED // 2) + (own,)))
    for attempt, evidence in zip(attempts, lab.run(attempts), strict=True):
        found = AGAIN.unlike(outcome, attempt, evidence)
        if found is not None:
            return found
    return None


def _follows_content(lab: Lab, rows: Sequence[Row], outcome: Outcome, elsewhere: int | None) -> bool:
    """Whether the last row gets another value when the rows before it hold something else."""
    if len(rows) < 2:
        return False
    last = len(rows) - 1
    for changed in (altered(rows[:-1]), list(rows[-2::-1])):
        attempt = plain([*changed, rows[-1]])
        (evidence,) = lab.run((attempt,), elsewhere=elsewhere)
        other = outcome_of(evidence.delivered[0], attempt.sent[0].numbers)
        if other.values is not None and other.at(last) != outcome.at(last):
            return True
    return False
