"""Jobs that look into files (``/context/diagram``, ``/context/vision``). Here none looks: a fixture scripts them.

``script("diagram/detect", [{"fileExternalId": ..., "annotations": [...]}])``; ``diagram/convert`` and
``vision/extract`` likewise. A scripted function gets the request's JSON, with ``fileId`` in each of its items.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fn_emulator.cdf.api import jobs
from fn_emulator.cdf.api.bodies import body_of, items_of
from fn_emulator.cdf.api.fields import (
    Field,
    anything,
    boolean,
    check_fields,
    identifier,
    json_object,
    list_of,
    record,
    text,
    whole,
)
from fn_emulator.cdf.api.finding import require
from fn_emulator.cdf.contract import CdfError, Reply, Request, bad_request
from fn_emulator.cdf.routes import route
from fn_emulator.cdf.world import Item
from fn_emulator.model import NOTHING

DETECT, CONVERT, EXTRACT = "diagram/detect", "diagram/convert", "vision/extract"

MOST_FILES = 50
"""[cognite-sdk: ``_DETECT_API_FILE_LIMIT``]"""

MOST_JOBS = 1000
"""[cognite-sdk: ``_DETECT_API_STATUS_JOB_LIMIT``]"""

_NAMES = {"fileId": "id", "fileExternalId": "externalId", "fileInstanceId": "instanceId"}
_FILE: Mapping[str, Field] = {
    "fileId": identifier(),
    "fileExternalId": text(255, 1),
    "fileInstanceId": record({"space": text(43, 1), "externalId": text(255, 1)}, {}),
}
_DETECTED: Mapping[str, Field] = {
    "items": anything(),
    "entities": list_of(json_object(), 100_000, 1),
    "partialMatch": boolean(),
    "searchField": text(1000, 1),
    "minTokens": whole(1),
    "patternMode": boolean(),
    "configuration": json_object(),
}
_DEFAULTS = {"searchField": "name", "partialMatch": False, "minTokens": 2}


@route("POST /context/diagram/detect", "filesAcl:READ")
def detect(request: Request) -> Reply:
    """Start to look for entities in files."""
    body = body_of(request)
    check_fields(body, "body", _DETECTED, ("entities",))
    files = _files(request, {"pageRange": record({"begin": whole(1), "end": whole(1)}, {})})
    given = {name: held for name, held in body.items() if held is not None} | {"items": files}
    echoed = {**_DEFAULTS, **{name: held for name, held in given.items() if name not in ("items", "entities")}}
    example = '[{"fileExternalId": ..., "annotations": [{"text": ..., "entities": [...], "region": {...}}]}]'
    completed = _by_file(DETECT, files, {"annotations": []})
    return jobs.start(request, DETECT, given, example, echoed=echoed, queued=files, completed=completed)


@route("GET /context/diagram/detect/{job}", "filesAcl:READ")
def get_detect(request: Request, job: str) -> Item:
    """What was detected."""
    return jobs.finished(request, DETECT, job)


@route("POST /context/diagram/detect/status", "filesAcl:READ")
def detect_status(request: Request) -> dict[str, Any]:
    """Several jobs at once."""
    ids = body_of(request, "items").get("items")
    if not isinstance(ids, list) or not 1 <= len(ids) <= MOST_JOBS:
        raise bad_request(f"items must be a list of 1 to {MOST_JOBS} job ids.")
    return {"items": [jobs.finished(request, DETECT, job) for job in ids]}


@route("POST /context/diagram/convert", "filesAcl:READ")
def convert(request: Request) -> Reply:
    """Start to draw annotations into diagrams. A queued job has no items: SDK 8 wants ``results`` in each of them."""
    files = _files(request, {"annotations": list_of(json_object(), 100_000)}, ("grayscale",))
    example = '[{"fileExternalId": ..., "results": [{"page": 1, "svgUrl": ..., "pngUrl": ...}]}]'
    completed = _by_file(CONVERT, _without(files, "annotations"), {"results": []})
    given = {**body_of(request), "items": files}
    echoed = {"grayscale": bool(given.get("grayscale"))}
    return jobs.start(request, CONVERT, given, example, echoed=echoed, queued=[], completed=completed)


@route("GET /context/diagram/convert/{job}", "filesAcl:READ")
def get_convert(request: Request, job: str) -> Item:
    """Where the drawings are."""
    return jobs.finished(request, CONVERT, job)


@route("POST /context/vision/extract", "filesAcl:READ")
def extract(request: Request) -> Reply:
    """Start to look for features in images."""
    files = _files(request, NOTHING, ("features", "parameters"))
    body = body_of(request)
    features = {"features": list_of(text(100), 100, 1), "parameters": json_object(), "items": anything()}
    check_fields(body, "body", features, ("features",))
    completed = _by_file(EXTRACT, files, {"predictions": {}})
    given = {name: held for name, held in body.items() if held is not None} | {"items": files}
    echoed = {name: held for name, held in given.items() if name != "items"}
    example = '[{"fileExternalId": ..., "predictions": {"assetTagPredictions": [...]}}]'
    return jobs.start(request, EXTRACT, given, example, echoed=echoed, queued=[], completed=completed)


@route("GET /context/vision/extract/{job}", "filesAcl:READ")
def get_extract(request: Request, job: str) -> Item:
    """What was found in the images."""
    return jobs.finished(request, EXTRACT, job)


def _files(request: Request, others: Mapping[str, Field], known: tuple[str, ...] = ()) -> list[Item]:
    """The request's items, each with the ``fileId`` and external id of a file that is there."""
    known = (*known, *_DETECTED)
    found = []
    for index, given in enumerate(items_of(request, MOST_FILES, known=known)):
        path = f"items[{index}]"
        check_fields(given, path, {**_FILE, **others})
        named = {_NAMES[name]: held for name, held in given.items() if name in _NAMES and held is not None}
        if len(named) != 1:
            raise bad_request(f"{path} must have exactly one of {', '.join(_NAMES)}.")
        file = require(request.world, "files", named, "File")
        rest = {name: held for name, held in given.items() if held is not None}
        external = {"fileExternalId": file["externalId"]} if "externalId" in file else {}
        found.append({**rest, "fileId": file["id"], **external})
    return found


def _by_file(name: str, files: list[Item], empty: Item) -> Callable[[list[Any]], list[Any]]:
    """Gives each file of the request the scripted items that name it; one that names none is that of an only file."""

    def completed(items: list[Any]) -> list[Any]:
        results = []
        for item in items:
            if not isinstance(item, dict) or not any(_is_of(item, file, files) for file in files):
                raise CdfError(501, f"The script of {name!r} gave an item for no file of the request: {item!r}.")
        for file in files:
            results += [{**file, **item} for item in items if _is_of(item, file, files)] or [{**file, **empty}]
        return results

    return completed


def _is_of(item: Item, file: Item, files: list[Item]) -> bool:
    named = [name for name in _NAMES if item.get(name) is not None]
    return all(item[name] == file.get(name) for name in named) if named else len(files) == 1


def _without(files: list[Item], name: str) -> list[Item]:
    return [{field: held for field, held in file.items() if field != name} for file in files]
