"""The text of an SQL type, with any of its synonyms -> the type that Snowflake makes of it.

Source: Snowflake documentation, Data type summary; ``GEOGRAPHY`` is refused as CREATE EXTERNAL FUNCTION does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fn_emulator.errors import SettingsError
from fn_emulator.settings.keys import near_miss

MOST_DIGITS = 38
"""Digits of a NUMBER."""


@dataclass(frozen=True, slots=True)
class SqlType:
    """A type of an argument or of the returned value.

    Attributes:
        name: Snowflake's own name: ``NUMBER``, ``FLOAT``, ``BOOLEAN``, ``VARCHAR``, ``BINARY``, ``DATE``, ``TIME``,
            ``TIMESTAMP_NTZ``, ``TIMESTAMP_LTZ``, ``TIMESTAMP_TZ``, ``VARIANT``, ``OBJECT`` or ``ARRAY``.
        precision: Digits of a NUMBER, or of the fraction of a second in a TIME or TIMESTAMP; None for other types.
        scale: Digits of a NUMBER behind the point.
        length: Most characters of a VARCHAR, most bytes of a BINARY; None for as many as Snowflake takes.
    """

    name: str
    precision: int | None = None
    scale: int | None = None
    length: int | None = None

    def __str__(self) -> str:
        if self.name == "NUMBER":
            return f"NUMBER({self.precision},{self.scale})"
        return self.name if self.length is None else f"{self.name}({self.length})"


NUMBER = SqlType("NUMBER", precision=MOST_DIGITS, scale=0)
FLOAT = SqlType("FLOAT")
BOOLEAN = SqlType("BOOLEAN")
VARCHAR = SqlType("VARCHAR")
BINARY = SqlType("BINARY")
DATE = SqlType("DATE")
TIME = SqlType("TIME", precision=9)
TIMESTAMP_NTZ = SqlType("TIMESTAMP_NTZ", precision=9)
TIMESTAMP_LTZ = SqlType("TIMESTAMP_LTZ", precision=9)
TIMESTAMP_TZ = SqlType("TIMESTAMP_TZ", precision=9)
VARIANT = SqlType("VARIANT")
OBJECT = SqlType("OBJECT")
ARRAY = SqlType("ARRAY")

_WITH_DIGITS = {"NUMBER": NUMBER, "DECIMAL": NUMBER, "DEC": NUMBER, "NUMERIC": NUMBER}
_WHOLE = dict.fromkeys(("INT", "INTEGER", "BIGINT", "SMALLINT", "TINYINT", "BYTEINT"), NUMBER)
_FLOATS = dict.fromkeys(("FLOAT", "FLOAT4", "FLOAT8", "DOUBLE", "DOUBLE PRECISION", "REAL"), FLOAT)
_TEXT = ("VARCHAR", "STRING", "TEXT", "NVARCHAR", "NVARCHAR2", "CHAR VARYING", "NCHAR VARYING")
_ONE_CHARACTER = dict.fromkeys(("CHAR", "CHARACTER", "NCHAR"), replace(VARCHAR, length=1))
_WITH_LENGTH = {**dict.fromkeys(_TEXT, VARCHAR), **_ONE_CHARACTER, "BINARY": BINARY, "VARBINARY": BINARY}
_WITH_FRACTION = {
    "TIME": TIME,
    # Snowflake's TIMESTAMP_TYPE_MAPPING is TIMESTAMP_NTZ unless somebody changed it.
    **dict.fromkeys(("TIMESTAMP", "DATETIME", "TIMESTAMP_NTZ", "TIMESTAMPNTZ"), TIMESTAMP_NTZ),
    "TIMESTAMP WITHOUT TIME ZONE": TIMESTAMP_NTZ,
    **dict.fromkeys(("TIMESTAMP_LTZ", "TIMESTAMPLTZ", "TIMESTAMP WITH LOCAL TIME ZONE"), TIMESTAMP_LTZ),
    **dict.fromkeys(("TIMESTAMP_TZ", "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"), TIMESTAMP_TZ),
}
_PLAIN = {"BOOLEAN": BOOLEAN, "DATE": DATE, "VARIANT": VARIANT, "OBJECT": OBJECT, "ARRAY": ARRAY}
TYPES = {**_WITH_DIGITS, **_WHOLE, **_FLOATS, **_WITH_LENGTH, **_WITH_FRACTION, **_PLAIN}
"""Each name that Snowflake knows, in upper case -> the type that it stands for."""

# GEOGRAPHY is documented as refused; of the others nothing is said, and no form on the wire.
_REFUSED = {
    "GEOGRAPHY": "pass it as a variant or a varchar, e.g. ST_ASGEOJSON(value)",
    "GEOMETRY": "pass it as a variant or a varchar, e.g. ST_ASGEOJSON(value)",
    "VECTOR": "pass it as an array, e.g. value::array",
    "MAP": "pass it as an object, e.g. value::object",
    "FILE": "pass its location as a varchar",
}
_MOST_LENGTH = {"VARCHAR": 134_217_728, "BINARY": 67_108_864}


def is_type(text: str) -> bool:
    """Whether a text is a type as a whole, whatever its parameters are."""
    words, _ = _parts(text)
    return words in TYPES


def parse_type(text: str, where: str) -> SqlType:
    """The type that a text such as ``number(38, 2)`` or ``double precision`` stands for.

    Args:
        text: The type, in any case.
        where: What it is a part of, for messages.

    Raises:
        SettingsError: If there is no such type, an external function cannot have it, or its parameters do not fit.
    """
    words, parameters = _parts(text)
    if words in _REFUSED:
        message = f"{where} has the type {words}, which an external function can neither take nor return."
        raise SettingsError(message, hint=_REFUSED[words])
    if words not in TYPES:
        hint = (
            near_miss(words.lower(), map(str.lower, TYPES)) or "types are e.g. number(38, 2), float, varchar, variant"
        )
        raise SettingsError(f"{where} has the type {text.strip()!r}, which Snowflake does not have.", hint=hint)
    if parameters is None:
        return TYPES[words]
    given = _whole_numbers(parameters)
    fitted = None if given is None else _fitted(words, given)
    if fitted is None:
        message = f"{where} has the type {text.strip()!r}, and {words} takes {_expected(words)}."
        raise SettingsError(message, hint=_example(words))
    return fitted


def _parts(text: str) -> tuple[str, str | None]:
    found = re.search(r"\(([^()]*)\)", text)
    outside = text if found is None else f"{text[: found.start()]} {text[found.end() :]}"
    return " ".join(outside.upper().split()), None if found is None else found[1]


def _whole_numbers(parameters: str) -> list[int] | None:
    parts = [part.strip() for part in parameters.split(",")]
    return [int(part) for part in parts] if all(re.fullmatch("[0-9]{1,9}", part) for part in parts) else None


def _fitted(words: str, given: Sequence[int]) -> SqlType | None:
    """The type with its parameters; None where they are too many, too large or without meaning."""
    if words in _WITH_DIGITS and len(given) <= 2:
        precision, scale = given[0], given[1] if len(given) == 2 else 0
        if 1 <= precision <= MOST_DIGITS and scale <= min(precision, MOST_DIGITS - 1):
            return replace(NUMBER, precision=precision, scale=scale)
    if len(given) == 1:
        kind = TYPES[words]
        if words in _WITH_LENGTH and 1 <= given[0] <= _MOST_LENGTH[kind.name]:
            return replace(kind, length=given[0])
        if words in _WITH_FRACTION and given[0] <= 9:
            return replace(kind, precision=given[0])
    return None


def _expected(words: str) -> str:
    if words in _WITH_DIGITS:
        return "a precision from 1 to 38 and a scale from 0 to 37 that is not larger"
    if words in _WITH_LENGTH:
        return f"a length from 1 to {_MOST_LENGTH[TYPES[words].name]:,}"
    return "a precision from 0 to 9" if words in _WITH_FRACTION else "no parameters"


def _example(words: str) -> str:
    if words in _WITH_DIGITS:
        return f"write e.g. {words.lower()}(38, 2)"
    if words not in _WITH_LENGTH and words not in _WITH_FRACTION:
        return f"write {words.lower()}"
    first, space, rest = words.lower().partition(" ")
    # The parameter of TIMESTAMP WITH TIME ZONE stands behind its first word, that of CHAR VARYING behind its last.
    return f"write e.g. {first}(9){space}{rest}" if words in _WITH_FRACTION else f"write e.g. {words.lower()}(9)"
