"""Events (``/events``)."""

from __future__ import annotations

from fn_emulator.cdf.api.crud import serve
from fn_emulator.cdf.api.fields import identifier, instant, list_of, mapping, text
from fn_emulator.cdf.api.filters import TIMES, active_at, equals, one_of_ids, one_of_numbers, prefix, span, subset
from fn_emulator.cdf.api.references import has_asset, in_subtree, refers_to
from fn_emulator.cdf.api.resource import Resource
from fn_emulator.cdf.contract import Request, bad_request
from fn_emulator.cdf.world import Item


def _complete(request: Request, item: Item, before: Item | None) -> Item:
    start, end = item.get("startTime"), item.get("endTime")
    if start is not None and end is not None and end < start:
        raise bad_request(f"endTime {end} is before startTime {start}.")
    refers_to(request.world, item, before, dataSetId="datasets", assetIds="assets")
    return item


EVENTS = Resource(
    name="events",
    noun="Event",
    acl="eventsAcl",
    fields={
        "externalId": text(255),
        "dataSetId": identifier(),
        "startTime": instant(),
        "endTime": instant(),
        "type": text(64),
        "subtype": text(64),
        "description": text(500),
        "metadata": mapping(most_bytes=200_000),
        "assetIds": list_of(identifier(), 10_000),
        "source": text(128),
    },
    filters={
        "externalIdPrefix": prefix("externalId"),
        "type": equals("type"),
        "subtype": equals("subtype"),
        "source": equals("source"),
        "metadata": subset(),
        "startTime": span("startTime"),
        "endTime": span("endTime"),
        "activeAtTime": active_at(),
        "assetIds": one_of_numbers("assetIds"),
        "assetExternalIds": has_asset("assetIds"),
        "assetSubtreeIds": in_subtree("assetIds"),
        "dataSetIds": one_of_ids("dataSetId", "datasets"),
        **TIMES,
    },
    searched=("description",),
    complete=_complete,
)
serve(EVENTS, "create", "list", "browse", "byids", "update", "delete", "get", "search", "aggregate")
