"""What one item of ``POST /timeseries/data/list`` asks for: its own words over the request's defaults, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from fn_emulator.cdf.api.bodies import IDENTIFIERS
from fn_emulator.cdf.api.datapoints import READING, TIME, quality_of, target_unit, time_of
from fn_emulator.cdf.api.fields import Field, boolean, check_fields, list_of, text, whole
from fn_emulator.cdf.contract import Request, bad_request
from fn_emulator.cdf.datapoints.points import MAX_TIME

if TYPE_CHECKING:
    from datetime import tzinfo

    from fn_emulator.cdf.datapoints.granularity import Granularity
    from fn_emulator.cdf.datapoints.points import Quality
    from fn_emulator.cdf.world import Item

MOST_RAW, MOST_AGGREGATES = 100_000, 10_000
"""Points of one answer, each kind for itself and over all its items [API specification; cognite-sdk's chunks]."""

_TEXT = text(255)
DEFAULTS: Mapping[str, Field] = {
    **READING,
    "start": TIME,
    "end": TIME,
    "limit": whole(0, MOST_RAW),
    "aggregates": list_of(_TEXT, 100),
    "granularity": _TEXT,
    "timeZone": _TEXT,
    "includeOutsidePoints": boolean(),
}
"""What an item may say, and the body for all items."""

KNOWN: Mapping[str, Field] = {**IDENTIFIERS, **DEFAULTS, "cursor": text(10_000)}


class Query(NamedTuple):
    """A range of one series.

    Attributes:
        item: The time series.
        start: First millisecond.
        end: First millisecond that does not count.
        limit: Most points, or rows of aggregates.
        aggregates: Their names; none asks for the points themselves.
        granularity: Width of the aggregates' ranges; None for points.
        zone: Time zone of the aggregates' ranges; None for UTC.
        quality: Which points count.
        include_status: Whether statuses are shown.
        outside: Whether the points next to the range are shown as well.
        unit: The unit to convert to, or None.
        cursor: Where an earlier answer ended, or None.
    """

    item: Item
    start: int
    end: int
    limit: int
    aggregates: tuple[str, ...]
    granularity: Granularity | None
    zone: tzinfo | None
    quality: Quality
    include_status: bool
    outside: bool
    unit: str | None
    cursor: str | None


def read_query(request: Request, asked: Mapping[str, Any], item: Item, path: str) -> Query:
    """What is asked of one series.

    Args:
        request: The request.
        asked: An item of it, checked against ``KNOWN``, over the body's defaults, without nulls.
        item: The series.
        path: Where the item stands, for messages.

    Raises:
        CdfError: 400 where what is asked makes no sense, or not for this series.
    """
    aggregates = _aggregates(asked, item, path)
    start = time_of(asked.get("start", 0), request, f"{path}.start")
    end = _end(asked.get("end", "now"), request, f"{path}.end")
    if start >= end:
        raise bad_request(f"{path}: start {start} must be before end {end}.")
    granularity, zone = _ranges(asked, path) if aggregates else (None, None)
    return Query(
        item=item,
        start=start,
        end=end,
        limit=_limit(asked, MOST_AGGREGATES if aggregates else MOST_RAW, path),
        aggregates=aggregates,
        granularity=granularity,
        zone=zone,
        quality=quality_of(asked),
        include_status=asked.get("includeStatus", False),
        outside=_outside(asked, aggregates, path),
        unit=target_unit(item, asked, path),
        cursor=asked.get("cursor"),
    )


def _end(value: Any, request: Request, path: str) -> int:
    # cognite-sdk rounds the end up to whole ranges of aggregates, from the end of time to beyond it (``count``).
    return MAX_TIME + 1 if type(value) is int and value > MAX_TIME else time_of(value, request, path)


def check_item(asked: Any, path: str) -> dict[str, Any]:
    """An item of the request without what is null.

    Raises:
        CdfError: If it is no object, or a field is unknown or of the wrong type.
    """
    check_fields(asked, path, KNOWN)
    return {name: held for name, held in asked.items() if held is not None}


def check_total(queries: list[Query]) -> None:
    """Refuse limits that together are beyond those of one answer.

    Raises:
        CdfError: 400; our words, as the platform's are not documented.
    """
    for is_raw, most in ((True, MOST_RAW), (False, MOST_AGGREGATES)):
        total = sum(query.limit for query in queries if (not query.aggregates) is is_raw)
        if total > most:
            what = "datapoints" if is_raw else "aggregates"
            raise bad_request(f"The limits of all items must not exceed {most} {what} together, they are {total}.")


def _aggregates(asked: Mapping[str, Any], item: Item, path: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(asked.get("aggregates", ())))
    if not names:
        return ()
    from fn_emulator.cdf.datapoints.aggregates import AGGREGATES

    for name in names:
        if name not in AGGREGATES:
            raise bad_request(f"{path}.aggregates must be among {', '.join(AGGREGATES)}, one is {name!r}.")
    if item.get("isString"):
        raise bad_request("Aggregates are not supported for string time series")
    return names


def _ranges(asked: Mapping[str, Any], path: str) -> tuple[Granularity, tzinfo | None]:
    if "granularity" not in asked:
        raise bad_request(f"{path}.granularity is missing, which aggregates need.")
    from fn_emulator.cdf.datapoints.granularity import parse_granularity
    from fn_emulator.cdf.datapoints.time_zones import parse_time_zone

    try:
        granularity = parse_granularity(asked["granularity"])
        zone = parse_time_zone(asked["timeZone"]) if "timeZone" in asked else None
    except ValueError as exc:
        raise bad_request(f"{path}: {exc}") from None
    return granularity, zone


def _limit(asked: Mapping[str, Any], most: int, path: str) -> int:
    limit: int = asked.get("limit", 100)
    if limit > most:
        raise bad_request(f"{path}.limit must be between 0 and {most}, it is {limit}.")
    return limit


def _outside(asked: Mapping[str, Any], aggregates: tuple[str, ...], path: str) -> bool:
    if not asked.get("includeOutsidePoints"):
        return False
    if aggregates:
        raise bad_request(f"{path}: includeOutsidePoints is not for aggregates.")
    if "cursor" in asked:
        # The platform gives no cursor with outside points [a comment in cognite-sdk].
        raise bad_request(f"{path}: includeOutsidePoints does not go with a cursor.")
    return True
