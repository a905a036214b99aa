"""The state of the in-memory CDF: tables of items, with snapshots that cost nothing until one side writes.

Items are never changed in place: an update puts a new dict, so that two worlds can share one item. What is changed in
place for speed (the points of a series) has a ``copy`` method and is reached through ``World.writable``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any

from fn_emulator.cdf.call_info import MAX_ID
from fn_emulator.cdf.layered import Held, own_copy
from fn_emulator.model import NOTHING

Item = dict[str, Any]
Key = Hashable


class Table:
    """Items by key in the order of their creation, with the fields that identify one as indexes."""

    __slots__ = ("changes", "indexes", "items", "sequence")

    def __init__(self) -> None:
        self.changes = 0
        self.items: Held = {}
        self.sequence: Held = {}
        self.indexes: dict[str, Held] = {}

    def __len__(self) -> int:
        return len(self.items)

    def copy(self) -> Table:
        """The same items in a table of its own; this one is not to be written to any more."""
        other = Table()
        other.items = own_copy(self.items)
        other.sequence = own_copy(self.sequence)
        other.indexes = {field: own_copy(index) for field, index in self.indexes.items()}
        return other

    def find(self, field: str, value: Any) -> Any:
        """Key of the item that has ``value`` in an identifying field, or None."""
        return self.indexes.get(field, {}).get(index_value(value))


EMPTY = Table()
"""What a table is that nothing was put into; never written to."""

MOST_KEPT = 4
"""Results that ``World.kept`` keeps."""

IDENTIFYING = ("externalId", "instanceId")
"""Fields by which an item can be found besides its key."""


class Tally:
    """How many items one request created, updated, left unchanged and deleted, and what it carried.

    Attributes:
        sent: Its body: decoded JSON, or bytes where it is something else; None without one. Never changed.
        answered: How many items the answer holds; None where it is no list.
    """

    __slots__ = ("answered", "created", "deleted", "sent", "unchanged", "updated")

    def __init__(self) -> None:
        self.created = self.updated = self.unchanged = self.deleted = 0
        self.sent: Any = None
        self.answered: int | None = None

    @property
    def changed(self) -> int:
        """How many items are different afterwards."""
        return self.created + self.updated + self.deleted


class World:
    """All tables, the clock and the source of ids. ``fork`` gives another one that starts from this state."""

    def __init__(self, project: str = "fn-emulator") -> None:
        """An empty world.

        Args:
            project: Name of the CDF project that it is.
        """
        self.project = project
        self.secret = os.urandom(16)  # signs links; the same in all worlds that come from this one
        self.now_ms = 0
        self.tally = Tally()
        self.may: Callable[[str, str], bool] | None = None
        self.covers: Callable[[str, str, Mapping[str, Any]], bool] | None = None
        self.caller: Any = None  # an Identity of fn_emulator.cdf.access; None is one that may do everything
        self.projects: tuple[str, ...] = ()  # those that requests were sent to
        self.invent: Callable[[World, str, Mapping[str, Any]], bool] | None = None
        self.presets: Iterator[Mapping[str, Any]] | None = None  # ids and times of the next items, while a seed loads
        self.scripts: Mapping[str, Any] = NOTHING
        self._tables: dict[str, Table] = {}
        self._owned: set[Any] = set()  # tables by name and things by (name, key) that no other world shares
        self._derived: dict[str, tuple[list[tuple[Table, int]], Any]] = {}
        self._kept: dict[Hashable, tuple[list[tuple[str, Table, int]], Any]] = {}
        self._read: set[str] | None = None  # names of the tables that were read, while somebody wants to know
        self._ids = 0
        self._requests = 0
        self._sequence = 0

    def fork(self) -> World:
        """Another world with this state; what either changes from now on, the other does not see."""
        other = World(self.project)
        other.secret = self.secret
        other.now_ms, other.invent, other.may = self.now_ms, self.invent, self.may
        other.scripts, other.covers, other.caller = self.scripts, self.covers, self.caller
        other.projects = self.projects
        other._tables, other._derived, other._kept = self._tables.copy(), self._derived.copy(), self._kept.copy()
        other._ids, other._sequence = self._ids, self._sequence
        self._owned.clear()
        return other

    def take_back(self, before: World) -> None:
        """Go back to the state that ``before`` was forked from, which is not to be used any more."""
        self._tables, self._derived, self._kept = before._tables, before._derived, before._kept
        self._ids, self._sequence = before._ids, before._sequence
        sent, self.tally = self.tally.sent, Tally()
        self.tally.sent = sent
        self._owned.clear()

    def script(self, name: str, answer: Any) -> None:
        """Say what the in-memory CDF answers where it cannot work out an answer (see ``fn_emulator.cdf.scripts``).

        Args:
            name: What is answered, such as ``diagram/detect`` or ``functions/my-function/call``.
            answer: Plain JSON, or a function of the request's JSON that returns it.
        """
        self.scripts = {**self.scripts, name: answer}

    def table(self, name: str) -> Table:
        """A table, to read."""
        if self._read is not None:
            self._read.add(name)
        return self._tables.get(name, EMPTY)

    def derived(self, name: str, tables: Iterable[str], make: Callable[..., Any]) -> Any:
        """What is worked out from tables: made again when one of them has changed.

        Args:
            name: What it is called.
            tables: Names of the tables.
            make: Takes the tables themselves, and must read nothing else: worlds that share the tables share what it
                gives.
        """
        sources = [self.table(table) for table in tables]
        stamp = [(table, table.changes) for table in sources]
        held = self._derived.get(name)
        if held is not None and all(a[0] is b[0] and a[1] == b[1] for a, b in zip(held[0], stamp, strict=True)):
            return held[1]
        made = make(*sources)
        self._derived[name] = (stamp, made)
        return made

    def kept(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What was worked out from any tables, until one of them changes; the last few are kept.

        Args:
            key: What it is, with all that it depends on besides the tables.
            make: Reads the tables from this world.
        """
        stamp, made = self._kept.pop(key, (None, None))
        if stamp is None or not all(
            self.table(name) is table and table.changes == changes for name, table, changes in stamp
        ):
            made, names = self._watched(make)
            stamp = [(name, table, table.changes) for name in names for table in (self.table(name),)]
        self._kept[key] = stamp, made
        if len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return made

    def _watched(self, make: Callable[[], Any]) -> tuple[Any, set[str]]:
        """What is made, and the names of the tables that were read for it."""
        self._read = names = set[str]()
        try:
            return make(), names
        finally:
            self._read = None

    def tables(self) -> Iterator[tuple[str, Table]]:
        """Every table that something was put into."""
        yield from self._tables.items()

    def new_id(self) -> int:
        """An id that is not used yet, in ``1 .. 2^53-1``: the same for the same history on every machine."""
        self._ids += 1
        return (self._ids * 0x9E3779B97F4A7C15 >> 3) % MAX_ID + 1

    def count_request(self) -> int:
        """The number of this request, from 1."""
        self._requests += 1
        return self._requests

    def put(self, name: str, key: Key, item: Any, *, is_derived: bool = False) -> None:
        """Store an item, new or in the place of another.

        Args:
            name: Its table.
            key: Its key there.
            item: The item.
            is_derived: It changes because another item did, and does not count.
        """
        table = self._writable_table(name)
        before = table.items.get(key)
        if before is None:
            self._sequence += 1
            table.sequence[key] = self._sequence
        if is_derived:
            pass
        elif before is None:
            self.tally.created += 1
        elif _is_same(before, item):
            self.tally.unchanged += 1
        else:
            self.tally.updated += 1
        table.items[key] = item
        if type(item) is dict:
            _index(table, key, before, item)

    def remove(self, name: str, key: Key) -> None:
        """Delete an item that is there."""
        table = self._writable_table(name)
        item = table.items.pop(key)
        del table.sequence[key]
        self._owned.discard((name, key))
        self.tally.deleted += 1
        if type(item) is dict:
            _index(table, key, item, {})

    def writable(self, name: str, key: Key, make: Callable[[], Any]) -> Any:
        """A thing that is changed in place: this world's own copy of it, made by ``make`` where there is none yet.

        What is done to it does not count in ``tally``; whoever changes it counts.
        """
        table = self._writable_table(name)
        if (name, key) not in self._owned:
            self._owned.add((name, key))
            if key in table.items:
                table.items[key] = table.items[key].copy()
            else:
                self._sequence += 1
                table.sequence[key] = self._sequence
                table.items[key] = make()
        return table.items[key]

    def _writable_table(self, name: str) -> Table:
        if name not in self._owned:
            self._owned.add(name)
            self._tables[name] = self._tables[name].copy() if name in self._tables else Table()
        self._tables[name].changes += 1
        return self._tables[name]


def index_value(value: Any) -> Any:
    """The hashable form of what identifies an item: a text, or the space and external id of an instance."""
    return (value.get("space"), value.get("externalId")) if isinstance(value, Mapping) else value


def _is_same(before: Any, after: Any) -> bool:
    if type(before) is dict and "lastUpdatedTime" in before:
        before = {**before, "lastUpdatedTime": after.get("lastUpdatedTime")}
    return bool(before == after)


def _index(table: Table, key: Key, before: Item | None, after: Item) -> None:
    for field in IDENTIFYING:
        old = None if before is None else before.get(field)
        new = after.get(field)
        if old == new:
            continue
        index = table.indexes.setdefault(field, {})
        if old is not None and index.get(index_value(old)) == key:  # two items may exchange what identifies them
            del index[index_value(old)]
        if new is not None:
            index[index_value(new)] = key


def stamped(now_ms: int) -> dict[str, int]:
    """The times of an item that is created now."""
    return {"createdTime": now_ms, "lastUpdatedTime": now_ms}
