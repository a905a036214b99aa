"""JSON text -> values whose numbers are exact: a float where that is the number written, else a ``Decimal``."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import NoReturn

from fn_emulator.errors import RowsError
from fn_emulator.snowflake.times import MisfitError
from fn_emulator.snowflake.values import Value, wire_value

_EXACT_LENGTH = 16
"""A float holds each number of 15 digits and a point, as long as it has no exponent."""


class _NotFiniteError(ValueError):
    pass


def parse_exactly(text: str, path: str, line: int | None = None) -> Value:
    """The value of JSON text.

    Args:
        text: The text.
        path: What holds it, for messages.
        line: The line of it that ``text`` is; None where it is the whole.

    Raises:
        RowsError: If it is not JSON, with line and column; NaN and numbers that Python cannot hold are not.
    """
    try:
        value = _decode(text)
        if "\\u" in text:
            wire_value(value, None)  # only an escape can stand for half of a surrogate pair
        return value
    except (ValueError, RecursionError) as exc:
        raise _error(exc, path if line is None else f"{path}:{line}", is_line=line is not None) from None


def _error(exc: ValueError | RecursionError, where: str, *, is_line: bool) -> RowsError:
    match exc:
        case _NotFiniteError():
            return RowsError(f"{where} holds {exc}, which is not a number in JSON.", hint="use null or a text instead")
        case MisfitError():
            return RowsError(f"{where} has a value {exc.why}.", hint=exc.hint)
        case json.JSONDecodeError():
            place = f"column {exc.colno}" if is_line else f"line {exc.lineno}, column {exc.colno}"
            return RowsError(f"{where} is not JSON: {exc.msg} ({place}).", hint="mend it at that place")
        case RecursionError():
            return RowsError(f"{where} is nested too deeply.", hint="flatten it")
        case ValueError():  # Python converts no whole numbers of thousands of digits
            return RowsError(f"{where} holds a number of too many digits.", hint="write it as a text")


def _exact(number: str) -> float | Decimal:
    value = float(number)
    if len(number) <= _EXACT_LENGTH and "e" not in number and "E" not in number:
        return value
    if math.isinf(value):
        raise _NotFiniteError(f"{number:.30}")
    exact = Decimal(number)
    return value if Decimal(repr(value)) == exact else exact


def _refuse(constant: str) -> NoReturn:
    raise _NotFiniteError(constant)


_decode = json.JSONDecoder(parse_float=_exact, parse_constant=_refuse).decode
