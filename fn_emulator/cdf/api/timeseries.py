"""Time series (``/timeseries``): what a series is; its points are in ``datapoints`` and the modules beside it.

Those are imported when points are first asked for. Synthetic time series and subscriptions are not there.

A series of a core data model node has ``instanceId``. It cannot be created here, as on the platform.
"""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api.bodies import items_of
from fn_emulator.cdf.api.crud import serve
from fn_emulator.cdf.api.fields import boolean, identifier, list_of, mapping, text, wrong_type
from fn_emulator.cdf.api.filters import TIMES, equals, one_of_ids, one_of_numbers, or_bare_ids, prefix, subset
from fn_emulator.cdf.api.finding import look_up
from fn_emulator.cdf.api.references import has_asset, in_subtree, refers_to
from fn_emulator.cdf.api.resource import Predicate, Resource
from fn_emulator.cdf.api.writing import delete
from fn_emulator.cdf.contract import Request, bad_request, duplicated
from fn_emulator.cdf.routes import later, route
from fn_emulator.cdf.world import Item

POINTS = "timeseries/data"
"""Name of the table: a ``Series`` for each time series that ever had points, by its id."""

DATAPOINTS = {
    "POST /timeseries/data": ("WRITE", "datapoints_insert", "insert_points"),
    "POST /timeseries/data/list": ("READ", "datapoints_list", "list_points"),
    "POST /timeseries/data/latest": ("READ", "datapoints_latest", "latest_points"),
    "POST /timeseries/data/delete": ("WRITE", "datapoints_delete", "delete_points"),
}
"""What is needed for the endpoints of points, and their modules and functions."""


def _complete(request: Request, item: Item, before: Item | None) -> Item:
    refers_to(request.world, item, before, dataSetId="datasets", assetId="assets")
    if item.get("isString") and item.get("unitExternalId") is not None:
        raise bad_request("unitExternalId is for numeric time series, this one is of strings.")
    if item.get("unitExternalId") is not None and (
        before is None or item["unitExternalId"] != before.get("unitExternalId")
    ):
        from fn_emulator.cdf.api.unit_names import check_unit

        check_unit(item["unitExternalId"])
    return {"isString": False, "isStep": False, **item}


def _check_legacy_names(request: Request, items: list[Item]) -> None:
    named = [item["legacyName"] for item in items if "legacyName" in item]
    if not named:
        return
    taken = {item.get("legacyName") for item in request.world.table("timeseries").items.values()}
    twice = [name for name in dict.fromkeys(named) if name in taken or named.count(name) > 1]
    if twice:
        raise duplicated("Time series legacy names", [{"legacyName": name} for name in twice])


def _shown(item: Item) -> Item:
    # What is written as legacyName is never shown [API specification: no such field in answers].
    return {name: held for name, held in item.items() if name != "legacyName"} if "legacyName" in item else item


def _of_quantity(value: Any, path: str, request: Request) -> Predicate:
    """The quantity of the unit, which stands before the colon of its external id [units-catalog]."""
    if not isinstance(value, str):
        raise wrong_type(path, value, "a string")
    start = value.lower().replace(" ", "_") + ":"
    return lambda item: str(item.get("unitExternalId", "")).startswith(start)


TIME_SERIES = Resource(
    name="timeseries",
    noun="Time series",
    acl="timeSeriesAcl",
    fields={
        "externalId": text(255),
        "name": text(255),
        "legacyName": text(255).fixed(),
        "description": text(1000),
        "isString": boolean().fixed(),
        "isStep": boolean().kept(),
        "unit": text(32),
        "unitExternalId": text(255),
        "assetId": identifier(),
        "dataSetId": identifier(),
        "metadata": mapping(most_bytes=10_000),
        "securityCategories": list_of(identifier(), 100),
    },
    filters={
        "name": equals("name"),
        "unit": equals("unit"),
        "unitExternalId": equals("unitExternalId"),
        "unitQuantity": _of_quantity,
        "isString": equals("isString", bool),
        "isStep": equals("isStep", bool),
        "metadata": subset(),
        "externalIdPrefix": prefix("externalId"),
        "assetIds": one_of_numbers("assetId"),
        "assetExternalIds": has_asset("assetId"),
        "rootAssetIds": or_bare_ids(in_subtree("assetId")),  # the specification has ids alone here
        "assetSubtreeIds": in_subtree("assetId"),
        "dataSetIds": one_of_ids("dataSetId", "datasets"),
        **TIMES,
    },
    complete=_complete,
    check_all=_check_legacy_names,
    shown=_shown,
)
serve(TIME_SERIES, "create", "list", "browse", "byids", "update", "search", "aggregate")
for _declared, (_action, _module, _function) in DATAPOINTS.items():
    route(_declared, f"timeSeriesAcl:{_action}")(later(_module, _function))


@route("POST /timeseries/delete", "timeSeriesAcl:WRITE")
def delete_time_series(request: Request) -> dict[str, Any]:
    """All series are deleted with their points, or none."""
    keys = look_up(request, TIME_SERIES, items_of(request, TIME_SERIES.chunk, known=("ignoreUnknownIds",)))
    answer = delete(request, TIME_SERIES)
    tally = request.world.tally
    deleted = tally.deleted
    for key in keys:
        if key in request.world.table(POINTS).items:
            request.world.remove(POINTS, key)
    tally.deleted = deleted  # of series, not of their stores of points
    return answer
