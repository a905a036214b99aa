"""What a runner saw of one delivery -> the value of each row, or why there is none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fn_emulator.model import JSON
from fn_emulator.snowflake.contract import problems

if TYPE_CHECKING:
    from fn_emulator.trials import Delivered

Row = Sequence[JSON]
"""The arguments of one row, without its number."""

_encode = json.JSONEncoder(sort_keys=True).encode


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one delivery.

    Attributes:
        values: The value of each row as JSON text, in the order in which the rows were sent; None where there is no
            answer that has them.
        problem: Why not: ``ZeroDivisionError: division by zero``, ``Timeout``, ``row-count``; else an empty text.
        is_answered: Whether there is an answer at all, though it may break the contract.
    """

    values: tuple[str, ...] | None
    problem: str = ""
    is_answered: bool = False

    def at(self, place: int) -> str:
        """The value of a row, or the problem that stands for all of them."""
        return self.problem if self.values is None else self.values[place]


def outcome_of(delivered: Delivered, numbers: Sequence[int]) -> Outcome:
    """Read an answer: its values where it keeps the contract, otherwise what is wrong with it.

    Args:
        delivered: What was seen.
        numbers: The row numbers that were sent.
    """
    if delivered.death is not None:
        return Outcome(None, "Died")
    if delivered.is_timed_out:
        return Outcome(None, "Timeout")
    if delivered.failure is not None:
        failure = delivered.failure
        return Outcome(None, ": ".join(filter(None, (failure.type, failure.message.partition("\n")[0]))))
    if delivered.answer_text is None:
        return Outcome(None, "not-json", is_answered=True)
    return _values(delivered.answer, numbers)


def _values(answer: Any, numbers: Sequence[int]) -> Outcome:
    found = problems(answer, numbers)
    if found:
        return Outcome(None, found[0].id, is_answered=True)
    return Outcome(tuple(_text(value) for _, value in answer["data"]), is_answered=True)


def _text(value: Any) -> str:
    """A value as JSON text that is the same for equal values: 1.0 is 1."""
    text = _encode(value)
    return _encode(_with_integers(value)) if ".0" in text or "e" in text else text


def _with_integers(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, list):
        return [_with_integers(member) for member in value]
    if isinstance(value, dict):
        return {key: _with_integers(member) for key, member in value.items()}
    return value
