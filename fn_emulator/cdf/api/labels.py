"""Labels (``/labels``): names that other items are marked with.

What is marked with a label that is deleted stays marked [API specification of ``/labels/delete``].
"""

from __future__ import annotations

from fn_emulator.cdf.api.crud import serve
from fn_emulator.cdf.api.fields import identifier, text
from fn_emulator.cdf.api.filters import equals, one_of_ids, prefix
from fn_emulator.cdf.api.references import refers_to
from fn_emulator.cdf.api.resource import Resource
from fn_emulator.cdf.contract import Request
from fn_emulator.cdf.world import Item


def _complete(request: Request, item: Item, before: Item | None) -> Item:
    refers_to(request.world, item, before, dataSetId="datasets")
    return item


def _shown(item: Item) -> Item:
    # The platform identifies a label by its external id alone.
    return {name: held for name, held in item.items() if name not in ("id", "lastUpdatedTime")}


LABELS = Resource(
    name="labels",
    noun="Label",
    acl="labelsAcl",
    fields={
        "externalId": text(255, 1),
        "name": text(140, 1),
        "description": text(500),
        "dataSetId": identifier(),
    },
    required=("externalId", "name"),
    filters={
        "name": equals("name"),
        "externalIdPrefix": prefix("externalId"),
        "dataSetIds": one_of_ids("dataSetId", "datasets"),
    },
    complete=_complete,
    shown=_shown,
)
serve(LABELS, "create", "list", "byids", "delete")
