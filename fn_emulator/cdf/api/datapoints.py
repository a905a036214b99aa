"""What the endpoints of datapoints share: which series a request means, its points, and how both are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from fn_emulator.cdf.api.bodies import identifier_of
from fn_emulator.cdf.api.fields import Field, anything, boolean, text
from fn_emulator.cdf.api.finding import find_keys
from fn_emulator.cdf.api.timeseries import POINTS
from fn_emulator.cdf.contract import Request, bad_request, not_found
from fn_emulator.cdf.datapoints.points import Points, Quality
from fn_emulator.cdf.datapoints.series import Series
from fn_emulator.cdf.datapoints.time_arguments import to_milliseconds
from fn_emulator.cdf.world import Item, World

if TYPE_CHECKING:
    from fn_emulator.cdf.datapoints.units import Convert

READING: Mapping[str, Field] = {
    "includeStatus": boolean(),
    "ignoreBadDataPoints": boolean(),
    "treatUncertainAsBad": boolean(),
    "targetUnit": text(255, 1),
    "targetUnitSystem": text(255, 1),
}
"""How points are to be shown: what ``list`` and ``latest`` both take with each item."""

TIME = anything()  # ``time_of`` has the better message


def named_series(
    request: Request, items: Iterable[Item], others: Iterable[str], *, is_lenient: bool = False
) -> list[Item | None]:
    """The time series that each object of a request names.

    Args:
        request: The request.
        items: Objects with one of ``id``, ``externalId`` and ``instanceId``.
        others: What these objects may hold besides.
        is_lenient: None for what is not there, as ``ignoreUnknownIds`` asks for.

    Raises:
        CdfError: 400 with ``missing``.
    """
    identifiers = [identifier_of(item, f"items[{index}]", others) for index, item in enumerate(items)]
    keys = find_keys(request.world, "timeseries", identifiers, invents=not is_lenient)
    missing = [identifier for identifier, key in zip(identifiers, keys, strict=True) if key is None]
    if missing and not is_lenient:
        raise not_found("Time series ids", missing)
    held = request.world.table("timeseries").items
    return [None if key is None else held[key] for key in keys]


def check_may_write(request: Request, items: Iterable[Item]) -> None:
    """Refuse series whose points the caller may not change.

    Raises:
        CdfError: 403.
    """
    if request.world.covers is not None:
        from fn_emulator.cdf.access import require_cover

        require_cover(request.world, "timeSeriesAcl", "WRITE", items)


def kind_of(item: Item) -> str:
    """``string`` or ``numeric``."""
    return "string" if item.get("isString") else "numeric"


def points_of(world: World, item: Item) -> Series:
    """The points of a time series, to read."""
    held = world.table(POINTS).items.get(item["id"])
    return Series(kind_of(item)) if held is None else held


def writable_points(world: World, item: Item) -> Series:
    """The points of a time series, to change."""
    series: Series = world.writable(POINTS, item["id"], lambda: Series(kind_of(item)))
    return series


def time_of(value: Any, request: Request, path: str) -> int:
    """A time argument in milliseconds.

    Raises:
        CdfError: 400 where it is none.
    """
    try:
        return to_milliseconds(value, request.now_ms)
    except ValueError as exc:
        raise bad_request(f"{path}: {exc}") from None


def quality_of(asked: Mapping[str, Any]) -> Quality:
    """Which points a request wants to see."""
    return Quality(asked.get("ignoreBadDataPoints", True), asked.get("treatUncertainAsBad", True))


def target_unit(item: Item, asked: Mapping[str, Any], path: str) -> str | None:
    """The unit that a request wants a series in; None for its own.

    Raises:
        CdfError: 400 where the series has no unit, or one that cannot be converted here.
    """
    target, system = asked.get("targetUnit"), asked.get("targetUnitSystem")
    if target is None and system is None:
        return None
    if target is not None and system is not None:
        raise bad_request(f"{path} must have targetUnit or targetUnitSystem, not both.")
    from fn_emulator.cdf.datapoints.units import converter, target_of

    unit = item.get("unitExternalId")
    if unit is None:
        raise bad_request(f"{path}: the time series {item['id']} has no unitExternalId to convert from.")
    try:
        wanted = target if target is not None else target_of(unit, str(system))
        converter(unit, wanted)
    except ValueError as exc:
        raise bad_request(f"{path}: {exc}") from None
    return str(wanted)


def conversion(item: Item, target: str | None) -> Convert | None:
    """How a series' values become those of a unit; None where they are."""
    if target is None:
        return None
    from fn_emulator.cdf.datapoints.units import converter

    return converter(item["unitExternalId"], target)


def header_of(item: Item, unit: str | None = None) -> dict[str, Any]:
    """What is shown of a series beside its points.

    Args:
        item: The series.
        unit: The unit that the points are shown in, where it is not the series' own.
    """
    names = ("id", "externalId", "instanceId", "isString", "isStep", "unit", "unitExternalId")
    header = {name: item[name] for name in names if item.get(name) is not None}
    if unit is not None:
        header.pop("unit", None)
        header["unitExternalId"] = unit
    return {**header, "type": kind_of(item)}


def converted(points: Points, convert: Convert | None) -> Points:
    """Points with other values."""
    if convert is None:
        return points
    return points._replace(values=[None if value is None else convert(value) for value in points.values])


def json_points(points: Points, *, include_status: bool) -> list[dict[str, Any]]:
    """Points as JSON; the status of a good one is left away, as is a value that is missing."""
    rows = [{"timestamp": time, "value": value} for time, value in zip(points.times, points.values, strict=True)]
    for place, status in points.statuses.items():
        if include_status:
            rows[place]["status"] = status._asdict()
        if rows[place]["value"] is None:
            del rows[place]["value"]
    return [json_finite(row) for row in rows] if points.statuses else rows


def json_finite(row: dict[str, Any]) -> dict[str, Any]:
    """A row whose numbers are JSON: what is not finite is text [cognite-sdk: ``convert_to_float``]."""
    return {name: _finite(value) for name, value in row.items()}


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return json_finite(value)
    if not isinstance(value, float) or value - value == 0:
        return value
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
