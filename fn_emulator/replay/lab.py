"""Where trials are made: a function, a clock and random sources that are the same in each; deliveries are counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from typing import Protocol

from fn_emulator.harness.realtime import REAL
from fn_emulator.replay.attempts import Attempt
from fn_emulator.replay.outcome import Outcome, Row, outcome_of
from fn_emulator.replay.relations import plain
from fn_emulator.trials import Trial, TrialEvidence

EPOCH = datetime(2026, 1, 14, 9, 26, 53, tzinfo=timezone.utc)
"""Where the clock stands: an ordinary Wednesday morning."""

ELSEWHERE = (
    timedelta(hours=5, seconds=11),
    timedelta(days=290, hours=14, minutes=30, seconds=13),  # the last hour of a Saturday that ends a month
    timedelta(days=-685, hours=-7, seconds=-2),  # a 29 February at night
)
"""From there, where it stands when a value must not follow it."""


class RunTrials(Protocol):
    """Runs trials, as ``LoadedFunction.run_trials`` does."""

    def __call__(
        self, trials: Iterable[Trial], *, random_seed: int, frozen_at: datetime, is_cold: bool
    ) -> Iterator[TrialEvidence]:
        """Yield what was seen of each."""
        ...


class Lab:
    """Makes trials of one function.

    Attributes:
        random_seed: Of the random sources, in every trial.
        calls: How many deliveries were made so far.
        spent_s: Real seconds that they took.
    """

    def __init__(self, run: RunTrials, random_seed: int) -> None:
        """Prepare."""
        self._run = run
        self.random_seed = random_seed
        self.calls = 0
        self.spent_s = 0.0

    def run(
        self,
        attempts: Sequence[Attempt],
        *,
        is_cold: bool = False,
        looks_at_state: int = 0,
        locates: tuple[str, ...] = (),
    ) -> list[TrialEvidence]:
        """Make attempts, in their order.

        Args:
            attempts: What is delivered.
            is_cold: Whether each that is fresh runs in a process of its own.
            looks_at_state: Of how many of them it is told what state they have changed.
            locates: Names of state of which the line is wanted that changes it.
        """
        trials = [
            self._trial(attempt, looks_at_state=number < looks_at_state or bool(locates), locates=locates)
            for number, attempt in enumerate(attempts)
        ]
        self.calls += sum(len(attempt.sent) for attempt in attempts)
        begun = REAL.perf_counter()
        seen = list(self._run(trials, random_seed=self.random_seed, frozen_at=EPOCH, is_cold=is_cold))
        self.spent_s += REAL.perf_counter() - begun
        return seen

    def outcome(self, rows: Sequence[Row], *, is_cold: bool = False) -> Outcome:
        """What comes of the batch as it is."""
        attempt = plain(rows)
        (evidence,) = self.run((attempt,), is_cold=is_cold)
        return outcome_of(evidence.delivered[0], attempt.sent[0].numbers)

    def _trial(self, attempt: Attempt, *, looks_at_state: bool, locates: tuple[str, ...]) -> Trial:
        trial = attempt.trial._replace(looks_at_state=looks_at_state, locates=locates)
        if attempt.elsewhere is None:
            return trial
        number = attempt.elsewhere
        return trial._replace(
            random_seed=self.random_seed + 1 + number, frozen_at=EPOCH + ELSEWHERE[number % len(ELSEWHERE)]
        )
