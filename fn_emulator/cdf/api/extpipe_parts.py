"""What belongs to one extraction pipeline: its configurations and its runs, each in a table of the world.

They refer to their pipeline by id (``extpipeId``, which the API does not show), so that it can be given another
external id.
"""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api.finding import find_key
from fn_emulator.cdf.contract import CdfError, Request, bad_request
from fn_emulator.cdf.world import Item, World

CONFIGS = "extpipes/config"
RUNS = "extpipes/runs"


def parts_of(world: World, table: str, extpipe_id: int) -> list[Item]:
    """The configurations or runs of a pipeline, oldest first."""
    return [item for item in world.table(table).items.values() if item["extpipeId"] == extpipe_id]


def add_part(request: Request, table: str, part: Item) -> Item:
    """Store a new configuration or run."""
    item = {"id": request.world.new_id(), **part}
    request.world.put(table, item["id"], item)
    return item


def extpipe_named(request: Request, external_id: Any) -> Item:
    """The pipeline that a configuration or a run is to belong to.

    Raises:
        CdfError: 403 where there is none: the platform does not tell what is absent from what may not be seen, as far
            as Cognite's own Toolkit shows, which expects this status and the start of this message. That reporting
            a run is answered like that as well is our inference.
    """
    if not isinstance(external_id, str) or not external_id:
        raise bad_request("externalId must be the external id of an extraction pipeline.")
    key = find_key(request.world, "extpipes", {"externalId": external_id})
    if key is None:
        raise CdfError(403, f"Extraction pipeline not found: {external_id}")
    item: Item = request.world.table("extpipes").items[key]
    return item


def shown_of(extpipe: Item, item: Item, *fields: str) -> Item:
    """What the API shows of a configuration or run."""
    named = {"externalId": extpipe["externalId"], **item}
    return {name: named[name] for name in fields if named.get(name) is not None}
