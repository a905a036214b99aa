"""Precision and recall of each finding, from what replay found of labelled handlers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

Found = Sequence[str]
"""Ids of findings."""


def accuracy_lines(pairs: Iterable[tuple[Found, Found]]) -> list[str]:
    """A line for each finding.

    Args:
        pairs: What was found of a handler, and the right answer that comes nearest to it.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for found, right in pairs:
        for finding in {*found, *right}:
            kind = "right" if finding in found and finding in right else "wrong" if finding in found else "missed"
            counts[finding, kind] += 1
    lines = []
    for finding in sorted({finding for finding, _ in counts}):
        right, wrong, missed = (counts[finding, kind] for kind in ("right", "wrong", "missed"))
        precision, recall = (right / (right + other) if right + other else 1.0 for other in (wrong, missed))
        lines.append(f"{finding:<24} precision {precision:.2f}  recall {recall:.2f}  of {right + missed}")
    return lines
