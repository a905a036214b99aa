"""Entity matching (``/context/entitymatching``): models are kept, what they predict is scripted.

A model is fitted at once, unless ``script("entitymatching/fit", {"errorMessage": ...})`` says otherwise. A prediction
is ``script("entitymatching/predict", [{"source": ..., "matches": [{"score": ..., "target": ...}]}])``, or a function of
the request's JSON, in which ``sources`` and ``targets`` are those of the model where the request has none.
"""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api import jobs
from fn_emulator.cdf.api.bodies import body_of, limit_of
from fn_emulator.cdf.api.crud import serve
from fn_emulator.cdf.api.fields import (
    Field,
    boolean,
    check_fields,
    identifier,
    json_object,
    list_of,
    number,
    record,
    text,
    whole,
)
from fn_emulator.cdf.api.filters import equals
from fn_emulator.cdf.api.finding import require
from fn_emulator.cdf.api.listing import matching
from fn_emulator.cdf.api.resource import Resource
from fn_emulator.cdf.api.writing import check_unique
from fn_emulator.cdf.contract import Reply, Request, bad_request
from fn_emulator.cdf.routes import route
from fn_emulator.cdf.scripts import answer_of
from fn_emulator.cdf.world import Item

FIT, PREDICT = "entitymatching/fit", "entitymatching/predict"

HIDDEN = ("sources", "targets", "trueMatches", "lastUpdatedTime")
"""What is kept with a model and not shown."""

MOST_LISTED = 1_000_000_000
"""There is no cursor: the SDK asks for this many when it wants all."""

_ENTITIES = list_of(json_object(), 2_000_000)
_MATCHES = list_of(json_object(), 2_000_000)

_FIT: dict[str, Field] = {
    "sources": _ENTITIES,
    "targets": _ENTITIES,
    "trueMatches": _MATCHES,
    "externalId": text(255),
    "name": text(256),
    "description": text(500),
    "featureType": text(100),
    "matchFields": list_of(record({"source": text(1000), "target": text(1000)}, {}), 1000),
    "ignoreMissingFields": boolean(),
    "classifier": text(100),
}

_PREDICT: dict[str, Field] = {
    "id": identifier(),
    "externalId": text(255),
    "sources": _ENTITIES,
    "targets": _ENTITIES,
    "numMatches": whole(1),
    "scoreThreshold": number(),
}

MODELS = Resource(
    name="context/entitymatching",
    noun="Entity matching model",
    acl="entitymatchingAcl",
    fields={"name": text(256), "description": text(500)},
    filters={
        "originalId": equals("originalId", int),
        "name": equals("name"),
        "description": equals("description"),
        "featureType": equals("featureType"),
        "classifier": equals("classifier"),
    },
    shown=lambda item: {name: held for name, held in item.items() if name not in HIDDEN},
)
serve(MODELS, "byids", "update", "delete", "get")


@route("POST /context/entitymatching", "entitymatchingAcl:WRITE")
def fit(request: Request) -> Reply:
    """Fit a model to sources and targets."""
    body = body_of(request)
    check_fields(body, "body", _FIT, ("sources", "targets"))
    given = {name: held for name, held in body.items() if held is not None}
    check_unique(request.world, MODELS, [given])
    return Reply(_fitted(request, given))


@route("POST /context/entitymatching/refit", "entitymatchingAcl:WRITE")
def refit(request: Request) -> Reply:
    """A new model with the data of another one and more true matches."""
    known = {"id": identifier(), "externalId": text(255), "newExternalId": text(255), "trueMatches": _MATCHES}
    body, model = _with_model(request, known, "trueMatches")
    kept = {name: model[name] for name in _FIT if name in model and name != "externalId"}
    named = {"externalId": body["newExternalId"]} if body.get("newExternalId") else {}
    matches = [*model.get("trueMatches", ()), *body["trueMatches"]]
    check_unique(request.world, MODELS, [named])
    return Reply(_fitted(request, {**kept, **named, "trueMatches": matches, "originalId": model["id"]}))


def _fitted(request: Request, given: Item) -> Item:
    times = {"createdTime": request.now_ms, "startTime": request.now_ms, "statusTime": request.now_ms}
    defaults = {"featureType": "simple", "matchFields": [{"source": "name", "target": "name"}]}
    classifier = {"classifier": "randomforest"} if given.get("trueMatches") else {}
    waiting = {"id": request.world.new_id(), "status": "Queued", **times, **defaults, **classifier, **given}
    answer = answer_of(request.world, [FIT], given)
    error = None if answer is None else answer.error
    if answer is not None and isinstance(answer.value, dict) and answer.value.get("errorMessage"):
        error = str(answer.value["errorMessage"])
    ended = {"status": "Completed"} if error is None else {"status": "Failed", "errorMessage": error}
    request.world.put(MODELS.name, waiting["id"], {**waiting, **ended})
    return MODELS.shown(waiting)


@route("POST /context/entitymatching/predict", "entitymatchingAcl:WRITE")
def predict(request: Request) -> Reply:
    """Start to match sources with targets."""
    body, model = _with_model(request, _PREDICT)
    if model["status"] != "Completed":
        raise bad_request(f"Entity matching model {model['id']} is {model['status']}.")
    kept: Item = {name: model[name] for name in ("sources", "targets") if name in model}
    given = {**kept, **{name: held for name, held in body.items() if held is not None}}
    example = '[{"source": {...}, "matches": [{"score": 0.9, "target": {...}}]}]'
    return jobs.start(request, PREDICT, given, example, echoed={})


def _with_model(request: Request, known: dict[str, Field], *required: str) -> tuple[Item, Item]:
    body = body_of(request)
    check_fields(body, "body", known, required)
    named = {name: body[name] for name in ("id", "externalId") if body.get(name) is not None}
    if len(named) != 1:
        raise bad_request("The body must have exactly one of id and externalId.")
    return body, require(request.world, MODELS.name, named, MODELS.noun)


@route("POST /context/entitymatching/list", "entitymatchingAcl:READ")
def list_models(request: Request) -> dict[str, Any]:
    """The models that pass the filter; without a cursor, as on the platform."""
    body = body_of(request, "filter", "limit")
    items = [MODELS.shown(item) for _, item in matching(request, MODELS, body)]
    return {"items": items[: limit_of(body, MOST_LISTED, default=100)]}


@route("GET /context/entitymatching/jobs", "entitymatchingAcl:READ")
def list_jobs(request: Request) -> dict[str, Any]:
    """The predictions, without their results."""
    held = request.world.table(jobs.TABLE).items.values()
    return {
        "items": [
            {name: value for name, value in jobs.shown(item).items() if name != "items"}
            for item in held
            if item["name"] == PREDICT
        ]
    }


@route("GET /context/entitymatching/jobs/{job}", "entitymatchingAcl:WRITE")
def get_job(request: Request, job: str) -> Item:
    """What was predicted."""
    return jobs.finished(request, PREDICT, job)
