"""``--secret``, ``--secrets-file``, ``--env``, ``--env-file`` -> names with values. No message shows a value."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from fn_emulator.errors import DataError, SettingsError
from fn_emulator.settings.keys import near_miss
from fn_emulator.settings.model import Found, Layer

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
ASSIGNMENT = re.compile(r"\s*(?:export\s+)?([^=\s]*)\s*=\s*(.*?)\s*", re.DOTALL)
DOUBLE_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"\s*(?:#.*)?')
SINGLE_QUOTED = re.compile(r"'([^']*)'\s*(?:#.*)?")
ESCAPES: Mapping[str, str] = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$"}


def read_flag(
    flag: str, given: Iterable[str] | Mapping[str, str], environ: Mapping[str, str]
) -> Iterator[tuple[str, Found]]:
    """Yield name and value of each ``K=V`` or ``NAME``; from Python a mapping is fine too.

    Args:
        flag: ``--secret`` or ``--env``, or the argument ``secrets=`` or ``env=``, for messages and origins.
        given: What was given.
        environ: Where a bare ``NAME`` takes its value from.

    Raises:
        SettingsError: If a bare name is not in ``environ``, or there is no name before ``=``.
    """
    if isinstance(given, Mapping):
        for name, value in given.items():
            where = f"{flag.rstrip('=')}[{name!r}]"
            if not isinstance(name, str):
                raise SettingsError(f"{where} has a name of type {type(name).__name__}.", hint="give a str")
            if not isinstance(value, str):
                raise SettingsError(f"{where} is not a text but of type {type(value).__name__}.", hint="give a str")
            yield name, Found(value, flag)
        return
    for item in given:
        name, equals, value = item.partition("=")
        if not name.strip():
            raise SettingsError(f"{flag} has no name before '='.", hint=f"write {flag} NAME=VALUE")
        if equals:
            yield name, Found(value, flag)
        elif name in environ:
            yield name, Found(environ[name], flag, template=f"${{{name}}}")
        else:
            near = near_miss(name, environ)
            settable = f", or set {name} in the environment" if name.isidentifier() else ""
            hint = near or f"write {flag} {name}=VALUE{settable}"
            raise SettingsError(f"{flag} {name}: there is no environment variable {name!r}.", hint=hint)


def read_secrets_file(path: str, origin: str) -> Iterator[tuple[str, Found]]:
    """Yield the secrets of a JSON, YAML or dotenv file.

    Raises:
        DataError: If the file cannot be read as one of these, with the line where that is known.
    """
    text = _read(path, origin)
    suffix = Path(path).suffix.lower()
    if suffix == ".json" or (suffix not in (".yaml", ".yml") and text.lstrip().startswith("{")):
        values = _json(text, path)
    elif suffix in (".yaml", ".yml"):
        values = _yaml(text, path)
    else:
        yield from _dotenv(text, path, origin)
        return
    for name, value in values.items():
        if not isinstance(name, str) or not isinstance(value, str):
            kind = type(value if isinstance(name, str) else name).__name__
            raise DataError(f"{path}: secret {name!r} is not a text but of type {kind}.", hint="write it in quotes")
        yield name, Found(value, origin, file=path)


def read_env_file(path: str, origin: str) -> Iterator[tuple[str, Found]]:
    """Yield the variables of a dotenv file.

    Raises:
        DataError: If the file cannot be read, or a line is not ``NAME=value``.
    """
    yield from _dotenv(_read(path, origin), path, origin)


def expect_variables(env: Layer) -> None:
    """Make sure that a process can have these variables in its environment, wherever they are from.

    Raises:
        SettingsError: If a name is empty, or holds ``=``, or a name or value holds what no environment can.
    """
    for name, found in env.items():
        where = f"{found.file or found.origin}: the environment variable {name!r}"
        if not name or "=" in name or not _is_possible(name):
            hint = "use letters, digits and underscores"
            raise SettingsError(f"{where} has a name that no environment can hold.", hint=hint)
        if not _is_possible(found.value):
            hint = "leave such characters out, or encode the value, for example as base64"
            raise SettingsError(f"{where} has a value with a character that no environment can hold.", hint=hint)


def _is_possible(text: str) -> bool:
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:  # half of a surrogate pair
        return False


def _read(path: str, origin: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(f"{path} is not UTF-8 text.", hint="save it as UTF-8") from None
    except FileNotFoundError:
        raise DataError(f"{path} does not exist.", hint=f"check the path that {origin} gives") from None
    except IsADirectoryError:
        raise DataError(f"{path} is a directory.", hint=f"give {origin} a file") from None
    except OSError as exc:
        raise DataError(f"{path} cannot be read: {exc.strerror}.", hint="check the file's permissions") from exc


def _json(text: str, path: str) -> dict[Any, Any]:
    import json

    try:
        values = json.loads(text)
    except json.JSONDecodeError as exc:
        where = f"{path}:{exc.lineno}:{exc.colno}"
        raise DataError(f"{where}: this is not JSON: {exc.msg}.", hint='write {"NAME": "value"}') from None
    except RecursionError:
        raise DataError(f"{path} is nested too deeply.", hint='write {"NAME": "value"}') from None
    return _object(values, path, '{"NAME": "value"}')


def _yaml(text: str, path: str) -> dict[Any, Any]:
    from fn_emulator.settings.yaml_text import load_yaml

    return _object(load_yaml(text, path, error=DataError) or {}, path, "lines of NAME: value")


def _object(values: Any, path: str, form: str) -> dict[Any, Any]:
    if isinstance(values, dict):
        return values
    raise DataError(f"{path} holds no names with values but type {type(values).__name__}.", hint=f"write {form}")


def _dotenv(text: str, path: str, origin: str) -> Iterator[tuple[str, Found]]:
    # Not splitlines: it also splits at form feeds and Unicode separators, which may stand in a value.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        where = f"{path}:{number}"
        match = ASSIGNMENT.fullmatch(line)
        if match is None:
            raise DataError(f"{where}: there is no '=' in this line.", hint="write NAME=value, or start it with #")
        if not NAME.fullmatch(match[1]):
            raise DataError(f"{where}: {match[1]!r} is not a name.", hint="write NAME=value")
        yield match[1], Found(_unquoted(match[2], where), origin, file=path)


def _unquoted(value: str, where: str) -> str:
    if value[:1] not in ('"', "'"):
        return re.split(r"\s#", value, maxsplit=1)[0].rstrip() if not value.startswith("#") else ""
    pattern = DOUBLE_QUOTED if value[0] == '"' else SINGLE_QUOTED
    match = pattern.fullmatch(value)
    if match is None:
        hint = "close it at the end of the line; a value cannot go on in the next line"
        raise DataError(f"{where}: the quote {value[0]} is not closed, or something follows it.", hint=hint)
    if value[0] == "'":
        return match[1]
    return re.sub(r"\\(.)", lambda escape: ESCAPES.get(escape[1], escape[0]), match[1])
