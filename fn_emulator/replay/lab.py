"""Where trials are made: a function, a clock and random sources that are the same in each; deliveries are counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from typing import Protocol

from fn_emulator.replay.outcome import Outcome, Row, outcome_of
from fn_emulator.replay.relations import Attempt, plain
from fn_emulator.trials import Trial, TrialEvidence

EPOCH = datetime(2026, 1, 14, 9, 26, 53, tzinfo=timezone.utc)
"""Where the clock stands: an ordinary Wednesday morning."""

ELSEWHERE = (timedelta(hours=5, seconds=11), timedelta(days=173, minutes=7), timedelta(days=-800, seconds=1))
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
    """

    def __init__(self, run: RunTrials, random_seed: int) -> None:
        """Prepare."""
        self._run = run
        self.random_seed = random_seed
        self.calls = 0

    def run(
        self,
        attempts: Sequence[Attempt],
        *,
        elsewhere: int | None = None,
        is_cold: bool = False,
        looks_at_state: bool = False,
        locates: tuple[str, ...] = (),
    ) -> list[TrialEvidence]:
        """Make attempts, each from a fresh start.

        Args:
            attempts: What is delivered.
            elsewhere: Another clock and other random values, by their number; None for those of every trial.
            is_cold: Whether each runs in a process of its own.
            looks_at_state: Whether it is told what state it has changed.
            locates: Names of state of which the line is wanted that changes it.
        """
        trials = [
            attempt.trial._replace(looks_at_state=looks_at_state or bool(locates), locates=locates)
            for attempt in attempts
        ]
        seed, instant = self.random_seed, EPOCH
        if elsewhere is not None:
            seed, instant = seed + 1 + elsewhere, EPOCH + ELSEWHERE[elsewhere % len(ELSEWHERE)]
        self.calls += sum(len(attempt.sent) for attempt in attempts)
        return list(self._run(trials, random_seed=seed, frozen_at=instant, is_cold=is_cold))

    def outcome(self, rows: Sequence[Row], *, elsewhere: int | None = None, is_cold: bool = False) -> Outcome:
        """What comes of the batch as it is."""
        attempt = plain(rows)
        (evidence,) = self.run((attempt,), elsewhere=elsewhere, is_cold=is_cold)
        return outcome_of(evidence.delivered[0], attempt.sent[0].numbers)
