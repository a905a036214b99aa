"""``POST /timeseries/data/delete``: ranges of points."""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api.bodies import items_of
from fn_emulator.cdf.api.datapoints import check_may_write, named_series, time_of, writable_points
from fn_emulator.cdf.api.timeseries import POINTS
from fn_emulator.cdf.contract import Request, bad_request
from fn_emulator.cdf.world import Item

MOST_RANGES = 10_000


def delete_points(request: Request) -> dict[str, Any]:
    """All points from ``inclusiveBegin`` to ``exclusiveEnd``; the one at ``inclusiveBegin`` where there is no end."""
    items = items_of(request, MOST_RANGES)
    series = [one for one in named_series(request, items, ("inclusiveBegin", "exclusiveEnd")) if one is not None]
    ranges = [_range_of(request, item, f"items[{index}]") for index, item in enumerate(items)]
    check_may_write(request, series)
    for one, (begin, end) in zip(series, ranges, strict=True):
        if one["id"] in request.world.table(POINTS).items:
            request.world.tally.deleted += writable_points(request.world, one).delete(begin, end)
    return {}


def _range_of(request: Request, item: Item, path: str) -> tuple[int, int]:
    if item.get("inclusiveBegin") is None:
        raise bad_request(f"{path}.inclusiveBegin is missing.")
    begin = time_of(item["inclusiveBegin"], request, f"{path}.inclusiveBegin")
    if item.get("exclusiveEnd") is None:
        return begin, begin + 1
    end = time_of(item["exclusiveEnd"], request, f"{path}.exclusiveEnd")
    if end <= begin:
        raise bad_request(f"{path}.exclusiveEnd {end} must be after inclusiveBegin {begin}.")
    return begin, end
