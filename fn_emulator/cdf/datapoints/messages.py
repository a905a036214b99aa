"""CDF's datapoint messages: bytes to points, and points to bytes, without a protobuf library.

Plain numeric points go the fast way of ``plain_points``, all others the general one of ``message_codec``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from fn_emulator.cdf.datapoints.message_codec import decode_message, encode_message
from fn_emulator.cdf.datapoints.message_types import DATA_FIELDS
from fn_emulator.cdf.datapoints.plain_points import decode_plain_points, encode_plain_points
from fn_emulator.cdf.datapoints.points import Points, Status
from fn_emulator.cdf.datapoints.wire import MessageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "InsertionItem",
    "ListItem",
    "MessageError",
    "decode_insertion_request",
    "decode_list_response",
    "encode_insertion_request",
    "encode_list_response",
]


class InsertionItem(NamedTuple):
    """Points for one series.

    Attributes:
        reference: ``{"id": 1}``, ``{"externalId": "x"}`` or ``{"instanceId": {"space": "s", "externalId": "x"}}``;
            empty if the sender gave none.
        kind: ``numeric``, ``string`` or ``state``; empty if there are no points of any kind.
        points: The points, as they came: neither sorted nor checked.
    """

    reference: dict[str, Any]
    kind: str
    points: Points


class ListItem(NamedTuple):
    """What was read of one series.

    Attributes:
        header: Of ``id``, ``externalId``, ``instanceId``, ``isString``, ``isStep``, ``unit``, ``unitExternalId``,
            ``type`` (``numeric``, ``string`` or ``state``) and ``nextCursor``, what there is.
        kind: ``numeric``, ``string``, ``state``, ``aggregate`` or ``stateAggregate``; the message has a part for it
            even where there are no points, as the SDK tells the type of the series by it.
        points: The points of the first three kinds.
        aggregates: Those of the last two: JSON-shaped, each with its ``timestamp``.
    """

    header: dict[str, Any]
    kind: str
    points: Points = Points([], [], {})
    aggregates: list[dict[str, Any]] = []  # noqa: RUF012  # never written to


def decode_insertion_request(data: bytes) -> list[InsertionItem]:
    """The items of a ``DataPointInsertionRequest``.

    Raises:
        MessageError: If the bytes are not such a message.
    """
    items = []
    for item in decode_message("DataPointInsertionRequest", data).get("items", ()):
        kind, raw = _pop_data(item)
        items.append(InsertionItem(item, kind, _decode_points(kind, raw)))
    return items


def encode_insertion_request(items: Iterable[InsertionItem]) -> bytes:
    """The bytes of a ``DataPointInsertionRequest``."""
    rows = [
        {**item.reference, **({f"{item.kind}Datapoints": _encode_points(item.kind, item.points)} if item.kind else {})}
        for item in items
    ]
    return encode_message("DataPointInsertionRequest", {"items": rows})


def decode_list_response(data: bytes) -> list[ListItem]:
    """The items of a ``DataPointListResponse``.

    Raises:
        MessageError: If the bytes are not such a message.
    """
    items = []
    for item in decode_message("DataPointListResponse", data).get("items", ()):
        kind, raw = _pop_data(item)
        if kind.lower().endswith("aggregate"):
            items.append(ListItem(item, kind, aggregates=decode_message(_type_of(kind), raw).get("datapoints", [])))
        else:
            items.append(ListItem(item, kind, _decode_points(kind, raw)))
    return items


def encode_list_response(items: Iterable[ListItem]) -> bytes:
    """The bytes of a ``DataPointListResponse``."""
    rows = []
    for item in items:
        if item.kind.lower().endswith("aggregate"):
            raw = encode_message(_type_of(item.kind), {"datapoints": item.aggregates})
        else:
            raw = _encode_points(item.kind, item.points)
        rows.append({**item.header, f"{item.kind}Datapoints": raw})
    return encode_message("DataPointListResponse", {"items": rows})


def _pop_data(item: dict[str, Any]) -> tuple[str, bytes]:
    for name in DATA_FIELDS:
        if name in item:
            return name.removesuffix("Datapoints"), item.pop(name)
    return "", b""


def _type_of(kind: str) -> str:
    return f"{kind[:1].upper()}{kind[1:]}Datapoints"


def _decode_points(kind: str, raw: bytes) -> Points:
    if not kind:
        return Points([], [], {})
    plain = decode_plain_points(raw) if kind == "numeric" else None
    if plain is not None:
        return Points(plain[0], plain[1], {})
    rows: list[dict[str, Any]] = decode_message(_type_of(kind), raw).get("datapoints", [])
    value_of = _state_value if kind == "state" else _text_value if kind == "string" else _numeric_value
    statuses = {
        place: Status(row["status"].get("code", 0), row["status"].get("symbol", ""))
        for place, row in enumerate(rows)
        if "status" in row
    }
    return Points([row.get("timestamp", 0) for row in rows], [value_of(row) for row in rows], statuses)


def _numeric_value(row: Mapping[str, Any]) -> float | None:
    return None if row.get("nullValue") else row.get("value", 0.0)


def _text_value(row: Mapping[str, Any]) -> str | None:
    return None if row.get("nullValue") else row.get("value", "")


def _state_value(row: Mapping[str, Any]) -> tuple[int | None, str | None] | None:
    if "numericValue" not in row and "stringValue" not in row:
        return None
    return row.get("numericValue"), row.get("stringValue")


def _encode_points(kind: str, points: Points) -> bytes:
    if kind == "numeric" and not points.statuses:
        plain = encode_plain_points(points.times, points.values)
        if plain is not None:
            return plain
    rows = []
    for place, (time, value) in enumerate(zip(points.times, points.values, strict=True)):
        row: dict[str, Any] = {"timestamp": time}
        if kind != "state":
            row.update({"nullValue": True} if value is None else {"value": value})
        elif value is not None:
            row["numericValue"], row["stringValue"] = value
        if place in points.statuses:
            row["status"] = points.statuses[place]._asdict()
        rows.append(row)
    return encode_message(_type_of(kind), {"datapoints": rows})
