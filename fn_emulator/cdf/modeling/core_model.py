"""Cognite's core data model (space ``cdf_cdm``), which every project has: its containers, views and data model.

Names and types of properties are those of cognite-sdk's classes for it; which container and property an asset's
hierarchy is stored in, and what the platform alone may write, those of Cognite Toolkit. Reverse relations are kept from
memory.

Not there: what is for 3D other than ``Cognite3DObject`` and ``CogniteVisualizable``, state sets, indexes, captions, the
constraints by which containers require each other, the nodes of units in ``cdf_cdm_units``, and the jobs that fill
``root`` and ``path`` of assets and ``isUploaded`` of files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from fn_emulator.cdf.modeling.schema_rules import check_container, check_data_model, check_view
from fn_emulator.cdf.modeling.shapes import Definition

SPACE = "cdf_cdm"
VERSION = "v1"
MODEL = "CogniteCore"
CREATED_MS = 1_719_792_000_000
"""When all of it was created; the instant is ours."""

SYSTEM_SPACES = (SPACE, "cdf_cdm_units")

CONTAINERS: Mapping[str, str] = {
    "CogniteDescribable": "name:text description:text tags:text[] aliases:text[]",
    "CogniteSourceable": """sourceId:text sourceContext:text source:direct sourceCreatedTime:timestamp
        sourceUpdatedTime:timestamp sourceCreatedUser:text sourceUpdatedUser:text""",
    "CogniteSchedulable": """startTime:timestamp endTime:timestamp scheduledStartTime:timestamp
        scheduledEndTime:timestamp""",
    "CogniteVisualizable": "object3D:direct",
    "Cognite3DObject": "xMin:float64 xMax:float64 yMin:float64 yMax:float64 zMin:float64 zMax:float64",
    "CogniteSourceSystem": "version:text manufacturer:text",
    "CogniteAsset": """assetHierarchy_parent:direct assetHierarchy_root:direct assetHierarchy_path:direct[]
        assetHierarchy_path_last_updated_time:timestamp assetClass:direct type:direct""",
    "CogniteAssetClass": "code:text standard:text",
    "CogniteAssetType": "code:text standard:text assetClass:direct",
    "CogniteEquipment": "asset:direct serialNumber:text manufacturer:text equipmentType:direct files:direct[]",
    "CogniteEquipmentType": "code:text equipmentClass:text standard:text standardReference:text",
    "CogniteFile": """assets:direct[] mimeType:text directory:text isUploaded:boolean uploadedTime:timestamp
        category:direct""",
    "CogniteFileCategory": "code:text! standard:text standardReference:text",
    "CogniteTimeSeries": """isStep:boolean! type:numeric|string|state! sourceUnit:text unit:direct assets:direct[]
        equipment:direct[]""",
    "CogniteActivity": "assets:direct[] equipment:direct[] timeSeries:direct[]",
    "CogniteUnit": "symbol:text quantity:text source:text sourceReference:text",
    "CogniteAnnotation": "confidence:float64 status:Approved|Rejected|Suggested",
    "CogniteDiagramAnnotation": """startNodePageNumber:int32 endNodePageNumber:int32 startNodeXMin:float64
        startNodeXMax:float64 startNodeYMin:float64 startNodeYMax:float64 startNodeText:text endNodeXMin:float64
        endNodeXMax:float64 endNodeYMin:float64 endNodeYMax:float64 endNodeText:text""",
}
"""Container -> its properties as ``name:type``; ``[]`` is a list, ``!`` is required, ``a|b`` an enum."""

USED_FOR = {
    **dict.fromkeys(("CogniteDescribable", "CogniteSourceable"), "all"),
    **dict.fromkeys(("CogniteAnnotation", "CogniteDiagramAnnotation"), "edge"),
}
"""What containers are used for, where it is not nodes."""

IMPLEMENTS: Mapping[str, str] = {
    "CogniteDescribable": "",
    "CogniteSourceable": "",
    "CogniteSchedulable": "",
    "CogniteVisualizable": "",
    "Cognite3DObject": "CogniteDescribable",
    "CogniteSourceSystem": "CogniteDescribable",
    "CogniteAsset": "CogniteVisualizable CogniteDescribable CogniteSourceable",
    "CogniteAssetClass": "CogniteDescribable",
    "CogniteAssetType": "CogniteDescribable",
    "CogniteEquipment": "CogniteDescribable CogniteSourceable",
    "CogniteEquipmentType": "CogniteDescribable",
    "CogniteFile": "CogniteDescribable CogniteSourceable",
    "CogniteFileCategory": "CogniteDescribable",
    "CogniteTimeSeries": "CogniteDescribable CogniteSourceable",
    "CogniteActivity": "CogniteDescribable CogniteSourceable CogniteSchedulable",
    "CogniteUnit": "CogniteDescribable",
    "CogniteAnnotation": "CogniteDescribable CogniteSourceable",
    "CogniteDiagramAnnotation": "CogniteAnnotation",
}
"""View -> the views that it implements. Each also shows the container of its name."""

SHOWN_AS = {
    "assetHierarchy_parent": "parent",
    "assetHierarchy_root": "root",
    "assetHierarchy_path": "path",
    "assetHierarchy_path_last_updated_time": "pathLastUpdatedTime",
}
"""Properties of containers that views show by another name."""

TARGETS: Mapping[str | tuple[str, str], str] = {
    ("CogniteSourceable", "source"): "CogniteSourceSystem",
    ("CogniteAsset", "type"): "CogniteAssetType",
    "object3D": "Cognite3DObject",
    **dict.fromkeys(("assetHierarchy_parent", "assetHierarchy_root", "assetHierarchy_path"), "CogniteAsset"),
    **dict.fromkeys(("asset", "assets"), "CogniteAsset"),
    "assetClass": "CogniteAssetClass",
    "equipment": "CogniteEquipment",
    "equipmentType": "CogniteEquipmentType",
    "files": "CogniteFile",
    "category": "CogniteFileCategory",
    "timeSeries": "CogniteTimeSeries",
    "unit": "CogniteUnit",
}
"""Direct relation -> the view at its end."""

REVERSE: Mapping[str, str] = {
    "Cognite3DObject": "asset=CogniteAsset.object3D",
    "CogniteAsset": """children=CogniteAsset.parent equipment=CogniteEquipment.asset activities=CogniteActivity.assets
        timeSeries=CogniteTimeSeries.assets files=CogniteFile.assets""",
    "CogniteEquipment": "activities=CogniteActivity.equipment timeSeries=CogniteTimeSeries.equipment",
    "CogniteFile": "equipment=CogniteEquipment.files",
    "CogniteTimeSeries": "activities=CogniteActivity.timeSeries",
}
"""View -> its reverse relations as ``name=view.relation``."""


@cache
def definitions(table: str) -> dict[tuple[str, ...], Definition]:
    """The definitions of a table of ``fn_emulator.cdf.api.modeling_store``, such as ``models/views``, by key."""
    made = {
        "models/spaces": _spaces,
        "models/containers": _containers,
        "models/views": _views,
        "models/datamodels": _data_models,
    }[table]()
    times = {"isGlobal": True, "createdTime": CREATED_MS, "lastUpdatedTime": CREATED_MS}
    parts = ("space", "externalId", "version")
    return {tuple(one[part] for part in parts if part in one): {**one, **times} for one in made}


def _spaces() -> Iterator[Definition]:
    yield from ({"space": space} for space in SYSTEM_SPACES)


def _containers() -> Iterator[Definition]:
    for name, declared in CONTAINERS.items():
        properties = {held: _property(kind) for held, _, kind in (one.partition(":") for one in declared.split())}
        used_for = USED_FOR.get(name, "node")
        yield check_container({"space": SPACE, "externalId": name, "usedFor": used_for, "properties": properties})


def _property(declared: str) -> Definition:
    kind = declared.removesuffix("!").removesuffix("[]")
    if "|" in kind:
        held: Definition = {"type": "enum", "values": {value: {} for value in kind.split("|")}}
    else:
        held = {"type": kind, "list": "[]" in declared}
    return {"type": held, "nullable": not declared.endswith("!")}


def _views() -> Iterator[Definition]:
    for name, implemented in IMPLEMENTS.items():
        properties: Definition = {}
        for declared in CONTAINERS[name].split():
            held = declared.partition(":")[0]
            properties[SHOWN_AS.get(held, held)] = _mapped(name, held, is_relation=":direct" in declared)
        for declared in REVERSE.get(name, "").split():
            own, _, through = declared.partition("=")
            properties[own] = _reversed(*through.split("."))
        implements = [_view_reference(one) for one in implemented.split()]
        yield check_view({**_view_reference(name), "implements": implements, "properties": properties})


def _mapped(name: str, held: str, *, is_relation: bool) -> Definition:
    container = {"type": "container", "space": SPACE, "externalId": name}
    target = TARGETS.get((name, held)) or TARGETS.get(held) if is_relation else None
    source = {"source": _view_reference(target)} if target else {}
    return {"container": container, "containerPropertyIdentifier": held, **source}


def _reversed(view: str, relation: str) -> Definition:
    source = _view_reference(view)
    through = {"source": source, "identifier": relation}
    return {"connectionType": "multi_reverse_direct_relation", "source": source, "through": through}


def _data_models() -> Iterator[Definition]:
    model = {"space": SPACE, "externalId": MODEL, "version": VERSION}
    yield check_data_model({**model, "name": "Cognite core data model", "views": [*map(_view_reference, IMPLEMENTS)]})


def _view_reference(name: str) -> dict[str, str]:
    return {"type": "view", "space": SPACE, "externalId": name, "version": VERSION}
