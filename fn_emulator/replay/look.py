"""What came of one batch: as it is, under other clocks and random values, and under each relation, tried in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fn_emulator.replay.attempts import Attempt, Unlike
from fn_emulator.replay.lab import ELSEWHERE, Lab
from fn_emulator.replay.outcome import Outcome, Row, is_same, outcome_of
from fn_emulator.replay.relations import (
    AGAIN,
    DOUBLED,
    ONE_AFTER_THE_OTHER,
    OTHERS_FIRST,
    PERMUTED,
    RENUMBERED,
    SINGLES,
    THIRDS,
    Relation,
    plain,
)
from fn_emulator.trials import TrialEvidence

ALWAYS = (AGAIN, OTHERS_FIRST, PERMUTED, RENUMBERED, SINGLES, THIRDS, DOUBLED, ONE_AFTER_THE_OTHER)


class Look:
    """A batch that was looked at from all sides.

    Attributes:
        evidence: Of the batch as it is.
        outcome: What came of it.
        chance: A value that follows the clock or chance, or nothing that is controlled, and under which other clock
            and random values (None: under the same); None where all values stay.
        history: A row that gets another value after the others, each delivered alone, than alone from a fresh start.
    """

    def __init__(self, lab: Lab, rows: Sequence[Row], elsewhere: int | None = None) -> None:
        """Look.

        Args:
            lab: Makes the trials.
            rows: The batch.
            elsewhere: Under another clock and other random values, by their number; None for those of every trial.
        """
        self._lab = lab
        self._rows = rows
        self._elsewhere = elsewhere
        self._known: dict[str, Unlike | None] = {}
        self._failing: set[str] = set()
        own = plain(rows, elsewhere)
        others = (elsewhere,) if elsewhere is not None else (None, *range(len(ELSEWHERE)))
        controls = [(plain(rows, other), other) for other in others]
        tried = [(relation, attempt) for relation in ALWAYS for attempt in self._attempts(relation)]
        attempts = [own, *(attempt for attempt, _ in controls), *(attempt for _, attempt in tried)]
        self.evidence, *seen = lab.run(attempts, looks_at_state=1)
        self.outcome: Outcome = outcome_of(self.evidence.delivered[0], own.sent[0].numbers)
        self.chance = self._chance(controls, seen[: len(controls)])
        by_relation = list(zip(tried, seen[len(controls) :], strict=True))
        self._compare(ALWAYS, by_relation)
        self.history = self._history(by_relation)

    def unlike(self, *relations: Relation) -> Unlike | None:
        """What does not hold under one of these relations; None where all hold."""
        missing = [relation for relation in relations if relation.name not in self._known]
        if missing:
            tried = [(relation, attempt) for relation in missing for attempt in self._attempts(relation)]
            seen = self._lab.run([attempt for _, attempt in tried]) if tried else []
            self._compare(missing, list(zip(tried, seen, strict=True)))
        return next((found for relation in relations if (found := self._known[relation.name]) is not None), None)

    def fails(self, relation: Relation) -> bool:
        """Whether the handler gives no values in one of its attempts."""
        return relation.name in self._failing

    def _attempts(self, relation: Relation) -> list[Attempt]:
        return [replace(attempt, elsewhere=self._elsewhere) for attempt in relation.attempts(self._rows)]

    def _chance(
        self, controls: Sequence[tuple[Attempt, int | None]], seen: Sequence[TrialEvidence]
    ) -> tuple[Unlike, int | None] | None:
        for (attempt, elsewhere), evidence in zip(controls, seen, strict=True):
            other = outcome_of(evidence.delivered[0], attempt.sent[0].numbers)
            for place in range(len(self._rows)):
                if not is_same(self.outcome.at(place), other.at(place)):
                    return Unlike(place, self.outcome.at(place), other.at(place), attempt, 0), elsewhere
        return None

    def _compare(
        self, relations: Sequence[Relation], seen: Sequence[tuple[tuple[Relation, Attempt], TrialEvidence]]
    ) -> None:
        self._known.update(dict.fromkeys(relation.name for relation in relations))
        for (relation, attempt), evidence in seen:
            if any(
                outcome_of(delivered, sent.numbers).values is None
                for sent, delivered in zip(attempt.sent, evidence.delivered, strict=False)
            ):
                self._failing.add(relation.name)
            known = self._known[relation.name]
            if known is None or known.is_rounding:
                self._known[relation.name] = relation.unlike(self.outcome, attempt, evidence) or known

    def _history(self, seen: Sequence[tuple[tuple[Relation, Attempt], TrialEvidence]]) -> Unlike | None:
        alone = [(attempt, evidence) for (relation, attempt), evidence in seen if relation is SINGLES]
        for (relation, in_a_row), evidence in seen:
            if relation is not ONE_AFTER_THE_OTHER:
                continue
            for place, (delivered, (single, fresh)) in enumerate(zip(evidence.delivered, alone, strict=False)):
                before, after = outcome_of(fresh.delivered[0], (0,)), outcome_of(delivered, (0,))
                if not is_same(before.at(0), after.at(0)):
                    return Unlike(place, before.at(0), after.at(0), in_a_row, place, beside=single)
        return None
