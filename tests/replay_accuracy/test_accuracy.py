"""Replay says of each labelled handler what is so: every label by itself, and precision and recall of each finding."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from fn_emulator import load_function

from .labels import LABELS

HANDLERS = Path(__file__).parent / "handlers"

FLOOR = 0.97
"""Precision and recall of each finding may not fall below."""


def signature_of(label):
    """A signature under which the function must not give NULL, where the label says so."""
    arguments = ", ".join("variant" for _ in label.rows[0])
    return f"f({arguments}) returns variant not null" if label.not_null else None


def found_in(folder, label):
    """The ids that replay finds, and its findings."""
    with load_function(folder, secrets={"token": "for-tests"}, timeout_s=20, runner="inprocess") as function:
        verdict = function.replay([list(row) for row in label.rows], signature=signature_of(label))
    assert not verdict.problem, verdict.problem
    return frozenset(finding.id for finding in verdict.findings), verdict


@pytest.mark.parametrize("name", LABELS)
def test_a_handler_gets_its_label(name):
    label = LABELS[name]
    found, verdict = found_in(HANDLERS / name, label)
    assert found in label.right, f"{sorted(found)}: {label.why}"
    if label.culprit is not None:
        culprits = [one for violation in verdict.violations for one in violation.culprits]
        named = {(Path(one.file or "").name, one.line) for one in culprits}
        last_parts = {one.name.rpartition(".")[2].partition("[")[0] for one in culprits}
        assert (label.culprit.file, label.culprit.line) in named or label.culprit.name in last_parts, culprits


def test_precision_and_recall_are_printed(capsys):
    counts: Counter[tuple[str, str]] = Counter()
    for name, label in LABELS.items():
        found, _ = found_in(HANDLERS / name, label)
        nearest = min(label.right, key=lambda right: len(right ^ found))
        for finding in found | nearest:
            counts[finding, "right" if finding in found & nearest else "wrong" if finding in found else "missed"] += 1
    with capsys.disabled():
        print()
        for finding in sorted({finding for finding, _ in counts}):
            right, wrong, missed = (counts[finding, kind] for kind in ("right", "wrong", "missed"))
            precision, recall = (right / (right + other) if right + other else 1.0 for other in (wrong, missed))
            print(f"{finding:<24} precision {precision:.2f}  recall {recall:.2f}  of {right + missed}")
            assert min(precision, recall) >= FLOOR
