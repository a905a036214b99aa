"""Trials of a function, for replay: the same deliveries again under other conditions, and what was seen of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from fn_emulator.model import Failure, LogLine
    from fn_emulator.observations import Death, EnvRead, LeftBehind, Place, Refusal

ChangeKind = Literal["replaced", "grew", "removed", "changed", "cache", "moved", "variable", "module"]
"""How a state differs: a name or an entry stands for another value (``replaced``), a container has new entries and the
old ones as they were (``grew``), it has lost some (``removed``), both or else (``changed``), an ``lru_cache`` has other
entries (``cache``), a generator, an iterator, a random generator or a file has gone on (``moved``), an environment
variable differs (``variable``), or a name in a module that is not the function's (``module``)."""


class Trial(NamedTuple):
    """Deliveries that follow one another, each one a call of the handler.

    Attributes:
        bodies: What is delivered: JSON text, one for each call.
        is_fresh: Whether the handler is loaded freshly; else it goes on with the state of the trial before.
        looks_at_state: Whether it is told which state of the function differs after the last delivery, and whether the
            handler changed its input.
        locates: Names of states (``StateChange.name``): the lines that change them are looked for, which takes long.
        random_seed: Of the random sources; None for that of all trials.
        frozen_at: Where the clock stands when it begins, aware; None for where it stands for all.
    """

    bodies: tuple[str, ...]
    is_fresh: bool = True
    looks_at_state: bool = False
    locates: tuple[str, ...] = ()
    random_seed: int | None = None
    frozen_at: datetime | None = None


class Delivered(NamedTuple):
    """What came of one delivery.

    Attributes:
        answer_text: The answer as ``json.dumps`` wrote it; None when there is none or JSON refuses it.
        answer: The same, decoded.
        refused: Where JSON refuses the answer.
        refused_reason: What ``json.dumps`` said.
        failure: What the user's code raised, or None.
        is_timed_out: Whether the time limit ended it.
        is_input_changed: Whether the handler changed what it was given; looked at where state is.
        death: How it ended its process, or would have where that is ours; or None.
        logs: Every line written, in order.
        duration_s: Real seconds of the handler alone.
        place: File and line of the user's frame that raised, or where the time limit ended it.
        left: What it started and did not end.
        refusals: Connections that were refused.
        env_reads: Undeclared variables that were read.
    """

    answer_text: str | None
    answer: Any = None
    refused: tuple[Place, ...] = ()
    refused_reason: str = ""
    failure: Failure | None = None
    is_timed_out: bool = False
    is_input_changed: bool = False
    death: Death | None = None
    logs: tuple[LogLine, ...] = ()
    duration_s: float = 0.0
    place: tuple[str, int] | None = None
    left: tuple[LeftBehind, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    env_reads: tuple[EnvRead, ...] = ()


class StateChange(NamedTuple):
    """A state of the function that a trial left otherwise than it found it.

    Attributes:
        name: Such as ``handler.COUNTER``, ``handler._cache``, ``handler.rows['k5'].seen``, ``handler.A.n``,
            ``handler.total.<default acc>`` or ``handler.handle.<closure n>``.
        kind: How it differs.
        before: A short text of what was there.
        after: A short text of what is there now.
        file: The user's file whose line changed it, where that was looked for and found.
        line: 1-based line in ``file``.
    """

    name: str
    kind: ChangeKind
    before: str
    after: str
    file: str | None = None
    line: int | None = None


class TrialEvidence(NamedTuple):
    """What was seen of one trial.

    Attributes:
        trial: The trial.
        delivered: What came of its deliveries. They are fewer than its bodies where one ended the process or was
            ended by the time limit; the trial after that is fresh in any case.
        state: Which state differs, where that was looked at.
    """

    trial: Trial
    delivered: tuple[Delivered, ...]
    state: tuple[StateChange, ...] = ()
