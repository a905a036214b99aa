"""Numeric points without a status, many at once: the path of nearly every request.

A point of the years 1971 to 2109 is 18 bytes: ``0a 10 08``, six bytes of a varint, ``11`` and eight of a double; nine
bytes, ``0a 07 08`` and the varint, where the value is 0.0, which protobuf leaves away. How it works: the timestamps lie
in lanes of 64 bits in one large integer, and a few operations on that integer turn all of them at once.
"""

from __future__ import annotations

import sys
from array import array
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIRST, _LAST = 1 << 35, (1 << 42) - 1  # what takes six bytes as a varint
_POINT = rb"\n(?:\x10\x08([\x80-\xff]{5}[\0-\x7f])\x11(.{8})|\x07\x08([\x80-\xff]{5}[\0-\x7f]))"
_ZERO = bytes(8)


def decode_plain_points(data: bytes) -> tuple[list[int], list[float]] | None:
    """Timestamps and values of the repeated field 1 of ``NumericDatapoints``; None where a point is not plain."""
    import re  # imported here, as most runs never see a datapoint

    rows = re.findall(_POINT, data, re.DOTALL)
    zeros = sum(1 for row in rows if row[2])
    if 18 * len(rows) - 9 * zeros != len(data):  # a search skips what does not fit
        return None
    if zeros:
        rows = [(zero, _ZERO, b"") if zero else (time, value, b"") for time, value, zero in rows]
    times = b"\0\0".join([row[0] for row in rows]) + b"\0\0" if rows else b""
    return _times_of(times), _doubles(b"".join([row[1] for row in rows]))


def encode_plain_points(times: list[int], values: Sequence[Any]) -> bytes | None:
    """The bytes of ``NumericDatapoints``; None where a point is not plain."""
    if not times or min(times) < _FIRST or max(times) > _LAST:
        return None if times else b""
    try:
        doubles: array[float] = array("d", values)
    except TypeError:  # a point without a value
        return None
    lanes, raw = _varints_of(times), _little(doubles)
    data = bytearray(b"\n\x10\x08______\x11________" * len(times))
    for place in range(6):
        data[3 + place :: 18] = lanes[place::8]
    for place in range(8):
        data[10 + place :: 18] = raw[place::8]
    return bytes(data)


def _times_of(lanes: bytes) -> list[int]:
    """Varints of six bytes, each in a lane of eight, as numbers: seven bits to fourteen, fourteen to forty-two."""
    count = len(lanes) // 8
    x = int.from_bytes(lanes, "little")
    x = x & _mask(0x007F007F007F, count) | (x & _mask(0x7F007F007F00, count)) >> 1
    x = x & _mask(0x3FFF, count) | (x & _mask(0x3FFF0000, count)) >> 2 | (x & _mask(0x3FFF00000000, count)) >> 4
    times: array[int] = array("q", x.to_bytes(len(lanes), "little"))
    _swap_if_big_endian(times)
    return times.tolist()


def _varints_of(times: list[int]) -> bytes:
    """The way back."""
    count = len(times)
    x = int.from_bytes(_little(array("q", times)), "little")
    x = x & _mask(0x3FFF, count) | (x & _mask(0xFFFC000, count)) << 2 | (x & _mask(0x3FFF0000000, count)) << 4
    x = x & _mask(0x007F007F007F, count) | (x & _mask(0x3F803F803F80, count)) << 1
    return (x | _mask(0x8080808080, count)).to_bytes(8 * count, "little")


def _mask(lane: int, count: int) -> int:
    return int.from_bytes(lane.to_bytes(8, "little") * count, "little")


def _doubles(raw: bytes) -> list[float]:
    doubles: array[float] = array("d", raw)
    _swap_if_big_endian(doubles)
    return doubles.tolist()


def _little(column: array[Any]) -> bytes:
    _swap_if_big_endian(column)
    return column.tobytes()


def _swap_if_big_endian(column: array[Any]) -> None:
    """The wire is little-endian on every machine."""
    if sys.byteorder == "big":
        column.byteswap()
