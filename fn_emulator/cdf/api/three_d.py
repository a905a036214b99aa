"""3D models and their revisions (``/3d/models``). A revision is Done at once; its nodes come from a seed only.

Nodes and what is mapped to them are in ``three_d_nodes`` and ``three_d_mappings``.
"""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api import three_d_mappings, three_d_nodes
from fn_emulator.cdf.api.bodies import flag_in_query, items_of, whole_in_query
from fn_emulator.cdf.api.fields import (
    boolean,
    check_fields,
    identifier,
    list_of,
    mapping,
    number,
    record,
    text,
)
from fn_emulator.cdf.api.finding import find_key, look_up
from fn_emulator.cdf.api.paging import one_page, with_cursor
from fn_emulator.cdf.api.references import refers_to
from fn_emulator.cdf.api.resource import Resource
from fn_emulator.cdf.api.three_d_nodes import REVISIONS_TABLE, revision_of
from fn_emulator.cdf.api.writing import changed_items, create, delete, store_changed
from fn_emulator.cdf.contract import CdfError, Reply, Request, not_found
from fn_emulator.cdf.routes import route
from fn_emulator.cdf.world import Item

_METADATA = mapping(most_pairs=16, longest_key=32, most_bytes=16 * (32 + 512))
_POINT = list_of(number(), 3, 3)
_CAMERA = record({}, {"target": _POINT, "position": _POINT})


def _complete_model(request: Request, item: Item, before: Item | None) -> Item:
    refers_to(request.world, item, before, dataSetId="datasets")
    return {name: held for name, held in item.items() if name != "lastUpdatedTime"}  # a model has none


MODELS = Resource(
    name="3d/models",
    noun="3D model",
    acl="threedAcl",
    fields={"name": text(255, 1).kept(), "dataSetId": identifier(), "metadata": _METADATA},
    required=("name",),
    complete=_complete_model,
)


def _complete_revision(request: Request, item: Item, before: Item | None) -> Item:
    refers_to(request.world, item, before, fileId="files")
    kept = {name: held for name, held in item.items() if name != "lastUpdatedTime"}
    return {"published": False, "status": "Done", "assetMappingCount": 0, "metadata": {}, **kept}


def _shown(revision: Item) -> Item:
    return {name: held for name, held in revision.items() if name != "modelId"}


REVISIONS = Resource(
    name=REVISIONS_TABLE,
    noun="3D model revision",
    acl="threedAcl",
    fields={
        "fileId": identifier().fixed(),
        "published": boolean().kept(),
        "rotation": _POINT._replace(kind="plain"),
        "scale": _POINT._replace(kind="plain"),
        "translation": _POINT._replace(kind="plain"),
        "camera": _CAMERA,
        "metadata": _METADATA,
    },
    required=("fileId",),
    complete=_complete_revision,
    shown=_shown,
)


@route("POST /3d/models", "threedAcl:CREATE")
def create_models(request: Request) -> Reply:
    """All are created, or none."""
    return create(request, MODELS)


@route("GET /3d/models", "threedAcl:READ")
def list_models(request: Request) -> dict[str, Any]:
    """A page of the models; with ``published``, those that have a revision that is, or is not."""
    published = flag_in_query(request, "published") if "published" in request.query else None
    revisions = request.world.table(REVISIONS_TABLE).items.values()
    kept = {revision["modelId"] for revision in revisions if revision["published"] is published}
    return _listed(request, MODELS, lambda model: published is None or model["id"] in kept, published)


@route("GET /3d/models/{model}", "threedAcl:READ")
def get_model(request: Request, model: str) -> Any:
    """One model."""
    return _model_of(request, model)


@route("POST /3d/models/update", "threedAcl:UPDATE")
def update_models(request: Request) -> dict[str, Any]:
    """All are changed, or none."""
    return store_changed(request, MODELS, changed_items(request, MODELS))


@route("POST /3d/models/delete", "threedAcl:DELETE")
def delete_models(request: Request) -> dict[str, Any]:
    """Delete models with their revisions."""
    models = {*look_up(request, MODELS, items_of(request, MODELS.chunk, known=("ignoreUnknownIds",)))}
    revisions = request.world.table(REVISIONS_TABLE).items
    for key in [key for key, revision in revisions.items() if revision["modelId"] in models]:
        _remove_revision(request, key)
    return delete(request, MODELS)


