"""One cause for what does not hold, told apart from others that move the same values."""

from __future__ import annotations

import pytest

from fn_emulator.replay.causes import soaked, still_shows, suspicions
from fn_emulator.replay.look import Look

from .handlers import (
    cached,
    counter,
    double,
    first_wins,
    lab_of,
    late_counter,
    less_the_mean,
    running_total,
    striped,
)

ROWS = ([1], [2], [30], [4])


def causes(handle, rows=ROWS):
    lab = lab_of(handle)
    return [suspicion.cause for suspicion in suspicions(lab, rows, Look(lab, rows))]


def counter_and_mean(rows, state):
    means = dict(less_the_mean(rows, state))
    return [[number, [count, means[number]]] for number, count in counter(rows, state)]


def counter_and_total(rows, state):
    totals = dict(running_total(rows, state))
    return [[number, [count, totals[number]]] for number, count in counter(rows, state)]


def numbered_total(rows, state):
    return [[number, [number, total]] for number, total in running_total(rows, state)]


def numbered_mean(rows, state):
    return [[number, [number, rest]] for number, rest in less_the_mean(rows, state)]


def total_since_start(rows, state):
    answers = []
    for number, value in rows:
        state["total"] = state.get("total", 0) + value
        answers.append([number, state["total"]])
    return answers


def previous_of_all(rows, state):
    answers = []
    for number, value in rows:
        answers.append([number, state.get("previous")])
        state["previous"] = value
    return answers


def refuses_ten(rows, state):
    if len(rows) == 1:
        raise ValueError("one row")
    return double(rows, state)


def share(rows, state):
    total = 0.0
    for _, value in rows:
        total += value
    return [[number, value / total] for number, value in rows]


@pytest.mark.parametrize(
    ("handle", "found"),
    [
        (double, []),
        (cached, []),
        (counter, ["stateful"]),
        (first_wins, ["stateful"]),
        (running_total, ["depends-on-row-order"]),
        (less_the_mean, ["depends-on-batch"]),
        (striped, ["depends-on-row-number"]),
        (refuses_ten, ["depends-on-batch"]),
        (counter_and_mean, ["stateful", "depends-on-batch"]),
        (counter_and_total, ["stateful", "depends-on-row-order"]),
        (numbered_total, ["depends-on-row-number", "depends-on-row-order"]),
        (numbered_mean, ["depends-on-row-number", "depends-on-batch"]),
        (total_since_start, ["stateful"]),
        (previous_of_all, ["stateful"]),
    ],
)
def test_one_cause_is_one_suspicion(handle, found):
    assert causes(handle) == found


def test_a_sum_of_floats_that_is_rounded_by_order_depends_on_the_batch():
    rows = ([0.1], [0.2], [0.3], [0.4], [0.7])
    assert causes(share, rows) == ["depends-on-batch"]


def test_a_row_alone_shows_state_and_nothing_of_other_rows():
    assert causes(counter, ROWS[:1]) == ["stateful"]
    assert causes(less_the_mean, ROWS[:1]) == []


@pytest.mark.parametrize(("rows", "shows"), [(ROWS[:2], True), (ROWS[:1], False)])
def test_fewer_rows_are_asked_for_the_same_relation(rows, shows):
    lab = lab_of(less_the_mean)
    (suspicion,) = suspicions(lab, ROWS, Look(lab, ROWS))
    assert still_shows(lab, rows, suspicion) is shows


def test_rows_on_which_the_handler_fails_show_nothing():
    lab = lab_of(refuses_ten)
    (suspicion,) = suspicions(lab, ROWS, Look(lab, ROWS))
    assert not still_shows(lab, ROWS[:1], suspicion)


def test_state_that_counts_to_nine_shows_in_the_ninth_delivery_and_no_later_one_is_kept():
    lab = lab_of(late_counter)
    found = soaked(lab, ROWS, Look(lab, ROWS).outcome)
    assert (found.place, found.expected, found.found, found.delivery) == (0, "1", "null", 8)
    assert len(found.attempt.sent) == 9


def test_a_cache_changes_nothing_after_many_deliveries():
    lab = lab_of(cached)
    assert soaked(lab, ROWS, Look(lab, ROWS).outcome) is None
