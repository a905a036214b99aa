"""Two answers, one after the other -> the lines that say what changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from fn_emulator.model import JSON

MOST_LINES = 20
LONGEST = 80
"""Characters of a value that are shown."""

PLAIN_KEY = re.compile(r"[^\W\d]\w*")


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
    # One by one: of two long answers that have nothing in common only the first differences are wanted.
    lines = _differences(before, after)
    shown = list(islice(lines, most))
    more = sum(1 for _ in lines)
    return [*shown[:-1], f"... and {more + 1} more differences"] if more else shown


def _differences(before: JSON, after: JSON) -> Iterator[str]:
    # Not by recursion: an answer may be nested more deeply than Python calls functions.
    waiting = [iter([("$", before, after)])]
    while waiting:
        found = next(waiting[-1], None)
        if found is None:
            waiting.pop()
        elif isinstance(found, str):
            yield found
        elif isinstance(found[1], dict) and isinstance(found[2], dict):
            waiting.append(_in_objects(*found))
        elif isinstance(found[1], list) and isinstance(found[2], list):
            waiting.append(_in_lists(*found))
        elif not _is_same(found[1], found[2]):
            yield f"~ {found[0]}: {_shown(found[1])} -> {_shown(found[2])}"


def _in_objects(path: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Any]:
    for key, value in before.items():
        inside = _member(path, key)
        yield (inside, value, after[key]) if key in after else f"- {inside}: {_shown(value)}"
    for key, value in after.items():
        if key not in before:
            yield f"+ {_member(path, key)}: {_shown(value)}"


def _member(path: str, key: str) -> str:
    return f"{path}.{key}" if PLAIN_KEY.fullmatch(key) else f"{path}[{json.dumps(key, ensure_ascii=False)}]"


def _in_lists(path: str, before: list[Any], after: list[Any]) -> Iterator[Any]:
    """Compare place by place, after what is the same at both ends: a row that is put in front is one difference."""
    shorter = min(len(before), len(after))
    start = next((at for at in range(shorter) if not _is_same(before[at], after[at])), shorter)
    end = next((at for at in range(shorter - start) if not _is_same(before[-1 - at], after[-1 - at])), shorter - start)
    # Of lists of the same length the numbers of both agree, so that nothing is gained by looking from the end.
    end = 0 if len(before) == len(after) else end
    olds, news = range(start, len(before) - end), range(start, len(after) - end)
    yield from ((f"{path}[{at}]", before[at], after[at]) for at in olds if at in news)
    yield from (f"- {path}[{at}]: {_shown(before[at])}" for at in olds if at not in news)
    yield from (f"+ {path}[{at}]: {_shown(after[at])}" for at in news if at not in olds)


def _is_same(before: JSON, after: JSON) -> bool:
    """Whether two values are the same text as JSON: neither 1 and true, nor 1 and 1.0."""
    try:
        if type(before) is not type(after) or before != after:
            return False
        return not isinstance(before, list | dict) or _dump(before) == _dump(after)
    except RecursionError:  # it is looked at member by member then
        return False


def _shown(value: JSON) -> str:
    try:
        text = _dump(value)
    except RecursionError:
        return "(nested too deeply to be shown)"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def _dump(value: JSON) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
