"""Groups (``/groups``): names for capabilities. Storing one changes what the caller may only if it acts as that one."""

from __future__ import annotations

from typing import Any

from fn_emulator.cdf.access import forbidden, identity_of
from fn_emulator.cdf.api.bodies import body_of, items_of
from fn_emulator.cdf.api.capabilities import check_capability
from fn_emulator.cdf.api.fields import (
    Field,
    anything,
    check_fields,
    json_object,
    list_of,
    mapping,
    record,
    text,
)
from fn_emulator.cdf.api.resource import Resource
from fn_emulator.cdf.api.writing import make_item
from fn_emulator.cdf.call_info import make_id
from fn_emulator.cdf.contract import Reply, Request, bad_request, not_found
from fn_emulator.cdf.routes import route
from fn_emulator.cdf.world import Item, World

TABLE = "groups"

MOST = 1000


def _complete(request: Request, item: Item, before: Item | None) -> Item:
    if "members" in item and item.get("sourceId"):
        raise bad_request("A group cannot have both sourceId and members.")
    kept = {name: held for name, held in item.items() if name not in ("createdTime", "lastUpdatedTime")}
    return {"capabilities": [], **kept, "isDeleted": False, "deletedTime": -1}


GROUPS = Resource(
    name=TABLE,
    noun="Group",
    acl="groupsAcl",
    fields={
        "name": text(255, 1),
        "sourceId": text(255),
        "capabilities": list_of(Field(check_capability)),
        "metadata": mapping(most_pairs=16, longest_key=32, most_bytes=4096),
        "attributes": record({}, {"token": json_object()}),
        "members": anything(),
    },
    required=("name",),
    complete=_complete,
)


@route("GET /groups")
def list_groups(request: Request) -> dict[str, Any]:
    """The caller's groups, or with ``all=true`` those of the project [docs: list groups]."""
    world = request.world
    if request.query.get("all", "false").lower() != "true":
        return {"items": groups_of(world)}
    may_list = world.may is None or world.may("groupsAcl", "LIST")
    if not may_list or (world.covers is not None and not world.covers("groupsAcl", "LIST", {})):
        raise forbidden("groupsAcl", "LIST")
    stored = [*world.table(TABLE).items.values()]
    return {"items": stored + [group for group in groups_of(world) if group["id"] not in world.table(TABLE).items]}


def groups_of(world: World) -> list[Item]:
    """The groups of the caller: those that it acts as, or one made up from its capabilities."""
    caller = world.caller or identity_of("all")
    stored = world.table(TABLE).items
    own = [stored[id_] for id_ in caller.groups if id_ in stored]
    if own:
        return own
    name = f"fn-emulator-{caller.name}"
    made = {"id": make_id("group", name), "name": name, "capabilities": [*caller.capabilities], "isDeleted": False}
    return [{**made, "deletedTime": -1, "sourceId": ""}]


@route("POST /groups", "groupsAcl:CREATE")
def create(request: Request) -> Reply:
    """All groups are created, or none; two may have the same name."""
    body_of(request, "items")
    given = items_of(request, MOST)
    for index, item in enumerate(given):
        check_fields(item, f"items[{index}]", GROUPS.fields, GROUPS.required)
    made = [make_item(request, GROUPS, {k: held for k, held in item.items() if held is not None}) for item in given]
    for item in made:
        request.world.put(TABLE, item["id"], item)
    return Reply({"items": made}, 201)


@route("POST /groups/delete", "groupsAcl:DELETE")
def delete(request: Request) -> dict[str, Any]:
    """Delete groups: ``items`` are plain ids here."""
    body = body_of(request, "items")
    ids = body.get("items")
    if not isinstance(ids, list) or not 1 <= len(ids) <= MOST:
        raise bad_request(f"items must be a list of 1 to {MOST} ids.")
    held = request.world.table(TABLE).items
    missing = [{"id": id_} for id_ in ids if isinstance(id_, (dict, list)) or id_ not in held]
    if missing:
        raise not_found("Group ids", missing)
    for id_ in {*ids}:
        request.world.remove(TABLE, id_)
    return {}
