"""Functions (``/functions``): what a function finds when it looks for itself, and what it can deploy.

Nothing is built here: a function that is created is Ready at once. Its calls are in ``function_calls``, its schedules
in ``function_schedules``. There is no update: functions are immutable on the platform.
"""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api import function_calls, function_schedules
from fn_emulator.cdf.api.bodies import body_of, items_of, limit_of, whole_in_query
from fn_emulator.cdf.api.fields import identifier, list_of, mapping, number, one_of, text
from fn_emulator.cdf.api.filters import equals, prefix, span, subset
from fn_emulator.cdf.api.finding import by_ids, get_one, look_up
from fn_emulator.cdf.api.listing import matching
from fn_emulator.cdf.api.references import refers_to
from fn_emulator.cdf.api.resource import Resource
from fn_emulator.cdf.api.writing import create, delete
from fn_emulator.cdf.contract import Reply, Request
from fn_emulator.cdf.limits import CLOUDS, RUNTIMES
from fn_emulator.cdf.routes import route
from fn_emulator.cdf.world import Item

MOST_LISTED = 10_000
"""There is no cursor: the SDK asks for this many when it wants all."""

DEFAULT_RUNTIME = "py312"
"""The platform's default in August 2026, as the Toolkit's sources say."""

WRITE_ONLY = ("indexUrl", "extraIndexUrls")
"""Never echoed [Toolkit's sources]."""


def complete(request: Request, item: Item, before: Item | None) -> Item:
    """What the platform adds to a function that is created."""
    refers_to(request.world, item, before, fileId="files")
    return as_deployed(item)


def as_deployed(item: Item) -> Item:
    """A function as it stands after its deployment: defaults filled, secrets masked, write-only fields gone."""
    cloud = CLOUDS["gcp"]
    kept = {name: held for name, held in item.items() if name not in WRITE_ONLY and held not in ("", None)}
    kept.pop("lastUpdatedTime", None)  # a function has none
    if "secrets" in kept:
        kept["secrets"] = dict.fromkeys(kept["secrets"], "***")
    defaults = {
        "functionPath": "handler.py",
        "status": "Ready",
        "cpu": cloud.cpu,
        "memory": cloud.memory_mb / 1000,
        "runtime": DEFAULT_RUNTIME,
    }
    return {**defaults, **kept}


FUNCTIONS = Resource(
    name="functions",
    noun="Function",
    acl="functionsAcl",
    fields={
        "name": text(140, 1),
        "fileId": identifier(),
        "externalId": text(255),
        "description": text(500),
        "owner": text(128),
        "functionPath": text(500),
        "secrets": mapping(most_bytes=100_000),
        "envVars": mapping(most_bytes=100_000),
        "cpu": number(),
        "memory": number(),
        "runtime": one_of(*RUNTIMES),
        "metadata": mapping(),
        "indexUrl": text(2000),
        "extraIndexUrls": list_of(text(2000)),
    },
    required=("name", "fileId"),
    filters={
        "name": equals("name"),
        "owner": equals("owner"),
        "fileId": equals("fileId", int),
        "status": equals("status"),
        "externalIdPrefix": prefix("externalId"),
        "createdTime": span("createdTime"),
        "metadata": subset(),
    },
    chunk=10,
    complete=complete,
)


@route("POST /functions", "functionsAcl:WRITE")
def create_function(request: Request) -> Reply:
    """One function, deployed at once."""
    items_of(request, 1)
    return create(request, FUNCTIONS)


@route("POST /functions/list", "functionsAcl:READ")
def list_functions(request: Request) -> dict[str, Any]:
    """The functions that pass the filter, oldest first; without a cursor, as on the platform."""
    body = body_of(request, "filter", "limit")
    limit = limit_of(body, MOST_LISTED, default=100)
    return {"items": [item for _, item in matching(request, FUNCTIONS, body)][:limit]}


@route("GET /functions", "functionsAcl:READ")
def get_functions(request: Request) -> dict[str, Any]:
    """The functions, at most ``limit`` of the query."""
    limit = whole_in_query(request, "limit", 1, MOST_LISTED, default=100)
    return {"items": [item for _, item in matching(request, FUNCTIONS, {})][:limit]}


@route("POST /functions/byids", "functionsAcl:READ")
def functions_by_ids(request: Request) -> dict[str, Any]:
    """The functions that were asked for."""
    return by_ids(request, FUNCTIONS)


@route("GET /functions/{id}", "functionsAcl:READ")
def get_function(request: Request, id: str) -> Any:  # noqa: A002 - the placeholder's name
    """One function."""
    return get_one(request, FUNCTIONS, id)


@route("POST /functions/delete", "functionsAcl:WRITE")
def delete_functions(request: Request) -> dict[str, Any]:
    """Delete functions with their schedules and calls."""
    keys = look_up(request, FUNCTIONS, items_of(request, FUNCTIONS.chunk, known=("ignoreUnknownIds",)))
    for table in (function_schedules.TABLE, function_calls.TABLE):
        of_them = [key for key, item in request.world.table(table).items.items() if item["functionId"] in keys]
        for key in of_them:
            request.world.remove(table, key)
    return delete(request, FUNCTIONS)


@route("GET /functions/limits", "functionsAcl:READ")
def limits(request: Request) -> dict[str, Any]:
    """Limits of Google Cloud. Least cpu and memory are documented nowhere: the defaults are given."""
    cloud = CLOUDS["gcp"]
    memory = cloud.memory_mb / 1000
    return {
        "timeoutMinutes": int(cloud.timeout_s // 60),
        "cpuCores": {"min": cloud.cpu, "max": cloud.max_cpu, "default": cloud.cpu},
        "memoryGb": {"min": memory, "max": cloud.max_memory_mb / 1000, "default": memory},
        "runtimes": [*cloud.runtimes],
        "responseSizeMb": 1,
    }


@route("GET /functions/status", "functionsAcl:READ")
def status(request: Request) -> dict[str, Any]:
    """Functions are activated in the project."""
    return {"status": "activated"}


@route("POST /functions/status", "functionsAcl:WRITE")
def activate(request: Request) -> dict[str, Any]:
    """To activate functions changes nothing here."""
    return {"status": "activated"}
