"""A cassette: one JSON file that holds what a function asked of a real project and what it got.

::

    {"schema": 1, "recorded_at": "2026-03-29T10:00:00Z", "project": "p", "base_url": "https://...", "sdk": "8.22.0",
     "exchanges": [{"request": {"method": "POST", "path": "/assets/list", "query": {}, "json": {...}},
                    "response": {"status": 200, "headers": {...}, "json": {...}}, "ms": 12.5}]}

Paths are those below the project. What is left out: authorization, cookies and all other headers of requests.
"""

from __future__ import annotations

import json
import os
from typing import Any, NamedTuple

from fn_emulator.cdf.dispatch import path_in_project, split_url
from fn_emulator.errors import RecordingError

SCHEMA = 1


class Cassette(NamedTuple):
    """A recording of one call.

    Attributes:
        recorded_at: The clock of the recorded call, ISO 8601 in UTC.
        project: Name of the project.
        base_url: Address of its cluster.
        sdk: Version of the cognite-sdk that sent the requests, or None.
        exchanges: Requests and responses, in the order of the answers.
    """

    recorded_at: str
    project: str
    base_url: str
    sdk: str | None
    exchanges: tuple[dict[str, Any], ...]


def kept_path(url: str) -> tuple[str, str]:
    """The path below the project, or the whole one beside the projects; and the query."""
    _, path, query = split_url(url)
    inner = path_in_project(path)
    return path if inner is None else inner, query


def write_cassette(path: str, cassette: Cassette) -> None:
    """Write a cassette, whole or not at all, readable by its owner alone: it holds data of a real project.

    Raises:
        RecordingError: If it cannot be written there.
    """
    document = {"schema": SCHEMA, **cassette._asdict()}
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    beside = f"{path}.{os.getpid()}.part"
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(text.encode("utf-8", "surrogatepass"))
        os.replace(beside, path)
    except OSError as exc:
        raise RecordingError(
            f"The cassette {path} cannot be written: {exc.strerror}.", hint="name a file in a folder that is there"
        ) from exc


def read_cassette(path: str) -> Cassette:
    """Read a cassette.

    Raises:
        RecordingError: If it is not there or is none.
    """
    try:
        with open(path, "rb") as file:
            document = json.loads(file.read().decode("utf-8", "surrogatepass"))
    except OSError as exc:
        raise RecordingError(
            f"The cassette {path} cannot be read: {exc.strerror}.", hint="record one with --client record"
        ) from exc
    except (ValueError, RecursionError) as exc:
        raise _no_cassette(path, f"it is not JSON ({exc})") from exc
    return _checked(document, path)


def _checked(document: Any, path: str) -> Cassette:
    if not isinstance(document, dict) or "schema" not in document:
        raise _no_cassette(path, "it has no schema")
    if document["schema"] != SCHEMA:
        raise _no_cassette(path, f"its schema is {document['schema']!r}, and {SCHEMA} is known")
    for name in ("recorded_at", "project", "base_url"):
        if not isinstance(document.get(name), str):
            raise _no_cassette(path, f"{name} is {document.get(name)!r}, not a text")
    exchanges = document.get("exchanges")
    if not isinstance(exchanges, list):
        raise _no_cassette(path, "exchanges is no list")
    for index, exchange in enumerate(exchanges):
        if (wrong := _wrong_in(exchange)) is not None:
            raise _no_cassette(path, f"exchanges[{index}].{wrong}")
    return Cassette(
        document["recorded_at"], document["project"], document["base_url"], document.get("sdk"), tuple(exchanges)
    )


def _wrong_in(exchange: Any) -> str | None:
    request, response = (exchange.get(name) if isinstance(exchange, dict) else None for name in ("request", "response"))
    if not isinstance(request, dict) or not all(isinstance(request.get(name), str) for name in ("method", "path")):
        return "request has no method and path"
    if not isinstance(response, dict) or type(response.get("status")) is not int:
        return "response has no status"
    return "response.headers is no object" if not isinstance(response.get("headers", {}), dict) else None


def _no_cassette(path: str, problem: str) -> RecordingError:
    return RecordingError(f"{path} is not a cassette: {problem}.", hint="record it again with --client record")
