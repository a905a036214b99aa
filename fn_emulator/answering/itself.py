"""The running function and its call among those of the in-memory CDF, so that the function finds itself there."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from fn_emulator.cdf.api import function_calls, function_schedules
from fn_emulator.cdf.api.function_seeds import seed_call, seed_function, seed_schedule
from fn_emulator.cdf.call_info import make_id
from fn_emulator.cdf.contract import CdfError
from fn_emulator.cdf.world import World
from fn_emulator.clock import milliseconds

if TYPE_CHECKING:
    from fn_emulator.function import Function
    from fn_emulator.model import Call
    from fn_emulator.settings import Settings

TABLE = "functions"


def introduce(world: World, function: Function, settings: Settings, call: Call) -> None:
    """Put in the function as it stands after a deployment, with the ids that its call is told, and the call, running.

    What a seed says about the function, under its external id, holds.
    """
    external_id = settings.external_id or function.name
    seeded = world.table(TABLE).find("externalId", external_id)
    if seeded is None:
        with suppress(CdfError):  # declared as the platform would refuse it, which check tells
            _seed(world, function, settings, call, external_id)
    elif seeded != call.function_id:
        _rename(world, seeded, call.function_id)
    with suppress(CdfError):
        seed_call(world, call.function_id, _running(world, call))


def close_call(world: World, call: Call, *, has_failed: bool) -> None:
    """The call has ended."""
    running = world.table(function_calls.TABLE).items.get(call.id)
    if running is not None:
        status = "Failed" if has_failed else "Completed"
        world.put(function_calls.TABLE, call.id, {**running, "status": status, "endTime": world.now_ms})


def _seed(world: World, function: Function, settings: Settings, call: Call, external_id: str) -> None:
    fields = {
        "id": call.function_id,
        "fileId": make_id(function.name, "file"),  # no id of the world's: every world that it is put into gets the same
        "name": settings.name or function.name,
        "externalId": external_id,
        "functionPath": function.handler_file,
        "description": settings.description,
        "owner": settings.owner,
        "runtime": settings.runtime,
        "metadata": dict(settings.metadata),
        "envVars": dict(settings.env),
        "secrets": dict.fromkeys(settings.secrets, "***"),
    }
    seed_function(world, {name: held for name, held in fields.items() if held})
    for schedule in settings.schedules:
        with suppress(CdfError):
            seed_schedule(world, call.function_id, _schedule(function, schedule))


def _schedule(function: Function, schedule: Any) -> dict[str, Any]:
    return {
        "id": make_id(function.name, "schedule", schedule.name),
        "name": schedule.name,
        "cronExpression": schedule.cron,
        "data": schedule.data,
    }


def _running(world: World, call: Call) -> dict[str, Any]:
    fields = {"id": call.id, "status": "Running", "startTime": world.now_ms, "scheduleId": call.schedule_id}
    if call.scheduled_time is not None:
        fields["scheduledTime"] = milliseconds(call.scheduled_time)
    return {name: held for name, held in fields.items() if held is not None}


def _rename(world: World, old: int, new: int) -> None:
    """Give a seeded function the id that its call is told, everywhere."""
    item = world.table(TABLE).items[old]
    world.remove(TABLE, old)
    world.put(TABLE, new, {**item, "id": new})
    for table in (function_schedules.TABLE, function_calls.TABLE):
        for key, held in [*world.table(table).items.items()]:
            if held.get("functionId") == old:
                world.put(table, key, {**held, "functionId": new})
