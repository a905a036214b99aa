"""``${NAME}`` in a text -> the environment's value, remembering how the text was written and what was not there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from fn_emulator.settings.model import Found, Layer

if TYPE_CHECKING:
    from fn_emulator.model import JSON

REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def fill(text: str, environ: Mapping[str, str], *, origin: str = "", file: str = "") -> Found:
    """Fill the references in ``text``; one to a variable that is not set stays as it is, as Toolkit leaves it."""
    names = REFERENCE.findall(text)
    if not names:
        return Found(text, origin, file=file)
    missing = tuple(dict.fromkeys(name for name in names if name not in environ))
    filled = REFERENCE.sub(lambda match: environ.get(match[1], match[0]), text)
    return Found(filled, origin, template=text, file=file, needs=missing)


def fill_table(table: str, texts: Mapping[str, str], environ: Mapping[str, str], *, origin: str, file: str) -> Layer:
    """Fill every text of a table, such as ``secrets``; the keys are ``secrets.NAME``."""
    return {f"{table}.{name}": fill(text, environ, origin=origin, file=file) for name, text in texts.items()}


def fill_all(value: JSON, environ: Mapping[str, str]) -> tuple[JSON, tuple[str, ...]]:
    """Fill every text in a JSON value; also the variables that are not set, in order."""
    missing: dict[str, None] = {}

    def filled(part: JSON) -> JSON:
        if isinstance(part, dict):
            return {key: filled(item) for key, item in part.items()}
        if isinstance(part, list):
            return [filled(item) for item in part]
        if not isinstance(part, str):
            return part
        result = fill(part, environ)
        missing.update(dict.fromkeys(result.needs))
        return result.value

    return filled(value), tuple(missing)
