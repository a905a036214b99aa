"""What two runs of the same calls have left in CDF, item by item: what one has and the other has not, and what differs.

Both start from the same state. Items are known by what their users call them, and by their whole content where they
have no name, so that ids and the order of creation do not matter. Every datapoint counts for itself.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from fn_emulator.cdf.difference import IDENTITY, Changes, changed_times, diff, owner_of, points_of
from fn_emulator.cdf.world import World

NAMING = (*IDENTITY, "database", "table", "rowNumber", "timestamp", "id")
"""Fields that say which item it is."""

JOURNALS = ("extpipes/runs", "functions", "functions/calls", "functions/schedules")
"""Resources that grow with each run by their nature, or that the emulator itself puts there."""

KEPT_BY_CDF = {"extpipes": ("lastSuccess", "lastFailure", "lastSeen", "lastMessage")}
"""Fields that follow from such a resource."""

UNNAMED = "(items whose names differ from run to run)"

Key = tuple[str, str]
"""Resource, and what identifies the item there."""


@dataclass(frozen=True, slots=True)
class Departure:
    """How one run's holdings differ from another's.

    Attributes:
        missing: Items that only the first run left, with their content.
        extra: Items that only the second left, as often as it left more of them.
        changed: Items that both left, with what is different: ``{field: [first, second]}``.
    """

    missing: Mapping[Key, Any]
    extra: Mapping[Key, Any]
    changed: Mapping[Key, Mapping[str, list[Any]]]

    def __bool__(self) -> bool:
        return bool(self.missing or self.extra or self.changed)

    def without(self, fields: set[tuple[Key, str]]) -> Departure:
        """The same, less fields of items that are known to differ for another reason."""
        changed = {}
        for key, changes in self.changed.items():
            left = {field: values for field, values in changes.items() if (key, field) not in fields}
            if left:
                changed[key] = left
        return Departure(self.missing, self.extra, changed)

    def still(self, later: Departure) -> Departure:
        """The same, less items that only one run had left, and that both have by a later departure."""
        missing = {key: content for key, content in self.missing.items() if key in later.missing}
        extra = {key: content for key, content in self.extra.items() if key in later.extra}
        return Departure(missing, extra, self.changed)

    @property
    def resources(self) -> set[str]:
        """Resources in which one has items that the other has not."""
        return {resource for resource, _ in (*self.missing, *self.extra)}

    @property
    def fields(self) -> set[tuple[Key, str]]:
        """The fields that are different."""
        return {(key, field) for key, changes in self.changed.items() for field in changes}


class Holdings:
    """What calls have changed since a beginning."""

    def __init__(self, before: World, after: World, mask_json: Callable[[Any], Any] = lambda value: value) -> None:
        """Work it out; of every item, what ``mask_json`` makes of it counts."""
        self._items: dict[Key, Any] = {}
        self._counts: Counter[Key] = Counter()
        for resource, lists in diff(before, after, {"timeseries/data": _points, "files/contents": _bytes}).items():
            if resource in JOURNALS:
                continue
            for operation, items in lists.items():
                for item in items:
                    self._add(resource, operation, mask_json(item))

    def __len__(self) -> int:
        return len(self._items)

    def departure(self, other: Holdings, unnamed: Collection[str] = ()) -> Departure:
        """How another run's holdings differ from these.

        Args:
            other: What the other run left.
            unnamed: Resources whose items have other names in each run: how many there are is compared, not which.
        """
        ours, others = self._named(unnamed), other._named(unnamed)
        missing = {key: self._items.get(key, {}) for key in ours if ours[key] > others[key]}
        extra = {key: other._items.get(key, {}) for key in others if others[key] > ours[key]}
        changed = {}
        for key in sorted(ours.keys() & others.keys() & self._items.keys()):
            changes = _field_changes(self._items[key], other._items[key])
            if changes:
                changed[key] = changes
        return Departure(missing, extra, changed)

    def _named(self, unnamed: Collection[str]) -> Counter[Key]:
        """How often there is each item; those of some resources counted under one name."""
        if not unnamed:
            return self._counts
        named: Counter[Key] = Counter()
        for (resource, name), count in self._counts.items():
            named[resource, UNNAMED if resource in unnamed else name] += count
        return named

    def _add(self, resource: str, operation: str, item: Mapping[str, Any]) -> None:
        name = {field: item[field] for field in NAMING if field in item}
        if "externalId" in name:
            name.pop("name", None)  # it says how it is called, not which it is
        content: Any = {field: value for field, value in item.items() if field not in name}
        if operation == "updated":
            kept = KEPT_BY_CDF.get(resource, ())
            content = {field: after for field, (_, after) in item.get("changes", {}).items() if field not in kept}
            if not content:
                return
        elif operation == "deleted":
            name["deleted"], content = True, {}
        key = (resource, _text(name or content))
        self._items[key] = dict(leaves(content))
        self._counts[key] += 1


def _points(before: World, after: World, name: str, key: Any, was: Any, item: Any) -> Changes:
    from fn_emulator.clock import from_seconds, in_text

    old, new = points_of(was), points_of(item)
    owner = owner_of(before, after, name, key)
    for operation, times in changed_times(old, new):
        held = old if operation == "deleted" else new
        for time in sorted(times):
            value, status = held[time]
            point = {"value": value} if status is None else {"value": value, "status": status.symbol}
            told = {**owner, "timestamp": in_text(from_seconds(time / 1000))}
            if operation == "updated":
                yield operation, {**told, "changes": {field: [None, new] for field, new in point.items()}}
            else:
                yield operation, {**told, **point}


def _bytes(before: World, after: World, name: str, key: Any, was: Any, item: Any) -> Changes:
    old, new = (None if held is None else held.data for held in (was, item))
    if old == new:
        return
    owner = owner_of(before, after, name, key)
    if new is None:
        yield "deleted", owner
    else:
        yield "created", {**owner, "bytes": len(new), "sha256": sha256(new).hexdigest()[:12]}


def leaves(content: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The members of nested objects by their paths, such as ``columns.hours``."""
    for field, value in content.items():
        if isinstance(value, Mapping) and value:
            yield from leaves(value, f"{path}{field}.")
        else:
            yield f"{path}{field}", value


def _field_changes(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, list[Any]]:
    fields = dict.fromkeys([*one, *other])
    return {field: [one.get(field), other.get(field)] for field in fields if one.get(field) != other.get(field)}


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
