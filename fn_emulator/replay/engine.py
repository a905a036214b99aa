"""Replay one batch: try the relations, tell the causes apart, find the smallest case, see it again in a new process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fn_emulator.replay.causes import Suspicion, soaked, still_shows, suspicions
from fn_emulator.replay.lab import ELSEWHERE, Lab, RunTrials
from fn_emulator.replay.look import Look
from fn_emulator.replay.model import Culprit, Exchange, Seen, Violation
from fn_emulator.replay.outcome import Row, outcome_of
from fn_emulator.replay.reading import likely_culprits
from fn_emulator.replay.relations import AGAIN, Attempt, Unlike, plain
from fn_emulator.replay.shrink import shrink

if TYPE_CHECKING:
    from fn_emulator.function import Function
    from fn_emulator.trials import Delivered, StateChange, TrialEvidence

MOST_ROWS = 200
"""Of a larger batch the first rows are taken: trials of single rows would take as long as all others together."""

MOST_CULPRITS = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be replayed.

    Attributes:
        rows: Argument lists, without numbers.
        random_seed: Of the random sources of every trial.
        is_confirmed_apart: Whether what was found is tried again in processes of their own.
    """

    rows: Sequence[Row]
    random_seed: int = 0
    is_confirmed_apart: bool = True


def replay(run: RunTrials, function: Function, asked: Asked) -> tuple[Seen, TrialEvidence]:
    """Replay a batch.

    Args:
        run: Runs trials of the function.
        function: The function.
        asked: The batch and how.

    Returns:
        What was seen, and the evidence of the batch as it is.
    """
    rows = tuple(asked.rows[:MOST_ROWS])
    lab = Lab(run, asked.random_seed)
    seen = Seen()
    if len(asked.rows) > MOST_ROWS:
        seen.statements.append(f"The first {MOST_ROWS} of {len(asked.rows):,} rows were tried.")
    (evidence,) = lab.run((plain(rows),))
    first = outcome_of(evidence.delivered[0], range(len(rows)))
    if not first.is_answered:
        seen.problem = first.problem
    elif first.values is None:
        seen.statements.append("The answer breaks Snowflake's contract, so its values were not compared.")
        seen.is_compared = False
    else:
        _Replaying(lab, function, rows, asked, seen).run()
    seen.calls = lab.calls
    return seen, evidence


