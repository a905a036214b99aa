"""Jobs that look into files (``/context/diagram``, ``/context/vision``). No file is looked into: a fixture scripts them.

``script("diagram/detect", [{"fileExternalId": ..., "annotations": [...]}])``; ``diagram/convert`` and ``vision/extract``
likewise. A scripted function gets the request's JSON, with ``fileId`` in each of its items.
"""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api import jobs
from fn_emulator.cdf.api.bodies import body_of, items_of
from fn_emulator.cdf.api.crud import require
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
from fn_emulator.cdf.contract import Reply, Request, bad_request
from fn_emulator.cdf.routes import route
from fn_emulator.cdf.scripts import Script
from fn_emulator.cdf.world import Item

DETECT, CONVERT, EXTRACT = "diagram/detect", "diagram/convert", "vision/extract"

MOST_FILES = 50
"""[cognite-sdk: ``_DETECT_API_FILE_LIMIT``]"""

MOST_JOBS = 1000
"""[cognite-sdk: ``_DETECT_API_STATUS_JOB_LIMIT``]"""
