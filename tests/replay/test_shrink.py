"""The smallest batch that still shows something."""

from __future__ import annotations

import pytest

from fn_emulator.replay.shrink import MOST_TRIES, shrink

ROWS = tuple([number, f"n{number}"] for number in range(40))


def test_two_rows_are_left_of_many_where_both_are_needed():
    assert shrink(ROWS, lambda rows: ROWS[7] in rows and ROWS[31] in rows) == (ROWS[7], ROWS[31])


def test_values_become_the_simplest_of_their_type():
    rows = ([5, 2.5, "text", True, None, [1], {"a": 1}, -3],)
    assert shrink(rows, lambda rows: True) == ([0, 0, "", True, None, [], {}, 0],)


def test_a_value_that_is_needed_stays():
    assert shrink(([5, "text"], [6, "more"]), lambda rows: any(row[0] == 6 for row in rows)) == ([6, ""],)


def test_what_shows_as_a_whole_alone_stays_whole():
    assert shrink(ROWS, lambda rows: rows == ROWS) == ROWS


def test_it_is_asked_so_often_at_most():
    asked = []
    shrink(tuple([number, "a", "b", "c"] for number in range(200)), lambda rows: bool(asked.append(rows)))
    assert len(asked) <= MOST_TRIES


def test_no_batch_without_rows_is_tried():
    asked = []
    shrink(([1],), lambda rows: bool(asked.append(rows)) or True)
    assert () not in asked


@pytest.mark.parametrize("tries", [0, 1])
def test_what_was_found_is_given_when_time_is_up(tries):
    left = iter([True] * tries)
    shrunk = shrink(ROWS, lambda rows: True, lambda: next(left, False))
    assert len(shrunk) == (len(ROWS) if tries == 0 else len(ROWS) // 2)
