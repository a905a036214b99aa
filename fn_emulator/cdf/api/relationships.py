"""Relationships (``/relationships``): directed links between assets, time series, files, events and sequences.

Both ends are external ids that need not be there, as on the platform.
"""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api.bodies import flag_of
from fn_emulator.cdf.api.crud import serve
from fn_emulator.cdf.api.fields import Field, identifier, instant, labels, number, text
from fn_emulator.cdf.api.filters import TIMES, active_at, among, one_of_ids, span, with_labels
from fn_emulator.cdf.api.finding import by_ids
from fn_emulator.cdf.api.listing import list_items
from fn_emulator.cdf.api.references import refers_to
from fn_emulator.cdf.api.resource import MakeTest, Predicate, Resource
from fn_emulator.cdf.contract import Request, bad_request
from fn_emulator.cdf.routes import route
from fn_emulator.cdf.world import Item, World

TABLES = {
    "asset": "assets",
    "timeSeries": "timeseries",
    "file": "files",
    "event": "events",
    "sequence": "sequences",
}
"""``sourceType`` and ``targetType`` -> the table that holds the items."""


def _confidence() -> Field:
    is_number = number().check

    def check(value: Any, path: str) -> None:
        is_number(value, path)
        if not 0 <= value <= 1:
            raise bad_request(f"{path} must be between 0 and 1, it is {value}.")

    return Field(check)


def _kind() -> Field:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, str) or kind_of(value) is None:
            raise bad_request(f"{path} must be one of {', '.join(TABLES)}, it is {value!r}.")

    return Field(check, is_nullable=False)


def kind_of(name: str) -> str | None:
    """A type by its name; cognite-sdk accepts it in any case, and sends it so."""
    return next((kind for kind in TABLES if kind.lower() == name.lower()), None)


def _among_kinds(field: str) -> MakeTest:
    make = among(field)

    def test(value: Any, path: str, request: Request) -> Predicate:
        known = [kind_of(one) or one for one in value] if _is_texts(value) else value
        return make(known, path, request)

    return test


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _complete(request: Request, item: Item, before: Item | None) -> Item:
    start, end = item.get("startTime"), item.get("endTime")
    if start is not None and end is not None and end < start:
        raise bad_request(f"endTime {end} is before startTime {start}.")
    refers_to(request.world, item, before, dataSetId="datasets", labels="labels")
    return {**item, **{name: kind_of(item[name]) for name in ("sourceType", "targetType")}}


def _shown(item: Item) -> Item:
    return {name: held for name, held in item.items() if name != "id"}


RELATIONSHIPS = Resource(
    name="relationships",
    noun="Relationship",
    acl="relationshipsAcl",
    fields={
        "externalId": text(255, 1).fixed(),
        "sourceExternalId": text(255, 1).kept(),
        "sourceType": _kind(),
        "targetExternalId": text(255, 1).kept(),
        "targetType": _kind(),
        "startTime": instant(),
        "endTime": instant(),
        "confidence": _confidence(),
        "dataSetId": identifier(),
        "labels": labels(),
    },
    required=("externalId", "sourceExternalId", "sourceType", "targetExternalId", "targetType"),
    filters={
        "sourceExternalIds": among("sourceExternalId"),
        "sourceTypes": _among_kinds("sourceType"),
        "targetExternalIds": among("targetExternalId"),
        "targetTypes": _among_kinds("targetType"),
        "dataSetIds": one_of_ids("dataSetId", "datasets"),
        "startTime": span("startTime"),
        "endTime": span("endTime"),
        "activeAtTime": active_at(),
        "confidence": span("confidence"),
        "labels": with_labels(),
        **TIMES,
    },
    complete=_complete,
    shown=_shown,
)
serve(RELATIONSHIPS, "create", "browse", "update", "delete")


@route("POST /relationships/list", "relationshipsAcl:READ")
def list_relationships(request: Request) -> dict[str, Any]:
    """A page of relationships, with what they link where ``fetchResources`` asks for it."""
    plain, fetches = _without_fetch(request)
    answer = list_items(plain, RELATIONSHIPS)
    return _fetched(request.world, answer) if fetches else answer


@route("POST /relationships/byids", "relationshipsAcl:READ")
def retrieve_relationships(request: Request) -> dict[str, Any]:
    """The relationships that were asked for, with what they link where ``fetchResources`` asks for it."""
    plain, fetches = _without_fetch(request)
    answer = by_ids(plain, RELATIONSHIPS)
    return _fetched(request.world, answer) if fetches else answer


def _without_fetch(request: Request) -> tuple[Request, bool]:
    if not isinstance(request.json, dict) or "fetchResources" not in request.json:
        return request, False
    body = {name: held for name, held in request.json.items() if name != "fetchResources"}
    return request._replace(json=body), flag_of(request.json, "fetchResources")


def _fetched(world: World, answer: dict[str, Any]) -> dict[str, Any]:
    items = []
    for item in answer["items"]:
        ends = {end: _end(world, item[f"{end}Type"], item[f"{end}ExternalId"]) for end in ("source", "target")}
        items.append({**item, **{end: held for end, held in ends.items() if held is not None}})
    return {**answer, "items": items}


def _end(world: World, kind: str, external_id: str) -> Item | None:
    table = world.table(TABLES[kind])
    key = table.find("externalId", external_id)
    return None if key is None else table.items[key]
