"""Pages of a list: cursors, partitions, limits.

A cursor names the item that ended the page, by its place in the order of creation, and the list that it belongs to;
items that are deleted or created between two pages are neither skipped nor shown twice.
"""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from fn_emulator.cdf.contract import bad_request

MOST_PARTITIONS = 1000


def make_cursor(position: Any, query: Any) -> str:
    """An opaque cursor after ``position`` (plain JSON) in the list that ``query`` (plain JSON) describes."""
    return urlsafe_b64encode(json.dumps([position, _fingerprint(query)]).encode()).decode()


def read_cursor(cursor: Any, query: Any) -> Any:
    """The position of a cursor, or None where there is none.

    Raises:
        CdfError: If it is no cursor of ours, or one of another list.
    """
    if cursor is None:
        return None
    try:
        position, fingerprint = json.loads(urlsafe_b64decode(cursor))
    except (ValueError, TypeError):
        raise bad_request(f"Invalid cursor: {cursor!r}") from None
    if fingerprint != _fingerprint(query):
        raise bad_request("Invalid cursor: it belongs to a list with another filter, sort or partition.")
    return position


def position_of(cursor: Any, query: Any) -> int | None:
    """The place in a list that a cursor names, or None where there is no cursor.

    Raises:
        CdfError: If it is no cursor of ours, or one of another list.
    """
    position = read_cursor(cursor, query)
    if position is not None and (not isinstance(position, int) or isinstance(position, bool)):
        raise bad_request(f"Invalid cursor: {cursor!r}")
    return position


def _fingerprint(query: Any) -> int:
    return zlib.crc32(json.dumps(query, sort_keys=True).encode())


def one_page(rows: Iterable[tuple[int, Any]], limit: int, cursor: Any, query: Any) -> tuple[list[Any], str | None]:
    """A page of rows and the cursor of the next one, None when nothing follows.

    Args:
        rows: ``(place, item)``, places growing.
        limit: Most items of the page.
        cursor: What the request has, or None.
        query: What makes this list another than others: filter, sort, partition.
    """
    after = position_of(cursor, query)
    if after is not None:
        rows = (row for row in rows if row[0] > after)
    page = list(islice(rows, limit + 1))
    following = make_cursor(page[limit - 1][0], query) if len(page) > limit else None
    return [item for _, item in page[:limit]], following


def sorted_page(items: list[Any], limit: int, cursor: Any, query: Any) -> tuple[list[Any], str | None]:
    """A page of items that were sorted by something else than creation; its cursor counts items."""
    after = position_of(cursor, query)
    start = 0 if after is None else max(after + 1, 0)
    following = make_cursor(start + limit - 1, query) if len(items) > start + limit else None
    return items[start : start + limit], following


def partition_of(body: Mapping[str, Any]) -> tuple[int, int] | None:
    """``partition`` of a list, such as ``"2/10"``: which part (from 0) of how many; None where it is not divided."""
    text = body.get("partition")
    if text is None:
        return None
    part, _, parts = str(text).partition("/")
    is_numeric = all(one.isascii() and one.isdigit() and len(one) < 5 for one in (part, parts))
    if not (is_numeric and 1 <= int(part) <= int(parts) <= MOST_PARTITIONS):
        raise bad_request(f"partition must be such as '1/10', it is {text!r}.")
    return int(part) - 1, int(parts)


def with_cursor(items: list[Any], following: str | None) -> dict[str, Any]:
    """The body of a page: ``nextCursor`` is absent on the last one."""
    return {"items": items} if following is None else {"items": items, "nextCursor": following}
