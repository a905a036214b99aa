"""Any message of ``message_types`` to a JSON-shaped dict, and back. The slow and general path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fn_emulator.cdf.datapoints.message_types import DATA_FIELDS, MESSAGES, SERIES_TYPES
from fn_emulator.cdf.datapoints.wire import (
    FIXED64,
    LENGTH,
    VARINT,
    double,
    length_delimited,
    read_fields,
    to_double,
    to_int64,
    to_text,
    varint,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fn_emulator.cdf.datapoints.message_types import Field

_REFERENCES = ("id", "externalId", "instanceId")
_ONE_OF = {
    "DataPointInsertionItem": (_REFERENCES, DATA_FIELDS),
    "DataPointListItem": (DATA_FIELDS,),
}
_WIRE_TYPES = {"int64": VARINT, "bool": VARINT, "enum": VARINT, "double": FIXED64}
_SCALARS: dict[str, Callable[[Any], Any]] = {
    "int64": to_int64,
    "bool": bool,
    "enum": SERIES_TYPES.get,
    "double": to_double,
    "string": to_text,
}
_TYPE_NUMBERS = {name: number for number, name in SERIES_TYPES.items()}
_WRITERS: dict[str, Callable[[Any], bytes]] = {
    "int64": varint,
    "bool": lambda value: b"\x01" if value else b"\x00",
    "enum": lambda name: varint(_TYPE_NUMBERS[name]),
    "double": double,
    "string": lambda text: length_delimited(text.encode("utf-8", "replace")),  # a lone surrogate has no UTF-8
    "bytes": length_delimited,
}


def decode_message(message: str, data: bytes) -> dict[str, Any]:
    """The fields of a message that are on the wire, by name; unknown ones are left away, as protobuf has it.

    Args:
        message: Its name in ``MESSAGES``.
        data: Its bytes.

    Raises:
        MessageError: If the bytes are not such a message.
    """
    layout = MESSAGES[message]
    result: dict[str, Any] = {}
    pieces: dict[str, list[bytes]] = {}
    for number, wire_type, raw in read_fields(data):
        field = layout.get(number)
        if field is None or _WIRE_TYPES.get(field.type, LENGTH) != wire_type:
            continue
        for other in _others_of(message, field.name):
            result.pop(other, None)
            pieces.pop(other, None)
        if field.is_repeated:
            result.setdefault(field.name, []).append(_read(field, raw))
        elif field.type in _SCALARS:
            result[field.name] = _SCALARS[field.type](raw)
        else:
            result[field.name] = field
            pieces.setdefault(field.name, []).append(raw)  # type: ignore[arg-type]  # its wire type is LENGTH
    # A nested message may come in several pieces: parsing them joined is merging them.
    return {**result, **{name: _read(result[name], b"".join(parts)) for name, parts in pieces.items()}}


def _others_of(message: str, name: str) -> list[str]:
    """The fields that a field drives out: of a ``oneof``, the last on the wire is the one that counts."""
    return [other for group in _ONE_OF.get(message, ()) if name in group for other in group if other != name]


def _read(field: Field, raw: Any) -> Any:
    return raw if field.type == "bytes" else decode_message(field.type, raw)


def encode_message(message: str, content: Mapping[str, Any]) -> bytes:
    """The bytes of a message. What is absent or None is left away; a zero is written, which protobuf allows.

    Args:
        message: Its name in ``MESSAGES``.
        content: Its fields by name; others are ignored.
    """
    parts = []
    for number, field in MESSAGES[message].items():
        value = content.get(field.name)
        if value is None:
            continue
        for each in value if field.is_repeated else (value,):
            parts.append(_key(number, field.type))
            writer = _WRITERS.get(field.type)
            parts.append(length_delimited(encode_message(field.type, each)) if writer is None else writer(each))
    return b"".join(parts)


def _key(number: int, kind: str) -> bytes:
    return varint(number << 3 | _WIRE_TYPES.get(kind, LENGTH))
