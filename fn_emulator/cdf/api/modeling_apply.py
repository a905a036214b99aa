"""``POST /models/instances``: nodes and edges created or changed, all of a request or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fn_emulator.cdf.api.bodies import body_of, flag_of, items_of
from fn_emulator.cdf.api.modeling_log import log_of
from fn_emulator.cdf.api.modeling_mirror import follow
from fn_emulator.cdf.api.modeling_store import INSTANCES, require_spaces, schema_of
from fn_emulator.cdf.api.modeling_unique import check_unique
from fn_emulator.cdf.contract import Request, bad_request
from fn_emulator.cdf.modeling.instances import FIRST_VERSION, Applied, apply_item
from fn_emulator.cdf.modeling.references import ContainerId, Instance, InstanceId, id_of, shown

MOST = 1000
"""Instances in one request [chunk sizes of cognite-sdk]."""

AUTO_CREATE = ("autoCreateStartNodes", "autoCreateEndNodes", "autoCreateDirectRelations")

Key = tuple[str, str, str]


def apply(request: Request) -> dict[str, Any]:
    """Create or change instances; all, or none [documented].

    An instance that is named twice is changed twice, and one that is skipped for its version is answered as not
    modified; neither is documented.
    """
    items = items_of(request, MOST, known=(*AUTO_CREATE, "skipOnVersionConflict", "replace"))
    written = _Written(request)
    shown_items = [_result(written.apply(item)) for item in items]
    written.check()
    written.store()
    return {"items": shown_items}


class _Written:
    """The instances of one request before they are stored."""

    def __init__(self, request: Request) -> None:
        body = body_of(request)
        self.world = request.world
        self.now_ms = request.now_ms
        self.schema = schema_of(request.world)
        self.table = request.world.table(INSTANCES)
        self.items = self.table.items
        self.changed: dict[Key, Instance] = {}
        self.unchanged = 0
        self.ends: dict[str, list[tuple[InstanceId, Instance]]] = {"startNode": [], "endNode": []}
        self.relations: dict[InstanceId, Instance] = {}
        self.numbers: dict[tuple[ContainerId, str], int] = {}
        self.replace = flag_of(body, "replace")
        self.skips = flag_of(body, "skipOnVersionConflict")
        self.creates = {
            "startNode": flag_of(body, "autoCreateStartNodes"),
            "endNode": flag_of(body, "autoCreateEndNodes"),
            "relation": body.get("autoCreateDirectRelations") is None or flag_of(body, "autoCreateDirectRelations"),
        }

    def find(self, kind: str, space: Any, external_id: Any) -> Instance | None:
        """An instance as it is after the items before."""
        key = (kind, space, external_id)
        return self.changed.get(key) or self.items.get(key)

    def apply(self, item: Mapping[str, Any]) -> Applied:
        """One item merged into what is there."""
        applied = apply_item(
            item,
            self._existing(item),
            self.schema,
            self.now_ms,
            replace=self.replace,
            skip_on_version_conflict=self.skips,
            next_number=self._next_number,
        )
        instance = applied.instance
        if applied.was_modified:
            self.changed[instance["instanceType"], instance["space"], instance["externalId"]] = instance
        else:
            self.unchanged += 1
        if not applied.is_skipped:
            self.relations.update((relation, instance) for relation in applied.relations)
            for end, found in self.ends.items():
                if end in instance:
                    found.append((id_of(instance[end]), instance))
        return applied

    def _existing(self, item: Mapping[str, Any]) -> Instance | None:
        space, external_id = item.get("space"), item.get("externalId")
        if not isinstance(space, str) or not isinstance(external_id, str):
            return None
        return self.find("node", space, external_id) or self.find("edge", space, external_id)

    def check(self) -> None:
        """Create the nodes that are pointed to where that was asked for, and hold all against the rest of the store."""
        require_spaces(self.world, (instance["space"] for instance in self.changed.values()))
        for end in ("startNode", "endNode"):
            for node, instance in self.ends[end]:
                self._require_node(node, end, instance)
        for node, instance in self.relations.items():
            self._require_node(node, "relation", instance)
        self._check_access()
        check_unique(self.world, self.schema, self.changed)

    def _require_node(self, node: InstanceId, what: str, instance: Instance) -> None:
        if self.find("node", *node) is not None:
            return
        if not self.creates[what]:
            named = "a direct relation" if what == "relation" else f"the {what}"
            raise bad_request(
                f"The node '{shown(node)}' does not exist, which is {named} of the {instance['instanceType']} "
                f"'{shown(id_of(instance))}'."
            )
        require_spaces(self.world, [node[0]])
        self.changed["node", node[0], node[1]] = _bare_node(node, self.now_ms)

    def _check_access(self) -> None:
        """To create takes more than to change [documented: WRITE, and WRITE_PROPERTIES]."""
        may = self.world.may
        if may is not None and not may("dataModelInstancesAcl", "WRITE") and not self.changed.keys() <= {*self.items}:
            from fn_emulator.cdf.access import forbidden

            raise forbidden("dataModelInstancesAcl", "WRITE")

    def _next_number(self, container: ContainerId, name: str) -> int:
        """One more than the greatest number that a property with ``autoIncrement`` has anywhere."""
        if (container, name) not in self.numbers:
            rows = (instance["properties"].get(container, {}) for instance in self.items.values())
            self.numbers[container, name] = max((row.get(name, 0) for row in rows), default=0)
        self.numbers[container, name] += 1
        return self.numbers[container, name]

    def store(self) -> None:
        """Put what has changed into the world."""
        log = log_of(self.world)
        self.world.tally.unchanged += self.unchanged
        before = [self.items[key] for key in self.changed if key in self.items]
        for key, instance in self.changed.items():
            self.world.put(INSTANCES, key, instance)
            log.note(key)
        follow(self.world, before, self.changed.values())


def _result(applied: Applied) -> dict[str, Any]:
    instance = applied.instance
    return {
        "instanceType": instance["instanceType"],
        "space": instance["space"],
        "externalId": instance["externalId"],
        "version": instance["version"],
        "wasModified": applied.was_modified,
        "createdTime": instance["createdTime"],
        "lastUpdatedTime": instance["lastUpdatedTime"],
    }


def _bare_node(node: InstanceId, now_ms: int) -> Instance:
    return {
        "instanceType": "node",
        "space": node[0],
        "externalId": node[1],
        "version": FIRST_VERSION,
        "createdTime": now_ms,
        "lastUpdatedTime": now_ms,
        "properties": {},
    }
