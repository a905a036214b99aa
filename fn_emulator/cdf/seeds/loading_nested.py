"""Items of a seed that hold others, which take requests of their own: pipelines, functions and 3D models."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from fn_emulator.cdf.contract import CdfError
from fn_emulator.cdf.seeds.items import instant, prepare, read_instants, resolve
from fn_emulator.cdf.seeds.kinds import ASSET, FILE, KINDS
from fn_emulator.cdf.seeds.load import check_id
from fn_emulator.cdf.seeds.model import Entry
from fn_emulator.cdf.seeds.requests import Sent, seed_error, send
from fn_emulator.cdf.world import World


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
            send(world, "/extpipes/config", [Sent(entry, {**pipe, **body}, below=below)], 1, itemgetter(0))
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
