"""Metadata of files (``/files``); what is in them is in ``file_content``."""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api import crud, finding, writing
from fn_emulator.cdf.api.bodies import body_of, flag_in_query, items_of
from fn_emulator.cdf.api.fields import check_fields, identifier, instant, labels, list_of, mapping, text
from fn_emulator.cdf.api.file_store import forget_content
from fn_emulator.cdf.api.filters import TIMES, equals, one_of_ids, one_of_numbers, prefix, span, subset, with_labels
from fn_emulator.cdf.api.geo_location import geo_location, refuse_geo_filter
from fn_emulator.cdf.api.references import has_asset, in_subtree, refers_to
from fn_emulator.cdf.api.resource import Resource
from fn_emulator.cdf.contract import Request
from fn_emulator.cdf.routes import route
from fn_emulator.cdf.world import Item


def _complete(request: Request, item: Item, before: Item | None) -> Item:
    refers_to(request.world, item, before, dataSetId="datasets", assetIds="assets", labels="labels")
    return item if before is not None else {**item, "uploaded": False}


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
        "geoLocation": geo_location(),
    },
    required=("name",),
    filters={
        "name": equals("name"),
        "directoryPrefix": prefix("directory"),
        "mimeType": equals("mimeType"),
        "metadata": subset(),
        "assetIds": one_of_numbers("assetIds"),
        "assetExternalIds": has_asset("assetIds"),
        "rootAssetIds": in_subtree("assetIds"),
        "assetSubtreeIds": in_subtree("assetIds"),
        "dataSetIds": one_of_ids("dataSetId", "datasets"),
        "labels": with_labels(),
        "geoLocation": refuse_geo_filter,
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
crud.serve(FILES, "list", "browse", "byids", "update", "search", "aggregate", "get")


def save_metadata(request: Request) -> Item:
    """The file that a request creates, or overwrites where ``overwrite`` says so and its external id is taken.

    What is overwritten keeps its id, the fields that the request lacks, and its bytes until others are uploaded
    [docstring of cognite-sdk].
    """
    given = body_of(request)
    check_fields(given, "file", FILES.fields, FILES.required)
    fields = {name: held for name, held in given.items() if held is not None}
    table = request.world.table("files")
    key = table.find("externalId", fields.get("externalId"))
    if key is not None and flag_in_query(request, "overwrite"):
        before = table.items[key]
        item = _complete(request, {**before, **fields, "lastUpdatedTime": request.now_ms}, before)
        writing.store_changed(request, FILES, [item])
        return item
    writing.check_unique(request.world, FILES, [fields])
    item = writing.make_item(request, FILES, fields)
    writing.store_new(request, FILES, [item])
    return item


@route("POST /files/delete", "filesAcl:WRITE")
def delete_files(request: Request) -> dict[str, Any]:
    """All are deleted with what is in them, or none."""
    keys = finding.look_up(request, FILES, items_of(request, FILES.chunk, known=("ignoreUnknownIds",)))
    answer = writing.delete(request, FILES)
    for key in keys:
        forget_content(request.world, key)
    return answer
