"""A batch of more rows than are tried in every way: whether it gives the first ones the values that they have alone."""

from __future__ import annotations

from collections.abc import Sequence

from fn_emulator.replay.attempts import Attempt, Sent, Unlike
from fn_emulator.replay.causes import Suspicion
from fn_emulator.replay.lab import Lab
from fn_emulator.replay.outcome import Outcome, Row
from fn_emulator.replay.relations import Relation

MOST_ROWS_SENT = 4096
"""As many rows as Snowflake was ever seen to send in one batch [measured by others; not documented]."""


def larger(lab: Lab, rows: Sequence[Row], tried: Outcome) -> tuple[Suspicion, tuple[Row, ...]] | None:
    """What the larger batch shows, and the shortest beginning of it that does.

    Args:
        lab: Makes the trials.
        rows: The whole batch.
        tried: The values of its first rows, which no other row of those changes.
    """
    count = 0 if tried.values is None else len(tried.values)
    relation = Relation("in a larger batch", lambda some: [_attempt(some, count)], is_licensed=False)

    def unlike(size: int) -> Unlike | None:
        (attempt,) = relation.attempts(rows[:size])
        (evidence,) = lab.run((attempt,))
        return relation.unlike(tried, attempt, evidence)

    holds, shows = count, min(len(rows), MOST_ROWS_SENT)
    found = unlike(shows)
    if found is None:
        return None
    while shows - holds > 1:
        size = (holds + shows) // 2
        smaller = unlike(size)
        if smaller is None:
            holds = size
        else:
            shows, found = size, smaller
    alone = Attempt((Sent((rows[found.place],), (0,), (found.place,)),))
    shown = Unlike(found.place, found.expected, found.found, found.attempt, found.delivery, beside=alone)
    return Suspicion("depends-on-batch", relation.name, shown), tuple(rows[:shows])


def _attempt(rows: Sequence[Row], count: int) -> Attempt:
    numbers = tuple(range(len(rows)))
    return Attempt((Sent(tuple(rows), numbers, (*numbers[:count], *(-1,) * (len(rows) - count))),))
