"""Numbers in order -> words: runs, steps, lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

LEAST_IN_STEPS = 5
"""Numbers that are equally far apart are listed one by one when there are fewer."""


def joined(parts: Sequence[str]) -> str:
    """``a, b and c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def step_of(values: Sequence[int]) -> int | None:
    """The distance between any two neighbours; None when they differ, or there is one value."""
    distances = {after - before for before, after in pairwise(values)}
    return distances.pop() if len(distances) == 1 else None


def runs(values: Sequence[int]) -> list[list[int]]:
    """Values in order, cut where one is left out."""
    found: list[list[int]] = []
    for value in values:
        if found and found[-1][-1] == value - 1:
            found[-1].append(value)
        else:
            found.append([value])
    return found


def listed(values: Sequence[int], name: Callable[[int], str] = str) -> str:
    """``1, 3 to 5 and 9``, or ``0 to 56 in steps of 7``."""
    step = step_of(values)
    if step and step > 1 and len(values) >= LEAST_IN_STEPS:
        return f"{name(values[0])} to {name(values[-1])} in steps of {step}"
    parts: list[str] = []
    for run in runs(values):
        parts.extend([f"{name(run[0])} to {name(run[-1])}"] if len(run) > 2 else map(name, run))
    return joined(parts)
