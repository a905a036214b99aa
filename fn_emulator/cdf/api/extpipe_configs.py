"""Revisions of the configuration of an extraction pipeline (``/extpipes/config``): each change is a new one."""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api.bodies import body_of, whole_in_query
from fn_emulator.cdf.api.extpipe_parts import CONFIGS, add_part, extpipe_named, parts_of, shown_of
from fn_emulator.cdf.api.fields import check_fields, text, whole
from fn_emulator.cdf.api.paging import sorted_page, with_cursor
from fn_emulator.cdf.contract import CdfError, Reply, Request
from fn_emulator.cdf.routes import route
from fn_emulator.cdf.world import Item

EXTERNAL_ID = text(255, 1)
LARGEST_REVISION = 2**31 - 1
LATEST = 2**63 - 1
SUMMARY = ("externalId", "revision", "description", "createdTime")
WHOLE = (*SUMMARY, "config")


@route("GET /extpipes/config", "extractionConfigsAcl:READ")
def get_config(request: Request) -> Item:
    """The latest revision, or one by number, or the one that was active at a time."""
    extpipe = extpipe_named(request, request.query.get("externalId"))
    number = whole_in_query(request, "revision", 0, LARGEST_REVISION, default=0)
    at = whole_in_query(request, "activeAtTime", 0, LATEST, default=0)
    return shown_of(extpipe, _revision(request, extpipe, number, at or LATEST), *WHOLE)


@route("POST /extpipes/config", "extractionConfigsAcl:WRITE")
def create_config(request: Request) -> Reply:
    """A new revision."""
    body = body_of(request)
    fields = {"externalId": EXTERNAL_ID, "config": text(10_000_000), "description": text(500)}
    check_fields(body, "config", fields, ("externalId",))
    return _added(request, extpipe_named(request, body["externalId"]), body)


@route("POST /extpipes/config/revert", "extractionConfigsAcl:WRITE")
def revert_config(request: Request) -> Reply:
    """A new revision that is the same as an older one."""
    body = body_of(request)
    fields = {"externalId": EXTERNAL_ID, "revision": whole(0, LARGEST_REVISION)}
    check_fields(body, "revert", fields, fields)
    extpipe = extpipe_named(request, body["externalId"])
    return _added(request, extpipe, _revision(request, extpipe, body["revision"], LATEST))


@route("GET /extpipes/config/revisions", "extractionConfigsAcl:READ")
def list_revisions(request: Request) -> dict[str, Any]:
    """A page of the revisions without their contents; newest first, which the platform's reference leaves open."""
    extpipe = extpipe_named(request, request.query.get("externalId"))
    limit = whole_in_query(request, "limit", 1, 1000, default=100)
    revisions = parts_of(request.world, CONFIGS, extpipe["id"])[::-1]
    page, following = sorted_page(revisions, limit, request.query.get("cursor"), [CONFIGS, extpipe["id"]])
    return with_cursor([shown_of(extpipe, item, *SUMMARY) for item in page], following)


def _revision(request: Request, extpipe: Item, number: int, at: int) -> Item:
    """A revision: 0 is the latest at a time."""
    for item in reversed(parts_of(request.world, CONFIGS, extpipe["id"])):
        if item["revision"] == number or (number == 0 and item["createdTime"] <= at):
            return item
    wanted = f" and revision {number}" if number else ""
    raise CdfError(
        404,
        "There is no config stored for the extraction pipeline with external id "
        f"{extpipe['externalId']}{wanted}",  # the start of it is what Cognite's own Toolkit looks for
    )


def _added(request: Request, extpipe: Item, given: Item) -> Reply:
    revisions = parts_of(request.world, CONFIGS, extpipe["id"])
    part = {
        "extpipeId": extpipe["id"],
        "revision": revisions[-1]["revision"] + 1 if revisions else 1,
        "config": given.get("config"),
        "description": given.get("description"),
        "createdTime": request.now_ms,
    }
    return Reply(shown_of(extpipe, add_part(request, CONFIGS, part), *WHOLE), 201)
