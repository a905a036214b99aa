"""How a disturbed schedule came out otherwise, in words and in lines with ``-`` (undisturbed) and ``+`` (disturbed)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from fn_emulator.cdf.holdings import NAMING, Departure, Key
from fn_emulator.checks.schedule_subject import Disturbed

MOST_WIDTH = 110
ORDER = tuple(dict.fromkeys(("database", "table", "space", *NAMING)))
"""Parts of a name, the outermost first."""


def in_short(one: Disturbed) -> str:
    """What came out otherwise, as the end of a sentence."""
    return " and ".join(_parts(one)) or (
        "no call writes anything that could come out otherwise" if one.is_silent else "nothing came out otherwise"
    )


def difference_lines(departure: Departure) -> list[str]:
    """Item by item: what the undisturbed run left, and what this one did."""
    return list(_lines(departure))


def _parts(one: Disturbed) -> Iterator[str]:
    if one.failures:
        due, text = one.failures[0]
        more = f" (and {len(one.failures) - 1} more)" if len(one.failures) > 1 else ""
        yield f"the call of {due} ends with {text}{more}"
    if one.is_unlike:
        yield f"the call of {one.first_tick} writes over what an earlier one wrote, as none does on ordinary days"
    departure = one.departure
    if departure is None or not departure:
        return
    if departure.missing:
        yield f"CDF lacks {_named(departure.missing)}"
    if departure.extra:
        yield f"CDF holds {_named(departure.extra)} besides"
    if departure.changed:
        (resource, name), changes = next(iter(departure.changed.items()))
        field, (was, now) = next(iter(changes.items()))
        more = f" (and {len(departure.changed) - 1} more)" if len(departure.changed) > 1 else ""
        yield f"{field} of {resource} {_name(name)} is {_short(_json(now))} in the place of {_short(_json(was))}{more}"


def _named(items: Mapping[Key, Any]) -> str:
    resource, name = next(iter(items))
    more = f" and {len(items) - 1} more" if len(items) > 1 else ""
    return f"{resource} {_name(name)}{more}"


def _lines(departure: Departure) -> Iterator[str]:
    for sign, items in (("-", departure.missing), ("+", departure.extra)):
        for (resource, name), content in items.items():
            yield _line(sign, resource, name, content)
    for (resource, name), changes in departure.changed.items():
        yield _line("-", resource, name, {field: values[0] for field, values in changes.items()})
        yield _line("+", resource, name, {field: values[1] for field, values in changes.items()})


def _line(sign: str, resource: str, name: str, content: Any) -> str:
    shown = _name(name)
    text = f"{sign} {resource} {shown}" + (f" {_json(content)}" if content and not shown.startswith("{") else "")
    return text if len(text) <= MOST_WIDTH else f"{text[: MOST_WIDTH - 3]}..."


def _name(text: str) -> str:
    """What an item is called: ``state/runs/total``; its content where it has no name."""
    if not text.startswith("{"):
        return text
    parts = json.loads(text)
    if parts.keys() - set(NAMING) - {"deleted"}:
        return _short(text)
    ordered = [str(parts[field]) for field in ORDER if field in parts]
    return "/".join(ordered) + (" (deleted)" if "deleted" in parts else "")


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
