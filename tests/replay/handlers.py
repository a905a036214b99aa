"""Handlers of rows as Python functions, and a lab that runs trials of them here, without a worker."""

from __future__ import annotations

import copy
import json
from types import SimpleNamespace

from fn_emulator.model import Failure
from fn_emulator.replay.lab import Lab
from fn_emulator.trials import Delivered, StateChange, TrialEvidence

FUNCTION = SimpleNamespace(handler=None)
"""Has no code in which lines could be looked for."""


class Runner:
    """Runs trials of what ``make(state, random_seed, frozen_at)`` makes: a handler of the rows of a batch.

    Attributes:
        trials: Every trial so far.
    """

    def __init__(self, make):
        self._make = make
        self.trials = []

    def __call__(self, trials, *, random_seed, frozen_at, is_cold):
        handle, state = None, {}
        for trial in trials:
            self.trials.append(trial)
            if trial.is_fresh:
                seed = random_seed if trial.random_seed is None else trial.random_seed
                state = {}
                handle = self._make(state, seed, trial.frozen_at or frozen_at)
            before = copy.deepcopy(state)
            delivered = tuple(delivery(handle, body) for body in trial.bodies)
            yield TrialEvidence(trial, delivered, changes(before, state) if trial.looks_at_state else ())


def delivery(handle, body):
    """What comes of one delivery."""
    given = json.loads(body)
    try:
        answer = {"data": handle(given["data"])}
    except Exception as exc:
        return Delivered(None, failure=Failure(type(exc).__name__, str(exc), ""), place=("handler.py", 7))
    is_changed = given != json.loads(body)
    return Delivered(json.dumps(answer), json.loads(json.dumps(answer)), is_input_changed=is_changed)


def changes(before, after):
    return tuple(
        StateChange(f"handler.{name}", "replaced", repr(before.get(name)), repr(value), "handler.py", 3)
        for name, value in after.items()
        if before.get(name) != value
    )


def lab_of(handle):
    """A lab of a handler ``handle(rows, state)``, whose ``state`` is kept until the next fresh start."""
    return Lab(Runner(keeping(handle)), 0)


def keeping(handle):
    """Makes a handler of rows from ``handle(rows, state)``."""
    return lambda state, random_seed, frozen_at: lambda rows: handle(rows, state)


def double(rows, state):
    return [[number, value * 2] for number, value in rows]


def cached(rows, state):
    return [[number, state.setdefault(f"_{value}", value * 2)] for number, value in rows]


def counter(rows, state):
    answers = []
    for number, _ in rows:
        state["count"] = state.get("count", 0) + 1
        answers.append([number, state["count"]])
    return answers


def late_counter(rows, state):
    state["count"] = state.get("count", 0) + 1
    return [[number, value if state["count"] < 9 else None] for number, value in rows]


def running_total(rows, state):
    total, answers = 0, []
    for number, value in rows:
        total += value
        answers.append([number, total])
    return answers


def less_the_mean(rows, state):
    mean = sum(value for _, value in rows) / len(rows)
    return [[number, value - mean] for number, value in rows]


def striped(rows, state):
    return [[number, value if number % 2 else -value] for number, value in rows]


def first_wins(rows, state):
    return [[number, state.setdefault("first", value)] for number, value in rows]
