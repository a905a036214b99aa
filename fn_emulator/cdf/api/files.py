"""Metadata of files (``/files``); what is in them is in ``file_content``."""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api import crud
from fn_emulator.cdf.api.bodies import body_of, flag_in_query, items_of
from fn_emulator.cdf.api.fields import check_fields, identifier, instant, json_object, labels, list_of, mapping, text
from fn_emulator.cdf.api.file_store import forget_content
from fn_emulator.cdf.api.filters import (
    TIMES,
    equals,
    one_of_external_ids,
    one_of_ids,
    one_of_numbers,
    prefix,
    span,
    subset,
    with_labels,
)
from fn_emulator.cdf.api.references import in_subtree, refers_to
from fn_emulator.cdf.api.resource import Predicate, Resource
from fn_emulator.cdf.contract import CdfError, Request
from fn_emulator.cdf.routes import route
from fn_emulator.cdf.world import Item


def _complete(request: Request, item: Item, before: Item | None) -> Item:
    refers_to(request.world, item, before, dataSetId="datasets", assetIds="assets")
    return item if before is not None else {**item, "uploaded": False}


def _by_geography(value: Any, path: str, request: Request) -> Predicate:
    raise CdfError(501, f"The in-memory CDF does not implement {path}: it knows no geometry.")


FILES = Resource(
    name="files",
    noun="File",
    acl="filesAcl",
    fields={
        "externalId": text(255),
        "name": text(256, 1).fixed(),
        "directory": text(512),
        "source": text(128),
        "mimeType": text(256),
        "metadata": mapping(),
        "assetIds": list_of(identifier(), 1000),
        "dataSetId": identifier(),
        "sourceCreatedTime": instant(),
        "sourceModifiedTime": instant(),
        "securityCategories": list_of(identifier(), 100),
        "labels": labels(),
        "geoLocation": json_object(),
    },
    required=("name",),
    filters={
        "name": equals("name"),
        "directoryPrefix": prefix("directory"),
        "mimeType": equals("mimeType"),
        "metadata": subset(),
        "assetIds": one_of_numbers("assetIds"),
        "assetExternalIds": one_of_external_ids("assetIds", "assets"),
        "rootAssetIds": in_subtree("assetIds"),
        "assetSubtreeIds": in_subtree("assetIds"),
        "dataSetIds": one_of_ids("dataSetId", "datasets"),
        "labels": with_labels(),
        "geoLocation": _by_geography,
        "source": equals("source"),
        "uploadedTime": span("uploadedTime"),
        "sourceCreatedTime": span("sourceCreatedTime"),
        "sourceModifiedTime": span("sourceModifiedTime"),
        "externalIdPrefix": prefix("externalId"),
        "uploaded": equals("uploaded", bool),
        **TIMES,
    },
    searched=("name",),
    complete=_complete,
)
crud.serve(FILES, "list", "byids", "update", "search", "aggregate", "get")


def save_metadata(request: Request) -> Item:
    """The file that a request creates, or overwrites where ``overwrite`` says so and its external id is taken.

    What is overwritten keeps its id, the fields that the request lacks, and its bytes until others are uploaded
    [docstring of cognite-sdk].
    """
    given = body_of(request)
    check_fields(given, "file", FILES.fields, FILES.required)
    fields = {name: held for name, held in given.items() if held is not None}
    world = request.world
    key = world.table("files").find("externalId", fields.get("externalId"))
    if key is not None and flag_in_query(request, "overwrite"):
        before = world.table("files").items[key]
        item = _complete(request, {**before, **fields, "lastUpdatedTime": request.now_ms}, before)
    else:
        crud.check_unique(world, FILES, [fields])
        item = crud.make_item(request, FILES, fields)
    world.put("files", item["id"], item)
    return item


@route("POST /files/delete", "filesAcl:WRITE")
def delete_files(request: Request) -> dict[str, Any]:
    """All are deleted with what is in them, or none."""
    items = items_of(request, FILES.chunk, known=("ignoreUnknownIds",))
    for key in crud.look_up(request, FILES, items):
        request.world.remove("files", key)
        forget_content(request.world, key)
    return {}
