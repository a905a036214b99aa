"""Lists of items: filtered, in the order of their creation or sorted, in pages."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from fn_emulator.cdf.api.bodies import body_of, limit_of
from fn_emulator.cdf.api.filters import make_filter, passes
from fn_emulator.cdf.api.paging import one_page, partition_of, position_of, sorted_page, with_cursor
from fn_emulator.cdf.api.resource import Predicate, Resource
from fn_emulator.cdf.api.sorting import sort_items
from fn_emulator.cdf.contract import Request
from fn_emulator.cdf.world import Item, Table, World

LIST_KEYS = ("filter", "advancedFilter", "limit", "cursor", "partition", "sort", "aggregatedProperties")

Row = tuple[int, Item]
"""An item behind its place in the order of creation."""


def list_items(request: Request, resource: Resource) -> dict[str, Any]:
    """A page of the items that pass the filter, in the order of their creation or sorted."""
    body = body_of(request, *LIST_KEYS)
    limit, cursor = limit_of(body, resource.page), body.get("cursor")
    query = [body.get("filter"), body.get("advancedFilter"), body.get("sort"), body.get("partition")]
    if body.get("sort"):
        page, following = sorted_page(_sorted(request, resource, body, query), limit, cursor, query)
    else:
        rows = _of_partition(matching(request, resource, body, position_of(cursor, query)), body)
        page, following = one_page(rows, limit, cursor, query)
    return with_cursor([resource.shown(item) for item in page], following)


def matching(request: Request, resource: Resource, body: Mapping[str, Any], after: int | None = None) -> Iterator[Row]:
    """``(place, item)`` of each item that passes ``filter`` and ``advancedFilter`` of a body, oldest first.

    Args:
        request: The request.
        resource: Whose items they are.
        body: With the filters.
        after: The place behind which they start; None for all.
    """
    tests = _tests(request, resource, body)
    rows = rows_after(request.world, resource.name, after)
    return (row for row in rows if passes(row[1], tests)) if tests else rows


def _tests(request: Request, resource: Resource, body: Mapping[str, Any]) -> list[Predicate]:
    tests = make_filter(resource.filters, body.get("filter"), request)
    if body.get("advancedFilter") is not None:
        from fn_emulator.cdf.api.advanced import make_advanced

        tests.append(make_advanced(body["advancedFilter"], resource, request))
    covers = request.world.covers
    if covers is not None:
        tests.append(lambda item: covers(resource.acl, "READ", item))
    return tests


def rows_after(world: World, name: str, after: int | None) -> Iterator[Row]:
    """``(place, item)`` of each item of a table that stands behind a place, oldest first; of all without one."""
    table = world.table(name)
    if after is None:  # a page of most lists must not cost more than its items
        return zip(table.sequence.values(), table.items.values(), strict=True)
    places, items = world.derived(f"{name}/rows", (name,), _columns)
    start = bisect_right(places, after)
    return zip(islice(places, start, None), islice(items, start, None), strict=True)


def _columns(table: Table) -> tuple[list[int], list[Item]]:
    return [*table.sequence.values()], [*table.items.values()]


def _of_partition(rows: Iterator[Row], body: Mapping[str, Any]) -> Iterator[Row]:
    partition = partition_of(body)
    if partition is None:
        return rows
    part, parts = partition
    return (row for row in rows if row[0] % parts == part)


def _sorted(request: Request, resource: Resource, body: Mapping[str, Any], query: Any) -> list[Item]:
    """All items of a sorted list; sorted once for its pages."""

    def make() -> list[Item]:
        rows = _of_partition(matching(request, resource, body), body)
        return sort_items([item for _, item in rows], body["sort"], resource)

    items: list[Item] = request.world.kept((resource.name, json.dumps(query), request.world.covers), make)
    return items
