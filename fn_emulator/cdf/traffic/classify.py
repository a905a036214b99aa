"""Method and address of a request -> what it does: read, write, action, auth or external; on what; by which operation.

Paths say it, not bodies: many reads are POSTs. A POST that is not known counts as a write, so that nothing that writes
passes for a read. cognite-sdk has a list of POSTs that must not be repeated; a test holds all of them against ours.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from fn_emulator.cdf.dispatch import path_in_project, split_url

CDF_DOMAIN = ".cognitedata.com"
API = "/api/v1/"

READ, WRITE, ACTION, AUTH, EXTERNAL = "read", "write", "action", "auth", "external"

READING = {
    "list": "list",
    "filter": "list",
    "byids": "retrieve",
    "latest": "retrieve",
    "content": "retrieve",
    "search": "search",
    "search-streaming": "search",
    "reverselookup": "search",
    "aggregate": "aggregate",
    "query": "query",
    "sync": "sync",
    "inspect": "inspect",
    "downloadlink": "download",
}
"""Last segment of a POST that only reads -> the operation."""

WRITING = {
    "update": "update",
    "delete": "delete",
    "upsert": "upsert",
    "suggest": "create",
    "revert": "revert",
    "pause": "pause",
    "resume": "resume",
    "uploadlink": "upload",
    "multiuploadlink": "upload",
    "initmultipartupload": "upload",
    "completemultipartupload": "upload",
}
"""Last segment of a POST that writes -> the operation."""

RUNNING = (
    "call",
    "run",
    "cancel",
    "retry",
    "revoke",
    "detect",
    "convert",
    "fit",
    "predict",
    "chat",
    "ask",
    "summarize",
)
"""Last segments that name what is started, where they start something."""

RUNS_ANYTHING = ("context", "vision", "ai")
"""Parts of the API whose POSTs start a computation, whatever they are called."""

UPSERTED = ("models/spaces", "models/containers", "models/views", "models/datamodels", "models/instances")
INSERTED = ("timeseries/data", "sequences/data", "raw/rows", "streams/records")
ALWAYS_ONE = (
    *("extpipes/config", "functions/limits", "functions/status", "functions/calls/response"),
    *("functions/schedules/input_data", "models/statistics"),
)
"""What a GET without an id gives one of, not a list."""

NAMES_FOLLOW = {
    "streams": ("list", "delete"),
    "workflows": ("list", "delete", "versions", "triggers", "tasks", "executions"),
    "versions": ("list", "delete", "byids"),
    "executions": ("list",),
    "triggers": ("list", "delete"),
    "tasks": (),
    "featuretypes": ("list", "delete", "update", "byids"),
}
"""Segments that are followed by somebody's name, except where one of these follows."""


class Kind(NamedTuple):
    """What a request does.

    Attributes:
        kind: ``read``, ``write``, ``action`` (starts a computation), ``auth`` (asks for a token) or ``external``.
        resource: ``timeseries/data``, ``raw/rows``, ``models/instances`` ...; a host where ``kind`` is ``external``.
        operation: ``create``, ``update``, ``upsert``, ``delete``, ``insert``, ``list``, ``retrieve`` ...; the method
            where ``kind`` is ``external``.
    """

    kind: str
    resource: str
    operation: str


def classify(method: str, url: str, body: Any = None) -> Kind:
    """What a request does.

    Args:
        method: ``GET``, ``POST`` ... in upper case.
        url: The whole address. Below ``/api/v1/`` it is CDF's on any host.
        body: The decoded JSON body; only that of a GraphQL request matters.
    """
    address, path, _ = split_url(url)
    inner = path_in_project(path)
    if inner is None:
        if method == "POST" and ("/oauth2/" in path or path.endswith("/token")):
            return Kind(AUTH, "token", "create")
        host = address.partition("://")[2].rpartition("@")[2].lower()
        if not path.startswith(API) and not host.partition(":")[0].endswith(CDF_DOMAIN):
            return Kind(EXTERNAL, host, method)
        inner = path.removeprefix(API)
    segments = [segment for segment in inner.split("/") if segment]
    return _of_segments(method, segments, body) if segments else Kind(_default(method), "projects", "retrieve")


