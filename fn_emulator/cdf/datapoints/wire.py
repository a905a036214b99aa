"""The protobuf wire format: bytes to numbered fields, and back.

The format is public (protobuf.dev, "Encoding"): a message is a row of fields, each a key ``number << 3 | wire type``
and a value. Deprecated groups are refused; no message of datapoints has any.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
_SIZES = {FIXED64: 8, FIXED32: 4}
_DOUBLE = struct.Struct("<d")


class MessageError(ValueError):
    """Bytes that are not the protobuf message that they should be."""


def read_fields(data: bytes) -> Iterator[tuple[int, int, int | bytes]]:
    """Yield number, wire type and value of each field: a whole number for a varint, else the field's bytes.

    Raises:
        MessageError: If the bytes end within a field, or hold a key that the format does not know.
    """
    at, end = 0, len(data)
    while at < end:
        key, at = _read_varint(data, at)
        kind = key & 7
        if key < 8:
            raise MessageError(f"Byte {at - 1} begins a field with the number 0; fields count from 1.")
        if kind == VARINT:
            number, at = _read_varint(data, at)
            yield key >> 3, kind, number
            continue
        size, at = _read_varint(data, at) if kind == LENGTH else (_fixed_size(kind, at), at)
        if size > end - at:
            raise MessageError(f"A field of {size} bytes begins at byte {at} of {end}: the message is cut off.")
        yield key >> 3, kind, data[at : at + size]
        at += size


def _fixed_size(kind: int, at: int) -> int:
    if kind not in _SIZES:
        raise MessageError(f"The field before byte {at} has the wire type {kind}, which datapoint messages never use.")
    return _SIZES[kind]


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    for byte in data[at : at + 10]:
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number & 0xFFFFFFFFFFFFFFFF, at
        shift += 7
    problem = "is longer than 10 bytes" if shift == 70 else "is cut off"
    raise MessageError(f"The number that ends at byte {at} {problem}.")


def to_int64(number: int) -> int:
    """A varint as the signed number that it stands for (two's complement)."""
    return number - 0x10000000000000000 if number >> 63 else number


def to_double(raw: bytes) -> float:
    """Eight bytes as a double."""
    return float(_DOUBLE.unpack(raw)[0])


def to_text(raw: bytes) -> str:
    """Bytes as text.

    Raises:
        MessageError: If they are not UTF-8.
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise MessageError(f"Text in the message is not UTF-8: {exc.reason} at its byte {exc.start}.") from None


def varint(number: int) -> bytes:
    """A whole number as a varint; a negative one takes ten bytes."""
    number &= 0xFFFFFFFFFFFFFFFF
    raw = bytearray()
    while number > 0x7F:
        raw.append(number & 0x7F | 0x80)
        number >>= 7
    raw.append(number)
    return bytes(raw)


def double(number: float) -> bytes:
    """A number as the eight bytes of a double."""
    return _DOUBLE.pack(number)


def length_delimited(raw: bytes) -> bytes:
    """Bytes after their length."""
    return varint(len(raw)) + raw
