"""The shape of a seed file: which resources there are, and that each holds what it should hold.

Only what is the seed's own is looked at here; what an item of CDF may hold is the endpoints' business.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fn_emulator.cdf.seeds.kinds import KINDS
from fn_emulator.cdf.seeds.model import Source, error_at, near_miss
from fn_emulator.errors import SeedError

TEXT = {"type": "string"}
OBJECT = {"type": "object"}
OBJECTS = {"type": "array", "items": OBJECT}
TEXT_OR_NUMBER = {"type": ["string", "number"]}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def _list_of(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": ["array", "null"], "items": item}


POINTS = {
    **_object(
        id={"type": "number"},
        externalId=TEXT,
        instanceId=OBJECT,
        datapoints={"type": "array", "items": {"type": ["object", "array"]}},
        start=TEXT_OR_NUMBER,
        step=TEXT_OR_NUMBER,
        values={"type": "array"},
    ),
    "additionalProperties": False,
}
PIPE = _object(config={"type": ["string", "object"]}, configs={"type": "array"}, runs=OBJECTS)
ROW = {**_object(key={}, columns={}, lastUpdatedTime={}), "additionalProperties": False}
TABLE = {"type": ["array", "object", "null"], "items": ROW}
SPECIAL = {
    "datapoints": _list_of(POINTS),
    "extpipes": _list_of(PIPE),
    "files": _list_of(_object(content=TEXT, contentBase64=TEXT, path=TEXT)),
    "functions": _list_of(_object(schedules=OBJECTS)),
    "threeD": _list_of(_object(revisions=OBJECTS)),
    "sequenceRows": _list_of(_object(rows=OBJECTS)),
    "raw": {
        "type": ["object", "null"],
        "additionalProperties": {"type": ["object", "null"], "additionalProperties": TABLE},
    },
}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {name: SPECIAL.get(name, _list_of(OBJECT)) for name in KINDS},
}
"""JSON Schema of a whole seed."""

WORDS = {
    "object": "an object",
    "array": "a list",
    "string": "a text",
    "number": "a number",
    "boolean": "true or false",
    "null": "empty",
}


def check_shape(value: Any, source: Source, below: tuple[Any, ...] = ()) -> None:
    """Do nothing if ``value`` has the shape of a seed; otherwise say what is wrong.

    Args:
        value: What a file holds, as an object with one key a resource.
        source: The file.
        below: Keys in front of each path that are not in the file itself.

    Raises:
        SeedError: With file, line, key, what is allowed, and the near miss.
    """
    from fn_emulator.settings.schema import fits

    # jsonschema takes 65 ms to import: it explains a no, and is not asked for a yes.
    if not fits(value, SCHEMA, SCHEMA):
        raise _explained(value, source, below)


def _explained(value: Any, source: Source, below: tuple[Any, ...]) -> SeedError:
    from jsonschema import Draft202012Validator

    errors = sorted(Draft202012Validator(SCHEMA).iter_errors(value), key=lambda error: [*map(str, error.absolute_path)])
    error = errors[0]
    path = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        known = list(error.schema["properties"])
        (name, *_) = [key for key in error.instance if key not in known]
        kind = "a resource of a seed" if not path else "a key that is known here"
        found = error_at(
            source, _shown((*path, name), below), f"is not {kind}.", hint=near_miss(name, known, "allowed")
        )
    else:
        types = error.validator_value
        allowed = _or([WORDS[name] for name in ([types] if isinstance(types, str) else types) if name != "null"])
        hint = "put it in quotes" if isinstance(error.instance, int | float) and "text" in allowed else None
        found = error_at(source, _shown(path, below), f"must be {allowed}, it is {_kind(error.instance)}.", hint=hint)
    return found


def _shown(path: tuple[Any, ...], below: tuple[Any, ...]) -> tuple[Any, ...]:
    """In a file that is named after its resource, the resource's name is not in the file."""
    return path[len(below) :] if path[: len(below)] == below else path


def _kind(value: Any) -> str:
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "empty"}
    return kinds.get(type(value), "a number")


def _or(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
