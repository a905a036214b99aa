"""Runs that are reported for an extraction pipeline (``/extpipes/runs``)."""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api.bodies import body_of, items_of, limit_of, whole_in_query
from fn_emulator.cdf.api.extpipe_parts import RUNS, add_part, extpipe_named, parts_of, shown_of
from fn_emulator.cdf.api.fields import check_fields, instant, one_of, text, wrong_type
from fn_emulator.cdf.api.filters import among, make_filter, passes, span
from fn_emulator.cdf.api.paging import sorted_page, with_cursor
from fn_emulator.cdf.api.resource import Predicate
from fn_emulator.cdf.contract import Reply, Request, bad_request
from fn_emulator.cdf.routes import route
from fn_emulator.cdf.world import Item

MOST_RUNS = 1
"""Runs in one request ["Current version supports one extraction pipeline run per request", API reference]."""

MOST_LISTED = 1000
FIELDS = {
    "externalId": text(255, 1),
    "status": one_of("success", "failure", "seen"),
    "message": text(1000),
    "createdTime": instant(),
}
SHOWN = ("id", "status", "message", "createdTime")


@route("POST /extpipes/runs", "extractionRunsAcl:WRITE")
def create_runs(request: Request) -> Reply:
    """Report a run; its pipeline shows when the last one of its status was."""
    items = items_of(request, MOST_RUNS)
    for index, item in enumerate(items):
        check_fields(item, f"items[{index}]", FIELDS, ("externalId", "status"))
    return Reply({"items": [_reported(request, item) for item in items]}, 201)


@route("GET /extpipes/runs", "extractionRunsAcl:READ")
def list_runs(request: Request) -> dict[str, Any]:
    """A page of the runs of one pipeline, newest first."""
    limit = whole_in_query(request, "limit", 1, MOST_LISTED, default=25)
    given = {"externalId": request.query.get("externalId")}
    return _listed(request, given, limit, request.query.get("cursor"))


@route("POST /extpipes/runs/list", "extractionRunsAcl:READ")
def filter_runs(request: Request) -> dict[str, Any]:
    """A page of the runs of one pipeline that pass a filter, newest first."""
    body = body_of(request, "filter", "limit", "cursor")
    given = body.get("filter")
    if not isinstance(given, dict):
        raise wrong_type("filter", given, "an object")
    return _listed(request, given, limit_of(body, MOST_LISTED), body.get("cursor"))


def _reported(request: Request, given: Item) -> Item:
    extpipe = extpipe_named(request, given["externalId"])
    at = given["createdTime"] if given.get("createdTime") is not None else request.now_ms
    run: Item = {"extpipeId": extpipe["id"], "status": given["status"], "createdTime": at}
    if given.get("message") is not None:
        run["message"] = given["message"]
    added = add_part(request, RUNS, run)
    request.world.put("extpipes", extpipe["id"], _after_run(extpipe, run), is_derived=True)
    return shown_of(extpipe, added, *SHOWN, "externalId")


def _after_run(extpipe: Item, run: Item) -> Item:
    field = {"success": "lastSuccess", "failure": "lastFailure", "seen": "lastSeen"}[run["status"]]
    if run["createdTime"] < extpipe.get(field, 0):
        return extpipe
    after = {**extpipe, field: run["createdTime"]}
    if run["status"] == "failure" and "message" in run:
        after["lastMessage"] = run["message"]  # the last failure's [docstring of cognite-sdk]
    return after


def _listed(request: Request, given: Item, limit: int, cursor: Any) -> dict[str, Any]:
    extpipe = extpipe_named(request, given.get("externalId"))
    tests = make_filter(_FILTERS, {name: value for name, value in given.items() if name != "externalId"}, request)
    runs = [run for run in reversed(parts_of(request.world, RUNS, extpipe["id"])) if passes(run, tests)]
    runs.sort(key=lambda run: -run["createdTime"])
    page, following = sorted_page(runs, limit, cursor, [RUNS, given])
    return with_cursor([shown_of(extpipe, run, *SHOWN) for run in page], following)


def _with_substring(value: Any, path: str, request: Request) -> Predicate:
    """``{"substring": ...}``; the SDK sends ``{}`` where it is given none."""
    if not isinstance(value, dict):
        raise wrong_type(path, value, "an object")
    if {*value} - {"substring"}:
        raise bad_request(f"Unexpected field - {path}.{min({*value} - {'substring'})}")
    part = value.get("substring")
    if part is None:
        return lambda run: True
    if not isinstance(part, str):
        raise wrong_type(f"{path}.substring", part, "a string")
    return lambda run: part in run.get("message", "")


_FILTERS = {"statuses": among("status"), "message": _with_substring, "createdTime": span("createdTime")}
