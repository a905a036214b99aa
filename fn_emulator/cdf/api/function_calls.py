"""Calls of functions (``/functions/{id}/call``, ``/functions/{id}/calls``).

No other function can run here, so that a fixture scripts what a call answers: ``script("functions/NAME/call",
answer)``, NAME being the function's external id, its name or its id. The answer is ``{"response", "status", "logs",
"error"}``, each of them optional, or a function of the call's data that returns this; one that raises makes the call
Failed.
"""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api.bodies import body_of, items_of, limit_of, whole_in_query
from fn_emulator.cdf.api.fields import json_object, wrong_type
from fn_emulator.cdf.api.filters import equals, make_filter, passes, span
from fn_emulator.cdf.api.finding import find_key
from fn_emulator.cdf.api.paging import one_page, with_cursor
from fn_emulator.cdf.api.sessions import bind
from fn_emulator.cdf.contract import CdfError, Reply, Request, bad_request, not_found
from fn_emulator.cdf.routes import route
from fn_emulator.cdf.scripts import Answer, answer_of, how_to_script
from fn_emulator.cdf.world import Item, World

TABLE = "functions/calls"

STATUSES = ("Running", "Completed", "Failed", "Timeout")

HIDDEN = ("data", "response", "logs")
"""What is stored with a call and shown by endpoints of its own, or never."""

MOST_BY_IDS = 10_000
PAGE = 1000

FILTERS = {
    "status": equals("status"),
    "scheduleId": equals("scheduleId", int),
    "startTime": span("startTime"),
    "endTime": span("endTime"),
}


@route("POST /functions/{id}/call", "functionsAcl:RUN")
def call(request: Request, id: str) -> Reply:  # noqa: A002 - the placeholder's name
    """A call that ends at once as it is scripted; the answer says Running, as on the platform."""
    function = find_function(request.world, id)
    body = body_of(request, "data", "nonce")
    data = body.get("data") or {}
    json_object().check(data, "data")
    if function["status"] != "Ready":
        raise bad_request(f"Function {function['id']} is {function['status']}, not Ready.")
    outcome = scripted_outcome(request.world, function, data)
    bind(request.world, body.get("nonce"), "nonce")
    item = {"id": request.world.new_id(), "functionId": function["id"], "startTime": request.now_ms, "data": data}
    ended = {**item, "endTime": request.now_ms, **outcome}
    ended["logs"] = log_lines(outcome.get("logs") or [], request.now_ms)
    request.world.put(TABLE, ended["id"], ended)
    request.world.put("functions", function["id"], {**function, "lastCalled": request.now_ms})
    return Reply({**shown(item), "status": "Running"}, 201)


def find_function(world: World, id_: str) -> Item:
    """The function of an id in the path.

    Raises:
        CdfError: 400 with ``missing``.
    """
    number = int(id_) if id_.isascii() and id_.isdigit() else None
    if number is None or find_key(world, "functions", {"id": number}) is None:
        raise not_found("Function ids", [{"id": number if number is not None else id_}])
    function: Item = world.table("functions").items[number]
    return function


def scripted_outcome(world: World, function: Item, data: Item) -> Item:
    """``status``, ``response``, ``logs`` and ``error`` of a call, as they are scripted.

    Raises:
        CdfError: 501 if nothing is scripted for the function, or something that is no outcome.
    """
    ids = [str(function[field]) for field in ("externalId", "name", "id") if field in function]
    names = [f"functions/{name}/call" for name in ids]
    answer = answer_of(world, names, data)
    if answer is None:
        raise CdfError(
            501,
            f"The in-memory CDF cannot run function {ids[0]!r}. "
            + how_to_script(names[0], '{"response": ..., "status": "Completed", "logs": []}'),
        )
    return _outcome(answer, names[0])


def _outcome(answer: Answer, name: str) -> Item:
    if answer.error is not None:
        lines = answer.trace.splitlines()
        return {"status": "Failed", "error": {"message": answer.error, "trace": answer.trace}, "logs": lines}
    problem = problem_of(answer.value, name)
    if problem is not None:
        raise CdfError(501, problem)
    return {"status": "Failed" if answer.value.get("error") is not None else "Completed", **answer.value}


