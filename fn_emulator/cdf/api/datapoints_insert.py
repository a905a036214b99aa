"""``POST /timeseries/data``: points into series, sent as JSON or as protobuf."""

from __future__ import annotations

from typing import Any, NamedTuple

from fn_emulator.cdf.api.bodies import identifier_of, items_of
from fn_emulator.cdf.api.datapoints import check_may_write, kind_of, named_series, writable_points
from fn_emulator.cdf.api.datapoints_values import checked_points
from fn_emulator.cdf.api.fields import check_fields, text, whole, wrong_type
from fn_emulator.cdf.contract import CdfError, Request, bad_request
from fn_emulator.cdf.datapoints.points import Points, Status
from fn_emulator.cdf.world import Item

MOST_SERIES, MOST_POINTS = 10_000, 100_000
"""Of one request [cognite-sdk: ``_POST_DPS_OBJECTS_LIMIT``, ``_DPS_INSERT_LIMIT``]."""

_STATUS = {"code": whole(0, 2**32 - 1), "symbol": text(255)}


class Sent(NamedTuple):
    """Points for one series, as they came.

    Attributes:
        reference: What names the series.
        kind: ``numeric``, ``string`` or ``state`` as protobuf has it; empty where each value shows its own type.
        points: Neither sorted nor checked, but for their statuses.
    """

    reference: Item
    kind: str
    points: Points


def insert_points(request: Request) -> dict[str, Any]:
    """All points are written, or none; one at the timestamp of another takes its place."""
    is_protobuf = request.headers.get("content-type", "").lower().startswith("application/protobuf")
    sent = _from_protobuf(request) if is_protobuf else _from_json(request)
    if sum(len(one.points.times) for one in sent) > MOST_POINTS:
        raise bad_request(f"A request must have at most {MOST_POINTS} datapoints.")
    found = named_series(request, [one.reference for one in sent], ())
    series = [item for item in found if item is not None]
    _check_named_once(sent, series)
    check_may_write(request, series)
    checked = [
        checked_points(one.points, one.kind, kind_of(item), f"items[{index}].datapoints")
        for index, (one, item) in enumerate(zip(sent, series, strict=True))
    ]
    _write(request, series, checked)
    return {}


def _write(request: Request, series: list[Item], written: list[Points]) -> None:
    tally = request.world.tally
    for item, points in zip(series, written, strict=True):
        done = writable_points(request.world, item).insert(points)
        tally.created += done.created
        tally.updated += done.updated
        tally.unchanged += done.unchanged


def _check_named_once(sent: list[Sent], series: list[Item]) -> None:
    by_id: dict[int, list[Item]] = {}
    for one, item in zip(sent, series, strict=True):
        by_id.setdefault(item["id"], []).append(one.reference)
    if len(by_id) == len(sent):
        return
    twice = [reference for references in by_id.values() if len(references) > 1 for reference in references]
    # The API specification has 422 here, where other parts of the API have 400.
    raise CdfError(422, "Duplicate IDs found. Retry request, keeping only one instance.", duplicated=twice)


def _from_protobuf(request: Request) -> list[Sent]:
    from fn_emulator.cdf.datapoints.messages import MessageError, decode_insertion_request

    try:
        items = decode_insertion_request(request.body)
    except MessageError as exc:
        raise bad_request(f"The body is not a DataPointInsertionRequest: {exc}") from None
    if not 1 <= len(items) <= MOST_SERIES:
        raise bad_request(f"items must have 1 to {MOST_SERIES} items, it has {len(items)}.")
    return [
        Sent(item.reference, item.kind, _with_whole_statuses(item.points, f"items[{index}].datapoints"))
        for index, item in enumerate(items)
    ]


def _with_whole_statuses(points: Points, path: str) -> Points:
    if not points.statuses:
        return points
    from fn_emulator.cdf.datapoints.status_codes import complete

    statuses = {}
    for place, status in points.statuses.items():
        try:
            statuses[place] = complete(status)
        except ValueError as exc:
            raise bad_request(f"{path}[{place}].status: {exc}") from None
    return points._replace(statuses=statuses)


def _from_json(request: Request) -> list[Sent]:
    sent = []
    for index, item in enumerate(items_of(request, MOST_SERIES)):
        path = f"items[{index}]"
        reference = identifier_of(item, path, ("datapoints",))
        given = item.get("datapoints")
        if not isinstance(given, list):
            raise wrong_type(f"{path}.datapoints", given, "an array")
        sent.append(Sent(reference, "", _plain_columns(given) or _columns(given, f"{path}.datapoints")))
    return sent


def _plain_columns(given: list[Any]) -> Points | None:
    """Points that are timestamp and value, nearly all there are, without a look at each; None where one is not."""
    try:
        if any(map((2).__ne__, map(len, given))):
            return None
        return Points([point["timestamp"] for point in given], [point["value"] for point in given], {})
    except (KeyError, TypeError, IndexError):
        return None


def _columns(given: list[Any], path: str) -> Points:
    points = Points([], [], {})
    for place, point in enumerate(given):
        here = f"{path}[{place}]"
        if not isinstance(point, dict):
            raise wrong_type(here, point, "an object")
        for name in point:
            if name not in ("timestamp", "value", "status"):
                raise bad_request(f"Unexpected field - {here}.{name}")
        if "timestamp" not in point:
            raise bad_request(f"{here}.timestamp is missing.")
        points.times.append(point["timestamp"])
        points.values.append(point.get("value"))
        if point.get("status") is not None:
            points.statuses[place] = _status_of(point["status"], f"{here}.status")
    return points


def _status_of(given: Any, path: str) -> Status:
    from fn_emulator.cdf.datapoints.status_codes import make_status

    check_fields(given, path, _STATUS)
    try:
        return make_status(given.get("code"), given.get("symbol"))
    except ValueError as exc:
        raise bad_request(f"{path}: {exc}") from None
