"""One property value against the type of its container's property: the stored value, or the platform's 400."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from fn_emulator.cdf.contract import CdfError, bad_request
from fn_emulator.cdf.modeling.moments import TIMESTAMP_FORMAT, read_date, read_timestamp

Type = Mapping[str, Any]

INTEGERS = {"int32": 31, "int64": 63}
FLOATS = {"float32": 3.4028234663852886e38, "float64": math.inf}
NUMBERS = frozenset({*INTEGERS, *FLOATS})
REFERENCES = frozenset({"timeseries", "file", "sequence"})

LIST_SIZE = 1000
"""Values in a list whose type has no ``maxListSize``.

The sizes here were not checked against the platform's page of limits, dm_limits_and_restrictions.
"""

RELATIONS_SIZE = 100
"""The same of a list of direct relations."""

TEXT_BYTES = 128 * 1024
JSON_BYTES = 40_960


def store_value(name: str, definition: Mapping[str, Any], value: Any) -> Any:
    """The value as it is stored; None removes the property.

    Args:
        name: The property as the caller knows it, for the message.
        definition: The container's property: ``{"type": {...}, "nullable": ...}``.
        value: What was sent.

    Returns:
        The normalised value: timestamps in UTC with milliseconds, references with their two keys only, floats as float.

    Raises:
        CdfError: 400 that names property, expected type and value. The platform's words are known for timestamps; the
            others have the same form.
    """
    kind: Type = definition["type"]
    if value is None:
        if not definition.get("nullable", True):
            raise bad_request(f"The value of property '{name}' must not be null: the property is not nullable.")
        return None
    if not kind.get("list", False):
        return _store_one(name, kind, value)
    return _store_list(name, kind, value)


def _store_list(name: str, kind: Type, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise _refusal(name, f"a list of {kind['type']} values", value)
    most = kind.get("maxListSize") or (RELATIONS_SIZE if kind["type"] == "direct" else LIST_SIZE)
    if len(value) > most:
        raise bad_request(
            f"The value of property '{name}' must have at most {most} elements. Got {len(value)} elements."
        )
    return [_store_one(name, kind, element) for element in value]


def _store_one(name: str, kind: Type, value: Any) -> Any:
    stored = _READERS[kind["type"]](kind, value)
    if stored is None:
        raise _refusal(name, expected(kind), value)
    return stored


def expected(kind: Type) -> str:
    """What one value of a type must be, in words."""
    match kind["type"]:
        case "text":
            size = kind.get("maxTextSize")
            return (
                f"a string of at most {size} bytes"
                if size
                else "a string of at most 131072 bytes without null characters"
            )
        case "int32" | "int64" as name:
            return f"an integer between -2^{INTEGERS[name]} and 2^{INTEGERS[name]}-1"
        case "enum":
            return f"one of {', '.join(map(repr, kind['values']))}"
        case other:
            return _EXPECTED[other]


def _refusal(name: str, what: str, value: Any) -> CdfError:
    shown = value if isinstance(value, str) else json.dumps(value, default=str)
    shown = shown if len(shown) <= 200 else f"{shown[:200]}..."
    return bad_request(f"The value of property '{name}' must be {what}. Got value '{shown}'.")


# Each reader gives the stored form of one value, or None where the value is not of the type.


def _text(kind: Type, value: Any) -> str | None:
    if not isinstance(value, str) or "\0" in value:
        return None
    try:
        size = len(value.encode())
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can hold and no database does
        return None
    return value if size <= (kind.get("maxTextSize") or TEXT_BYTES) else None


def _boolean(_: Type, value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _integer(kind: Type, value: Any) -> int | None:
    # Whether the platform takes 5.0 for an integer is not documented; refused, so that it is seen before production.
    bits = INTEGERS[kind["type"]]
    return value if type(value) is int and -(1 << bits) <= value < 1 << bits else None


def _float(kind: Type, value: Any) -> float | None:
    if type(value) not in (int, float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) and abs(number) <= FLOATS[kind["type"]] else None


def _timestamp(_: Type, value: Any) -> str | None:
    return read_timestamp(value) if isinstance(value, str) else None


def _date(_: Type, value: Any) -> str | None:
    return read_date(value) if isinstance(value, str) else None


def _json(_: Type, value: Any) -> Any:
    return value if value is not None and len(json.dumps(value, separators=(",", ":"))) <= JSON_BYTES else None


def _direct(_: Type, value: Any) -> dict[str, str] | None:
    if not isinstance(value, Mapping):
        return None
    space, external_id = value.get("space"), value.get("externalId")
    if not isinstance(space, str) or not isinstance(external_id, str) or not space or not external_id:
        return None
    return {"space": space, "externalId": external_id}


def _reference(_: Type, value: Any) -> str | None:
    return value if isinstance(value, str) and value and len(value) <= 255 else None


def _enum(kind: Type, value: Any) -> str | None:
    return value if isinstance(value, str) and value in kind["values"] else None


_READERS: dict[str, Callable[[Type, Any], Any]] = {
    "text": _text,
    "boolean": _boolean,
    "timestamp": _timestamp,
    "date": _date,
    "json": _json,
    "direct": _direct,
    "enum": _enum,
    **dict.fromkeys(INTEGERS, _integer),
    **dict.fromkeys(FLOATS, _float),
    **dict.fromkeys(REFERENCES, _reference),
}

TYPES = frozenset(_READERS)
"""Every type that a container's property can have."""

_EXPECTED = {
    "boolean": "a boolean",
    "float32": "a finite 32 bit floating point number",
    "float64": "a finite 64 bit floating point number",
    "timestamp": TIMESTAMP_FORMAT,
    "date": "a string in the format 'YYYY-MM-DD'",
    "json": f"a JSON value of at most {JSON_BYTES} bytes",
    "direct": 'a direct relation {"space": ..., "externalId": ...}',
    "timeseries": "the external id of a time series",
    "file": "the external id of a file",
    "sequence": "the external id of a sequence",
}
