"""Functions, schedules and calls that are there from the start: the function that runs finds itself among them."""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api import function_calls, function_schedules
from fn_emulator.cdf.api.fields import anything, check_fields, identifier, instant, list_of, one_of, wrong_type
from fn_emulator.cdf.api.functions import FUNCTIONS, as_deployed
from fn_emulator.cdf.contract import duplicated
from fn_emulator.cdf.world import Item, World

_STORED = {
    "id": identifier(),
    "createdTime": instant(),
    "status": one_of("Queued", "Deploying", "Ready", "Failed", "Retired"),
    "error": anything(),
    "lastCalled": instant(),
    "runtimeVersion": anything(),
    "schedules": list_of(anything(), 10_000),
    "calls": list_of(anything(), 100_000),
}

_SCHEDULE = {
    **{name: field for name, field in function_schedules.SCHEDULES.fields.items() if name != "nonce"},
    "id": identifier(),
    "createdTime": instant(),
    "sessionId": anything(),
    "when": anything(),
}

_CALL = {
    "id": identifier(),
    "status": one_of(*function_calls.STATUSES),
    "startTime": instant(),
    "endTime": instant(),
    "scheduleId": identifier(),
    "scheduledTime": instant(),
    "error": anything(),
    "response": anything(),
    "logs": list_of(anything(), 100_000),
    "data": anything(),
}


def seed_function(world: World, fields: Item) -> int:
    """Put a function into the world as it stands after a deployment, with its schedules and calls.

    Args:
        world: The state.
        fields: The function as the API shows it, only ``name`` being required, and besides ``schedules``
            (``[{"name", "cronExpression", "data"?, ...}]``) and ``calls`` (``[{"status"?, "startTime"?, "response"?,
            "logs"?: [text or {"timestamp", "message"}], ...}]``). ``fileId`` need not lead to a file.

    Returns:
        The function's id.

    Raises:
        CdfError: If a field is unknown or wrong, or the id or external id is taken.
    """
    check_fields(fields, "function", {**FUNCTIONS.fields, **_STORED}, ("name",))
    item = {name: held for name, held in fields.items() if name not in ("schedules", "calls")}
    id_ = item.get("id") or world.new_id()
    table = world.table("functions")
    if id_ in table.items or (item.get("externalId") and table.find("externalId", item["externalId"])):
        raise duplicated(
            "Function ids", [{"externalId": item["externalId"]} if item.get("externalId") else {"id": id_}]
        )
    filled = {"id": id_, "createdTime": world.now_ms, "fileId": world.new_id(), **item}
    world.put("functions", id_, as_deployed(filled))
    for schedule in fields.get("schedules") or ():
        seed_schedule(world, id_, schedule)
    for call in fields.get("calls") or ():
        seed_call(world, id_, call)
    return int(id_)


def seed_schedule(world: World, function_id: int, fields: Any) -> int:
    """Put a schedule of a function into the world.

    Args:
        world: The state.
        function_id: Whose schedule it is.
        fields: The schedule as the API shows it, and ``data``; ``name`` and ``cronExpression`` are required.

    Returns:
        The schedule's id.
    """
    check_fields(fields, "schedule", _SCHEDULE, ("name", "cronExpression"))
    function_schedules.check_cron(fields["cronExpression"], "schedule.cronExpression")
    id_ = fields.get("id") or world.new_id()
    given = {name: held for name, held in fields.items() if held is not None}
    item = function_schedules.as_created(given, id_, world.new_id(), world.now_ms)
    world.put(function_schedules.TABLE, id_, {**item, "functionId": function_id})
    return int(id_)


def seed_call(world: World, function_id: int, fields: Any) -> int:
    """Put a call of a function into the world.

    Args:
        world: The state.
        function_id: Which function was called.
        fields: The call as the API shows it, with ``response`` and ``logs``; ``status`` is Completed by default.

    Returns:
        The call's id.
    """
    check_fields(fields, "call", _CALL)
    id_ = fields.get("id") or world.new_id()
    item: Item = {"id": id_, "functionId": function_id, "status": "Completed", "startTime": world.now_ms}
    item |= {name: held for name, held in fields.items() if held is not None}
    if item["status"] != "Running":
        item.setdefault("endTime", item["startTime"])
    for index, line in enumerate(item.get("logs") or []):
        if not isinstance(line, str) and not (isinstance(line, dict) and isinstance(line.get("message"), str)):
            raise wrong_type(f"call.logs[{index}]", line, "a string or an object with message")
    item["logs"] = function_calls.log_lines(item.get("logs") or [], item["startTime"])
    world.put(function_calls.TABLE, id_, item)
    return int(id_)
