"""Files of a seed: their metadata, and their contents from the seed itself or from files beside it."""

from __future__ import annotations

import os
from base64 import b64decode
from operator import itemgetter

from fn_emulator.cdf.dispatch import handle
from fn_emulator.cdf.seeds.items import prepare
from fn_emulator.cdf.seeds.kinds import KINDS
from fn_emulator.cdf.seeds.load import check_id
from fn_emulator.cdf.seeds.model import Entry
from fn_emulator.cdf.seeds.requests import Sent, send
from fn_emulator.cdf.world import World


def load_files(world: World, name: str, entries: list[Entry]) -> None:
    """The metadata, then the content as it is uploaded."""
    for entry in entries:
        content = _content(entry)
        item = prepare(world, name, entry, own=("content", "contentBase64", "path"))
        uploaded = {"uploadedTime": item.body.pop("uploadedTime", world.now_ms)}
        (shown,) = send(world, KINDS[name].path, [item], wrap=itemgetter(0))
        check_id(item, shown)
        if content is not None:
            _upload(world, item, shown["uploadUrl"], content)
            world.put(name, shown["id"], {**world.table(name).items[shown["id"]], **uploaded, **item.preset})


def _content(entry: Entry) -> bytes | None:
    given = entry.value.get("content")
    if given is not None:
        return bytes(given.encode("utf-8", "surrogatepass"))
    if entry.value.get("contentBase64") is not None:
        return _from_base64(entry)
    path = entry.value.get("path")
    if path is None:
        return None
    file = os.path.join(entry.source.folder, path)
    _check_inside(file, path, entry)
    try:
        with open(file, "rb") as stream:
            return stream.read()
    except OSError as exc:
        hint = "paths start from the folder of the seed file"
        raise entry.error(f"is {path!r}, which cannot be read: {exc.strerror}.", "path", hint=hint) from None


def _check_inside(file: str, path: str, entry: Entry) -> None:
    """Refuse a file that is not in the folder of the seed, also where a symbolic link leads out of it."""
    root = entry.source.root
    if root is None:
        return
    inside = os.path.realpath(root)
    if os.path.commonpath([inside, os.path.realpath(file)]) != inside:
        hint = "put it into the folder contents beside the seed file"
        raise entry.error(f"is {path!r}, which is not in the folder of the seed.", "path", hint=hint)


def _from_base64(entry: Entry) -> bytes:
    try:
        return b64decode(entry.value["contentBase64"], validate=True)
    except ValueError:
        raise entry.error("is not base64.", "contentBase64", hint="write content for text, or path") from None


def _upload(world: World, item: Sent, url: str, content: bytes) -> None:
    headers = {"content-type": item.body.get("mimeType", "application/octet-stream")}
    status, _, answer = handle(world, "PUT", url, headers, content)
    if status >= 400:
        raise item.entry.error(f": its content is refused: {answer.decode('utf-8', 'replace')}.")
