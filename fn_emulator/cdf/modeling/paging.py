"""One page of an ordered result, and the opaque cursor that the next page starts from.

A cursor holds the place of the last instance of its page, not a count: what is created or deleted between two pages
neither hides nor repeats the others.
"""

from __future__ import annotations

import binascii
import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from fn_emulator.cdf.contract import CdfError, bad_request
from fn_emulator.cdf.modeling.comparisons import Predicate
from fn_emulator.cdf.modeling.ordering import Ordering, Values, directions
from fn_emulator.cdf.modeling.references import Instance


class Page(NamedTuple):
    """Instances, and the cursor of the next page or None."""

    items: list[Instance]
    next_cursor: str | None


def take_page(ordered: Sequence[Instance], ordering: Ordering, limit: int, cursor: str | None, subject: Any) -> Page:
    """The page behind a cursor.

    Args:
        ordered: The whole result, in that order.
        ordering: The order.
        limit: The most instances that a page holds.
        cursor: From the page before; None for the first.
        subject: The request without its cursor, as JSON: a cursor of another request is refused.

    Raises:
        CdfError: 400 for a cursor that is none, or is another request's.
    """
    mark = _mark(ordering, subject)
    start = 0
    if cursor is not None:
        start = _first_after(ordered, ordering, _read_cursor(cursor, mark, len(ordering.columns) + 1))
    return _page([*ordered[start : start + limit + 1]], ordering, limit, mark)


def take_created(
    instances: Sequence[Instance], tests: Iterable[Predicate], ordering: Ordering, limit: int, cursor: Any, subject: Any
) -> Page:
    """The same of instances that are in the order of creation already: those of other pages are not even tested.

    Args:
        instances: In the order of creation.
        tests: What an instance must pass to be in the result.
        ordering: One without columns.
        limit: See ``take_page``, as the others.
        cursor: See ``take_page``.
        subject: See ``take_page``.
    """
    mark = _mark(ordering, subject)
    start = 0 if cursor is None else _first_after(instances, ordering, _read_cursor(cursor, mark, 1))
    found: Iterator[Instance] = islice(instances, start, None)
    for test in tests:
        found = filter(test, found)
    return _page([*islice(found, limit + 1)], ordering, limit, mark)


def _first_after(ordered: Sequence[Instance], ordering: Ordering, last: Values) -> int:
    """Place of the first instance behind the cursor's."""
    try:
        return bisect_left(ordered, x=True, key=lambda one: ordering.is_after(ordering.values(one), last))
    except TypeError:  # the cursor's values are not of the properties' types
        raise bad_request("The cursor is not one that this request was given before.") from None


def _page(found: list[Instance], ordering: Ordering, limit: int, mark: int) -> Page:
    """A page of one instance more than it may hold, where there is one."""
    items = found[:limit]
    # Whether the platform gives a cursor with a full page that is the last is not documented; here it gives none.
    is_more = len(found) > limit
    return Page(items, _write_cursor(ordering.values(items[-1]), mark) if is_more and items else None)


def read_limit(given: Any, default: int, most: int, where: str) -> int:
    """A limit of a request.

    Raises:
        CdfError: 400 where it is no integer from 1 to ``most``.
    """
    if given is None:
        return default
    if type(given) is not int or not 1 <= given <= most:
        raise bad_request(f"The limit of {where} must be between 1 and {most}. Got {given!r:.100}.")
    return given


def _mark(ordering: Ordering, subject: Any) -> int:
    text = json.dumps([subject, directions(ordering.columns)], sort_keys=True, default=str)
    return binascii.crc32(text.encode())


def _write_cursor(values: list[Any], mark: int) -> str:
    return binascii.b2a_base64(json.dumps([mark, values]).encode(), newline=False).decode()


def _read_cursor(cursor: Any, mark: int, size: int) -> list[Any]:
    try:
        found_mark, values = json.loads(binascii.a2b_base64(cursor))
        is_ours = found_mark == mark and isinstance(values, list) and len(values) == size
    except (ValueError, TypeError):
        raise _invalid(cursor) from None
    if not is_ours:
        raise _invalid(cursor)
    return list(values)


def _invalid(cursor: Any) -> CdfError:
    return bad_request(f"The cursor {cursor!r:.200} is not one that this request was given before.")
