"""Data modeling (``/models``): which function answers which path. Its modules are read when one of them is needed.

GraphQL, records and streams are not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fn_emulator.cdf.contract import Request
from fn_emulator.cdf.routes import Endpoint, route

DEFINITIONS = ("spaces", "containers", "views", "datamodels")

READ_SCHEMA, WRITE_SCHEMA = "dataModelsAcl:READ", "dataModelsAcl:WRITE"
READ, WRITE, WRITE_PROPERTIES = (f"dataModelInstancesAcl:{action}" for action in ("READ", "WRITE", "WRITE_PROPERTIES"))

ENDPOINTS: Mapping[str, tuple[str, str, str]] = {
    "POST /models/containers/constraints/delete": ("modeling_schema", "delete_constraints", WRITE_SCHEMA),
    "POST /models/containers/indexes/delete": ("modeling_schema", "delete_indexes", WRITE_SCHEMA),
    "GET /models/statistics": ("modeling_statistics", "of_project", READ_SCHEMA),
    "GET /models/statistics/spaces": ("modeling_statistics", "of_spaces", READ_SCHEMA),
    "POST /models/statistics/spaces/byids": ("modeling_statistics", "by_ids", READ_SCHEMA),
    "POST /models/instances": ("modeling_apply", "apply", WRITE_PROPERTIES),
    "POST /models/instances/list": ("modeling_instances", "list_instances", READ),
    "POST /models/instances/byids": ("modeling_instances", "by_ids", READ),
    "POST /models/instances/delete": ("modeling_instances", "delete", WRITE),
    "POST /models/instances/inspect": ("modeling_queries", "inspect_instances", READ),
    "POST /models/instances/search": ("modeling_queries", "search_instances", READ),
    "POST /models/instances/aggregate": ("modeling_queries", "aggregate_instances", READ),
    "POST /models/instances/query": ("modeling_queries", "query", READ),
    "POST /models/instances/sync": ("modeling_sync", "sync", READ),
}
"""Method and path -> the module below ``fn_emulator.cdf.api``, its function, and what the caller needs."""


def _later(module: str, name: str, *given: Any) -> Endpoint:
    def endpoint(request: Request) -> Any:
        from importlib import import_module

        return getattr(import_module(f"fn_emulator.cdf.api.{module}"), name)(request, *given)

    return endpoint


def _declare() -> None:
    for declared, (module, name, access) in ENDPOINTS.items():
        route(declared, access)(_later(module, name))
    for kind in DEFINITIONS:
        route(f"POST /models/{kind}", WRITE_SCHEMA)(_later("modeling_schema", "apply", kind))
        route(f"GET /models/{kind}", READ_SCHEMA)(_later("modeling_schema", "list_definitions", kind))
        route(f"POST /models/{kind}/byids", READ_SCHEMA)(_later("modeling_schema", "by_ids", kind))
        route(f"POST /models/{kind}/delete", WRITE_SCHEMA)(_later("modeling_schema", "delete", kind))


_declare()
