"""Resources that are loaded by more than one request with items: what is nested, and what comes in a shorter form."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from fn_emulator.cdf.contract import CdfError
from fn_emulator.cdf.seeds.items import instant, prepare, read_instants, resolve
from fn_emulator.cdf.seeds.kinds import ASSET, FILE, KINDS
from fn_emulator.cdf.seeds.load import check_id, send_items
from fn_emulator.cdf.seeds.model import Entry
from fn_emulator.cdf.seeds.requests import Sent, call, seed_error, send
from fn_emulator.cdf.world import World

MOST_RAW_ROWS = 10_000
MOST_SEQUENCE_ROWS = 10_000
"""Rows in one request [API specification]."""


def load_instances(world: World, name: str, entries: list[Entry]) -> None:
    """Nodes before the edges between them; a node that a direct relation names is created, as is the API's default."""
    send(world, KINDS[name].path, [prepare(world, name, entry) for entry in _nodes_first(entries)], KINDS[name].chunk)


def _nodes_first(entries: list[Entry]) -> list[Entry]:
    """In the order of the seed, but for nodes that an earlier edge connects."""
    nodes = {_end(entry.value): entry for entry in entries if entry.value.get("instanceType") != "edge"}
    ordered: dict[int, Entry] = {}
    for entry in entries:
        ends = [nodes.get(_end(entry.value.get(key))) for key in ("startNode", "endNode")]
        ordered.update((id(one), one) for one in (*ends, entry) if one is not None)
    return [*ordered.values()]


def _end(named: Any) -> tuple[str, str] | None:
    return (str(named.get("space")), str(named.get("externalId"))) if isinstance(named, dict) else None


def load_groups(world: World, name: str, entries: list[Entry]) -> None:
    """Groups, whose capabilities may name data sets by external id."""
    from fn_emulator.cdf.seeds.scopes import with_ids

    sent = [prepare(world, name, entry) for entry in entries]
    send_items(world, name, [one._replace(body=with_ids(world, one.entry, one.body)) for one in sent])


def load_files(world: World, name: str, entries: list[Entry]) -> None:
    """The metadata, then the content as it is uploaded."""
    for entry in entries:
        content = _content(entry)
        item = prepare(world, name, entry, own=("content", "contentBase64", "path"))
        uploaded = {"uploadedTime": item.body.pop("uploadedTime", world.now_ms)}
        (shown,) = send(world, KINDS[name].path, [item], wrap=_alone)
        check_id(item, shown)
        if content is not None:
            _upload(world, item, shown["uploadUrl"], content)
            world.put(name, shown["id"], {**world.table(name).items[shown["id"]], **uploaded, **item.preset})


def _alone(items: list[Any]) -> Any:
    return items[0]


def _content(entry: Entry) -> bytes | None:
    import os

    given = entry.value.get("content")
    if given is not None:
        return bytes(given.encode("utf-8", "surrogatepass"))
    if entry.value.get("contentBase64") is not None:
        return _from_base64(entry)
    path = entry.value.get("path")
    if path is None:
        return None
    try:
        with open(os.path.join(entry.source.folder, path), "rb") as stream:
            return stream.read()
    except OSError as exc:
        hint = "paths start from the folder of the seed file"
        raise entry.error(f"is {path!r}, which cannot be read: {exc.strerror}.", "path", hint=hint) from None


def _from_base64(entry: Entry) -> bytes:
    from base64 import b64decode

    try:
        return b64decode(entry.value["contentBase64"], validate=True)
    except ValueError:
        raise entry.error("is not base64.", "contentBase64", hint="write content for text, or path") from None


def _upload(world: World, item: Sent, url: str, content: bytes) -> None:
    from fn_emulator.cdf.dispatch import handle

    headers = {"content-type": item.body.get("mimeType", "application/octet-stream")}
    status, _, answer = handle(world, "PUT", url, headers, content)
    if status >= 400:
        raise item.entry.error(f": its content is refused: {answer.decode('utf-8', 'replace')}.")


def load_extpipes(world: World, name: str, entries: list[Entry]) -> None:
    """Each pipeline with the revisions of its configuration and its runs, oldest first."""
    for entry in entries:
        item = prepare(world, name, entry, own=("config", "configs", "runs"))
        (answer,) = send(world, KINDS[name].path, [item], 1)
        check_id(item, answer["items"][0])
        pipe = {"externalId": item.body.get("externalId")}
        for below, body in _revisions(entry):
            now_ms = world.now_ms
            given = body.pop("createdTime", None)
            world.now_ms = now_ms if given is None else instant(world, entry, given, *below, "createdTime")
            send(world, "/extpipes/config", [Sent(entry, {**pipe, **body}, below=below)], 1, _alone)
            world.now_ms = now_ms
        for place, run in enumerate(entry.value.get("runs") or ()):
            where = ("runs", place)
            body = {**read_instants(world, entry, run, ("createdTime",), *where), **pipe}
            send(world, "/extpipes/runs", [Sent(entry, body, below=where)], 1)


def _revisions(entry: Entry) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    if entry.value.get("config") is not None:
        yield ("config",), {"config": _as_text(entry.value["config"])}
    for place, revision in enumerate(entry.value.get("configs") or ()):
        given = revision if isinstance(revision, dict) and "config" in revision else {"config": revision}
        yield ("configs", place), {**given, "config": _as_text(given["config"])}


