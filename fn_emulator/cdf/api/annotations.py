"""Annotations (``/annotations``): what was found in a file, such as the tag of an asset in a diagram.

``data`` is checked to be an object; what each annotation type asks of it is not looked at. That the annotated file is
there is required, as the caller must be able to read it [docs: create annotations].
"""

from __future__ import annotations

import json
from typing import Any

from fn_emulator.cdf.api.bodies import body_of, items_of, limit_of
from fn_emulator.cdf.api.crud import create, find_key, list_items, make_item, serve, store_new
from fn_emulator.cdf.api.fields import Field, check_fields, identifier, json_object, one_of, text, wrong_type
from fn_emulator.cdf.api.filters import equals, make_filter, passes
from fn_emulator.cdf.api.paging import one_page, with_cursor
from fn_emulator.cdf.api.resource import MakeTest, Predicate, Resource
from fn_emulator.cdf.contract import Reply, Request, bad_request, not_found
from fn_emulator.cdf.routes import route
from fn_emulator.cdf.world import Item

TYPES = (
    *("diagrams.AssetLink", "diagrams.FileLink", "diagrams.InstanceLink", "diagrams.Junction", "diagrams.Line"),
    *("diagrams.UnhandledSymbolObject", "diagrams.UnhandledTextObject", "documents.ExtractedText", "forms.Detection"),
    *("images.AssetLink", "images.Classification", "images.InstanceLink", "images.KeypointCollection"),
    *("images.ObjectDetection", "images.TextRegion", "isoplan.IsoPlanAnnotation", "pointcloud.BoundingVolume"),
)
"""Types that cognite-sdk 8.22 lists."""

RESOURCE_TYPES = ("file", "threedmodel")
STATUSES = ("suggested", "approved", "rejected")

TABLES = {"file": "files", "threedmodel": "3d/models"}

REQUIRED = ("annotatedResourceType", "annotatedResourceId", "annotationType", "creatingApp", "creatingAppVersion", "data")


def _service_or_text() -> Field:
    """The user; null for one that a service created."""
    return text(255)


def _complete(request: Request, item: Item, before: Item | None) -> Item:
    table = TABLES[item["annotatedResourceType"]]
    if before is None and find_key(request.world, table, {"id": item["annotatedResourceId"]}) is None:
        raise not_found("Annotated resource ids", [{"id": item["annotatedResourceId"]}])
    return {"creatingUser": None, **item}


def _subset_of_data() -> MakeTest:
    def make(value: Any, path: str, request: Request) -> Predicate:
        json_object().check(value, path)
        return lambda item: _holds(item["data"], value)

    return make


def _holds(data: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(data, dict) and all(name in data and _holds(data[name], wanted[name]) for name in wanted)
    return bool(data == wanted)


def _annotated() -> MakeTest:
    def make(value: Any, path: str, request: Request) -> Predicate:
        if not isinstance(value, list):
            raise wrong_type(path, value, "an array")
        if not 1 <= len(value) <= 1000:
            raise bad_request(f"{path} must have 1 to 1000 items, it has {len(value)}.")
        for index, given in enumerate(value):
            check_fields(given, f"{path}[{index}]", {"id": identifier()}, ("id",))
        wanted = {given["id"] for given in value}
        return lambda item: item["annotatedResourceId"] in wanted

    return make


FILTERS = {
    "annotatedResourceType": equals("annotatedResourceType"),
    "annotatedResourceIds": _annotated(),
    "status": equals("status"),
    "creatingUser": equals("creatingUser"),
    "creatingApp": equals("creatingApp"),
    "creatingAppVersion": equals("creatingAppVersion"),
    "annotationType": equals("annotationType"),
    "data": _subset_of_data(),
}

ANNOTATIONS = Resource(
    name="annotations",
    noun="Annotation",
    acl="annotationsAcl",
    fields={
        "annotatedResourceType": one_of(*RESOURCE_TYPES).fixed(),
        "annotatedResourceId": identifier().fixed(),
        "annotationType": one_of(*TYPES).kept(),
        "creatingApp": text(255, 1).fixed(),
        "creatingAppVersion": text(255, 1).fixed(),
        "creatingUser": _service_or_text().fixed(),
        "data": json_object().kept(),
        "status": one_of(*STATUSES).kept(),
    },
    required=(*REQUIRED, "status"),
    filters=FILTERS,
    complete=_complete,
)
serve(ANNOTATIONS, "byids", "update", "delete", "get")


@route("POST /annotations", "annotationsAcl:WRITE")
def create_annotations(request: Request) -> Reply:
    """All are created, or none."""
    return create(request, ANNOTATIONS)


route("POST /annotations/", "annotationsAcl:WRITE")(create_annotations)  # the SDK sends the slash


@route("POST /annotations/suggest", "annotationsAcl:SUGGEST")
def suggest(request: Request) -> Reply:
    """The same with the status ``suggested``, which is not part of the request."""
    given = items_of(request, ANNOTATIONS.chunk)
    fields = {name: field for name, field in ANNOTATIONS.fields.items() if name != "status"}
    for index, item in enumerate(given):
        check_fields(item, f"items[{index}]", fields, REQUIRED)
    items = [{name: held for name, held in item.items() if held is not None} for item in given]
    return store_new(request, ANNOTATIONS, [make_item(request, ANNOTATIONS, {**i, "status": "suggested"}) for i in items])


@route("POST /annotations/list", "annotationsAcl:READ")
def list_annotations(request: Request) -> dict[str, Any]:
    """A page of the annotations of some files; ``filter`` must name them."""
    wanted = body_of(request).get("filter")
    if not isinstance(wanted, dict) or not {"annotatedResourceType", "annotatedResourceIds"} <= {*wanted}:
        raise bad_request("filter must have annotatedResourceType and annotatedResourceIds.")
    return _of_a_service(request, wanted) or list_items(request, ANNOTATIONS)
