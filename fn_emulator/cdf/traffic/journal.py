"""Every request that CDF answered, in order: what it was, where it came from, what it changed.

Written on the path of each request, so a body is kept as it came and looked into when somebody asks.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from fn_emulator.cdf.dispatch import path_in_project, split_url
from fn_emulator.cdf.traffic.classify import AUTH, WRITE, Kind, classify
from fn_emulator.cdf.traffic.items import brief, sent_count, sent_items
from fn_emulator.cdf.traffic.scrub import PARTS_WITH_SECRETS, without_secrets
from fn_emulator.cdf.world import Tally

CLASSIFIED = 2000
"""Addresses whose kind is remembered."""


class Entry(NamedTuple):
    """One request and what became of it.

    Attributes:
        seq: Its number, from 1.
        kind: ``read``, ``write``, ``action`` or ``auth``; ``external`` for another host.
        method: ``GET``, ``POST`` ...
        path: The path below the project, without the query.
        resource: ``timeseries/data``, ``raw/rows`` ...
        operation: ``create``, ``insert``, ``list`` ...
        sent: Its body: decoded JSON or bytes, without secrets; None where there was none, or a token was asked for.
        answered: How many items the answer holds; None where it is no list.
        status: The answer's HTTP status; 0 where there was no answer.
        ms: Real milliseconds until the answer.
        file: The user's file that sent it, or None.
        line: 1-based line in ``file``.
        created: How many items it created; None where it is not known what it changed.
        updated: How many items are different after it.
        unchanged: How many items it wrote as they were.
        deleted: How many items it deleted.
        now_ms: CDF's clock, in epoch milliseconds.
        error: The message of an answer of 400 or more.
        missing: The identifiers that such an answer says are missing.
    """

    seq: int
    kind: str
    method: str
    path: str
    resource: str
    operation: str
    sent: Any
    answered: int | None
    status: int
    ms: float
    file: str | None
    line: int | None
    created: int | None
    updated: int | None
    unchanged: int | None
    deleted: int | None
    now_ms: int
    error: str | None = None
    missing: tuple[Any, ...] = ()

    def __repr__(self) -> str:
        # Not the body, which may be a million points.
        return f"Entry({self.seq}, {self.kind} {self.method} {self.path}, {self.status})"

    @property
    def is_fine(self) -> bool:
        """Whether it was answered with success."""
        return 0 < self.status < 400

    @property
    def items(self) -> list[Any]:
        """What was sent, in the shape of the REST API; decodes datapoints, each time."""
        return sent_items(self.resource, self.sent)

    @property
    def identifiers(self) -> list[Any]:
        """What the items are called; of datapoints ``n``, ``first`` and ``last`` besides."""
        return [brief(item) for item in self.items]

    @property
    def item_count(self) -> int:
        """How many items it wrote, or got."""
        if self.kind == "read" and self.answered is not None and not self.path.endswith("/cursors"):
            return self.answered
        return 0 if self.path.endswith("/cursors") else sent_count(self.resource, self.sent)


class Journal:
    """The entries of one CDF. Whoever appends holds that CDF's lock."""

    def __init__(self, *, is_kept: bool = True) -> None:
        """An empty one.

        Args:
            is_kept: Whether entries are kept; where nobody asks for them, their bodies would only fill the memory.
        """
        self._is_kept = is_kept
        self._entries: list[Entry] = []
        self._kinds: dict[tuple[str, str], Kind] = {}

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def last(self) -> Entry:
        """The newest entry."""
        return self._entries[-1]

    def mark(self) -> int:
        """Now, as ``since`` takes it."""
        return len(self._entries)

    def since(self, mark: int = 0) -> list[Entry]:
        """The entries after a mark; all of them without one."""
        return self._entries[mark:]

    def record(
        self,
        request: Mapping[str, Any],
        status: int,
        body: bytes,
        ms: float,
        tally: Tally,
        *,
        is_tallied: bool = True,
    ) -> Entry:
        """Append one request.

        Args:
            request: As the hook sends it: ``method``, ``url``, ``now_ms`` and ``site``.
            status: The answer's status; 0 where there was no answer.
            body: The answer's body.
            ms: Real milliseconds until the answer.
            tally: What the request carried and changed.
            is_tallied: Whether ``tally`` knows what it changed; a real project does not tell.
        """
        method, url, site = request["method"], request["url"], request.get("site")
        kind = self._classified(method, url, tally.sent)
        error, missing = _problem(body) if status >= 400 else (None, ())
        path = _path(url)
        entry = Entry(
            len(self._entries) + 1,
            kind.kind,
            method,
            path,
            kind.resource,
            kind.operation,
            None if kind.kind == AUTH else _kept(path, tally.sent),
            tally.answered,
            status,
            ms,
            site[0] if site else None,
            site[1] if site else None,
            tally.created if is_tallied else None,
            tally.updated if is_tallied else None,
            tally.unchanged if is_tallied else None,
            tally.deleted if is_tallied else None,
            request["now_ms"],
            error,
            missing,
        )
        if self._is_kept:
            self._entries.append(entry)
        return entry

    def _classified(self, method: str, url: str, sent: Any) -> Kind:
        place = method, url
        kind = self._kinds.get(place)
        if kind is None:
            kind = classify(method, url, sent)
            if len(self._kinds) < CLASSIFIED and not url.endswith("graphql"):
                self._kinds[place] = kind
        return kind


def writes(entries: Iterable[Entry], path: str | None = None) -> list[dict[str, Any]]:
    """What was written, an object for each item: ``{"operation", "item"}``, the item as it was sent.

    Args:
        entries: Of a journal; those that were refused count as not sent.
        path: A resource such as ``timeseries/data`` or ``raw/rows``, or a whole path such as
            ``/raw/dbs/d/tables/t/rows``; None for all.
    """
    chosen = _chooser(path)
    return [
        {"operation": entry.operation, "item": item}
        for entry in entries
        if entry.kind == WRITE and entry.is_fine and chosen(entry)
        for item in entry.items
    ]


def _chooser(path: str | None) -> Callable[[Entry], bool]:
    if path is None:
        return lambda entry: True
    wanted = path.strip("/")
    return lambda entry: wanted in (entry.resource, entry.path.strip("/"))


def _path(url: str) -> str:
    path = split_url(url)[1]
    inner = path_in_project(path)
    return path if inner is None else inner


def _kept(path: str, sent: Any) -> Any:
    first = path[1:].partition("/")[0]
    return without_secrets(sent) if first in PARTS_WITH_SECRETS else sent


def _problem(body: bytes) -> tuple[str, tuple[Any, ...]]:
    try:
        error = json.loads(body)["error"]
        missing = error.get("missing") or ()
        return str(error["message"]), tuple(missing) if isinstance(missing, list) else ()
    except (ValueError, LookupError, TypeError, AttributeError):
        return body[:200].decode("utf-8", "replace"), ()
