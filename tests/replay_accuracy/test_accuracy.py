"""Replay says of each labelled handler what is so; the run's summary tells precision and recall of each finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from fn_emulator import load_function

from .held_out.held_out_labels import HELD_OUT
from .labels import LABELS

HERE = Path(__file__).parent


def signature_of(label):
    """A signature under which the function must not give NULL, where the label says so."""
    arguments = ", ".join("variant" for _ in label.rows[0])
    return f"f({arguments}) returns variant not null" if label.not_null else None


def check(folder, label, record_property, suite):
    with load_function(folder, secrets={"token": "for-tests"}, timeout_s=20) as function:
        verdict = function.replay([list(row) for row in label.rows], signature=signature_of(label))
    assert not verdict.problem, verdict.problem
    found = frozenset(finding.id for finding in verdict.findings)
    nearest = min(label.right, key=lambda right: len(right ^ found))
    record_property(f"accuracy of replay, {suite}", [sorted(found), sorted(nearest)])
    assert found in label.right, f"{sorted(found)}: {label.why}"
    if label.culprit is not None:
        culprits = [one for violation in verdict.violations for one in violation.culprits]
        named = {(Path(one.file or "").name, one.line) for one in culprits}
        last_parts = {one.name.rpartition(".")[2].partition("[")[0] for one in culprits}
        assert (label.culprit.file, label.culprit.line) in named or label.culprit.name in last_parts, culprits


@pytest.mark.parametrize("name", LABELS)
def test_a_handler_gets_its_label(name, record_property):
    check(HERE / "handlers" / name, LABELS[name], record_property, "handlers that it was written with")


@pytest.mark.parametrize("name", HELD_OUT)
def test_a_handler_that_it_was_not_written_against_gets_its_label(name, record_property):
    check(HERE / "held_out" / "handlers" / name, HELD_OUT[name], record_property, "held out")
