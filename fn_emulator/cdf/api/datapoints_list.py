"""``POST /timeseries/data/list``: points and aggregates of up to 100 series, as JSON or as protobuf.

A cursor names the time at which the next page begins and, for aggregates, the start that their ranges are counted
from. It does not hold the end: cognite-sdk sends a cursor on with another end when it divides the work.
"""

from __future__ import annotations

from itertools import islice
from typing import Any, NamedTuple

from fn_emulator.cdf.api.bodies import body_of, flag_of, items_of
from fn_emulator.cdf.api.datapoints import (
    conversion,
    converted,
    header_of,
    json_finite,
    json_points,
    kind_of,
    named_series,
    points_of,
)
from fn_emulator.cdf.api.datapoints_query import DEFAULTS, KNOWN, Query, check_item, check_total, read_query
from fn_emulator.cdf.api.fields import check_fields
from fn_emulator.cdf.api.paging import make_cursor, read_cursor
from fn_emulator.cdf.contract import Reply, Request, bad_request
from fn_emulator.cdf.datapoints.points import MAX_TIME, MIN_TIME, Points, Track
from fn_emulator.cdf.world import World

MOST_SERIES = 100

PROTOBUF = "application/protobuf"


class Answer(NamedTuple):
    """What was found for one item: points, or rows of aggregates, and the cursor to the rest."""

    query: Query
    points: Points
    rows: list[dict[str, Any]]
    cursor: str | None


def list_points(request: Request) -> Any:
    """The points or aggregates of each item, in the order of the items; protobuf where the client accepts it."""
    queries = _queries(request)
    check_total(queries)
    answers = [_answer(request.world, query) for query in queries]
    if PROTOBUF in request.headers.get("accept", ""):
        return Reply(_in_protobuf(answers), headers={"content-type": PROTOBUF})
    return {"items": [_in_json(answer) for answer in answers]}


def _queries(request: Request) -> list[Query]:
    items = items_of(request, MOST_SERIES, known=("ignoreUnknownIds", *DEFAULTS))
    body = body_of(request)
    defaults = {name: body[name] for name in DEFAULTS if body.get(name) is not None}
    check_fields(defaults, "body", DEFAULTS)
    asked = [check_item(item, f"items[{index}]") for index, item in enumerate(items)]
    found = named_series(request, items, KNOWN, is_lenient=flag_of(body, "ignoreUnknownIds"))
    return [
        read_query(request, {**defaults, **one}, item, f"items[{index}]")
        for index, (one, item) in enumerate(zip(asked, found, strict=True))
        if item is not None
    ]


def _answer(world: World, query: Query) -> Answer:
    if query.aggregates:
        rows, cursor = _aggregated(world, query)
        return Answer(query, Points([], [], {}), rows, cursor)
    points, cursor = _raw(world, query)
    points = converted(points, conversion(query.item, query.unit))
    return Answer(query, points, [], cursor)


def _raw(world: World, query: Query) -> tuple[Points, str | None]:
    series = points_of(world, query.item)
    if query.outside:
        return series.read(query.start, query.end, limit=query.limit, outside=True, quality=query.quality), None
    start, _ = _resumed(query)
    points = series.read(start, query.end, limit=query.limit + 1, quality=query.quality)
    if len(points.times) <= query.limit:
        return points, None
    return _first(points, query.limit), _cursor(query, points.times[query.limit], query.start)


def _first(points: Points, limit: int) -> Points:
    statuses = {place: status for place, status in points.statuses.items() if place < limit}
    return Points(points.times[:limit], points.values[:limit], statuses)


def _aggregated(world: World, query: Query) -> tuple[list[dict[str, Any]], str | None]:
    from fn_emulator.cdf.datapoints.aggregates import aggregate
    from fn_emulator.cdf.datapoints.buckets import make_buckets

    assert query.granularity is not None, "aggregates have one"
    start, origin = _resumed(query)
    try:
        buckets = make_buckets(query.granularity, origin, query.zone)
    except ValueError as exc:
        raise bad_request(str(exc)) from None
    if start != origin:
        buckets = buckets._replace(start=start)
    rows = aggregate(
        _track(world, query),
        buckets,
        query.end,
        query.aggregates,
        is_step=bool(query.item.get("isStep")),
        quality=query.quality,
        include_status=query.include_status,
    )
    found = list(islice(rows, query.limit + 1))
    if len(found) <= query.limit:
        return found, None
    return found[: query.limit], _cursor(query, found[query.limit]["timestamp"], origin)


def _track(world: World, query: Query) -> Track:
    track = points_of(world, query.item).track()
    convert = conversion(query.item, query.unit)
    return track if convert is None else track._replace(values=[convert(value) for value in track.values])


def _cursor(query: Query, following: int, origin: int) -> str | None:
    return make_cursor([following, origin], _fingerprint(query)) if query.limit else None


def _resumed(query: Query) -> tuple[int, int]:
    """Where this page begins, and what the ranges of aggregates are counted from."""
    position = read_cursor(query.cursor, _fingerprint(query))
    if position is None:
        return query.start, query.start
    if not isinstance(position, list) or len(position) != 2 or not all(map(_is_time, position)):
        raise bad_request(f"Invalid cursor: {query.cursor!r}")
    following, origin = position
    return following, origin


def _is_time(value: Any) -> bool:
    return type(value) is int and MIN_TIME <= value <= MAX_TIME


def _fingerprint(query: Query) -> list[Any]:
    return [query.item["id"], query.aggregates, query.granularity, str(query.zone)]


def _in_protobuf(answers: list[Answer]) -> bytes:
    from fn_emulator.cdf.datapoints.messages import ListItem, encode_list_response

    items = []
    for query, points, rows, cursor in answers:
        header = {**header_of(query.item, query.unit), "nextCursor": cursor}
        shown = points if query.include_status else points._replace(statuses={})
        items.append(ListItem(header, "aggregate" if query.aggregates else kind_of(query.item), shown, rows))
    return encode_list_response(items)


def _in_json(answer: Answer) -> dict[str, Any]:
    query, points, rows, cursor = answer
    header = header_of(query.item, query.unit)
    if cursor is not None:
        header["nextCursor"] = cursor
    if query.aggregates:
        return {**header, "datapoints": [json_finite(row) for row in rows]}
    return {**header, "datapoints": json_points(points, include_status=query.include_status)}
