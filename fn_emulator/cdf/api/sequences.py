"""Sequences (``/sequences``): tables with typed columns, each row at a number. Their rows are in ``sequence_rows``."""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api.bodies import items_of
from fn_emulator.cdf.api.crud import serve
from fn_emulator.cdf.api.fields import identifier, mapping, text, wrong_type
from fn_emulator.cdf.api.filters import TIMES, equals, one_of_ids, one_of_numbers, prefix, subset
from fn_emulator.cdf.api.finding import look_up
from fn_emulator.cdf.api.references import in_subtree, refers_to
from fn_emulator.cdf.api.resource import Resource
from fn_emulator.cdf.api.sequence_columns import change_columns, columns, new_column
from fn_emulator.cdf.api.sequence_rows import ROWS, follow_columns
from fn_emulator.cdf.api.writing import changed_items, remove_items, store_changed
from fn_emulator.cdf.contract import Request
from fn_emulator.cdf.routes import route
from fn_emulator.cdf.world import Item


def _complete(request: Request, item: Item, before: Item | None) -> Item:
    refers_to(request.world, item, before, dataSetId="datasets", assetId="assets")
    if before is not None:
        return item
    return {**item, "columns": [new_column(column, request.now_ms) for column in item["columns"]]}


SEQUENCES = Resource(
    name="sequences",
    noun="Sequence",
    acl="sequencesAcl",
    fields={
        "externalId": text(255),
        "name": text(255),
        "description": text(1000),
        "assetId": identifier(),
        "dataSetId": identifier(),
        "metadata": mapping(),
        "columns": columns(),
    },
    required=("columns",),
    filters={
        "name": equals("name"),
        "externalIdPrefix": prefix("externalId"),
        "metadata": subset(),
        "assetIds": one_of_numbers("assetId"),
        "rootAssetIds": in_subtree("assetId"),
        "assetSubtreeIds": in_subtree("assetId"),
        "dataSetIds": one_of_ids("dataSetId", "datasets"),
        **TIMES,
    },
    complete=_complete,
)
serve(SEQUENCES, "create", "list", "browse", "byids", "search", "aggregate")


@route("POST /sequences/update", "sequencesAcl:WRITE")
def update_sequences(request: Request) -> dict[str, Any]:
    """All sequences are changed, or none; their rows follow columns that are renamed or removed."""
    items, changes = [], []
    for index, item in enumerate(items_of(request, SEQUENCES.chunk, known=("ignoreUnknownIds",))):
        wanted = item.get("update")
        if not isinstance(wanted, dict):
            raise wrong_type(f"items[{index}].update", wanted, "an object")
        changes.append(wanted.get("columns"))
        items.append({**item, "update": {name: held for name, held in wanted.items() if name != "columns"}})
    changed = changed_items(request._replace(json={"items": items}), SEQUENCES)
    after, moves = [], []
    for index, (item, change) in enumerate(zip(changed, changes, strict=True)):
        held, moved = change_columns(item["columns"], change, f"items[{index}].update.columns", request.now_ms)
        after.append({**item, "columns": held})
        moves.append(moved)
    answer = store_changed(request, SEQUENCES, after)
    for item, moved in zip(after, moves, strict=True):
        follow_columns(request.world, item["id"], moved)
    return answer


@route("POST /sequences/delete", "sequencesAcl:WRITE")
def delete_sequences(request: Request) -> dict[str, Any]:
    """All sequences are deleted with their rows, or none."""
    items = items_of(request, SEQUENCES.chunk, known=("ignoreUnknownIds",))
    keys = look_up(request, SEQUENCES, items)
    answer = remove_items(request, SEQUENCES, keys)
    for key in keys:
        if key in request.world.table(ROWS).items:
            request.world.remove(ROWS, key)
    return answer
