"""``assert result.response == {...}`` that fails -> where the two differ."""

from __future__ import annotations

from typing import Any

from fn_emulator.report.expectation import expectation_lines
from pytest_fn_emulator.calls import CallOfTest, CallsOfTest


def explanation(calls: CallsOfTest, left: Any, right: Any) -> list[str] | None:
    """The lines of an explanation; None where neither side is the response of a call of the test."""
    if not (isinstance(left, dict | list) and isinstance(right, dict | list)):
        return None
    for got, expected in ((left, right), (right, left)):
        call = _call_of(calls, got)
        if call is not None:
            lines = expectation_lines(expected, got, call.function.masker.mask)
            title = f"response of {call.function.function.given} == what is expected"
            return [title, *lines] if lines else None
    return None


def _call_of(calls: CallsOfTest, value: Any) -> CallOfTest | None:
    """The last call with this response; the very one goes before an equal one."""
    last_first = list(calls)[::-1]
    same = [call for call in last_first if call.result.answer is value]
    equal = (call for call in last_first if _is_equal(call.result.answer, value))
    return same[0] if same else next(equal, None)


def _is_equal(answer: Any, value: Any) -> bool:
    try:
        return type(answer) is type(value) and bool(answer == value)
    except Exception:  # a comparison of the user's own; arrays have no truth, and nested values no end
        return False
