"""What must not change the value of a row, by Snowflake's rules: one relation each, as trials and how to compare them.

Snowflake sends a batch again with the same batch id after a network error, cuts a query into batches of any size, and
sends rows and batches in any order [Snowflake documentation, external functions]. So the same arguments must get the
same value in all of them, and no expected answer is needed to see that they do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from fn_emulator.replay.attempts import Attempt, Sent, Unlike
from fn_emulator.replay.outcome import Outcome, Row, is_same, outcome_of
from fn_emulator.trials import TrialEvidence

FAR = (1001, 4093)
"""Where row numbers begin that are not the batch's own: odd, so that what counts in twos sees a difference."""

PARTS = 3


@dataclass(frozen=True, slots=True)
class Relation:
    """Something that must not change a value.

    Attributes:
        name: Short, such as ``again``.
        attempts: Makes the attempts for a batch of rows; the batch as it is, fresh, is not among them.
        is_licensed: Whether Snowflake itself may do it; otherwise an attempt that fails says nothing.
        looks_at: Which deliveries of an attempt are compared: the last one, or all.
    """

    name: str
    attempts: Callable[[Sequence[Row]], list[Attempt]]
    is_licensed: bool = True
    looks_at: str = "all"

    def unlike(self, plain: Outcome, attempt: Attempt, evidence: TrialEvidence) -> Unlike | None:
        """The first row whose value is not that of the batch as it is, more than rounded; None where all are."""
        rounded = None
        for number, (sent, delivered) in enumerate(zip(attempt.sent, evidence.delivered, strict=False)):
            if self.looks_at == "last" and number < len(attempt.sent) - 1:
                continue
            outcome = outcome_of(delivered, sent.numbers)
            if outcome.values is None and not self.is_licensed:
                continue
            for index, place in enumerate(sent.places):
                if place >= 0 and not is_same(plain.at(place), outcome.at(index)):
                    found = Unlike(place, plain.at(place), outcome.at(index), attempt, number)
                    if not found.is_rounding:
                        return found
                    rounded = rounded or found
        return rounded


def plain(rows: Sequence[Row], elsewhere: int | None = None) -> Attempt:
    """The batch as it is, from a fresh start."""
    return Attempt((_sent(rows, range(len(rows))),), elsewhere=elsewhere)


def _sent(rows: Sequence[Row], places: Iterable[int], first: int | None = 0) -> Sent:
    """Rows of a batch by their places, numbered from ``first``; under their own places where that is None."""
    chosen = tuple(places)
    numbers = chosen if first is None else tuple(range(first, first + len(chosen)))
    return Sent(tuple(rows[place] for place in chosen), numbers, chosen)


def _again(rows: Sequence[Row]) -> list[Attempt]:
    return [Attempt((plain(rows).sent[0],) * 2)]


def _permuted(rows: Sequence[Row]) -> list[Attempt]:
    count = len(rows)
    if count < 2:
        return []
    turned = [*range(count // 2, count), *range(count // 2)]
    return [Attempt((_sent(rows, order),)) for order in (range(count - 1, -1, -1), turned)]


def _permuted_with_numbers(rows: Sequence[Row]) -> list[Attempt]:
    return [
        Attempt((Sent(sent.rows, sent.places, sent.places),)) for attempt in _permuted(rows) for sent in attempt.sent
    ]


def _renumbered(rows: Sequence[Row]) -> list[Attempt]:
    return [Attempt((_sent(rows, range(len(rows)), first),)) for first in FAR]


def _singles(rows: Sequence[Row]) -> list[Attempt]:
    return [Attempt((_sent(rows, (place,)),)) for place in range(len(rows))] if len(rows) > 1 else []


def _thirds(rows: Sequence[Row]) -> list[Attempt]:
    count = len(rows)
    size = -(-count // PARTS)
    return [
        Attempt((_sent(rows, range(start, min(start + size, count))),))
        for start in (range(0, count, size) if count > PARTS else ())
    ]


def _doubled(rows: Sequence[Row]) -> list[Attempt]:
    return [Attempt((_sent(rows, [*range(len(rows))] * 2),))]


def _with_numbers(make: Callable[[Sequence[Row]], list[Attempt]]) -> Callable[[Sequence[Row]], list[Attempt]]:
    """The same attempts, with each row under the number that it has in the batch."""

    def attempts(rows: Sequence[Row]) -> list[Attempt]:
        return [
            Attempt(tuple(Sent(sent.rows, sent.places, sent.places) for sent in attempt.sent)) for attempt in make(rows)
        ]

    return attempts


def _one_after_the_other(rows: Sequence[Row]) -> list[Attempt]:
    if len(rows) < 2:
        return []
    return [Attempt(tuple(_sent(rows, (place,)) for place in range(len(rows))))]


def _others_first(rows: Sequence[Row]) -> list[Attempt]:
    own = plain(rows).sent[0]
    return [Attempt((_foreign(other), own)) for other in (mixed(rows), altered(rows)) if other]


def _foreign(rows: Sequence[Row]) -> Sent:
    return Sent(tuple(rows), tuple(range(len(rows))), (-1,) * len(rows))


def mixed(rows: Sequence[Row]) -> list[Row]:
    """Other rows of values that are there: each column turned by another number of places."""
    if len(rows) < 2:
        return []
    columns = list(zip(*rows, strict=True))
    turned = [(*column[place + 1 :], *column[: place + 1]) for place, column in enumerate(columns)]
    return [list(row) for row in zip(*turned, strict=True)] if columns else []


def altered(rows: Sequence[Row]) -> list[Row]:
    """Other rows of values that are like those: numbers and texts changed a little."""
    return [[_altered(value) for value in row] for row in rows]


def _altered(value: object) -> object:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return value + 1
    return f"{value}x" if isinstance(value, str) else value


AGAIN = Relation("again", _again)
PERMUTED = Relation("permuted", _permuted)
PERMUTED_WITH_NUMBERS = Relation("permuted, numbers kept", _permuted_with_numbers, is_licensed=False)
RENUMBERED = Relation("renumbered", _renumbered, is_licensed=False)
SINGLES = Relation("split into 1", _singles)
THIRDS = Relation("split into thirds", _thirds)
DOUBLED = Relation("each row twice in one batch", _doubled)
SINGLES_WITH_NUMBERS = Relation("split into 1, numbers kept", _with_numbers(_singles), is_licensed=False)
ONE_AFTER_THE_OTHER = Relation("split into 1, one after the other", _one_after_the_other)
ONE_AFTER_THE_OTHER_WITH_NUMBERS = Relation(
    "split into 1, one after the other, numbers kept", _with_numbers(_one_after_the_other), is_licensed=False
)
OTHERS_FIRST = Relation("other rows first", _others_first, looks_at="last")
