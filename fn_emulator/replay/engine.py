"""Replay one batch: try the relations, tell the causes apart, find the smallest case, see it again in a new process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fn_emulator.replay.attempts import Unlike
from fn_emulator.replay.case import Case, case_of, chance_case, differs_by_address, violation_of
from fn_emulator.replay.causes import Suspicion, soaked, still_shows, suspicions
from fn_emulator.replay.culprits import state_culprits
from fn_emulator.replay.lab import ELSEWHERE, Lab, RunTrials
from fn_emulator.replay.larger import MOST_ROWS_SENT, larger
from fn_emulator.replay.look import Look
from fn_emulator.replay.model import Culprit, Seen, Violation
from fn_emulator.replay.outcome import Outcome, Row, outcome_of
from fn_emulator.replay.reading import likely_culprits
from fn_emulator.replay.relations import AGAIN, SINGLES, plain
from fn_emulator.replay.shrink import shrink

if TYPE_CHECKING:
    from fn_emulator.function import Function
    from fn_emulator.trials import Delivered, TrialEvidence

MOST_ROWS = 200
"""Of a larger batch the first rows are taken: trials of single rows would take as long as all others together."""

LONGEST_BODY = 300
"""Characters of a body that is shown in a sentence."""

MOST_SEARCHED_S = 30.0
"""After so many seconds of trials no smaller batch is looked for: a handler may take a second for each delivery."""


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
        sent = min(len(asked.rows), MOST_ROWS_SENT)
        seen.statements.append(
            f"The first {MOST_ROWS} of {len(asked.rows):,} rows were tried in every way, and {sent:,} in one batch."
        )
    (evidence,) = lab.run((plain(rows),))
    first = outcome_of(evidence.delivered[0], range(len(rows)))
    seen.status = first.status
    if first.status != "Completed":
        seen.problem = _problem(first, evidence.delivered[0])
        if first.status == "Failed" and len(rows) > 1:
            seen.statements.extend(_failing_alone(lab, rows))
    elif first.values is None:
        seen.statements.append("The answer breaks Snowflake's contract, so its values were not compared.")
        seen.is_compared = False
    else:
        _Replaying(lab, function, rows, asked, seen).run()
    seen.calls = lab.calls
    return seen, evidence


def _failing_alone(lab: Lab, rows: Sequence[Row]) -> Iterator[str]:
    """Which row a batch fails for, where one does: the first that fails alone, too."""
    attempts = SINGLES.attempts(rows)
    for place, (attempt, evidence) in enumerate(zip(attempts, lab.run(attempts), strict=True)):
        outcome = outcome_of(evidence.delivered[0], attempt.sent[0].numbers)
        if outcome.status != "Completed":
            body = attempt.sent[0].body.replace("\n", "")
            # Cut, half a secret in it would not be known as one.
            yield f"Row {place} alone ends so too" + (f": {body}" if len(body) <= LONGEST_BODY else ".")
            return


def _problem(outcome: Outcome, delivered: Delivered) -> str:
    if delivered.place is None:
        return outcome.problem
    file, line = delivered.place
    return f"{outcome.problem} ({file}:{line})"


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
            if elsewhere is None and not differs_by_address(unlike) and self._survives_fresh_modules():
                self._add_beneath(unlike)
            else:
                self._add_chance(unlike, elsewhere)
            return
        found = list(suspicions(self._lab, self._rows, look))
        by_address = next((each.unlike for each in found if differs_by_address(each.unlike)), None)
        if by_address is not None:
            self._add_chance(by_address, None)
            return
        for suspicion in found:
            self._add(suspicion)
        if not found and len(self._asked.rows) > MOST_ROWS:
            shown = larger(self._lab, self._asked.rows, look.outcome)
            if shown is not None:
                suspicion, rows = shown
                self._violate(suspicion, rows, likely_culprits(self._function, suspicion.cause))
        if not any(suspicion.cause == "stateful" for suspicion in found) and look.evidence.state:
            self._look_at_state(look)

    def _survives_fresh_modules(self) -> bool:
        """Whether what differs is state outside of the function's modules: two new processes then agree."""
        if not self._asked.is_confirmed_apart:
            return False
        one, other = (self._lab.outcome(self._rows, is_cold=True) for _ in range(2))
        return one.values is not None and one == other

    def _add_beneath(self, unlike: Unlike) -> None:
        """State that is beneath the function's modules, so that each try needs a process of its own."""

        def shown(rows: Sequence[Row]) -> Unlike | None:
            (attempt,) = AGAIN.attempts(rows)
            (evidence,) = self._lab.run((attempt,), is_cold=True)
            return AGAIN.unlike(outcome_of(evidence.delivered[0], range(len(rows))), attempt, evidence)

        rows = shrink(self._rows, lambda rows: shown(rows) is not None, self._has_time)
        again = replace(unlike, attempt=AGAIN.attempts(self._rows)[0], delivery=1)
        self._violate(Suspicion("stateful", AGAIN.name, shown(rows) or again), rows, ())

    def _add_chance(self, unlike: Unlike, elsewhere: int | None) -> None:
        def shown(rows: Sequence[Row]) -> tuple[int, Case] | None:
            return chance_case(self._lab, rows, elsewhere)

        rows = shrink(self._rows, lambda rows: shown(rows) is not None, self._has_time)
        seen = shown(rows)
        if seen is None:  # it comes and goes
            rows = self._rows
            case = case_of(self._lab, unlike.beside or plain(rows), unlike, is_cold=False)
            seen = unlike.place, replace(case, expected=unlike.expected, found=unlike.found)
        place, case = seen
        relation = "equal deliveries" if elsewhere is None else "another clock, other chance"
        self._seen.violations.append(violation_of("nondeterministic", relation, rows, place, case, is_confirmed=True))

    def _look_at_state(self, look: Look) -> None:
        """State that is left changed no answer yet: see whether it ever does."""
        late = soaked(self._lab, self._rows, look.outcome)
        if late is None:
            culprits = state_culprits(self._lab, self._function, self._rows)
            self._seen.violations.append(Violation("latent-state", "again", self._rows, culprits=culprits))
            return

        def shown(rows: Sequence[Row]) -> Unlike | None:
            outcome = self._lab.outcome(rows)
            return None if outcome.values is None else soaked(self._lab, rows, outcome)

        rows = shrink(self._rows, lambda rows: shown(rows) is not None, self._has_time)
        culprits = state_culprits(self._lab, self._function, rows)
        self._violate(Suspicion("stateful", "again and again", shown(rows) or late), rows, culprits)

    def _add(self, suspicion: Suspicion) -> None:
        rows = shrink(self._rows, lambda rows: still_shows(self._lab, rows, suspicion), self._has_time)
        smallest = suspicion if rows == self._rows else self._same(suspicion, rows)
        if smallest is None:  # there it has another cause
            rows, smallest = self._rows, suspicion
        if suspicion.cause == "stateful":
            tried = (rows, rows[:1], self._rows)
            found = (state_culprits(self._lab, self._function, each) for each in tried)
            culprits = next(filter(None, found), ())
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
        # Of a handler that takes its time, one other clock has to do.
        others = range(len(ELSEWHERE) if self._has_time() else 1)
        return any(self._same(suspicion, rows, elsewhere) is None for elsewhere in others)

    def _has_time(self) -> bool:
        if self._lab.spent_s < MOST_SEARCHED_S:
            return True
        statement = f"Smaller cases were not looked for after {MOST_SEARCHED_S:.0f} s of trials."
        if statement not in self._seen.statements:
            self._seen.statements.append(statement)
        return False

    def _violate(self, suspicion: Suspicion, rows: Sequence[Row], culprits: tuple[Culprit, ...]) -> None:
        unlike, is_apart = suspicion.unlike, self._asked.is_confirmed_apart
        case = case_of(self._lab, unlike.beside or plain(rows), unlike, is_cold=is_apart)
        if not case.shows:
            where = "not in processes of their own" if is_apart else "not when it was tried again"
            self._seen.statements.append(
                f"{suspicion.relation}: values differed where the modules were executed again in one process, and"
                f" {where}, so nothing is claimed."
            )
            return
        self._seen.violations.append(
            violation_of(suspicion.cause, suspicion.relation, rows, unlike.place, case, culprits, is_confirmed=is_apart)
        )