class _Replaying:
    """One replay: what was found so far."""

    def __init__(
        self,
        lab: Lab,
        function: Function,
        rows: tuple[Row, ...],
        asked: Asked,
        seen: Seen,
    ) -> None:
        self._lab = lab
        self._function = function
        self._rows = rows
        self._asked = asked
        self._seen = seen

    def run(self) -> None:
        look = Look(self._lab, self._rows)
        if look.evidence.delivered[0].is_input_changed:
            self._seen.violations.append(Violation("mutates-input", "plain", self._rows))
        if look.chance is not None:
            unlike, elsewhere = look.chance
            if elsewhere is None and self._survives_fresh_modules():
                unlike = replace(unlike, attempt=AGAIN.attempts(self._rows)[0], delivery=1)
                self._violate(Suspicion("stateful", AGAIN.name, unlike), self._rows, ())
            else:
                self._add_chance(unlike, elsewhere)
            return
        found = list(suspicions(self._lab, self._rows, look))
        for suspicion in found:
            self._add(suspicion)
        if not any(suspicion.cause == "stateful" for suspicion in found) and look.evidence.state:
            self._look_at_state(look)

    def _survives_fresh_modules(self) -> bool:
        """Whether what differs is state outside of the function's modules: two new processes then agree."""
        if not self._asked.is_confirmed_apart:
            return False
        one, other = (self._lab.outcome(self._rows, is_cold=True) for _ in range(2))
        return one.values is not None and one == other

    def _add_chance(self, unlike: Unlike, elsewhere: int | None) -> None:
        def shown(rows: Sequence[Row]) -> Unlike | None:
            attempts = (plain(rows), plain(rows, elsewhere))
            one, other = (outcome_of(evidence.delivered[0], range(len(rows))) for evidence in self._lab.run(attempts))
            places = (place for place in range(len(rows)) if one.at(place) != other.at(place))
            place = next(places, None)
            return None if place is None else Unlike(place, one.at(place), other.at(place), attempts[1], 0)

        rows = shrink(self._rows, lambda rows: shown(rows) is not None)
        found = shown(rows) or unlike
        before, after = self._lab.run((plain(rows), plain(rows, elsewhere)))
        self._seen.violations.append(
            Violation(
                "nondeterministic",
                "equal deliveries" if elsewhere is None else "another clock, other chance",
                tuple(rows),
                found.place,
                found.expected,
                found.found,
                _exchanges(plain(rows), before)[0],
                _exchanges(plain(rows), after),
                is_confirmed=True,
            )
        )

    def _look_at_state(self, look: Look) -> None:
        """State that is left changed no answer yet: see whether it ever does."""
        late = soaked(self._lab, self._rows, look.outcome)
        culprits = self._state_culprits(self._rows)
        if late is None:
            self._seen.violations.append(Violation("latent-state", "again", self._rows, culprits=culprits))
        else:
            self._violate(Suspicion("stateful", "again and again", late), self._rows, culprits)

    def _add(self, suspicion: Suspicion) -> None:
        rows = shrink(self._rows, lambda rows: still_shows(self._lab, rows, suspicion))
        smallest = self._same(suspicion, rows)
        if smallest is None:  # there it has another cause
            rows, smallest = self._rows, suspicion
        if suspicion.cause == "stateful":
            culprits = self._state_culprits(rows) or self._state_culprits(rows[:1])
            culprits = culprits or self._state_culprits(self._rows)
        else:
            culprits = likely_culprits(self._function, suspicion.cause)
        if self._follows_chance(smallest, rows):
            self._seen.statements.append(
                f"{suspicion.relation}: values differ, but not with every clock and random seed, so nothing is claimed."
            )
            return
        self._violate(smallest, rows, culprits)

    def _same(self, suspicion: Suspicion, rows: Sequence[Row], elsewhere: int | None = None) -> Suspicion | None:
        """The same cause, shown by another batch; None where that does not show it."""
        look = Look(self._lab, rows, elsewhere)
        if look.outcome.values is None:
            return None
        found = suspicions(self._lab, rows, look, elsewhere)
        return next((one for one in found if one.cause == suspicion.cause), None)

    def _follows_chance(self, suspicion: Suspicion, rows: Sequence[Row]) -> bool:
        return any(self._same(suspicion, rows, elsewhere) is None for elsewhere in range(len(ELSEWHERE)))

    def _violate(self, suspicion: Suspicion, rows: Sequence[Row], culprits: tuple[Culprit, ...]) -> None:
        unlike = suspicion.unlike
        own = unlike.beside or plain(rows)
        attempts = (own, unlike.attempt)
        is_apart = self._asked.is_confirmed_apart
        before, after = self._lab.run(attempts, is_cold=is_apart)
        is_confirmed = _value(own, before, 0, unlike.place) != _value(
            unlike.attempt, after, unlike.delivery, unlike.place
        )
        if is_apart and not is_confirmed:
            self._seen.statements.append(
                f"{suspicion.relation}: values differed where the modules were executed again in one process, and not"
                " in processes of their own, so nothing is claimed."
            )
            return
        self._seen.violations.append(
            Violation(
                suspicion.cause,
                suspicion.relation,
                tuple(rows),
                unlike.place,
                unlike.expected,
                unlike.found,
                _exchanges(own, before)[0],
                _exchanges(unlike.attempt, after),
                culprits,
                is_apart,
            )
        )

    def _state_culprits(self, rows: Sequence[Row]) -> tuple[Culprit, ...]:
        """What a first delivery changes and what a second one does, those first that both do."""
        first = plain(rows)
        attempts = (first, replace(first, is_fresh=False))
        seen = self._lab.run(attempts, looks_at_state=2)
        names = [change.name for evidence in seen for change in evidence.state]
        if not names:
            return ()
        located = self._lab.run(attempts, locates=tuple(dict.fromkeys(names)))
        by_name = {change.name: change for evidence in (*seen, *located) for change in evidence.state}
        ordered = sorted(by_name.values(), key=lambda change: -names.count(change.name))
        return tuple(map(self._culprit, ordered))[:MOST_CULPRITS]

    def _culprit(self, change: StateChange) -> Culprit:
        return Culprit(change.name, change.file, change.line, self._source(change.file, change.line))

    def _source(self, file: str | None, line: int | None) -> str:
        handler = self._function.handler
        if file is None or line is None or handler is None:
            return ""
        shown = self._function.place(handler.path, 1)
        lines = handler.text.splitlines()
        number = line - (shown["line"] or 1)
        return lines[number].strip() if file == shown["file"] and 0 <= number < len(lines) else ""


def _value(attempt: Attempt, evidence: TrialEvidence, delivery: int, place: int) -> str:
    if delivery >= len(evidence.delivered):
        return ""
    sent = attempt.sent[delivery]
    outcome = outcome_of(evidence.delivered[delivery], sent.numbers)
    return outcome.at(sent.places.index(place)) if place in sent.places else ""


def _exchanges(attempt: Attempt, evidence: TrialEvidence) -> tuple[Exchange, ...]:
    return tuple(
        Exchange(sent.body.replace("\n", ""), _answer(delivered))
        for sent, delivered in zip(attempt.sent, evidence.delivered, strict=False)
    )


def _answer(delivered: Delivered) -> str:
    return delivered.answer_text if delivered.answer_text is not None else outcome_of(delivered, ()).problem
