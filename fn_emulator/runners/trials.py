"""Trials -> the requests that the harness takes, and what it tells of their deliveries -> evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from fn_emulator.harness.stretch import Quiet
from fn_emulator.model import Failure
from fn_emulator.runners.frames import log_lines, request
from fn_emulator.runners.observed import death, env_reads, known_path, known_place, left_behind, places, refusals
from fn_emulator.runners.stretch import StretchConversation
from fn_emulator.trials import Delivered, StateChange, Trial, TrialEvidence

if TYPE_CHECKING:
    from fn_emulator.function import Function
    from fn_emulator.model import Call
    from fn_emulator.settings import Settings

Pair = tuple[Trial, int]
"""A trial and the world that its requests to CDF carry."""

MOST = 2000
"""How many trials are asked for in one request; what came of them lies in memory until it is looked at."""


class Conditions(NamedTuple):
    """What is the same in each trial.

    Attributes:
        call: Has the call info and the instant at which the clock stands.
        timeout_s: Seconds after which a delivery is ended; None for never.
        random_seed: Of the random sources.
        preload: Other people's modules to import before the clock is frozen.
    """

    call: Call
    timeout_s: float | None
    random_seed: int
    preload: tuple[str, ...]


class TrialsConversation(StretchConversation):
    """A request for trials, as ``Session.run_trials`` takes it."""

    op = "trials"


def portions(trials: Iterable[Pair], *, is_cold: bool) -> Iterator[list[Pair]]:
    """Lists of trials that are run by one process each: no warm trial is parted from what it goes on with."""
    portion: list[Pair] = []
    for pair in trials:
        if portion and pair[0].is_fresh and (is_cold or len(portion) >= MOST):
            yield portion
            portion = []
        portion.append(pair)
    if portion:
        yield portion


def trials_request(pairs: Sequence[Pair], conditions: Conditions, settings: Settings) -> dict[str, Any]:
    """What a session's ``run_trials`` takes."""
    call, timeout_s, random_seed, preload = conditions
    call = call._replace(is_warm=True)  # the session is cold by itself
    frame = request(call, settings, timeout_s=timeout_s, is_cold=False, preload=preload, world=pairs[0][1])
    numbers: dict[str, int] = {}
    trials = [
        (
            *(trial.is_fresh, world, trial.looks_at_state, trial.locates, _numbered(trial.bodies, numbers)),
            *(trial.random_seed, None if trial.frozen_at is None else trial.frozen_at.isoformat()),
        )
        for trial, world in pairs
    ]
    return {**frame, "bodies": list(numbers), "trials": trials, "random_seed": random_seed}


def _numbered(bodies: Iterable[str], numbers: dict[str, int]) -> list[int]:
    return [numbers.setdefault(body, len(numbers)) for body in bodies]


class Collected:
    """What was told of deliveries so far, until it is the evidence of a whole trial."""

    def __init__(self, pairs: Sequence[Pair], function: Function) -> None:
        """Prepare for the trials of one request."""
        self._pairs = pairs
        self._function = function
        self._delivered: list[Delivered] = []
        self.number = 0

    def add(self, told: Quiet | Mapping[str, Any], answer: Any, lines: Sequence[Any]) -> TrialEvidence | None:
        """A delivery has ended: evidence of its trial, where that has ended too."""
        trial = self._pairs[self.number][0]
        state: tuple[StateChange, ...] = ()
        has_ended = False
        if isinstance(told, Quiet):
            logs = log_lines(lines) if lines else ()
            self._delivered.append(Delivered(told.text, answer, duration_s=told.duration_s, logs=logs))
        else:
            delivered = _read(told, lines, self._function)
            self._delivered.append(delivered)
            state = tuple(_change(change, self._function) for change in told.get("state") or ())
            has_ended = delivered.is_timed_out or delivered.death is not None
        if not has_ended and len(self._delivered) < len(trial.bodies):
            return None
        evidence = TrialEvidence(trial, tuple(self._delivered), state)
        self._delivered = []
        self.number += 1
        return evidence


def _read(told: Mapping[str, Any], lines: Sequence[Any], function: Function) -> Delivered:
    answer, failure, place = told["answer"] or {}, told["failure"], told["place"]
    return Delivered(
        answer_text=answer.get("text"),
        answer=answer.get("value"),
        refused=places(answer.get("refused") or ()),
        refused_reason=answer.get("reason", ""),
        failure=failure and Failure(failure["type"], failure["message"], failure["trace"]),
        is_timed_out=told["timed_out"],
        is_input_changed=bool(told.get("is_input_changed")),
        death=death(told["death"]) if told["death"] else None,
        logs=log_lines(lines),
        duration_s=told["duration_s"],
        place=known_place(function, place) if place else None,
        left=left_behind(told["left"], function),
        refusals=refusals(told["refused"], function),
        env_reads=env_reads(told["env_reads"], function),
    )


def _change(change: Mapping[str, Any], function: Function) -> StateChange:
    file = change["file"]
    known = None if file is None else known_path(function, file)
    return StateChange(change["name"], change["kind"], change["before"], change["after"], known, change["line"])
