"""Settings files against their JSON Schema: a fast check that says yes or no, and jsonschema to explain a no.

``fits`` reads just the keywords that the schemas here use. A test holds it to jsonschema's verdict on generated values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fn_emulator.settings.keys import CHOICES, KEYS

Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number", "exclusiveMinimum": 0}
TEXTS: Schema = {"type": "array", "items": TEXT}
TEXT_TABLE: Schema = {"type": "object", "propertyNames": TEXT, "additionalProperties": TEXT}
QUANTITY: Schema = {"type": ["number", "string"]}


def _of_form(key: str, form: str) -> Schema:
    if form == "choice":
        return {"enum": list(CHOICES[key])}
    return {
        "text": TEXT,
        "runtime": TEXT,
        "path": TEXT,
        "list": TEXTS,
        "paths": TEXTS,
        "runtimes": TEXTS,
        "boolean": {"type": "boolean"},
        "table": TEXT_TABLE,
    }.get(form, QUANTITY)


def _entry(properties: Mapping[str, Schema], required: Iterable[str]) -> Schema:
    return {
        "type": "object",
        "propertyNames": TEXT,
        "additionalProperties": False,
        "required": list(required),
        "properties": properties,
    }


def _or_null(schema: Schema) -> Schema:
    """Toolkit takes ``description:`` with nothing after it as not given."""
    return {**schema, "type": [schema["type"], "null"]}


_FUNCTION_TABLE = _entry({key: _of_form(key, form) for key, form in KEYS.items()}, ())
PROJECT_TABLE = _entry(
    {
        **_FUNCTION_TABLE["properties"],
        "functions": {"type": "object", "propertyNames": TEXT, "additionalProperties": _FUNCTION_TABLE},
    },
    (),
)
"""``[tool.fn-emulate]``."""

FUNCTION_ENTRY = _entry(
    {
        "externalId": TEXT,
        "name": TEXT,
        **{key: _or_null(TEXT) for key in ("description", "owner", "functionPath", "runtime", "indexUrl")},
        **{key: _or_null(TEXT_TABLE) for key in ("secrets", "envVars", "metadata")},
        **{key: _or_null(NUMBER) for key in ("cpu", "memory")},
        "extraIndexUrls": _or_null(TEXTS),
        # Where Toolkit stores the code; nothing here depends on it.
        **{key: {} for key in ("dataSetExternalId", "dataSetId", "space", "fileId")},
    },
    ["externalId"],
)
"""One entry of ``*.Function.yaml``. Toolkit's own model forbids other keys, and numbers where it wants texts."""

_JSON: Schema = {
    "type": ["object", "array", "string", "number", "boolean", "null"],
    # Below the first level Toolkit takes any key, and JSON makes a text of it: ``on: 1`` arrives as ``"true": 1``.
    "propertyNames": {"type": ["string", "number", "boolean", "null"]},
    "additionalProperties": {"$ref": "#/$defs/json"},
    "items": {"$ref": "#/$defs/json"},
}
SCHEDULE_ENTRY: Schema = {
    **_entry(
        {
            "functionExternalId": TEXT,
            "name": TEXT,
            "cronExpression": TEXT,
            "description": _or_null(TEXT),
            "data": {
                "type": ["object", "null"],
                "propertyNames": TEXT,
                "additionalProperties": {"$ref": "#/$defs/json"},
            },
            "functionId": {},
            "authentication": {},
        },
        ["functionExternalId", "name", "cronExpression"],
    ),
    "$defs": {"json": _JSON},
}
"""One entry of ``*.Schedule.yaml``."""

TYPES: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}


def validate(value: Any, schema: Schema, where: str) -> None:
    """Do nothing if ``value`` fits; otherwise say what is wrong.

    Args:
        value: What a file holds.
        schema: One of the schemas of this module.
        where: File and table, for the message.

    Raises:
        SettingsError: With the path of the key, its value (never of a secret), what is allowed, and the near miss.
    """
    if not fits(value, schema, schema):
        # jsonschema takes 65 ms to import, more than a whole run.
        from fn_emulator.settings.explain import explain

        raise explain(value, schema, where)


def fits(value: Any, schema: Schema, root: Schema) -> bool:
    """Whether ``value`` is valid under ``schema``; ``root`` is where its references start."""
    if "$ref" in schema:
        return fits(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "enum" in schema:
        return isinstance(value, str) and value in schema["enum"]
    types = schema.get("type", ())
    if types and not any(TYPES[name](value) for name in ([types] if isinstance(types, str) else types)):
        return False
    if isinstance(value, dict):
        return _table_fits(value, schema, root)
    if isinstance(value, list):
        return all(fits(item, schema.get("items", {}), root) for item in value)
    return "exclusiveMinimum" not in schema or value is None or not value <= schema["exclusiveMinimum"]


def _table_fits(table: dict[Any, Any], schema: Schema, root: Schema) -> bool:
    if "propertyNames" in schema and not all(fits(key, schema["propertyNames"], root) for key in table):
        return False
    if not all(key in table for key in schema.get("required", ())):
        return False
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", {})
    for key, value in table.items():
        expected = properties.get(key, others)
        if expected is False or not fits(value, expected, root):
            return False
    return True
