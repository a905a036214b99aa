"""The running function among the functions of its in-memory CDF, so that it finds itself and its schedules."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from fn_emulator.cdf.api.function_seeds import seed_function, seed_schedule
from fn_emulator.cdf.call_info import make_id
from fn_emulator.cdf.contract import CdfError
from fn_emulator.cdf.world import World

if TYPE_CHECKING:
    from fn_emulator.function import Function
    from fn_emulator.settings import Settings


def introduce(world: World, function: Function, settings: Settings) -> None:
    """Put the function in as it stands after a deployment, with the ids that its calls are told.

    One that a seed holds under its external id is left as it is.
    """
    fields = {
        "id": make_id(function.name),
        "name": settings.name or function.name,
        "externalId": settings.external_id or function.name,
        "functionPath": function.handler_file,
        "description": settings.description,
        "owner": settings.owner,
        "runtime": settings.runtime,
        "metadata": dict(settings.metadata),
        "envVars": dict(settings.env),
        "secrets": dict.fromkeys(settings.secrets, "***"),
    }
    with suppress(CdfError):  # there already, or declared as the platform would refuse it, which check tells
        id_ = seed_function(world, {name: held for name, held in fields.items() if held})
        for schedule in settings.schedules:
            with suppress(CdfError):
                seed_schedule(world, id_, _schedule(function, schedule))


def _schedule(function: Function, schedule: Any) -> dict[str, Any]:
    return {
        "id": make_id(function.name, "schedule", schedule.name),
        "name": schedule.name,
        "cronExpression": schedule.cron,
        "data": schedule.data,
    }
