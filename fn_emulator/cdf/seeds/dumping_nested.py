"""Items of a world that a seed shows with what belongs to them: contents, revisions, schedules, columns, nodes."""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.seeds.kinds import ASSET, FILE
from fn_emulator.cdf.seeds.plain import name_references
from fn_emulator.cdf.seeds.stored import shown_items, stored_items
from fn_emulator.cdf.world import Item, World


def dump_files(world: World, name: str, needed: set[tuple[str, int]], *, is_exact: bool) -> list[Item]:
    """Files with their contents: as text where it is one that can be read."""
    from fn_emulator.cdf.api.file_store import content_of

    files = []
    for item, stored in zip(
        shown_items(world, name, needed, is_exact=is_exact), stored_items(world, name), strict=True
    ):
        content = content_of(world, stored["id"])
        times = {"uploadedTime": stored["uploadedTime"]} if is_exact and "uploadedTime" in stored else {}
        files.append({**item, **times, **_content(content)})
    return files


def _content(content: bytes | None) -> Item:
    if content is None:
        return {}
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = "\0"
    if all(letter.isprintable() or letter in "\n\t" for letter in text):
        return {"content": text}
    from base64 import b64encode

    return {"contentBase64": b64encode(content).decode()}


def dump_extpipes(world: World, name: str, needed: set[tuple[str, int]], *, is_exact: bool) -> list[Item]:
    """Pipelines with the revisions of their configurations and their runs."""
    pipes = shown_items(world, name, needed, is_exact=is_exact)
    for pipe, stored in zip(pipes, stored_items(world, name), strict=True):
        for key, table, fields in (
            ("configs", "extpipes/config", ("config", "description")),
            ("runs", "extpipes/runs", ("status", "message")),
        ):
            parts = [part for part in world.table(table).items.values() if part["extpipeId"] == stored["id"]]
            kept = (*fields, "createdTime") if is_exact else fields
            if parts:
                pipe[key] = [{field: part[field] for field in kept if part.get(field) is not None} for part in parts]
    return pipes


def dump_functions(world: World, name: str, needed: set[tuple[str, int]], *, is_exact: bool) -> list[Item]:
    """Functions with their schedules."""
    functions = shown_items(world, name, needed, is_exact=is_exact)
    for function, stored in zip(functions, stored_items(world, name), strict=True):
        function.pop("lastUpdatedTime", None)
        if not is_exact:
            function.pop("fileId", None)
        schedules = [
            {key: held[key] for key in ("name", "cronExpression", "description", "data") if held.get(key) is not None}
            for held in world.table("functions/schedules").items.values()
            if held["functionId"] == stored["id"]
        ]
        if schedules:
            function["schedules"] = schedules
    return functions


def dump_sequences(world: World, name: str, needed: set[tuple[str, int]], *, is_exact: bool) -> list[Item]:
    """Sequences with their columns; the rows are a resource of their own."""
    sequences = shown_items(world, name, needed, is_exact=is_exact)
    for sequence in sequences:
        sequence["columns"] = [
            {key: held for key, held in column.items() if not key.endswith("Time")} for column in sequence["columns"]
        ]
    return sequences


def dump_models(world: World, name: str, needed: set[tuple[str, int]], *, is_exact: bool) -> list[Item]:
    """3D models with their revisions, the nodes of these as trees, and what is mapped to the nodes."""
    models = shown_items(world, name, needed, is_exact=is_exact)
    for model, stored in zip(models, stored_items(world, name), strict=True):
        revisions = [one for one in world.table("3d/revisions").items.values() if one["modelId"] == stored["id"]]
        if revisions:
            model["revisions"] = [_revision(world, revision, is_exact=is_exact) for revision in revisions]
    return models


REVISION = ("fileId", "published", "rotation", "scale", "translation", "camera", "metadata")


def _revision(world: World, stored: Item, *, is_exact: bool) -> Item:
    own = ("id", "createdTime") if is_exact else ()
    revision = {key: stored[key] for key in (*own, *REVISION) if key in stored}
    name_references(world, FILE, revision)
    nodes = [node for key, node in world.table("3d/nodes").items.items() if key[0] == stored["id"]]
    mappings = [{**held} for key, held in world.table("3d/mappings").items.items() if key[0] == stored["id"]]
    for mapping in mappings:
        name_references(world, ASSET, mapping)
    parts = {"nodes": _tree(nodes, None, has_ids=is_exact or bool(mappings)), "mappings": mappings}
    return {**revision, **{key: held for key, held in parts.items() if held}}


def _tree(nodes: list[Item], parent: Any, *, has_ids: bool) -> list[Item]:
    kept = ("id", "name", "properties", "boundingBox") if has_ids else ("name", "properties", "boundingBox")
    tree = []
    for node in nodes:
        if node.get("parentId") == parent:
            children = _tree(nodes, node["id"], has_ids=has_ids)
            shown = {key: node[key] for key in kept if key in node}
            tree.append({**shown, "children": children} if children else shown)
    return tree
