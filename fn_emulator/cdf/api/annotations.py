"""Annotations (``/annotations``): what was found in a file, such as the tag of an asset in a diagram.

``data`` must be as the annotation's type asks (``annotation_data``). That the annotated file is there is required, as
the caller must be able to read it [docs: create annotations].
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fn_emulator.cdf.api.annotation_data import check_data
from fn_emulator.cdf.api.bodies import body_of, items_of, limit_of
from fn_emulator.cdf.api.crud import serve
from fn_emulator.cdf.api.fields import check_fields, identifier, json_object, one_of, text, wrong_type
from fn_emulator.cdf.api.filters import equals, make_filter, passes
from fn_emulator.cdf.api.finding import find_key
from fn_emulator.cdf.api.paging import one_page, with_cursor
from fn_emulator.cdf.api.resource import MakeTest, Predicate, Resource
from fn_emulator.cdf.api.writing import make_item, store_new
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

REQUIRED = (
    "annotatedResourceType",
    "annotatedResourceId",
    "annotationType",
    "creatingApp",
    "creatingAppVersion",
    "data",
)


def _complete(request: Request, item: Item, before: Item | None) -> Item:
    table = TABLES[item["annotatedResourceType"]]
    if before is None and find_key(request.world, table, {"id": item["annotatedResourceId"]}) is None:
        raise not_found("Annotated resource ids", [{"id": item["annotatedResourceId"]}])
    if before is None or any(item[name] != before[name] for name in ("annotationType", "data")):
        check_data(item["annotationType"], item["data"])
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
        "creatingUser": text(255).fixed(),
        "data": json_object().kept(),
        "status": one_of(*STATUSES).kept(),
    },
    required=(*REQUIRED, "status"),
    filters=FILTERS,
    complete=_complete,
)
serve(ANNOTATIONS, "create", "byids", "update", "delete", "get")


@route("POST /annotations/suggest", "annotationsAcl:SUGGEST")
def suggest(request: Request) -> Reply:
    """The same with the status ``suggested``, which is not part of the request."""
    given = items_of(request, ANNOTATIONS.chunk)
    fields = {name: field for name, field in ANNOTATIONS.fields.items() if name != "status"}
    for index, item in enumerate(given):
        check_fields(item, f"items[{index}]", fields, REQUIRED)
    items = [{name: held for name, held in item.items() if held is not None} for item in given]
    return store_new(
        request, ANNOTATIONS, [make_item(request, ANNOTATIONS, {**i, "status": "suggested"}) for i in items]
    )


@route("POST /annotations/list", "annotationsAcl:READ")
def list_annotations(request: Request) -> dict[str, Any]:
    """A page of the annotations of some resources; ``filter`` must name them."""
    body = body_of(request, "filter", "limit", "cursor")
    wanted = body.get("filter")
    if not isinstance(wanted, dict) or not {"annotatedResourceType", "annotatedResourceIds"} <= {*wanted}:
        raise bad_request("filter must have annotatedResourceType and annotatedResourceIds.")
    page, following = one_page(_passing(request, wanted), limit_of(body, 1000), body.get("cursor"), wanted)
    return with_cursor(page, following)


@route("POST /annotations/reverselookup", "annotationsAcl:READ")
def reverse_lookup(request: Request) -> dict[str, Any]:
    """A page of the resources that have an annotation that passes the filter, each once."""
    body = body_of(request, "filter", "limit", "cursor")
    wanted = body.get("filter")
    if not isinstance(wanted, dict) or "annotatedResourceType" not in wanted or "annotatedResourceIds" in wanted:
        raise bad_request("filter must have annotatedResourceType, and cannot have annotatedResourceIds.")
    first = {item["annotatedResourceId"]: place for place, item in reversed([*_passing(request, wanted)])}
    rows = sorted((place, {"id": id_}) for id_, place in first.items())
    page, following = one_page(rows, limit_of(body, 1000), body.get("cursor"), wanted)
    return {"annotatedResourceType": wanted["annotatedResourceType"], **with_cursor(page, following)}


def _passing(request: Request, wanted: Item) -> Iterator[tuple[int, Item]]:
    """``(place, item)`` of each annotation that passes; a null user asks for those that a service created."""
    tests = make_filter(FILTERS, wanted, request)
    if "creatingUser" in wanted and wanted["creatingUser"] is None:
        tests.append(lambda item: item["creatingUser"] is None)
    table = request.world.table(ANNOTATIONS.name)
    return ((table.sequence[key], item) for key, item in [*table.items.items()] if passes(item, tests))