def problem_of(value: Any, name: str) -> str | None:
    """What is wrong with the value of a script, in one sentence; None where nothing is."""
    known = ("response", "status", "logs", "error")
    if not isinstance(value, dict) or any(key not in known for key in value):
        return f"The script of {name!r} must give an object with some of {', '.join(known)}."
    if value.get("status", "Completed") not in STATUSES[1:] or not isinstance(value.get("logs") or [], list):
        return f"The script of {name!r} must give status {', '.join(STATUSES[1:])} and logs as a list."
    return None


def log_lines(lines: list[Any], now_ms: int) -> list[Item]:
    """Log entries of lines that are texts, or entries already."""
    return [line if isinstance(line, dict) else {"timestamp": now_ms, "message": str(line)} for line in lines]


def shown(item: Item) -> Item:
    """What of a stored call its endpoints show."""
    return {name: held for name, held in item.items() if name not in HIDDEN}


@route("POST /functions/{id}/calls/list", "functionsAcl:READ")
def list_calls(request: Request, id: str) -> dict[str, Any]:  # noqa: A002 - the placeholder's name
    """A page of a function's calls, the oldest first; in which order the platform lists them is not documented."""
    body = body_of(request, "filter", "limit", "cursor")
    function = find_function(request.world, id)
    tests = make_filter(FILTERS, body.get("filter"), request)
    return _page(request, function, body, tests)


@route("GET /functions/{id}/calls", "functionsAcl:READ")
def get_calls(request: Request, id: str) -> dict[str, Any]:  # noqa: A002 - the placeholder's name
    """The same without a filter."""
    limit = whole_in_query(request, "limit", 1, PAGE, default=25)
    body = {"limit": limit, "cursor": request.query.get("cursor") or None}
    return _page(request, find_function(request.world, id), body, [])


def _page(request: Request, function: Item, body: Item, tests: list[Any]) -> dict[str, Any]:
    table = request.world.table(TABLE)
    rows = (
        (table.sequence[key], item)
        for key, item in [*table.items.items()]
        if item["functionId"] == function["id"] and passes(item, tests)
    )
    query = [function["id"], body.get("filter")]
    page, following = one_page(rows, limit_of(body, PAGE), body.get("cursor"), query)
    return with_cursor([shown(item) for item in page], following)


@route("POST /functions/{id}/calls/byids", "functionsAcl:READ")
def calls_by_ids(request: Request, id: str) -> dict[str, Any]:  # noqa: A002 - the placeholder's name
    """The calls that were asked for."""
    function = find_function(request.world, id)
    body_of(request, "items", "ignoreUnknownIds")
    ids = [given.get("id") for given in items_of(request, MOST_BY_IDS, known=("ignoreUnknownIds",))]
    for index, id_ in enumerate(ids):
        if not isinstance(id_, int):
            raise wrong_type(f"items[{index}].id", id_, "an integer")
    return {"items": [shown(item) for item in _calls(request.world, function, ids)]}


@route("GET /functions/{id}/calls/{call}", "functionsAcl:READ")
def get_call(request: Request, id: str, call: str) -> Item:  # noqa: A002 - the placeholder's name
    """One call."""
    return shown(_one_call(request, id, call))


@route("GET /functions/{id}/calls/{call}/response", "functionsAcl:READ")
def get_response(request: Request, id: str, call: str) -> Item:  # noqa: A002 - the placeholder's name
    """What the call returned; no ``response`` where it did not complete."""
    item = _one_call(request, id, call)
    answer = {"callId": item["id"], "functionId": item["functionId"]}
    return {**answer, "response": item.get("response")} if item["status"] == "Completed" else answer


@route("GET /functions/{id}/calls/{call}/logs", "functionsAcl:READ")
def get_logs(request: Request, id: str, call: str) -> Item:  # noqa: A002 - the placeholder's name
    """The lines that the call wrote."""
    return {"items": _one_call(request, id, call).get("logs") or []}


def _one_call(request: Request, id_: str, call_id: str) -> Item:
    function = find_function(request.world, id_)
    number: Any = int(call_id) if call_id.isascii() and call_id.isdigit() else call_id
    return _calls(request.world, function, [number])[0]


def _calls(world: World, function: Item, ids: list[Any]) -> list[Item]:
    held = world.table(TABLE).items
    found = {id_: held[id_] for id_ in ids if id_ in held and held[id_]["functionId"] == function["id"]}
    missing = [{"id": id_} for id_ in ids if id_ not in found]
    if missing:
        raise not_found("Function call ids", missing)
    return [found[id_] for id_ in ids]
