"""What the harness saw beside the answer -> ``observations``. Imported only for a reply that has any of it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from fn_emulator.function import Function
from fn_emulator.observations import Death, EnvRead, Held, LeftBehind, MemoryProfile, Place, Refusal

Seen = Sequence[Mapping[str, Any]]


def known_path(function: Function, file: str) -> str:
    """A file of the deployed folder as the user knows it: below the path that was given."""
    root = function.folder + os.sep
    if not file.startswith(root):
        return file
    return str(function.place(file.removeprefix(root).replace(os.sep, "/"))["file"])


def known_place(function: Function, place: Sequence[Any]) -> tuple[str, int]:
    """The same with a line in it."""
    return known_path(function, place[0]), place[1]


def places(seen: Seen) -> tuple[Place, ...]:
    """Places in an answer."""
    return tuple(
        Place(place["path"], place["type"], tuple(place["bases"]), tuple(place["traits"]), place.get("becomes"))
        for place in seen
    )


def refusals(seen: Seen, function: Function) -> tuple[Refusal, ...]:
    """Connections that were refused."""
    return tuple(
        Refusal(item["host"], item["port"], item["file"] and known_path(function, item["file"]), item["line"])
        for item in seen
    )


def env_reads(seen: Seen, function: Function) -> tuple[EnvRead, ...]:
    """Undeclared variables that were read."""
    return tuple(
        EnvRead(read["name"], read["visible"], read["in_shell"], known_path(function, read["file"]), read["line"])
        for read in seen
    )


def left_behind(seen: Seen, function: Function) -> tuple[LeftBehind, ...]:
    """Threads and processes that were left running, and clocks that were left stopped."""
    return tuple(
        LeftBehind(each["kind"], each["name"], each["file"] and known_path(function, each["file"]), each["line"])
        for each in seen
    )


def death(seen: Mapping[str, Any]) -> Death:
    """How the process ended."""
    return Death(**seen)


def memory_profile(seen: Mapping[str, Any], function: Function) -> MemoryProfile:
    """Where memory was."""
    file, line = known_place(function, seen["place"]) if seen["place"] is not None else (None, None)
    held = (Held(known_path(function, each["file"]), each["line"], each["mb"]) for each in seen["held"])
    return MemoryProfile(seen["peak_mb"], file, line, tuple(held))
