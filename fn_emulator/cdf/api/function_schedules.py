"""Schedules of functions (``/functions/schedules``). They are stored and found again; nothing here makes them fire."""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api.bodies import body_of, items_of, limit_of, whole_in_query
from fn_emulator.cdf.api.fields import check_fields, identifier, json_object, text
from fn_emulator.cdf.api.filters import equals, make_filter, passes, span
from fn_emulator.cdf.api.finding import by_ids, find_key, get_one, require
from fn_emulator.cdf.api.resource import Resource
from fn_emulator.cdf.api.sessions import bind
from fn_emulator.cdf.api.writing import delete
from fn_emulator.cdf.contract import Reply, Request, bad_request
from fn_emulator.cdf.routes import route
from fn_emulator.cdf.world import Item
from fn_emulator.errors import ScheduleError

TABLE = "functions/schedules"

MOST_LISTED = 10_000


def shown(item: Item) -> Item:
    """A schedule without the data of its calls."""
    return {name: held for name, held in item.items() if name != "data"}


SCHEDULES = Resource(
    name=TABLE,
    noun="Function schedule",
    acl="functionsAcl",
    fields={
        "name": text(140, 1),
        "description": text(500),
        "cronExpression": text(1024, 1),
        "functionId": identifier(),
        "functionExternalId": text(255, 1),
        "data": json_object(),
        "nonce": text(10_000, 1),
    },
    required=("name", "cronExpression"),
    filters={
        "name": equals("name"),
        "functionId": equals("functionId", int),
        "createdTime": span("createdTime"),
        "cronExpression": equals("cronExpression"),
    },
    chunk=10_000,
    shown=shown,
)


@route("POST /functions/schedules", "functionsAcl:WRITE")
def create(request: Request) -> Reply:
    """One schedule, bound to the session of its nonce."""
    (given,) = items_of(request, 1)
    check_fields(given, "items[0]", SCHEDULES.fields, SCHEDULES.required)
    item = {name: held for name, held in given.items() if held is not None and name != "nonce"}
    if ("functionId" in item) == ("functionExternalId" in item):
        raise bad_request("items[0] must have exactly one of functionId and functionExternalId.")
    if "functionExternalId" in item and given.get("nonce"):
        raise bad_request("items[0].functionId is missing; a nonce needs it.")  # [docs: create schedules]
    field = "id" if "functionId" in item else "externalId"
    function = require(request.world, "functions", {field: item[f"function{field[0].upper()}{field[1:]}"]}, "Function")
    check_cron(item["cronExpression"], "items[0].cronExpression")
    session = bind(request.world, given.get("nonce"), "items[0].nonce") if "functionId" in item else 0
    made = as_created({**item, "functionId": function["id"]}, request.world.new_id(), session, request.now_ms)
    request.world.put(TABLE, made["id"], made)
    return Reply({"items": [shown(made)]}, 201)


def as_created(item: Item, id_: int, session_id: int, now_ms: int) -> Item:
    """A schedule with what the platform adds; ``sessionId`` is a text [docs: create schedules]."""
    added = {"id": id_, "createdTime": now_ms, "sessionId": str(session_id), "when": in_words(item["cronExpression"])}
    return {**added, **item}


def check_cron(cron: str, path: str) -> None:
    """Refuse what is no cron expression, or is never due."""
    from fn_emulator.schedule.cron import parse_cron

    try:
        parse_cron(cron)
    except ScheduleError as exc:
        raise bad_request(f"{path}: {exc.message}") from None


def in_words(cron: str) -> str:
    """``when`` of a schedule, in English, as the platform's samples have it."""
    from fn_emulator.schedule import describe, parse_cron

    sentence = describe(parse_cron(cron))
    return sentence[0].upper() + sentence[1:]


@route("POST /functions/schedules/list", "functionsAcl:READ")
def list_schedules(request: Request) -> dict[str, Any]:
    """The schedules that pass the filter; without a cursor, as on the platform."""
    body = body_of(request, "filter", "limit")
    wanted = body.get("filter")
    if isinstance(wanted, dict) and wanted.get("functionExternalId") is not None:
        wanted = _by_function_id(request, wanted)
    tests = make_filter(SCHEDULES.filters, wanted, request)
    items = [shown(item) for item in request.world.table(TABLE).items.values() if passes(item, tests)]
    return {"items": items[: limit_of(body, MOST_LISTED, default=100)]}


def _by_function_id(request: Request, wanted: Item) -> Item:
    name = wanted["functionExternalId"]
    if wanted.get("functionId") is not None:
        raise bad_request("At most one of functionId and functionExternalId can be specified.")
    text(255).check(name, "filter.functionExternalId")
    key = find_key(request.world, "functions", {"externalId": name})
    rest = {field: value for field, value in wanted.items() if field != "functionExternalId"}
    return {**rest, "functionId": -1 if key is None else key}


@route("GET /functions/schedules", "functionsAcl:READ")
def get_schedules(request: Request) -> dict[str, Any]:
    """The schedules, at most ``limit`` of the query."""
    limit = whole_in_query(request, "limit", 1, MOST_LISTED, default=100)
    return {"items": [shown(item) for item in request.world.table(TABLE).items.values()][:limit]}


@route("GET /functions/schedules/{id}", "functionsAcl:READ")
def get_schedule(request: Request, id: str) -> Any:  # noqa: A002 - the placeholder's name
    """One schedule."""
    return get_one(request, SCHEDULES, id)


@route("POST /functions/schedules/byids", "functionsAcl:READ")
def schedules_by_ids(request: Request) -> dict[str, Any]:
    """The schedules that were asked for."""
    return by_ids(request, SCHEDULES)


@route("POST /functions/schedules/delete", "functionsAcl:WRITE")
def delete_schedules(request: Request) -> dict[str, Any]:
    """Delete schedules."""
    return delete(request, SCHEDULES)


@route("GET /functions/schedules/{id}/input_data", "functionsAcl:READ")
def input_data(request: Request, id: str) -> Item:  # noqa: A002 - the placeholder's name
    """What a schedule's calls get as ``data``; no ``data`` where it has none."""
    item = request.world.table(TABLE).items[get_one(request, SCHEDULES, id)["id"]]
    return {"id": item["id"], "data": item["data"]} if "data" in item else {"id": item["id"]}
