"""What a runner saw of a delivery -> values that can be compared, or why there are none."""

from __future__ import annotations

import signal

import pytest

from fn_emulator.model import Failure
from fn_emulator.observations import Death
from fn_emulator.replay.outcome import Outcome, is_rounding, is_same, outcome_of
from fn_emulator.trials import Delivered


def answered(*entries):
    return Delivered("{}", {"data": [list(entry) for entry in entries]})


def test_values_are_json_text_in_the_order_of_the_rows():
    assert outcome_of(answered((0, "a"), (1, None)), (0, 1)) == Outcome(('"a"', "null"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        ({"a": 1, "b": [2.0]}, {"b": [2], "a": 1.0}),
        (0.0, -0.0),
        (1e3, 1000),
    ],
)
def test_equal_values_are_equal_text(one, other):
    assert outcome_of(answered((0, one)), (0,)) == outcome_of(answered((0, other)), (0,))


@pytest.mark.parametrize(("one", "other"), [(1, "1"), (1, True), (None, "null"), (1e300, 1e301), (0.1, 0.2)])
def test_other_values_are_other_text(one, other):
    assert outcome_of(answered((0, one)), (0,)) != outcome_of(answered((0, other)), (0,))


@pytest.mark.parametrize(
    ("delivered", "outcome"),
    [
        (Delivered(None, death=Death(exit_code=3)), Outcome(None, "Died: exit code 3", "Died")),
        (Delivered(None, death=Death(signal=signal.SIGSEGV)), Outcome(None, "Died: SIGSEGV", "Died")),
        (Delivered(None, death=Death(signal=50)), Outcome(None, "Died: signal 50", "Died")),
        (
            Delivered(None, death=Death(signal=signal.SIGKILL, is_out_of_memory=True)),
            Outcome(None, "OutOfMemory", "OutOfMemory"),
        ),
        (Delivered(None, is_timed_out=True), Outcome(None, "Timeout", "Timeout")),
        (
            Delivered(None, failure=Failure("KeyError", "'a'\nmore", "")),
            Outcome(None, "KeyError: 'a'", "Failed"),
        ),
        (Delivered(None, failure=Failure("Timeout", "", "")), Outcome(None, "Timeout", "Failed")),
        (Delivered(None, refused_reason="Object of type set"), Outcome(None, "not-json")),
        (answered((0, 1)), Outcome(None, "row-count")),
    ],
)
def test_what_has_no_values_says_why(delivered, outcome):
    assert outcome_of(delivered, (0, 1)) == outcome
    assert outcome.at(1) == outcome.problem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0.3", "0.30000000000000004"),
        ('{"a": [1, 0.1]}', '{"a": [1, 0.10000000000000002]}'),
        ("1", "1.0000000000000002"),
    ],
)
def test_floats_that_are_rounded_otherwise_are_known(one, other):
    assert is_rounding(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0.3", "0.3"),
        ("0.3", "0.31"),
        ("[0.3]", "[]"),
        ("0.3", '"0.3"'),
        ("0.3", "row-count"),
        ('{"a": 1}', '{"b": 1}'),
    ],
)
def test_other_differences_are_no_rounding(one, other):
    assert not is_rounding(one, other)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("1.5631039142608643", "1.5631037950515747", True),  # of 32 bits each
        ("1.5631039142608643", "1.5631", False),
        ("1.5631039142608643", "1.5631637573242188", False),  # too far
        ("1000000.0", "1000001.0", False),  # of 32 bits, and whole
        ("0.5", "0.5000005", False),
        ("1.5631039142608643", "1.5631039142608645", True),
        ("1.5631039142608", "1.5631037950515", False),  # of 64 bits
        ("1e300", "1.0000001e300", False),
    ],
)
def test_floats_that_are_rounded_otherwise_are_the_same(one, other, same):
    assert is_same(one, other) is same
    assert is_same(f'{{"a": [{one}]}}', f'{{"a": [{other}]}}') is same
