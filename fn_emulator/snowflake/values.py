"""A value of a row -> the form in which Snowflake sends it, by its SQL type.

Source: Snowflake documentation, Remote service input format: numbers, booleans and objects as JSON has them, other
types as texts in their default output format. Variants and arrays are documented as texts in one edition and observed
as plain JSON in deployed handlers, which is followed here. Undocumented, and our reading: a NUMBER with a scale has all
its digits behind the point (``2.00``), a FLOAT always has a point (``3.0``).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from fn_emulator.model import JSON
from fn_emulator.snowflake.sql_type import ARRAY, BINARY, DATE, TIME, TIMESTAMP_NTZ, TIMESTAMP_TZ, SqlType
from fn_emulator.snowflake.times import MisfitError, wire_date, wire_time, wire_timestamp

Value = Any
"""JSON, where a ``Decimal`` is a number that a float would change."""

_EXACT = Context(prec=100, rounding=ROUND_HALF_UP)
"""Snowflake rounds half away from zero."""

_BY_PYTHON_TYPE: Mapping[type, SqlType] = {
    datetime: TIMESTAMP_NTZ,
    date: DATE,
    time: TIME,
    bytes: BINARY,
    bytearray: BINARY,
    tuple: ARRAY,
}


def wire_value(value: Any, sql_type: SqlType | None) -> Value:
    """The wire form of a value.

    Args:
        value: JSON, or a Decimal, date, time, datetime or bytes object. Texts stand for dates, times and binary values
            (in hexadecimal digits) where the type is one of these.
        sql_type: What the column holds; None leaves JSON as it is, and takes other objects for what they are in SQL.

    Returns:
        NUMBER: int without a scale, else a Decimal with that many digits behind the point. FLOAT: float. BOOLEAN: bool.
        VARCHAR: str. BINARY: hexadecimal digits in upper case. DATE ``2014-01-01``, TIME ``16:00:00``, TIMESTAMP_NTZ
        ``2014-01-01 16:00:00`` (with ``.123`` where it has a fraction), TIMESTAMP_LTZ and _TZ ``Wed, 01 Jan 2014
        16:00:00 -0800``. VARIANT, OBJECT and ARRAY: the JSON itself. None, SQL's NULL, is null for every type.

    Raises:
        MisfitError: If the value is none of the type.
    """
    if value is None:
        return None
    if sql_type is None:
        sql_type = _natural_type(value)
        if sql_type is None:
            return _json(value)
    return _FORMS[sql_type.name](value, sql_type)


def _natural_type(value: Any) -> SqlType | None:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return TIMESTAMP_TZ
    return next((sql_type for kind, sql_type in _BY_PYTHON_TYPE.items() if isinstance(value, kind)), None)


def _number(value: Any, sql_type: SqlType) -> int | Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not _is_finite(value):
        raise _not_a(sql_type, "12.5" if sql_type.scale else "12")
    precision, scale = sql_type.precision or 0, sql_type.scale or 0
    exact = Decimal(float.__repr__(value)) if isinstance(value, float) else Decimal(value)
    if exact and exact.adjusted() >= precision - scale:
        raise MisfitError(f"which has more than {precision - scale} digits before the point, as {sql_type} allows")
    fitted = exact.quantize(Decimal(1).scaleb(-scale), context=_EXACT)
    if fitted != exact:
        wider = f"number(38, {min(-int(exact.as_tuple().exponent), 37)})"
        hint = f"write it as {fitted:f}, or give the column another type, e.g. {wider} or float"
        raise MisfitError(f"which {sql_type} would round to {fitted:f}", hint)
    return fitted if scale else int(fitted)


def _float(value: Any, sql_type: SqlType) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise _not_a(sql_type, "12.5")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        # What Snowflake sends for NaN and infinity is not documented, and JSON has no number for them.
        raise MisfitError("which JSON has no number for", "use null")
    return number


def _boolean(value: Any, sql_type: SqlType) -> bool:
    if not isinstance(value, bool):
        raise _not_a(sql_type, "true")
    return value


def _text(value: Any, sql_type: SqlType) -> str:
    if not isinstance(value, str):
        raise _not_a(sql_type, '"text"')
    if sql_type.length is not None and len(value) > sql_type.length:
        raise MisfitError(f"which has {len(value):,} characters, more than {sql_type} holds")
    return _unicode(value)


def _binary(value: Any, sql_type: SqlType) -> str:
    try:
        content = bytes(value) if isinstance(value, bytes | bytearray) else bytes.fromhex(value)
    except (TypeError, ValueError):
        raise _not_a(sql_type, '"48656C6C6F" (hexadecimal digits)') from None
    if sql_type.length is not None and len(content) > sql_type.length:
        raise MisfitError(f"which has {len(content):,} bytes, more than {sql_type} holds")
    return content.hex().upper()


def _object(value: Any, sql_type: SqlType) -> JSON:
    if not isinstance(value, Mapping):
        raise _not_a(sql_type, '{"key": 1}')
    return _json(value)


def _array(value: Any, sql_type: SqlType) -> JSON:
    if not isinstance(value, list | tuple):
        raise _not_a(sql_type, "[1, 2]")
    return _json(value)


def _variant(value: Any, sql_type: SqlType) -> JSON:
    natural = _natural_type(value)
    return _json(value) if natural is None else wire_value(value, natural)


def _json(value: Any) -> JSON:
    """JSON as it is; in it stand dates, times and bytes as they would in a VARIANT."""
    match value:
        case None | bool() | int():
            return value
        case str():
            return _unicode(value)
        case float() | Decimal():
            if not _is_finite(value):
                raise MisfitError("which JSON has no number for", "use null")
            return value
        case dict():
            for key in value:
                if not isinstance(key, str):
                    raise MisfitError(f"which has the key {key!r}, and keys are texts", "make the keys texts")
            return {_unicode(key): _json(member) for key, member in value.items()}
        case list() | tuple():
            return [_json(member) for member in value]
        case _:
            pass
    if _natural_type(value) is not None:
        return wire_value(value, None)
    raise MisfitError(f"which is of type {type(value).__qualname__} and has no form in JSON", "pass JSON values")


def _is_finite(value: float | Decimal) -> bool:
    return value.is_finite() if isinstance(value, Decimal) else isinstance(value, int) or math.isfinite(value)


def _unicode(text: str) -> str:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise MisfitError("which holds half of a surrogate pair, as no text in Snowflake does") from None
    return text


def _not_a(sql_type: SqlType, example: str) -> MisfitError:
    hint = f"write it as e.g. {example}, or give the column another type in the signature"
    return MisfitError(f"which is not {'an' if sql_type.name[0] in 'AO' else 'a'} {sql_type}", hint)


_FORMS: Mapping[str, Callable[[Any, SqlType], Value]] = {
    "NUMBER": _number,
    "FLOAT": _float,
    "BOOLEAN": _boolean,
    "VARCHAR": _text,
    "BINARY": _binary,
    "DATE": wire_date,
    "TIME": wire_time,
    "TIMESTAMP_NTZ": wire_timestamp,
    "TIMESTAMP_LTZ": wire_timestamp,
    "TIMESTAMP_TZ": wire_timestamp,
    "VARIANT": _variant,
    "OBJECT": _object,
    "ARRAY": _array,
}
