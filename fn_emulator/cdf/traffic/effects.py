"""Requests -> effects: what one line of the function did to one resource is one effect, whatever it took."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fn_emulator.cdf.traffic.classify import AUTH, EXTERNAL, WRITE
from fn_emulator.cdf.traffic.items import SERIES, series_named
from fn_emulator.cdf.traffic.journal import Entry
from fn_emulator.observations import Effect

Key = tuple[Any, ...]
"""Kind, operation, target and line: what has them in common is one effect."""


def effects_of(
    entries: Iterable[Entry],
    foreign: Iterable[Mapping[str, Any]] = (),
    shown: Callable[[str], str] = lambda file: file,
) -> tuple[Effect, ...]:
    """What a call did to CDF and to other hosts, each thing once, in the order in which it was first done.

    Args:
        entries: The requests to CDF, of its journal. Those for tokens are no effects.
        foreign: The requests to other hosts as the hook tells them: ``{"method", "url", "file", "line"}``; last.
        shown: A file's path -> the path that the user knows.
    """
    merged: dict[Key, Effect] = {}
    series: dict[Key, frozenset[str]] = {}
    for entry in entries:
        if entry.kind == AUTH:
            continue
        key = _add(merged, _of_entry(entry, shown))
        if entry.resource in SERIES and entry.is_fine:
            # One series is read and written in many requests: it counts once.
            series[key] = series.get(key, frozenset()) | series_named(entry.sent)
            merged[key] = merged[key]._replace(items=len(series[key]))
    for request in foreign:
        _add(merged, _of_foreign(request, shown))
    return tuple(merged.values())


def _of_entry(entry: Entry, shown: Callable[[str], str]) -> Effect:
    counts = (entry.created, entry.updated, entry.deleted)
    is_known = entry.created is not None
    return Effect(
        kind="network" if entry.kind == EXTERNAL else "cdf",
        operation=entry.operation,
        target=entry.resource,
        items=entry.item_count if entry.is_fine else 0,
        changed=any(counts) if is_known else entry.is_fine and entry.kind == WRITE,
        file=None if entry.file is None else shown(entry.file),
        line=entry.line,
        access=None if entry.kind == EXTERNAL else entry.kind,
        failed=0 if entry.is_fine else 1,
        problem=None if entry.is_fine else f"{entry.status or 'no answer'} {entry.error or ''}".rstrip(),
        created=entry.created,
        updated=entry.updated,
        unchanged=entry.unchanged,
        deleted=entry.deleted,
    )


def _of_foreign(request: Mapping[str, Any], shown: Callable[[str], str]) -> Effect:
    file = request["file"]
    return Effect(
        kind="network",
        operation=request["method"].upper(),
        target=request["url"],
        file=None if file is None else shown(file),
        line=request["line"],
    )


def _add(merged: dict[Key, Effect], effect: Effect) -> Key:
    key = (effect.kind, effect.operation, effect.target, effect.file, effect.line)
    before = merged.get(key)
    merged[key] = effect if before is None else _together(before, effect)
    return key


def _together(one: Effect, other: Effect) -> Effect:
    return one._replace(
        items=_sum(one.items, other.items),
        changed=one.changed or other.changed,
        requests=one.requests + other.requests,
        failed=one.failed + other.failed,
        problem=one.problem or other.problem,
        created=_sum(one.created, other.created),
        updated=_sum(one.updated, other.updated),
        unchanged=_sum(one.unchanged, other.unchanged),
        deleted=_sum(one.deleted, other.deleted),
    )


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other
