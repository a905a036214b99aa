"""The resources that a seed may have: where each is created, in which order, how many in one request.

The limits per request are the platform's; the chunk sizes of cognite-sdk are the source.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from fn_emulator.model import NOTHING


class Reference(NamedTuple):
    """A key of a seed that names items by external id, where the API takes ids.

    Attributes:
        field: The API's field.
        table: The table that it leads to.
        is_list: Whether it names several.
    """

    field: str
    table: str
    is_list: bool = False


class Kind(NamedTuple):
    """One resource.

    Attributes:
        path: Where its items are created.
        chunk: Most items in one request.
        references: Keys that name other items by external id.
        instants: Fields that hold an instant.
        has_id: Whether an item may come with its id and times.
    """

    path: str
    chunk: int = 1000
    references: Mapping[str, Reference] = NOTHING
    instants: tuple[str, ...] = ()
    has_id: bool = True


DATA_SET = {"dataSetExternalId": Reference("dataSetId", "datasets")}
ASSET = {"assetExternalId": Reference("assetId", "assets")}
ASSETS = {"assetExternalIds": Reference("assetIds", "assets", is_list=True)}
FILE = {"fileExternalId": Reference("fileId", "files")}
ANNOTATED = {"annotatedResourceExternalId": Reference("annotatedResourceId", "files")}
SPAN = ("startTime", "endTime")
TIMES = ("createdTime", "lastUpdatedTime")

KINDS: Mapping[str, Kind] = {
    "datasets": Kind("/datasets", 10),
    "groups": Kind("/groups"),
    "labels": Kind("/labels", references=DATA_SET),
    "spaces": Kind("/models/spaces", 100, has_id=False),
    "containers": Kind("/models/containers", 100, has_id=False),
    "views": Kind("/models/views", 100, has_id=False),
    "dataModels": Kind("/models/datamodels", 100, has_id=False),
    "instances": Kind("/models/instances", has_id=False),
    "assets": Kind("/assets", references=DATA_SET),
    "events": Kind("/events", references=DATA_SET | ASSETS, instants=SPAN),
    "timeseries": Kind("/timeseries", references=DATA_SET | ASSET),
    "sequences": Kind("/sequences", references=DATA_SET | ASSET),
    "sequenceRows": Kind("/sequences/data", 1, has_id=False),
    "files": Kind("/files", 1, DATA_SET | ASSETS, ("sourceCreatedTime", "sourceModifiedTime", "uploadedTime")),
    "relationships": Kind("/relationships", references=DATA_SET, instants=SPAN),
    "annotations": Kind("/annotations", references=ANNOTATED),
    "extpipes": Kind("/extpipes", 1, DATA_SET),
    "functions": Kind("/functions", 1, FILE, ("lastCalled",)),
    "threeD": Kind("/3d/models", 1, DATA_SET),
    "raw": Kind("/raw/dbs", has_id=False),
    "datapoints": Kind("/timeseries/data", 100, has_id=False),
}
"""In the order in which they are loaded: what others refer to comes first."""
