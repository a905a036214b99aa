"""What is in files: links to upload and download, and the bytes behind these links."""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.api.bodies import body_of, flag_in_query, items_of, whole_in_query
from fn_emulator.cdf.api.fields import check_fields, identifier, text
from fn_emulator.cdf.api.file_links import DOWNLOAD_MS, EXTENDED_MS, check_link, make_link
from fn_emulator.cdf.api.file_store import begin_upload, content_of, end_upload, set_content, set_part, upload_of
from fn_emulator.cdf.api.files import FILES, save_metadata
from fn_emulator.cdf.api.finding import look_up
from fn_emulator.cdf.contract import CdfError, Reply, Request, bad_request
from fn_emulator.cdf.routes import route
from fn_emulator.cdf.world import Item

MOST_LINKS = 100
"""Links in one request [chunk size of cognite-sdk for downloads; for uploads the platform's limit is not known]."""

MOST_PARTS = 250
SMALLEST_PART = 5 * 2**20
"""Parts of an upload, and bytes of each of them but the last [API specification]."""


@route("POST /files", "filesAcl:WRITE")
def create_file(request: Request) -> Reply:
    """Metadata and where to upload the content."""
    item = save_metadata(request)
    return Reply({**item, "uploadUrl": _upload_link(request, item)}, 201)


@route("POST /files/uploadlink", "filesAcl:WRITE")
def upload_links(request: Request) -> dict[str, Any]:
    """Where to upload the content of files that are there."""
    return {"items": [{**item, "uploadUrl": _upload_link(request, item)} for item in _files_named(request)]}


@route("POST /files/initmultipartupload", "filesAcl:WRITE")
def create_file_in_parts(request: Request) -> Reply:
    """Metadata and where to upload each part of the content."""
    parts = _parts_in(request)
    return Reply(_in_parts(request, save_metadata(request), parts), 201)


@route("POST /files/multiuploadlink", "filesAcl:WRITE")
def upload_links_in_parts(request: Request) -> dict[str, Any]:
    """Where to upload each part of the content of files that are there."""
    parts = _parts_in(request)
    return {"items": [_in_parts(request, item, parts) for item in _files_named(request)]}


@route("POST /files/completemultipartupload", "filesAcl:WRITE")
def complete_upload(request: Request) -> dict[str, Any]:
    """Put the parts together; only then does the file have its new content."""
    body = body_of(request)
    fields = {"id": identifier(), "uploadId": text(255, 1)}
    check_fields(body, "upload", fields, fields)
    upload = upload_of(request.world, body["uploadId"])
    if upload is None or upload.file_id != body["id"] or body["id"] not in request.world.table("files").items:
        raise bad_request(f"There is no upload {body['uploadId']!r} of the file {body['id']}.")
    parts = [part for part in upload.parts if part is not None]
    if len(parts) != len(upload.parts):
        raise bad_request(f"{len(upload.parts) - len(parts)} of {len(upload.parts)} parts were not uploaded.")
    if min(map(len, parts[:-1]), default=SMALLEST_PART) < SMALLEST_PART:
        raise bad_request(f"Each part but the last must have at least {SMALLEST_PART} bytes.")
    set_content(request.world, body["id"], b"".join(parts))
    end_upload(request.world, body["uploadId"])
    return {}


@route("PUT /files/content/{target}")
def put_content(request: Request, target: str) -> Reply:
    """The whole content of a file."""
    check_link(request)
    set_content(request.world, _file_behind(request, target)["id"], request.body)
    return Reply(b"")


@route("PUT /files/content/{target}/{part}")
def put_part(request: Request, target: str, part: str) -> Reply:
    """One part of the content of a file, from 0."""
    check_link(request)
    upload = upload_of(request.world, target)
    if upload is None or not part.isdecimal() or len(part) > 3 or int(part) >= len(upload.parts):
        raise CdfError(404, f"There is no part {part} of an upload {target}.")
    set_part(request.world, target, int(part), request.body)
    return Reply(b"")


@route("POST /files/downloadlink", "filesAcl:READ")
def download_links(request: Request) -> dict[str, Any]:
    """Where to download the content of files, under the identifiers that were asked for."""
    items = _files_named(request)
    empty = [item["id"] for item in items if content_of(request.world, item["id"]) is None]
    if empty:
        raise bad_request(f"Files not uploaded, ids: {', '.join(map(str, empty))}")
    lifetime = EXTENDED_MS if flag_in_query(request, "extendedExpiration") else DOWNLOAD_MS
    links = [{"downloadUrl": make_link(request, "GET", str(item["id"]), lifetime)} for item in items]
    return {"items": [{**named, **link} for named, link in zip(body_of(request)["items"], links, strict=True)]}


@route("GET /files/content/{target}")
def get_content(request: Request, target: str) -> Reply:
    """The content of a file."""
    check_link(request)
    item = _file_behind(request, target)
    data = content_of(request.world, item["id"])
    if data is None:
        raise CdfError(404, f"Nothing was uploaded to the file {target}.")
    return Reply(data, headers={"content-type": item.get("mimeType", "application/octet-stream")})


def _files_named(request: Request) -> list[Item]:
    items = items_of(request, MOST_LINKS)
    keys = look_up(request, FILES, items, is_lenient=False)
    return [request.world.table("files").items[key] for key in keys]


def _file_behind(request: Request, target: str) -> Item:
    files = request.world.table("files").items
    item: Item | None = files.get(int(target)) if target.isdecimal() and len(target) < 20 else None
    if item is None:
        raise CdfError(404, f"There is no file {target}.")
    return item


def _upload_link(request: Request, item: Item) -> str:
    return make_link(request, "PUT", str(item["id"]))


def _parts_in(request: Request) -> int:
    if "parts" not in request.query:
        raise bad_request("The query parameter parts is missing.")
    return whole_in_query(request, "parts", 1, MOST_PARTS, default=1)


def _in_parts(request: Request, item: Item, parts: int) -> Item:
    upload_id = begin_upload(request.world, item["id"], parts)
    urls = [make_link(request, "PUT", f"{upload_id}/{part}") for part in range(parts)]
    return {**item, "uploadUrls": urls, "uploadId": upload_id}
