"""Data sets (``/datasets``). The platform has no way to delete one, so there is none here."""

from __future__ import annotations

from fn_emulator.cdf.api.crud import serve
from fn_emulator.cdf.api.fields import boolean, mapping, text
from fn_emulator.cdf.api.filters import TIMES, equals, prefix, subset
from fn_emulator.cdf.api.resource import Resource
from fn_emulator.cdf.contract import Request
from fn_emulator.cdf.world import Item


def _complete(request: Request, item: Item, before: Item | None) -> Item:
    return {**item, "metadata": item.get("metadata", {}), "writeProtected": item.get("writeProtected", False)}


DATA_SETS = Resource(
    name="datasets",
    noun="Data set",
    acl="datasetsAcl",
    fields={
        "externalId": text(255),
        "name": text(50, 1),
        "description": text(500),
        "metadata": mapping(),
        "writeProtected": boolean().kept(),
    },
    filters={
        "metadata": subset(),
        "externalIdPrefix": prefix("externalId"),
        "writeProtected": equals("writeProtected", bool),
        **TIMES,
    },
    chunk_created=10,
    complete=_complete,
)
serve(DATA_SETS, "create", "list", "byids", "update", "aggregate")
