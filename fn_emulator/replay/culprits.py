"""Which state of a function its deliveries change, and by which lines: the likeliest first."""

from __future__ import annotations

import linecache
import os
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fn_emulator.replay.lab import Lab
from fn_emulator.replay.model import Culprit
from fn_emulator.replay.outcome import Row
from fn_emulator.replay.relations import plain

if TYPE_CHECKING:
    from fn_emulator.function import Function

MOST_CULPRITS = 5


def state_culprits(lab: Lab, function: Function, rows: Sequence[Row]) -> tuple[Culprit, ...]:
    """What a first delivery of these rows changes, and what a second one does.

    What both change comes first, then what the second one changes: what is only made by the first (a cache, a
    singleton) is often no more than the place of it.
    """
    first = plain(rows)
    attempts = (first, replace(first, is_fresh=False))
    seen = lab.run(attempts, looks_at_state=2)
    by_first, by_second = ([change.name for change in evidence.state] for evidence in seen)
    names = [*by_first, *by_second]
    if not names:
        return ()
    located = lab.run(attempts, locates=tuple(dict.fromkeys(names)))
    changes = {change.name: change for evidence in (*seen, *located) for change in evidence.state}
    ordered = sorted(changes.values(), key=lambda change: (-names.count(change.name), change.name not in by_second))
    culprits = [
        Culprit(change.name, change.file, change.line, _source(function, change.file, change.line))
        for change in ordered
    ]
    return tuple(culprits[:MOST_CULPRITS])


def _source(function: Function, file: str | None, line: int | None) -> str:
    """The text of a line of the handler's file, or of another module's in its folder; else nothing."""
    handler = function.handler
    if file is None or line is None or handler is None:
        return ""
    folder = f"{function.given.rstrip('/')}/"
    if file != function.place(handler.path)["file"] and file.startswith(folder):
        path = os.path.join(function.folder, file[len(folder) :])
        linecache.checkcache(path)
        return linecache.getline(path, line).strip()
    shown = function.place(handler.path, 1)
    lines = handler.text.splitlines()
    number = line - (shown["line"] or 1)
    return lines[number].strip() if file == shown["file"] and 0 <= number < len(lines) else ""
