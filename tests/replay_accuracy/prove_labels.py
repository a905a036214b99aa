"""The labels are true: brute force says so, without the replay that they are to judge."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from .held_out.held_out_labels import HELD_OUT
from .labels import LABELS, Label

HERE = Path(__file__).parent
SUITES: Mapping[str, tuple[Path, Mapping[str, Label]]] = {
    "main": (HERE / "handlers", LABELS),
    "held_out": (HERE / "held_out" / "handlers", HELD_OUT),
}
CASES = [(suite, name) for suite, (_, labels) in SUITES.items() for name in labels]

CONTRACT = {
    "no-data",
    "row-count",
    "row-order",
    "row-number",
    "row-shape",
    "not-json",
    "response-too-large",
    "null-not-allowed",
}
REPLAY = {
    "stateful",
    "latent-state",
    "depends-on-batch",
    "depends-on-row-order",
    "depends-on-row-number",
    "nondeterministic",
    "mutates-input",
}
NOTES = {"latent-state", "mutates-input"}


def observe(suite: str, name: str, *, hash_seed: int, base_only: bool) -> dict[str, Any]:
    folder, labels = SUITES[suite]
    label = labels[name]
    done = subprocess.run(
        [sys.executable, "-S", str(HERE / "oracle.py"), str(folder / name)],
        input=json.dumps({"rows": label.rows, "not_null": label.not_null, "base_only": base_only}),
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def found_by_force(suite: str, name: str) -> set[str]:
    """What the observations amount to, by the rules that the docstring of labels.py gives."""
    seen = observe(suite, name, hash_seed=1, base_only=False)
    other = observe(suite, name, hash_seed=2, base_only=True)
    varies = seen["uncontrolled"] or seen["varies"] or other["base"] != seen["base"]
    ids = {
        "stateful": seen["stateful"],
        "latent-state": seen["changed"] and not seen["stateful"],
        "depends-on-batch": seen.get("batch"),
        "depends-on-row-order": seen.get("order"),
        "depends-on-row-number": seen.get("row_number"),
        "nondeterministic": varies,
        "mutates-input": seen["mutated"],
    }
    return {name for name, so in ids.items() if so} | ({seen["contract"]} - {None})


@pytest.mark.parametrize(("suite", "name"), CASES)
def test_brute_force_finds_what_the_label_says(suite: str, name: str) -> None:
    label, found = SUITES[suite][1][name], found_by_force(suite, name)

    if frozenset({"nondeterministic"}) in label.also_right:
        assert found == label.expected | {"nondeterministic"}
    elif {"stateful", "depends-on-row-order"} <= found:
        assert found in label.right
        assert found != label.expected, "as right as the state alone, which is the label"
    elif "no-data" in label.expected:
        assert found == label.expected, "an answer without rows has no rows to compare"
    else:
        assert found == label.expected
        assert frozenset({"stateful", "depends-on-row-order"}) not in label.right


@pytest.mark.parametrize("suite", SUITES)
def test_every_handler_has_a_label_and_every_label_a_handler(suite: str) -> None:
    folder, labels = SUITES[suite]

    assert {path.parent.name for path in folder.glob("*/handler.py")} == set(labels)


@pytest.mark.parametrize(("suite", "name"), CASES)
def test_a_label_is_well_formed(suite: str, name: str) -> None:
    folder, labels = SUITES[suite]
    label = labels[name]

    for answer in label.right:
        assert answer <= CONTRACT | REPLAY
        assert len(answer & {"stateful", "latent-state"}) < 2
    assert label.rows
    assert len({len(row) for row in label.rows}) == 1
    assert label.why.endswith(".")
    assert (label.culprit is not None) == bool(label.expected & {"stateful", "latent-state"})
    if label.culprit is not None:
        source = (folder / name / label.culprit.file).read_text()
        assert label.culprit.name in source
        assert source.splitlines()[label.culprit.line - 1].strip()


@pytest.mark.parametrize(("suite", "name"), CASES)
def test_a_faulty_handler_has_a_neighbour_without_an_error(suite: str, name: str) -> None:
    labels = SUITES[suite][1]
    label = labels[name]

    if label.neighbour is None:
        assert label.expected <= {"latent-state"}
    else:
        assert not labels[label.neighbour].expected - NOTES
        assert not labels[label.neighbour].also_right


def test_there_are_enough_of_each() -> None:
    counts = Counter(found for label in LABELS.values() for found in label.expected or {"clean"})

    assert len(LABELS) >= 60
    assert set(counts) == CONTRACT | REPLAY | {"clean"}
    assert len(HELD_OUT) >= 20
