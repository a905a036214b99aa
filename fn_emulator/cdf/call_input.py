"""What a caller hands over -> what a call takes: data as JSON makes it, an instant in UTC, a path as text."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from fn_emulator.errors import DataError, EmulatorError
from fn_emulator.harness.answer import encode_answer
from fn_emulator.model import JSON


def as_json(data: JSON, name: str = "data") -> tuple[JSON, str]:
    """Data as JSON makes it, and as its text.

    Args:
        data: What was handed over.
        name: What it is called in messages.

    Raises:
        DataError: If it is not JSON, with the place.
    """
    encoded = encode_answer(data)
    if "text" in encoded:
        return encoded["value"], encoded["text"]
    what = encoded["reason"]
    if encoded["refused"]:
        first = encoded["refused"][0]
        kind = "NaN or infinite" if "not-finite" in first["traits"] else f"a {first['type']}"
        what = f"{first['path'].replace('$', name, 1)} is {kind}"
    raise DataError(f"{name} is not JSON: {what}.", hint="pass what json.dumps takes, as the platform's API does")


def as_mapping(given: Any, name: str) -> Mapping[str, Any]:
    """What was handed over by name.

    Args:
        given: A mapping.
        name: What it is called in messages.

    Raises:
        DataError: If it is something else.
    """
    if isinstance(given, Mapping):
        return given
    raise DataError(
        f"{name} is not a mapping but of type {type(given).__name__}.", hint='pass one, such as {"name": "value"}'
    )


def as_path(given: object, name: str, error: type[EmulatorError]) -> str:
    """A path as text.

    Args:
        given: Text, or what has a path that is one.
        name: What it is called in messages.
        error: What is raised.

    Raises:
        EmulatorError: If it is something else, or has a NUL character, which no path can have.
    """
    path = os.fspath(given) if isinstance(given, str | os.PathLike) else None
    if not isinstance(path, str):
        raise error(f"{name} is not a path but of type {type(given).__name__}.", hint="give a str or a pathlib.Path")
    if "\0" in path:
        raise error(f"{name} is {path!r}, which has a NUL character.", hint="give the path of a file or folder")
    return path


def read_instant(given: object, where: str) -> datetime:
    """An instant in UTC.

    Args:
        given: An aware ``datetime``, or ISO 8601 text, UTC without a zone.
        where: What gave it, as the start of a message.

    Raises:
        DataError: If it is no such instant.
    """
    return parse_instant(given, where) if isinstance(given, str) else as_instant(given, where)


def as_instant(at: object, where: str) -> datetime:
    """An instant in UTC.

    Args:
        at: An aware ``datetime``.
        where: What gave it, as the start of a message.

    Raises:
        DataError: If it is something else, has no time zone, or lies outside the years that Python knows.
    """
    hint = "pass an aware datetime, e.g. datetime(2026, 3, 29, tzinfo=timezone.utc)"
    if not isinstance(at, datetime):
        raise DataError(f"{where} is not a datetime.", hint=hint)
    if at.utcoffset() is None:
        raise DataError(f"{where} has no time zone.", hint=hint)
    try:
        return at.astimezone(timezone.utc)
    except OverflowError:
        raise DataError(f"{where} lies outside the years 1 to 9999 in UTC.", hint="choose one inside") from None


def parse_instant(text: str, where: str) -> datetime:
    """An instant from ISO 8601, UTC without a zone.

    Args:
        text: Such as ``2026-03-29``, ``2026-03-29T02:30`` or ``2026-03-29T02:30:00+02:00``.
        where: What gave it, as the start of a message.

    Raises:
        DataError: If it is not such an instant.
    """
    given = text.strip()
    if given.endswith(("Z", "z")):
        given = given[:-1] + "+00:00"  # Python 3.10 does not read Z
    try:
        instant = datetime.fromisoformat(given)
    except ValueError:
        raise DataError(
            f"{where} is not an instant in ISO 8601.", hint="write it as 2026-03-29, 2026-03-29T02:30 or with a zone"
        ) from None
    return as_instant(instant.replace(tzinfo=timezone.utc) if instant.tzinfo is None else instant, where)