@route("POST /3d/models/{model}/revisions", "threedAcl:CREATE")
def create_revisions(request: Request, model: str) -> Reply:
    """All are created, or none."""
    owner = _model_of(request, model)["id"]
    resource = REVISIONS._replace(
        complete=lambda request, item, before: {**_complete_revision(request, item, before), "modelId": owner}
    )
    return create(request, resource)


@route("GET /3d/models/{model}/revisions", "threedAcl:READ")
def list_revisions(request: Request, model: str) -> dict[str, Any]:
    """A page of a model's revisions; with ``published=true``, of the published ones."""
    owner = _model_of(request, model)["id"]
    only = flag_in_query(request, "published")
    return _listed(
        request, REVISIONS, lambda one: one["modelId"] == owner and (one["published"] or not only), [owner, only]
    )


@route("GET /3d/models/{model}/revisions/{revision}", "threedAcl:READ")
def get_revision(request: Request, model: str, revision: str) -> Item:
    """One revision."""
    return _shown(revision_of(request, model, revision))


@route("POST /3d/models/{model}/revisions/update", "threedAcl:UPDATE")
def update_revisions(request: Request, model: str) -> dict[str, Any]:
    """All are changed, or none."""
    _check_owner(request, model)
    return store_changed(request, REVISIONS, changed_items(request, REVISIONS))


@route("POST /3d/models/{model}/revisions/delete", "threedAcl:DELETE")
def delete_revisions(request: Request, model: str) -> dict[str, Any]:
    """Delete revisions with their nodes and mappings."""
    _check_owner(request, model)
    for key in look_up(request, REVISIONS, items_of(request, REVISIONS.chunk, known=("ignoreUnknownIds",))):
        _remove_revision(request, key)
    return {}


@route("POST /3d/models/{model}/revisions/{revision}/thumbnail", "threedAcl:UPDATE")
def set_thumbnail(request: Request, model: str, revision: str) -> dict[str, Any]:
    """Make an uploaded image the picture of a revision."""
    check_fields(request.json, "body", {"fileId": identifier()}, ("fileId",))
    item = revision_of(request, model, revision)
    refers_to(request.world, request.json, None, fileId="files")
    request.world.put(REVISIONS_TABLE, item["id"], {**item, "thumbnailThreedFileId": request.json["fileId"]})
    return {}


def _listed(request: Request, resource: Resource, test: Any, query: Any) -> dict[str, Any]:
    limit = whole_in_query(request, "limit", 1, 1000, default=100)
    table, covers = request.world.table(resource.name), request.world.covers
    rows = (
        (table.sequence[key], resource.shown(item))
        for key, item in [*table.items.items()]
        if test(item) and (covers is None or covers(resource.acl, "READ", item))
    )
    return with_cursor(*one_page(rows, limit, request.query.get("cursor") or None, [resource.name, query]))


def _model_of(request: Request, id_: str) -> Item:
    key = find_key(request.world, MODELS.name, {"id": int(id_)}) if id_.isascii() and id_.isdigit() else None
    if key is None:
        # a 404: SDK 7 takes nothing else for a model that is not there
        raise CdfError(404, f"3D model {id_} not found")
    item: Item = request.world.table(MODELS.name).items[key]
    return item


def _check_owner(request: Request, model: str) -> None:
    """Refuse revisions of another model."""
    owner = _model_of(request, model)["id"]
    held = request.world.table(REVISIONS_TABLE).items
    ids = [given.get("id") for given in items_of(request, REVISIONS.chunk, known=("ignoreUnknownIds",))]
    others = [{"id": id_} for id_ in ids if isinstance(id_, int) and id_ in held and held[id_]["modelId"] != owner]
    if others:
        raise not_found(f"{REVISIONS.noun} ids", others)


def _remove_revision(request: Request, key: int) -> None:
    for table in (three_d_nodes.TABLE, three_d_mappings.TABLE):
        for held in [held for held in request.world.table(table).items if held[0] == key]:
            request.world.remove(table, held)
    request.world.remove(REVISIONS_TABLE, key)
