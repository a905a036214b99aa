"""What a runner saw of one delivery -> the value of each row, or why there is none."""

from __future__ import annotations

import json
import math
import signal
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fn_emulator.model import JSON, Status
from fn_emulator.snowflake.contract import problems

if TYPE_CHECKING:
    from fn_emulator.observations import Death
    from fn_emulator.trials import Delivered

Row = Sequence[JSON]
"""The arguments of one row, without its number."""

ROUNDED = 1e-9
"""Sums of floats in another order differ by less, relatively."""

SAME = 1e-12
"""And by less than that, where just the last digits of each are rounded otherwise."""

SAME_SINGLE = 2e-6
"""The same of numbers that were computed with 32 bits."""

SINGLE_DIGITS = 12
"""Most of these have more digits; nobody writes so many."""

_encode = json.JSONEncoder(sort_keys=True).encode


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one delivery.

    Attributes:
        values: The value of each row as JSON text, in the order in which the rows were sent; None where there is no
            answer that has them.
        problem: Why not: ``ZeroDivisionError: division by zero``, ``Timeout``, ``Died: SIGSEGV``, ``row-count``; else
            an empty text.
        status: As of a call; ``Completed`` where there is an answer at all, though it may break the contract.
    """

    values: tuple[str, ...] | None
    problem: str = ""
    status: Status = "Completed"

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
        return _died(delivered.death)
    if delivered.is_timed_out:
        return Outcome(None, "Timeout", "Timeout")
    if delivered.failure is not None:
        failure = delivered.failure
        return Outcome(None, ": ".join(filter(None, (failure.type, failure.message.partition("\n")[0]))), "Failed")
    if delivered.answer_text is None:
        return Outcome(None, "not-json")
    return _values(delivered.answer, numbers)


def _died(death: Death) -> Outcome:
    if death.is_out_of_memory:
        return Outcome(None, "OutOfMemory", "OutOfMemory")
    if death.signal is None:
        return Outcome(None, f"Died: exit code {death.exit_code}", "Died")
    known = death.signal in {one.value for one in signal.Signals}  # a real-time signal has no name
    return Outcome(None, f"Died: {signal.Signals(death.signal).name if known else f'signal {death.signal}'}", "Died")


def _values(answer: Any, numbers: Sequence[int]) -> Outcome:
    found = problems(answer, numbers)
    # 1.0 for 1 is told by itself, and leaves no doubt about which value is whose.
    if found and (found[0].id != "row-number" or [number for number, _ in answer["data"]] != list(numbers)):
        return Outcome(None, found[0].id)
    return Outcome(tuple(_text(value) for _, value in answer["data"]))


def _text(value: Any) -> str:
    """A value as JSON text that is the same for equal values: 1.0 is 1."""
    text = _encode(value)
    return _encode(_with_integers(value)) if ".0" in text or "e" in text else text


def is_same(one: str, other: str) -> bool:
    """Whether two values, as JSON text, are equal; floats, to their twelfth digit.

    How a library rounds the last digits follows from where in an array a number stands, and is nobody's fault.
    """
    return one == other or (("." in one or "." in other) and is_rounding(one, other, SAME))


def is_rounding(one: str, other: str, rel_tol: float = ROUNDED) -> bool:
    """Whether two values, as JSON text, are the same but for floats that are nearly so."""
    if one == other:
        return False
    try:
        return _is_close(json.loads(one), json.loads(other), rel_tol)
    except ValueError:  # a problem in the place of a value
        return False


def _is_close(one: Any, other: Any, rel_tol: float) -> bool:
    if isinstance(one, float) or isinstance(other, float):
        are_numbers = isinstance(one, int | float) and isinstance(other, int | float)
        return are_numbers and _are_near(one, other, rel_tol)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            _is_close(mine, its, rel_tol) for mine, its in zip(one, other, strict=True)
        )
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_is_close(one[key], other[key], rel_tol) for key in one)
    return bool(one == other)


def _are_near(one: float, other: float, rel_tol: float) -> bool:
    if math.isclose(one, other, rel_tol=rel_tol):
        return True
    return math.isclose(one, other, rel_tol=SAME_SINGLE) and _is_single(one) and _is_single(other)


def _is_single(number: float) -> bool:
    """Whether it was computed with 32 bits: that is all that it holds, in more digits than people give numbers."""
    digits = repr(number).partition("e")[0].replace(".", "").strip("-0")
    if len(digits) < SINGLE_DIGITS:
        return False
    try:
        return bool(struct.unpack("f", struct.pack("f", number))[0] == number)
    except OverflowError:
        return False


def _with_integers(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, list):
        return [_with_integers(member) for member in value]
    if isinstance(value, dict):
        return {key: _with_integers(member) for key, member in value.items()}
    return value