def _default(method: str) -> str:
    return READ if method in ("GET", "HEAD", "OPTIONS") else WRITE


def _of_segments(method: str, segments: list[str], body: Any) -> Kind:
    if segments[-1] == "graphql" and method == "POST":
        # dml/graphql changes data models; what is below userapis reads, except for mutations.
        is_read = segments[0] == "userapis" and not _has_mutation(body)
        return Kind(READ, segments[0], "query") if is_read else Kind(WRITE, segments[0], "mutate")
    names, has_id = _raw_names(segments, method) if segments[0] == "raw" else _names(segments)
    if _default(method) == READ:
        return _got(names, has_id=has_id)
    if method != "POST":
        return Kind(WRITE, "/".join(names), _by_method(method, names[0]))
    if names[-2:] == ["query", "run"]:  # the preview of a transformation
        return Kind(READ, "/".join(names[:-2]), "query")
    last, rest = names[-1], "/".join(names[:-1])
    if last in READING and not has_id:
        return Kind(READ, rest, READING[last])
    return _posted(names, last, rest)


def _got(names: list[str], *, has_id: bool) -> Kind:
    if names[-1] in ("cursors", "cursor"):
        return Kind(READ, "/".join(names[:-1]), "list")
    if names[-1] == "inspect":
        return Kind(READ, "/".join(names[:-1]), "inspect")
    if names[-1] in RUNNING:  # a job is asked for below the name of what it does
        return Kind(READ, "/".join(names[:-1]), "retrieve")
    resource = "/".join(names)
    return Kind(READ, resource, "retrieve" if has_id or resource in ALWAYS_ONE else "list")


def _posted(names: list[str], last: str, rest: str) -> Kind:
    first, resource = names[0], "/".join(names)
    if last in ("update", "delete", "upsert"):
        return Kind(WRITE, rest, last)
    if resource == "functions/call":
        return Kind(ACTION, "functions/calls", "call")
    if first in RUNS_ANYTHING and resource != "ai/agents":  # an agent is stored, what it says is not
        is_named = last in RUNNING
        bare = "fit" if resource == "context/entitymatching" else "run"
        return Kind(ACTION, rest if is_named else resource, last if is_named else bare)
    if first == "sessions":
        return Kind(ACTION, "sessions", "revoke" if last == "revoke" else "create")
    if first in ("workflows", "transformations", "simulators") and last in ("run", "cancel", "retry"):
        return Kind(ACTION, rest, last)
    if resource == "simulators/runs":
        return Kind(ACTION, resource, "run")
    if last in WRITING:
        return Kind(WRITE, rest, WRITING[last])
    operation = "insert" if resource in INSERTED else "upsert" if resource in UPSERTED else "create"
    return Kind(WRITE, resource, operation)


def _by_method(method: str, first: str) -> str:
    if method == "DELETE":
        return "delete"
    return "upload" if first == "files" and method == "PUT" else "update"


def _has_mutation(body: Any) -> bool:
    text = body.get("query") if isinstance(body, dict) else None
    return not isinstance(text, str) or "mutation" in text


def _raw_names(segments: list[str], method: str) -> tuple[list[str], bool]:
    """``/raw/dbs/{db}/tables/{table}/rows/{key}`` without the names, which may be any words."""
    if len(segments) <= 3:
        return segments, False
    if len(segments) <= 5:
        return ["raw", "tables", *segments[4:]], False
    if segments[5] != "rows":
        return ["raw", "rows", segments[5]], False
    # A row may be called "delete": only a POST deletes, the other methods name a key.
    return ["raw", "rows", *(segments[6:] if method == "POST" else ())], len(segments) > 6


def _names(segments: list[str]) -> tuple[list[str], bool]:
    """The segments that are not ids or names, and whether the last one was left out."""
    names: list[str] = []
    before, has_id = "", False
    for segment in segments:
        follows = NAMES_FOLLOW.get(before)
        has_id = bool(names) and (
            segment.isdigit() or "%" in segment or (follows is not None and segment not in follows)
        )
        if not has_id:
            names.append(segment)
        # What follows a name is a word again.
        before = "" if has_id else segment
    return names, has_id
