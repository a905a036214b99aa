"""What was typed as ``--data`` and ``--at`` -> values, or one error that says what is wrong and where."""

from __future__ import annotations

import errno
import math
import sys
from datetime import datetime
from typing import NoReturn

from fn_emulator.cdf.call_input import parse_instant
from fn_emulator.errors import DataError
from fn_emulator.model import JSON


def read_data(given: str | None) -> JSON:
    """The value of ``--data``: JSON, ``@FILE`` or ``-`` for standard input; None when it was not given.

    Raises:
        DataError: If the file cannot be read, or the text is not JSON.
    """
    if given is None:
        return None
    if given != "-" and not given.startswith("@"):
        return parse_json(given, "--data")
    where = "standard input" if given == "-" else given[1:]
    return parse_json(read_text(given, where), where)


def read_text(given: str, where: str) -> str:
    """The text of ``@FILE``, or of standard input for ``-``; ``where`` is what messages call it.

    Raises:
        DataError: If it cannot be read.
    """
    try:
        content = _content(given)
    except OSError as exc:
        hint = "name a JSON file: --data @FILE"
        raise DataError(f"--data {given}: {where} cannot be read: {exc.strerror}.", hint=hint) from exc
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise DataError(f"{where} is not UTF-8 text (byte {exc.start}).", hint="save it as UTF-8") from exc


def _content(given: str) -> bytes:
    if given == "-":
        if sys.stdin is None:  # the caller closed it
            raise OSError(errno.EBADF, "it is closed")
        return sys.stdin.buffer.read()
    with open(given[1:], "rb") as file:
        return file.read()


def parse_json(text: str, where: str) -> JSON:
    """JSON from text.

    Raises:
        DataError: If it is not JSON, with line and column; NaN, Infinity and numbers that Python cannot hold are not.
    """
    import json

    def refuse(constant: str) -> NoReturn:
        raise DataError(f"{where} holds {constant}, which is not JSON.", hint="use null or a text instead")

    def finite(number: str) -> float:
        value = float(number)
        if math.isinf(value):
            raise DataError(f"{where} holds {number:.30}, which is too large for a number.", hint="write it as a text")
        return value

    try:
        return json.loads(text, parse_constant=refuse, parse_float=finite)
    except json.JSONDecodeError as exc:
        hint = _json_hint(text) if where == "--data" else "mend it at that place"
        raise DataError(f"{where} is not JSON: {exc.msg} (line {exc.lineno}, column {exc.colno}).", hint=hint) from exc
    except RecursionError as exc:
        raise DataError(f"{where} is nested too deeply.", hint="flatten it") from exc
    except ValueError as exc:  # Python converts no whole numbers of thousands of digits
        raise DataError(f"{where} holds a number of too many digits.", hint="write it as a text") from exc


def _json_hint(text: str) -> str:
    if text and not text.startswith(("{", "[", '"')) and text.rpartition(".")[2] in ("json", "txt"):
        return f"to read a file, write --data @{text}"
    return """quote it for the shell, e.g. --data '{"name": "Ada"}'"""


def read_instant(given: str | None) -> datetime | None:
    """The value of ``--at``: ISO 8601, UTC without a zone; None when it was not given.

    Raises:
        DataError: If it is not such an instant.
    """
    if given is None:
        return None
    return parse_instant(given, f"--at {given!r}")
