"""``POST /timeseries/data/latest``: the last point of each series before a time."""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api.bodies import IDENTIFIERS, flag_of, items_of
from fn_emulator.cdf.api.datapoints import (
    READING,
    TIME,
    conversion,
    converted,
    header_of,
    json_points,
    named_series,
    points_of,
    quality_of,
    target_unit,
    time_of,
)
from fn_emulator.cdf.api.fields import check_fields
from fn_emulator.cdf.contract import Request
from fn_emulator.cdf.world import Item

MOST_SERIES = 100

_KNOWN = {**IDENTIFIERS, **READING, "before": TIME}


def latest_points(request: Request) -> dict[str, Any]:
    """One point of each series, or none; ``before`` is now where it is not given, and does not count itself."""
    items = items_of(request, MOST_SERIES, known=("ignoreUnknownIds",))
    for index, item in enumerate(items):
        check_fields(item, f"items[{index}]", _KNOWN)
    series = named_series(request, items, _KNOWN, is_lenient=flag_of(request.json, "ignoreUnknownIds"))
    pairs = enumerate(zip(items, series, strict=True))
    return {"items": [_latest(request, item, one, f"items[{n}]") for n, (item, one) in pairs if one is not None]}


def _latest(request: Request, asked: Item, item: Item, path: str) -> dict[str, Any]:
    asked = {name: held for name, held in asked.items() if held is not None}
    before = time_of(asked.get("before", "now"), request, f"{path}.before")
    unit = target_unit(item, asked, path)
    points = converted(points_of(request.world, item).latest(before, quality_of(asked)), conversion(item, unit))
    shown = json_points(points, include_status=asked.get("includeStatus", False))
    return {**header_of(item, unit), "datapoints": shown}
