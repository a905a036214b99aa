"""What ``data`` of an annotation must hold, by its type [API reference: "validated against the annotationType"].

Required fields, regions and references are checked. What is not named here is let through: whether the platform
refuses other fields is not documented, and the types for isometric plans and point clouds are not looked into.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fn_emulator.cdf.api.fields import identifier, number, text, whole, wrong_type
from fn_emulator.cdf.contract import bad_request

Check = Callable[[Any, str], None]
Shape = Mapping[str, Check]

PAGES = 2048
"""The highest number of a page, from 1 [API reference]."""

_text = text(10**6).check
_page = whole(1, PAGES).check


def check_data(kind: str, data: Any) -> None:
    """Do nothing if ``data`` has what an annotation of a type needs.

    Args:
        kind: Such as ``diagrams.AssetLink``.
        data: The annotation's data.

    Raises:
        CdfError: 400, with the path from ``data``.
    """
    if kind in SHAPES:
        required, optional = SHAPES[kind]
        _check(data, "data", required, optional)
    if kind == "images.ObjectDetection":
        _geometry(data, "data")


def _check(value: Any, path: str, required: Shape, optional: Shape) -> None:
    if not isinstance(value, dict):
        raise wrong_type(path, value, "an object")
    for name in required:
        if value.get(name) is None:
            raise bad_request(f"{path}.{name} is missing.")
    for name, check in {**required, **optional}.items():
        if value.get(name) is not None:
            check(value[name], f"{path}.{name}")


def _share(value: Any, path: str) -> None:
    number().check(value, path)
    if not 0 <= value <= 1:
        raise bad_request(f"{path} must be between 0 and 1, it is {value}.")


def _box(value: Any, path: str) -> None:
    _check(value, path, dict.fromkeys(("xMin", "xMax", "yMin", "yMax"), _share), {"confidence": _share})
    for low, high in (("xMin", "xMax"), ("yMin", "yMax")):
        if value[low] >= value[high]:
            raise bad_request(f"{path}.{low} must be less than {high}, it is {value[low]} and {value[high]}.")


def _point(value: Any, path: str) -> None:
    _check(value, path, {"x": _share, "y": _share}, {"confidence": _share})


def _vertices(value: Any, path: str) -> None:
    _check(value, path, {"vertices": _points}, {"confidence": _share})


def _points(value: Any, path: str) -> None:
    if not isinstance(value, list):
        raise wrong_type(path, value, "an array")
    for index, held in enumerate(value):
        _point(held, f"{path}[{index}]")


_GEOMETRY: Shape = {"boundingBox": _box, "polygon": _vertices, "polyline": _vertices}


def _geometry(value: Any, path: str) -> None:
    _check(value, path, {}, _GEOMETRY)
    if sum(value.get(name) is not None for name in _GEOMETRY) != 1:
        raise bad_request(f"{path} must have exactly one of {', '.join(_GEOMETRY)}.")


def _reference(value: Any, path: str) -> None:
    _check(value, path, {}, {"id": identifier().check, "externalId": text(255).check})
    if sum(value.get(name) is not None for name in ("id", "externalId")) != 1:
        raise bad_request(f"{path} must have exactly one of id and externalId.")


def _instance(value: Any, path: str) -> None:
    _check(value, path, {"space": text(43, 1).check, "externalId": text(255, 1).check}, {})


def _keypoints(value: Any, path: str) -> None:
    if not isinstance(value, dict):
        raise wrong_type(path, value, "an object")
    for name, held in value.items():
        _check(held, f"{path}.{name}", {"point": _point}, {"confidence": _share})


_PAGE: Shape = {"pageNumber": _page}
_OF_DIAGRAM: Shape = {**_PAGE, "text": _text, "description": _text, "symbol": _text, "symbolRegion": _box}
_OF_IMAGE: Shape = {"confidence": _share}
SHAPES: Mapping[str, tuple[Shape, Shape]] = {
    "diagrams.AssetLink": ({"assetRef": _reference, "textRegion": _box}, _OF_DIAGRAM),
    "diagrams.FileLink": ({"fileRef": _reference, "textRegion": _box}, _OF_DIAGRAM),
    "diagrams.InstanceLink": ({"instanceRef": _instance, "text": _text, "textRegion": _box}, _OF_DIAGRAM),
    "diagrams.Junction": ({"position": _point}, _PAGE),
    "diagrams.Line": ({"label": _text, "polyline": _vertices}, _PAGE),
    "documents.ExtractedText": ({"extractedText": _text, "textRegion": _box}, _PAGE),
    "forms.Detection": ({"boundingBox": _box, "fieldName": _text, "value": _text}, {**_PAGE, "confidence": _share}),
    "images.AssetLink": (
        {"assetRef": _reference, "text": _text, "textRegion": _box},
        {**_OF_IMAGE, "objectRegion": _geometry},
    ),
    "images.Classification": ({"label": _text}, _OF_IMAGE),
    "images.InstanceLink": ({"instanceRef": _instance, "text": _text, "textRegion": _box}, _OF_IMAGE),
    "images.KeypointCollection": ({"label": _text, "keypoints": _keypoints}, _OF_IMAGE),
    "images.ObjectDetection": ({"label": _text}, _OF_IMAGE),
    "images.TextRegion": ({"text": _text, "textRegion": _box}, _OF_IMAGE),
}
"""Type -> what ``data`` must hold, and what else it may hold that is checked [API reference]."""
