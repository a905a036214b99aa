"""The body of a request -> the items that it carries, in the shape of the REST API, protobuf too."""

from __future__ import annotations

from typing import Any

DATAPOINTS = "timeseries/data"
SERIES = (DATAPOINTS, "sequences/data")
"""Resources that are read and written series by series, in as many requests as it takes."""

IDENTIFYING = ("id", "externalId", "instanceId", "space", "name", "key")


def sent_items(resource: str, sent: Any) -> list[Any]:
    """The items of a body, each as JSON; a body that is no list of items is one item.

    Args:
        resource: What it was sent to, such as ``raw/rows``.
        sent: Decoded JSON, bytes, or None where there was no body.
    """
    if sent is None:
        return []
    if isinstance(sent, bytes):
        return _decoded_points(sent) if resource == DATAPOINTS else [{"bytes": len(sent)}]
    items = sent.get("items") if isinstance(sent, dict) else None
    return list(items) if isinstance(items, list) else [sent]


def sent_count(resource: str, sent: Any) -> int:
    """How many items a body carries; decodes no points."""
    if isinstance(sent, bytes):
        return len(_references(sent)) or 1 if resource == DATAPOINTS else 1
    return len(sent_items(resource, sent)) or 1


def series_named(sent: Any) -> frozenset[str]:
    """Which series the items of a body are about, each as one text; decodes no points."""
    items = sent.get("items") if isinstance(sent, dict) else _references(sent)
    if not isinstance(items, list):
        items = [sent]
    return frozenset(
        repr([(name, item[name]) for name in IDENTIFYING if name in item]) for item in items if isinstance(item, dict)
    )


def brief(item: Any) -> Any:
    """What an item is called; of datapoints also how many, and the times of the first and the last."""
    if not isinstance(item, dict):
        return item
    names = {name: item[name] for name in IDENTIFYING if name in item}
    points = item.get("datapoints")
    if not isinstance(points, list):
        return names or item
    times = [point["timestamp"] for point in points if isinstance(point, dict) and "timestamp" in point]
    ordered = sorted(times) if all(isinstance(time, int) for time in times) else times
    return {
        **names,
        "n": len(points),
        "first": ordered[0] if ordered else None,
        "last": ordered[-1] if ordered else None,
    }


def _decoded_points(body: bytes) -> list[Any]:
    from fn_emulator.cdf.datapoints.messages import MessageError, decode_insertion_request

    try:
        decoded = decode_insertion_request(body)
    except MessageError:
        return [{"bytes": len(body)}]
    items = []
    for reference, _, points in decoded:
        rows = [{"timestamp": time, "value": value} for time, value in zip(points.times, points.values, strict=True)]
        for place, status in points.statuses.items():
            rows[place]["status"] = status._asdict()
        items.append({**reference, "datapoints": rows})
    return items


def _references(body: Any) -> list[Any]:
    """The items of an insertion with their points still packed; none where it is no such message."""
    if not isinstance(body, bytes):
        return []
    from fn_emulator.cdf.datapoints.message_codec import decode_message
    from fn_emulator.cdf.datapoints.wire import MessageError

    try:
        return list(decode_message("DataPointInsertionRequest", body).get("items", ()))
    except MessageError:
        return []
