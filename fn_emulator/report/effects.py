"""What a call read and wrote -> a short table for people: where, what, how many, which line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fn_emulator.observations import Effect

MOST_ROWS = 20
LABELS = {"cdf": "CDF", "network": "net"}
VERBS = {"read": "read", "write": "wrote", "action": "ran"}
SERIES = {"timeseries/data": "series", "sequences/data": "sequences"}
"""Resources whose items are series of rows: what is new or deleted in them is rows."""


def effects_table(effects: Sequence[Effect], most_rows: int = MOST_ROWS) -> str:
    """The effects of one call, a line each, aligned; an empty text where there are none.

    Args:
        effects: In the order in which they happened.
        most_rows: How many lines there may be; where there are more effects, reads are left out first.
    """
    kept = _most_telling(effects, most_rows)
    rows = [_row(effect) for effect in kept]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(5)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    if len(effects) > len(kept):
        lines.append(f"and {len(effects) - len(kept)} more")
    return "\n".join(lines)


def _most_telling(effects: Sequence[Effect], most_rows: int) -> list[Effect]:
    if len(effects) <= most_rows:
        return list(effects)
    places = sorted(range(len(effects)), key=lambda place: (_is_plain_read(effects[place]), place))
    return [effects[place] for place in sorted(places[:most_rows])]


def _is_plain_read(effect: Effect) -> bool:
    return effect.access == "read" and not effect.failed


def _row(effect: Effect) -> tuple[str, str, str, str, str]:
    label = LABELS.get(effect.kind, effect.kind)
    place = "" if effect.file is None else f"{effect.file}:{effect.line}"
    return label, _verb(effect), effect.target, ", ".join(_amounts(effect)), place


def _verb(effect: Effect) -> str:
    if effect.access == "write" and effect.operation == "delete":
        return "deleted"
    return VERBS.get(effect.access or "", effect.operation)


def _amounts(effect: Effect) -> Iterator[str]:
    is_done = effect.failed < effect.requests
    if effect.items is not None and is_done:
        yield _items(effect)
    elif is_done and effect.requests > 1:
        yield f"{effect.requests} requests"
    if effect.failed:
        status = (effect.problem or "").partition(" ")[0]
        which = f"{effect.failed} of {effect.requests} requests " if effect.requests > 1 else ""
        # A 403 says "not found" too, of what is there.
        word = "not found" if status != "403" and "not found" in (effect.problem or "") else "refused"
        yield f"{which}{word} ({status})" if status.isdigit() else f"{which}not answered"


def _items(effect: Effect) -> str:
    noun = SERIES.get(effect.target)
    amount = str(effect.items) if noun is None else f"{effect.items} {noun}"
    if effect.access != "write":
        return amount
    changes = _changes(effect)
    if noun is None and len(changes) == 1 and changes[0][0] == effect.items:
        (count, change), is_deletion = changes[0], _verb(effect) == "deleted"
        return amount if is_deletion and change == "deleted" else f"{count} {change}"
    parts = [f"{count} {change}" for count, change in changes]
    if noun is not None and changes:
        count, change = changes[0]
        parts[0] = f"{count} {_unit(noun, count)} {change}"
    return f"{amount} ({', '.join(parts)})" if parts else amount


def _unit(noun: str, count: int) -> str:
    unit = "point" if noun == "series" else "row"
    return unit if count == 1 else f"{unit}s"


def _changes(effect: Effect) -> list[tuple[int, str]]:
    counts = ((effect.created, "new"), (effect.updated, "updated"))
    others = ((effect.unchanged, "unchanged"), (effect.deleted, "deleted"))
    return [(count, word) for count, word in (*counts, *others) if count]
