"""``geo(number, n varchar) returns variant not null`` -> the names and types of an external function."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fn_emulator.errors import SettingsError
from fn_emulator.snowflake.sql_type import SqlType, is_type, parse_type

DEFAULT_NAME = "REMOTE_FUNCTION"
"""What a function is called whose signature has no name."""

_NAME = r'(?:[A-Za-z_][\w$]*|"(?:[^"]|"")+")'
_FORM = re.compile(
    rf"\s*(?P<name>{_NAME}(?:\.{_NAME}){{0,2}})?\s*"
    r'\((?P<arguments>(?:"[^"]*"|[^()"]|\([^()]*\))*)\)\s*'
    r"RETURNS\s+(?P<type>.+?)(?P<null>\s+(?:NOT\s+)?NULL)?\s*;?\s*",
    re.IGNORECASE | re.DOTALL,
)
_COMMA = re.compile(r",(?![^()]*\))")
_CLAUSE = re.compile(
    r"\s(AS|CALLED|RETURNS|STRICT|VOLATILE|IMMUTABLE|COMMENT|API_INTEGRATION|HEADERS|CONTEXT_HEADERS|MAX_BATCH_ROWS"
    r"|COMPRESSION|REQUEST_TRANSLATOR|RESPONSE_TRANSLATOR)\b",
    re.IGNORECASE,
)
_EXAMPLE = "write what follows CREATE EXTERNAL FUNCTION, e.g. 'geo(number, varchar) returns variant'"


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of an external function.

    Attributes:
        name: As Snowflake keeps it: in upper case, unless it was quoted; None where the signature names none.
        type: What it takes.
    """

    name: str | None
    type: SqlType


@dataclass(frozen=True, slots=True)
class Signature:
    """What an external function takes and returns.

    Attributes:
        name: As Snowflake keeps it, without database and schema: in upper case, unless it was quoted.
        arguments: In order.
        return_type: What it returns.
        is_not_null: Whether it must not return NULL (``RETURNS ... NOT NULL``).
    """

    name: str
    arguments: tuple[Argument, ...]
    return_type: SqlType
    is_not_null: bool = False

    def __str__(self) -> str:
        arguments = ", ".join(f"{one.name} {one.type}" if one.name else str(one.type) for one in self.arguments)
        return f"{self.name}({arguments}) RETURNS {self.return_type}{' NOT NULL' * self.is_not_null}"


def parse_signature(text: str, where: str = "--signature") -> Signature:
    """Read a signature.

    Args:
        text: ``[name]([argument] type, ...) returns type [[not] null]``, in any case. An argument has a name or none;
            a name in double quotes keeps its case.
        where: What holds the text, for messages.

    Raises:
        SettingsError: If it has another form, or a type is none that external functions have.

    Example:
        >>> str(parse_signature("geo(n number(38, 2), text) returns variant not null"))
        'GEO(N NUMBER(38,2), VARCHAR) RETURNS VARIANT NOT NULL'
    """
    form = _FORM.fullmatch(text)
    if form is None:
        raise SettingsError(f"{where} {text!r} {_what_is_wrong(text)}.", hint=_EXAMPLE)
    clause = _CLAUSE.search(form["type"])
    if clause is not None:
        message = f"{where} {text!r} goes on after the type that it returns, with {clause[1]!r}."
        raise SettingsError(message, hint=f"leave out what follows from {clause[1]!r} on")
    name = _stored_name(re.findall(_NAME, form["name"])[-1]) if form["name"] else DEFAULT_NAME
    return Signature(
        name=name,
        arguments=_arguments(form["arguments"], f"{where}: "),
        return_type=parse_type(form["type"], f"{where}: the returned value"),
        is_not_null=(form["null"] or "").upper().split() == ["NOT", "NULL"],
    )


def _what_is_wrong(text: str) -> str:
    if "(" not in text:
        return "has no list of arguments"
    if text.count("(") != text.count(")"):
        return "has a bracket that is not closed" if text.count("(") > text.count(")") else "has a bracket too many"
    if not re.search(r"\)\s*returns\s+\S", text, re.IGNORECASE):
        return "does not say what the function returns"
    return "is not a signature"


def _arguments(text: str, where: str) -> tuple[Argument, ...]:
    if not text.strip():
        return ()
    arguments = tuple(_argument(part, f"{where}argument {at}") for at, part in enumerate(_COMMA.split(text), start=1))
    names = [one.name for one in arguments if one.name is not None]
    for name in names:
        if names.count(name) > 1:
            raise SettingsError(f"{where}two arguments have the name {name}.", hint="give each a name of its own")
    if names and len(names) < len(arguments):
        raise SettingsError(f"{where}some arguments have a name and some have none.", hint="name all of them or none")
    return arguments


def _argument(text: str, where: str) -> Argument:
    text = text.strip()
    if not text:
        raise SettingsError(f"{where} is empty.", hint="write a type between two commas")
    # "text" alone is a type, and so is "double precision"; "date date" is an argument of that name.
    named = None if is_type(text) else re.fullmatch(rf"({_NAME})\s+([^\s(].*)", text, re.DOTALL)
    if named is None:
        return Argument(None, parse_type(text, where))
    name = _stored_name(named[1])
    return Argument(name, parse_type(named[2], f"{where} ({name})"))


def _stored_name(written: str) -> str:
    return written[1:-1].replace('""', '"') if written.startswith('"') else written.upper()
