"""Which relations do not hold -> which causes there are: one for each, told apart by trials in which all else is equal.

A counter moves every value when rows are turned, and depends on no order all the same. So a cause is only told where
the relation fails that it alone explains: an order, where values follow the rows themselves and not their places; a
batch, where values differ whether or not state is carried over; and so on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from fn_emulator.replay.attempts import Attempt, Unlike
from fn_emulator.replay.lab import Lab
from fn_emulator.replay.look import Look
from fn_emulator.replay.model import Cause
from fn_emulator.replay.outcome import Outcome, Row, is_same, outcome_of
from fn_emulator.replay.relations import (
    AGAIN,
    DOUBLED,
    ONE_AFTER_THE_OTHER,
    ONE_AFTER_THE_OTHER_WITH_NUMBERS,
    OTHERS_FIRST,
    PERMUTED,
    PERMUTED_WITH_NUMBERS,
    RENUMBERED,
    SINGLES,
    SINGLES_WITH_NUMBERS,
    THIRDS,
    altered,
    plain,
)

BY_NAME = {
    relation.name: relation for relation in (AGAIN, OTHERS_FIRST, PERMUTED, RENUMBERED, SINGLES, THIRDS, DOUBLED)
}

HISTORY = "one after the other"
"""Rows that are delivered alone, warm, beside the same from fresh starts."""

MOST_SOAKED = 60
"""How often a batch is delivered again where it leaves state, to see whether that ever changes a value."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A cause, and what shows it."""

    cause: Cause
    relation: str
    unlike: Unlike


def suspicions(lab: Lab, rows: Sequence[Row], look: Look, elsewhere: int | None = None) -> Iterator[Suspicion]:
    """Each cause that the relations show for this batch; nothing where all of them hold."""
    state = _state(look)
    if state is not None:
        yield state
    number = look.unlike(RENUMBERED)
    if number is not None:
        yield Suspicion("depends-on-row-number", RENUMBERED.name, number)
    # What state carries over is not within the batch; with numbers that change nothing, where those change values.
    in_a_row = ONE_AFTER_THE_OTHER if number is None else ONE_AFTER_THE_OTHER_WITH_NUMBERS
    if state is not None and look.unlike(in_a_row) is None:
        return
    follows = None if state is None else lambda: _follows_content(lab, rows, look.outcome, elsewhere)
    yield from _among_rows(look, has_number=number is not None, follows=follows)


def _among_rows(look: Look, *, has_number: bool, follows: Callable[[], bool] | None) -> Iterator[Suspicion]:
    """What other rows of the batch do to a value; ``follows`` says, where there is state, whether order does."""
    follows_number = has_number or look.fails(RENUMBERED)
    order = look.unlike(PERMUTED)
    if order is not None and follows_number:
        turned, order = order, look.unlike(PERMUTED_WITH_NUMBERS)  # else the numbers alone moved
        if order is None and not has_number and not look.fails(PERMUTED_WITH_NUMBERS):
            yield Suspicion("depends-on-row-number", PERMUTED.name, turned)
            return
    batch = _batch(look, follows_number=follows_number)
    if order is not None and order.is_rounding and batch is not None and not batch.unlike.is_rounding:
        order = None  # a sum of floats is rounded otherwise in another order
    if order is not None and (follows is None or follows()):
        yield Suspicion("depends-on-row-order", PERMUTED.name, order)
    elif batch is not None:
        yield batch


def _batch(look: Look, *, follows_number: bool) -> Suspicion | None:
    if look.unlike(SINGLES, THIRDS) is None:
        doubled = None if follows_number else look.unlike(DOUBLED)
        return None if doubled is None else Suspicion("depends-on-batch", DOUBLED.name, doubled)
    split = SINGLES if look.unlike(SINGLES) is not None else THIRDS
    found = look.unlike(SINGLES_WITH_NUMBERS if follows_number else split)
    return None if found is None else Suspicion("depends-on-batch", split.name, found)


def _state(look: Look) -> Suspicion | None:
    for relation in (AGAIN, OTHERS_FIRST):
        found = look.unlike(relation)
        if found is not None:
            return Suspicion("stateful", relation.name, found)
    return None if look.history is None else Suspicion("stateful", HISTORY, look.history)


def still_shows(lab: Lab, rows: Sequence[Row], suspicion: Suspicion) -> bool:
    """Whether fewer or simpler rows show the same under the same relation; all in one go, as it is asked often."""
    if suspicion.relation == HISTORY:
        return Look(lab, rows).history is not None
    relation = BY_NAME[suspicion.relation]
    attempts = [plain(rows), *relation.attempts(rows)]
    first, *others = lab.run(attempts)
    outcome = outcome_of(first.delivered[0], range(len(rows)))
    return outcome.values is not None and any(
        relation.unlike(outcome, attempt, evidence) is not None
        for attempt, evidence in zip(attempts[1:], others, strict=True)
    )


def soaked(lab: Lab, rows: Sequence[Row], outcome: Outcome) -> Unlike | None:
    """A value that is another one after many deliveries, of a handler that leaves state."""
    own, other = plain(rows).sent[0], altered(rows)
    foreign = replace(plain(other).sent[0], places=(-1,) * len(rows))
    attempts = (Attempt((own,) * MOST_SOAKED), Attempt((own, foreign) * (MOST_SOAKED // 2) + (own,)))
    for attempt, evidence in zip(attempts, lab.run(attempts), strict=True):
        found = AGAIN.unlike(outcome, attempt, evidence)
        if found is not None:
            shown = replace(attempt, sent=attempt.sent[: found.delivery + 1])
            return replace(found, attempt=shown)
    return None


def _follows_content(lab: Lab, rows: Sequence[Row], outcome: Outcome, elsewhere: int | None) -> bool:
    """Whether a row's value follows what the rows before it hold, and not what those behind it do as well."""
    if len(rows) < 2:
        return False
    last = len(rows) - 1
    before = [[*changed, rows[-1]] for changed in (altered(rows[:-1]), list(rows[-2::-1]))]
    tried = [([rows[0], *altered(rows[1:])], 0), *((changed, last) for changed in before)]
    attempts = [plain(changed, elsewhere) for changed, _ in tried]
    is_unlike = []
    for (_, place), attempt, evidence in zip(tried, attempts, lab.run(attempts), strict=True):
        other = outcome_of(evidence.delivered[0], attempt.sent[0].numbers)
        is_unlike.append(other.values is not None and not is_same(outcome.at(place), other.at(place)))
    follows_behind, *follows_before = is_unlike
    return any(follows_before) and not follows_behind