def _as_text(config: Any) -> Any:
    """The API keeps a configuration as a text; an object is written as YAML, which extractors read."""
    if isinstance(config, str):
        return config
    import yaml

    return yaml.safe_dump(config, sort_keys=False, allow_unicode=True)


def load_functions(world: World, name: str, entries: list[Entry]) -> None:
    """Each function as it stands after its deployment, with its schedules and calls."""
    from fn_emulator.cdf.api.function_seeds import seed_function

    for entry in entries:
        item = prepare(world, name, entry)
        preset = {key: held for key, held in item.preset.items() if key != "lastUpdatedTime"}  # a function has none
        parts = {key: _dated(world, entry, key, fields) for key, fields in DATED.items() if key in item.body}
        try:
            seed_function(world, {**item.body, **parts, **preset})
        except CdfError as exc:
            raise seed_error(item, exc, KINDS[name].path) from None


DATED = {
    "schedules": ("createdTime",),
    "calls": ("startTime", "endTime", "scheduledTime"),
}
"""Parts of a function, and their fields that hold instants."""


def _dated(world: World, entry: Entry, key: str, fields: tuple[str, ...]) -> Any:
    """A list of parts with their instants in milliseconds; so are those of the lines in the logs of calls."""
    given = entry.value[key]
    parts = []
    for place, part in enumerate(given if isinstance(given, list) else ()):
        dated = read_instants(world, entry, part, fields, key, place)
        if isinstance(dated, dict) and isinstance(dated.get("logs"), list):
            where = (key, place, "logs")
            logs = enumerate(dated["logs"])
            dated["logs"] = [read_instants(world, entry, line, ("timestamp",), *where, index) for index, line in logs]
        parts.append(dated)
    return parts if isinstance(given, list) else given


def load_models(world: World, name: str, entries: list[Entry]) -> None:
    """Each 3D model with its revisions, their nodes and what is mapped to these."""
    for entry in entries:
        item = prepare(world, name, entry, own=("revisions",))
        (answer,) = send(world, KINDS[name].path, [item], 1)
        model = answer["items"][0]
        check_id(item, model)
        for place, revision in enumerate(entry.value.get("revisions") or ()):
            _load_revision(world, entry, ("revisions", place), f"/3d/models/{model['id']}/revisions", revision)


def _load_revision(world: World, entry: Entry, below: tuple[Any, ...], path: str, revision: dict[str, Any]) -> None:
    from fn_emulator.cdf.api.three_d_nodes import seed_nodes

    body = {key: held for key, held in revision.items() if key not in ("nodes", "mappings")}
    body = read_instants(world, entry, body, ("createdTime",), *below)
    resolve(world, FILE, entry, body, *below)
    preset: dict[str, Any] = {key: body.pop(key) for key in ("id", "createdTime") if key in body}
    part = Sent(entry, body, preset, below)
    (answer,) = send(world, path, [part], 1)
    made = answer["items"][0]["id"]
    try:
        seed_nodes(world, made, revision.get("nodes") or [])
    except CdfError as exc:
        raise seed_error(part, exc, path) from None
    sent = []
    for place, given in enumerate(revision.get("mappings") or ()):
        mapping, where = {**given}, (*below, "mappings", place)
        resolve(world, ASSET, entry, mapping, *where)
        sent.append(Sent(entry, mapping, below=where))
    send(world, f"{path}/{made}/mappings", sent)


def load_raw(world: World, name: str, entries: list[Entry]) -> None:
    """Databases and tables where they are not there yet, then the rows."""
    for entry in entries:
        database, table = entry.value["database"], entry.value["table"]
        _ensure(world, "/raw/dbs", entry, database)
        if table is None:
            continue
        tables = f"/raw/dbs/{_quoted(database)}/tables"
        _ensure(world, tables, entry, table)
        now_ms = world.now_ms
        for time, rows in groupby(_raw_rows(entry), key=lambda row: row[1].get("lastUpdatedTime")):
            world.now_ms = now_ms if time is None else instant(world, entry, time)
            sent = [Sent(entry, _without_time(row), below=below) for below, row in rows]
            send(world, f"{tables}/{_quoted(table)}/rows", sent, MOST_RAW_ROWS)
        world.now_ms = now_ms


def _ensure(world: World, path: str, entry: Entry, name: str) -> None:
    try:
        call(world, "POST", path, {"items": [{"name": name}]})
    except CdfError as exc:
        if exc.status != 409:
            raise seed_error(Sent(entry, None), exc, path) from None


def _raw_rows(entry: Entry) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    rows = entry.value["rows"]
    if isinstance(rows, dict):
        yield from (((key,), {"key": key, "columns": columns or {}}) for key, columns in rows.items())
    else:
        yield from (((place,), row) for place, row in enumerate(rows))


def _without_time(row: dict[str, Any]) -> dict[str, Any]:
    return {key: held for key, held in row.items() if key != "lastUpdatedTime"}


def _quoted(name: str) -> str:
    from urllib.parse import quote

    return quote(name, safe="", errors="surrogatepass")


def load_sequence_rows(world: World, name: str, entries: list[Entry]) -> None:
    """The rows of each sequence, as ``POST /sequences/data`` takes them."""
    for entry in entries:
        item = prepare(world, name, entry)
        rows = item.body.get("rows") or []
        for start in range(0, max(len(rows), 1), MOST_SEQUENCE_ROWS):
            part = {**item.body, "rows": rows[start : start + MOST_SEQUENCE_ROWS]}
            send(world, KINDS[name].path, [Sent(entry, part)])
