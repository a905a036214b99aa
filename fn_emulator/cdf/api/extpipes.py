"""Extraction pipelines (``/extpipes``); what belongs to one is in ``extpipe_configs`` and ``extpipe_runs``."""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api import crud, finding, listing, writing
from fn_emulator.cdf.api.bodies import items_of, whole_in_query
from fn_emulator.cdf.api.extpipe_parts import CONFIGS, RUNS, parts_of
from fn_emulator.cdf.api.fields import boolean, identifier, list_of, mapping, record, text, whole
from fn_emulator.cdf.api.filters import TIMES, equals, one_of_ids, prefix, span, subset
from fn_emulator.cdf.api.references import refers_to
from fn_emulator.cdf.api.resource import Resource
from fn_emulator.cdf.contract import Request
from fn_emulator.cdf.routes import route
from fn_emulator.cdf.world import Item


def _complete(request: Request, item: Item, before: Item | None) -> Item:
    refers_to(request.world, item, before, dataSetId="datasets")
    return item


EXTPIPES = Resource(
    name="extpipes",
    noun="Extraction pipeline",
    acl="extractionPipelinesAcl",
    fields={
        "externalId": text(255, 1).kept(),
        "name": text(140, 1).kept(),
        "description": text(500).kept(),
        "dataSetId": identifier().kept(),
        "rawTables": list_of(record({"dbName": text(32, 1), "tableName": text(64, 1)}, {})),
        "schedule": text(100).kept(),
        "contacts": list_of(
            record({}, {"name": text(255), "email": text(255), "role": text(255), "sendNotification": boolean()})
        ),
        "metadata": mapping(),
        "source": text(255).kept(),
        "documentation": text(10_000).kept(),
        "notificationConfig": record({}, {"allowedNotSeenRangeInMinutes": whole(0)}).kept(),
        "createdBy": text(255),
    },
    required=("externalId", "name", "dataSetId"),
    filters={
        "externalIdPrefix": prefix("externalId"),
        "name": equals("name"),
        "description": equals("description"),
        "dataSetIds": one_of_ids("dataSetId", "datasets"),
        "schedule": equals("schedule"),
        "source": equals("source"),
        "documentation": equals("documentation"),
        "createdBy": equals("createdBy"),
        "metadata": subset(),
        "lastSuccess": span("lastSuccess"),
        "lastFailure": span("lastFailure"),
        "lastSeen": span("lastSeen"),
        **TIMES,
    },
    complete=_complete,
)
crud.serve(EXTPIPES, "create", "list", "byids", "update", "get")


@route("GET /extpipes", "extractionPipelinesAcl:READ")
def list_extpipes(request: Request) -> dict[str, Any]:
    """A page of all pipelines."""
    limit = whole_in_query(request, "limit", 1, EXTPIPES.page, default=25)
    body = {"limit": limit, "cursor": request.query.get("cursor")}
    return listing.list_items(request._replace(json=body), EXTPIPES)


@route("POST /extpipes/delete", "extractionPipelinesAcl:WRITE")
def delete_extpipes(request: Request) -> dict[str, Any]:
    """All are deleted with their configurations and runs, or none."""
    keys = finding.look_up(request, EXTPIPES, items_of(request, EXTPIPES.chunk, known=("ignoreUnknownIds",)))
    answer = writing.delete(request, EXTPIPES)
    for table in (CONFIGS, RUNS):
        for part in [part for key in keys for part in parts_of(request.world, table, key)]:
            request.world.remove(table, part["id"])
    return answer


# Declare their endpoints: the routes of one part of the API are in the module of its first path segment.
from fn_emulator.cdf.api import extpipe_configs, extpipe_runs  # noqa: E402, F401
