"""Two answers, one after the other -> the lines that say what changed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from fn_emulator.model import JSON

MOST_LINES = 20
LONGEST = 80
"""Characters of a value that are shown."""

PLAIN_KEY = re.compile(r"[^\W\d]\w*")

ABSENT: Any = object()
"""What stands for a value that is not there."""

IsSame = Callable[[Any, Any], bool]


class Difference(NamedTuple):
    """One place at which two answers differ.

    Attributes:
        path: Where, as ``$.rows[3].name``.
        before: The value in the first, or ``ABSENT``.
        after: The value in the second, or ``ABSENT``.
    """

    path: str
    before: Any
    after: Any


def difference_lines(before: JSON, after: JSON, most: int = MOST_LINES) -> list[str]:
    """What changed from one answer to the next, a line each; none when they are the same as JSON.

    Example:
        >>> difference_lines({"total": 3, "x": None}, {"total": 4, "rows": []})
        ['~ $.total: 3 -> 4', '- $.x: null', '+ $.rows: []']

    Args:
        before: The answer, secrets masked.
        after: The next one, likewise.
        most: How many lines there are at most; the last one then counts the rest.
    """
    return bounded(map(_changed, differences(before, after, _is_same)), most)


def _changed(found: Difference) -> str:
    if found.before is ABSENT:
        return f"+ {found.path}: {shown(found.after)}"
    if found.after is ABSENT:
        return f"- {found.path}: {shown(found.before)}"
    return f"~ {found.path}: {shown(found.before)} -> {shown(found.after)}"


def bounded(lines: Iterator[str], most: int) -> list[str]:
    """The first lines, and as the last one how many more there are."""
    # One by one: of two long answers that have nothing in common only the first differences are wanted.
    kept = list(islice(lines, most))
    more = sum(1 for _ in lines)
    return [*kept[:-1], f"... and {more + 1} more differences"] if more else kept


def differences(before: Any, after: Any, is_same: IsSame) -> Iterator[Difference]:
    """Where two answers differ, in order.

    Args:
        before: JSON, or a test's own idea of it.
        after: Likewise.
        is_same: Whether two values are the same where not both are objects or both are lists.
    """
    # Not by recursion: an answer may be nested more deeply than Python calls functions.
    waiting = [iter([("$", before, after)])]
    while waiting:
        found = next(waiting[-1], None)
        if found is None:
            waiting.pop()
        elif isinstance(found, Difference):
            yield found
        elif isinstance(found[1], dict) and isinstance(found[2], dict):
            waiting.append(_in_objects(*found))
        elif isinstance(found[1], list) and isinstance(found[2], list):
            waiting.append(_in_lists(*found, is_same))
        elif not is_same(found[1], found[2]):
            yield Difference(*found)


def _in_objects(path: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Any]:
    for key, value in before.items():
        inside = _member(path, key)
        yield (inside, value, after[key]) if key in after else Difference(inside, value, ABSENT)
    for key, value in after.items():
        if key not in before:
            yield Difference(_member(path, key), ABSENT, value)


def _member(path: str, key: Any) -> str:
    is_plain = isinstance(key, str) and PLAIN_KEY.fullmatch(key)
    return f"{path}.{key}" if is_plain else f"{path}[{shown(key)}]"


def _in_lists(path: str, before: list[Any], after: list[Any], is_same: IsSame) -> Iterator[Any]:
    """Compare place by place, after what is the same at both ends: a row that is put in front is one difference."""
    shorter = min(len(before), len(after))
    start = next((at for at in range(shorter) if not is_same(before[at], after[at])), shorter)
    end = next((at for at in range(shorter - start) if not is_same(before[-1 - at], after[-1 - at])), shorter - start)
    # Of lists of the same length the numbers of both agree, so that nothing is gained by looking from the end.
    end = 0 if len(before) == len(after) else end
    olds, news = range(start, len(before) - end), range(start, len(after) - end)
    yield from ((f"{path}[{at}]", before[at], after[at]) for at in olds if at in news)
    yield from (Difference(f"{path}[{at}]", before[at], ABSENT) for at in olds if at not in news)
    yield from (Difference(f"{path}[{at}]", ABSENT, after[at]) for at in news if at not in olds)


def _is_same(before: JSON, after: JSON) -> bool:
    """Whether two values are the same text as JSON: neither 1 and true, nor 1 and 1.0."""
    try:
        if type(before) is not type(after) or before != after:
            return False
        return not isinstance(before, list | dict) or _dump(before) == _dump(after)
    except RecursionError:  # it is looked at member by member then
        return False


def shown(value: Any, mask: Callable[[str], str] = str) -> str:
    """A value as JSON, masked, then cut where it is long; what JSON has no form for as Python shows it."""
    try:
        text = repr(value) if isinstance(value, tuple) else _dump(value)
    except RecursionError:
        return "(nested too deeply to be shown)"
    except (TypeError, ValueError):
        text = " ".join(repr(value).split())
    text = mask(text)  # before the cut: half a secret is not known as one
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def _dump(value: JSON) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
