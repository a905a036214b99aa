"""What is delivered under each relation, and when it does not hold."""

from __future__ import annotations

import json

import pytest

from fn_emulator.replay import relations
from fn_emulator.replay.attempts import Unlike
from fn_emulator.replay.outcome import Outcome
from fn_emulator.replay.relations import AGAIN, OTHERS_FIRST, PERMUTED, RENUMBERED, SINGLES, THIRDS, plain
from fn_emulator.trials import Delivered, TrialEvidence

ROWS = ([10, "a"], [20, "b"], [30, "c"], [40, "d"])


def bodies(relation, rows=ROWS):
    """What each attempt delivers: a list of batches."""
    return [[json.loads(sent.body)["data"] for sent in attempt.sent] for attempt in relation.attempts(rows)]


def answering(attempt, *answers):
    """Evidence of an attempt whose deliveries were answered with these values."""
    delivered = [
        Delivered("{}", {"data": [list(pair) for pair in zip(sent.numbers, values, strict=True)]})
        for sent, values in zip(attempt.sent, answers, strict=False)
    ]
    return TrialEvidence(attempt.trial, tuple(delivered))


def test_again_sends_the_batch_twice():
    whole = [[0, 10, "a"], [1, 20, "b"], [2, 30, "c"], [3, 40, "d"]]
    assert bodies(AGAIN) == [[whole, whole]]


def test_permuted_rows_are_numbered_anew():
    assert bodies(PERMUTED) == [
        [[[0, 40, "d"], [1, 30, "c"], [2, 20, "b"], [3, 10, "a"]]],
        [[[0, 30, "c"], [1, 40, "d"], [2, 10, "a"], [3, 20, "b"]]],
    ]


def test_renumbered_rows_stay_in_order():
    assert [[row[0] for row in batch] for attempt in bodies(RENUMBERED) for batch in attempt] == [
        [1001, 1002, 1003, 1004],
        [4093, 4094, 4095, 4096],
    ]


def test_singles_and_thirds_are_fresh_starts_of_their_own():
    assert bodies(SINGLES) == [[[[0, 10, "a"]]], [[[0, 20, "b"]]], [[[0, 30, "c"]]], [[[0, 40, "d"]]]]
    assert bodies(THIRDS) == [[[[0, 10, "a"], [1, 20, "b"]]], [[[0, 30, "c"], [1, 40, "d"]]]]


def test_others_first_are_rows_of_the_same_values_and_altered_ones():
    whole = bodies(AGAIN)[0][0]
    assert bodies(OTHERS_FIRST) == [
        [[[0, 20, "c"], [1, 30, "d"], [2, 40, "a"], [3, 10, "b"]], whole],
        [[[0, 11, "ax"], [1, 21, "bx"], [2, 31, "cx"], [3, 41, "dx"]], whole],
    ]


def test_values_without_a_like_are_not_altered():
    assert relations.altered([[True, None, [1], 2.5]]) == [[True, None, [1], 3.5]]


@pytest.mark.parametrize("relation", [PERMUTED, SINGLES, relations.ONE_AFTER_THE_OTHER, THIRDS])
def test_a_row_alone_is_not_moved(relation):
    assert relation.attempts(ROWS[:1]) == []


def test_a_value_that_moves_with_its_row_is_the_same():
    (attempt, _) = PERMUTED.attempts(ROWS)
    assert PERMUTED.unlike(Outcome(("1", "2", "3", "4")), attempt, answering(attempt, [4, 3, 2, 1])) is None


def test_a_value_that_stays_at_its_place_is_not():
    (attempt, _) = PERMUTED.attempts(ROWS)
    evidence = answering(attempt, [1, 2, 3, 4])
    assert PERMUTED.unlike(Outcome(("1", "2", "3", "4")), attempt, evidence) == Unlike(3, "4", "1", attempt, 0)


def test_of_several_values_one_that_is_more_than_rounded_is_told():
    (attempt,) = AGAIN.attempts(ROWS)
    evidence = answering(attempt, [0.1, 0.2, 0.3, 0.4], [0.1, 0.20000000000000001, 0.30000000000000004, 0.5])
    found = AGAIN.unlike(Outcome(("0.1", "0.2", "0.3", "0.4")), attempt, evidence)
    assert found == Unlike(3, "0.4", "0.5", attempt, 1)


def test_rounding_alone_is_told_too():
    (attempt,) = AGAIN.attempts(ROWS[:1])
    found = AGAIN.unlike(Outcome(("0.3",)), attempt, answering(attempt, [0.3], [0.30000000003]))
    assert (found.delivery, found.is_rounding) == (1, True)


def test_the_last_digits_of_a_float_do_not_count():
    (attempt,) = AGAIN.attempts(ROWS[:1])
    expected = Outcome(('{"mean": [0.3, "x"]}',))
    same = answering(attempt, [{"mean": [0.3, "x"]}], [{"mean": [0.30000000000000004, "x"]}])
    assert AGAIN.unlike(expected, attempt, same) is None
    other = answering(attempt, [{"mean": [0.3, "x"]}], [{"mean": [0.30000000000000004, "y"]}])
    assert AGAIN.unlike(expected, attempt, other) is not None


def test_a_handler_that_fails_on_numbers_of_no_batch_is_not_blamed():
    attempt = RENUMBERED.attempts(ROWS)[0]
    failed = TrialEvidence(attempt.trial, (Delivered(None, is_timed_out=True),))
    assert RENUMBERED.unlike(Outcome(("1", "2", "3", "4")), attempt, failed) is None
    assert SINGLES.unlike(Outcome(("1", "2", "3", "4")), attempt, failed) == Unlike(0, "1", "Timeout", attempt, 0)


def test_of_other_rows_first_the_batch_alone_is_compared():
    attempt = OTHERS_FIRST.attempts(ROWS)[0]
    evidence = answering(attempt, [9, 9, 9, 9], [1, 2, 3, 4])
    assert OTHERS_FIRST.unlike(Outcome(("1", "2", "3", "4")), attempt, evidence) is None


def test_a_batch_without_arguments_has_numbers_alone():
    assert bodies(AGAIN, ([], [])) == [[[[0], [1]], [[0], [1]]]]
    assert json.loads(plain(([],)).trial.bodies[0]) == {"data": [[0]]}
