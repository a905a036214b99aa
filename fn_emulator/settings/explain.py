"""Why a settings file does not fit its schema: jsonschema finds out, and this says it with key path and near miss."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from fn_emulator.errors import SettingsError
from fn_emulator.settings.keys import near_miss, not_one_of
from fn_emulator.settings.schema import TYPES, Schema

_NAMES = {
    "object": "a table",
    "array": "a list",
    "string": "a text",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}
_DATE = "a date or time"
_HIDDEN = {"secrets", "authentication"}


def explain(value: Any, schema: Schema, where: str) -> SettingsError:
    """What jsonschema finds wrong with ``value``, the first in the order of key paths, in our words."""
    errors = Draft202012Validator(schema).iter_errors(value)
    error = min(errors, key=lambda error: ([str(step) for step in error.absolute_path], str(error.validator)))
    path = _dotted(error.absolute_path)
    match error.validator:
        case "additionalProperties":
            return _unknown_key(error, where, path)
        case "required":
            absent = next(key for key in error.validator_value if key not in error.instance)
            return SettingsError(f"{where} has no {_join(path, absent)!r}.", hint=f"add {absent}, it is required")
        case "enum":
            return not_one_of(f"{where}: {path}", error.instance, error.validator_value)
        case "exclusiveMinimum":
            hint = f"write a number above {error.validator_value}"
            return SettingsError(f"{where}: {path} is {error.instance!r}, which is out of range.", hint=hint)
        case _:
            return _wrong_type(error, where, path)


def _unknown_key(error: ValidationError, where: str, path: str) -> SettingsError:
    allowed = list(error.schema["properties"])  # type: ignore[index]
    unknown = min(str(key) for key in error.instance if key not in allowed)  # type: ignore[union-attr]
    hint = near_miss(unknown, allowed) or f"the keys are {', '.join(sorted(allowed))}"
    return SettingsError(f"{where} has no key {_join(path, unknown)!r}.", hint=hint)


def _wrong_type(error: ValidationError, where: str, path: str) -> SettingsError:
    types = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    wanted = " or ".join(_NAMES[name] for name in types if name != "null")  # type: ignore[index]
    if len(types) == len(_NAMES):
        wanted = "a text or anything else that JSON holds"
    found = next((name for kind, name in _NAMES.items() if TYPES[kind](error.instance)), _DATE)
    value = error.instance if found == _DATE else repr(error.instance)
    subject = path or "it"
    if "propertyNames" in error.absolute_schema_path:
        norway = "; YAML reads on, off, yes and no as true and false" if isinstance(error.instance, bool) else ""
        message = f"{where}: {subject} has the key {value}, which is {found}."
        return SettingsError(message, hint=f"write it in quotes{norway}")
    hidden = bool(_HIDDEN.intersection(str(step) for step in error.absolute_path)) or found in ("a table", "a list")
    shown = "" if hidden else f"{value}, which is "
    quotes = found in ("a number", "true or false", _DATE) and "a text" in wanted
    hint = "write it in quotes; the platform takes texts only" if quotes else f"write {wanted}"
    return SettingsError(f"{where}: {subject} is {shown}{found}, not {wanted}.", hint=hint)


def _dotted(path: Iterable[Any]) -> str:
    dotted = ""
    for step in path:
        dotted += f"[{step}]" if isinstance(step, int) else _join("", str(step)) if not dotted else f".{step}"
    return dotted


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
