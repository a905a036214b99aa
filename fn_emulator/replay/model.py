"""What replay found: where a relation does not hold, by which cause, and the smallest batch that shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from fn_emulator.model import Status
from fn_emulator.replay.outcome import Row

Cause = Literal[
    "stateful",
    "latent-state",
    "depends-on-batch",
    "depends-on-row-order",
    "depends-on-row-number",
    "nondeterministic",
    "mutates-input",
]


@dataclass(frozen=True, slots=True)
class Culprit:
    """Where it comes from.

    Attributes:
        name: Of the state, such as ``handler.COUNTER``; or the variable; an empty text where it is not known.
        file: The user's file, or None.
        line: 1-based line in ``file``.
        source: That line's text.
        is_likely: Whether it was only read from the code, not seen to happen.
    """

    name: str = ""
    file: str | None = None
    line: int | None = None
    source: str = ""
    is_likely: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request's body and what came of it, as text."""

    body: str
    answer: str


@dataclass(frozen=True, slots=True)
class Violation:
    """One cause for which values are not what they should be.

    Attributes:
        cause: Id of the finding.
        relation: What was done: ``again``, ``permuted`` ...
        rows: The smallest batch that shows it.
        place: Place of the row whose value is another one.
        expected: Its value, as JSON text.
        found: Its other value.
        plain: The batch from a fresh start.
        other: What was delivered in the other attempt, in order.
        culprits: Where it comes from, the likeliest first.
        is_confirmed: Whether it was seen again in processes of their own.
    """

    cause: Cause
    relation: str
    rows: tuple[Row, ...] = ()
    place: int = 0
    expected: str = ""
    found: str = ""
    plain: Exchange | None = None
    other: tuple[Exchange, ...] = ()
    culprits: tuple[Culprit, ...] = ()
    is_confirmed: bool = False


@dataclass(slots=True)
class Seen:
    """Everything that a replay saw.

    Attributes:
        violations: One for each cause.
        status: How the delivery of the batch as it is ended.
        problem: Why it could not be judged: the handler raised, hung or died; else an empty text.
        is_compared: Whether its values could be compared.
        statements: Sentences about single trials that could not be judged, and about what was not tried.
        calls: How many deliveries were made.
    """

    violations: list[Violation] = field(default_factory=list)
    status: Status = "Completed"
    problem: str = ""
    is_compared: bool = True
    statements: list[str] = field(default_factory=list)
    calls: int = 0
