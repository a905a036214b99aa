"""``geoLocation`` of assets and files: a GeoJSON feature, checked by its shape."""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api.fields import Field, check_fields, json_object, list_of, one_of, wrong_type
from fn_emulator.cdf.api.resource import Predicate
from fn_emulator.cdf.contract import CdfError, Request, bad_request

LEVELS = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
"""How many lists lie around the positions of each kind of geometry."""


def geo_location() -> Field:
    """A GeoJSON feature: ``{"type": "Feature", "geometry": {...}, "properties": {...}}``."""
    known = {"type": one_of("Feature"), "geometry": Field(_check_geometry), "properties": json_object()}

    def check(value: Any, path: str) -> None:
        check_fields(value, path, known, ("type", "geometry"))

    return Field(check)


def refuse_geo_filter(value: Any, path: str, request: Request) -> Predicate:
    """Filters by place want a geometry engine, which is not emulated."""
    raise CdfError(400, f"{path}: the in-memory CDF does not filter by geoLocation.")


def _check_geometry(value: Any, path: str) -> None:
    if not isinstance(value, dict):
        raise wrong_type(path, value, "an object")
    kind = value.get("type")
    if kind == "GeometryCollection":
        check_fields(
            value, path, {"type": one_of(kind), "geometries": list_of(Field(_check_geometry))}, ("geometries",)
        )
        return
    if kind not in (*LEVELS,):
        raise bad_request(f"{path}.type must be one of {', '.join(LEVELS)}, GeometryCollection, it is {kind!r}.")
    check_fields(value, path, {"type": one_of(kind), "coordinates": Field(_any_list)}, ("coordinates",))
    _check_positions(value["coordinates"], LEVELS[kind], f"{path}.coordinates")


def _any_list(value: Any, path: str) -> None:
    if not isinstance(value, list):
        raise wrong_type(path, value, "an array")


def _check_positions(value: Any, level: int, path: str) -> None:
    _any_list(value, path)
    if level:
        for index, held in enumerate(value):
            _check_positions(held, level - 1, f"{path}[{index}]")
        return
    if len(value) not in (2, 3) or not all(_is_finite(x) for x in value):
        raise bad_request(f"{path} must be a position of two or three numbers.")


def _is_finite(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < float("inf")
