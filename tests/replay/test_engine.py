"""A replay as a whole, of handlers that are Python functions."""

from __future__ import annotations

import random

import pytest

from fn_emulator.replay import engine
from fn_emulator.replay.engine import Asked, replay
from fn_emulator.replay.model import Exchange

from .handlers import (
    FUNCTION,
    Runner,
    cached,
    counter,
    double,
    keeping,
    late_counter,
    less_the_mean,
)

ROWS = [[1], [2], [30], [4]]


def seen_of(make, rows=ROWS, **asked):
    seen, _ = replay(Runner(make), FUNCTION, Asked(rows, **asked))
    return seen


def found(seen):
    return [(violation.cause, violation.relation, violation.rows) for violation in seen.violations]


def test_a_handler_without_faults_shows_none():
    seen = seen_of(keeping(double))
    assert (seen.violations, seen.problem, seen.status, seen.statements) == ([], "", "Completed", [])


def test_a_counter_is_shown_by_one_simple_row_delivered_twice():
    (violation,) = seen_of(keeping(counter)).violations
    assert (violation.cause, violation.relation, violation.rows) == ("stateful", "again", ([0],))
    assert (violation.place, violation.expected, violation.found, violation.is_confirmed) == (0, "1", "2", True)
    assert violation.plain == Exchange('{"data":[[0,0]]}', '{"data": [[0, 1]]}')
    assert violation.other == (violation.plain, Exchange('{"data":[[0,0]]}', '{"data": [[0, 2]]}'))
    assert [culprit.name for culprit in violation.culprits] == ["handler.count"]


def test_a_mean_is_shown_by_two_rows():
    (violation,) = seen_of(keeping(less_the_mean)).violations
    assert (violation.cause, len(violation.rows), violation.culprits) == ("depends-on-batch", 2, ())


def test_state_that_shows_late_is_shown_by_one_row_and_as_many_deliveries_as_it_takes():
    (violation,) = seen_of(keeping(late_counter)).violations
    assert (violation.cause, violation.relation, violation.rows) == ("stateful", "again and again", ([0],))
    assert (violation.expected, violation.found, len(violation.other)) == ("0", "null", 9)


def test_a_cache_is_latent_state_with_its_name():
    (violation,) = seen_of(keeping(cached)).violations
    assert (violation.cause, violation.culprits[0].name) == ("latent-state", "handler._1")


def test_a_handler_that_changes_its_input_is_told_beside():
    def strips(rows, state):
        for row in rows:
            row[1] *= 2
        return rows

    assert found(seen_of(keeping(strips))) == [("mutates-input", "plain", tuple(ROWS))]


def test_chance_rules_out_other_claims_and_is_shown_by_one_row():
    def make(state, random_seed, frozen_at):
        draws = random.Random(random_seed)
        return lambda rows: [[number, draws.random()] for number, _ in rows]

    (violation,) = seen_of(make).violations
    assert (violation.cause, violation.relation, violation.rows) == (
        "nondeterministic",
        "another clock, other chance",
        ([0],),
    )
    assert violation.expected in violation.plain.answer
    assert violation.found in violation.other[0].answer


def test_the_clock_does_too():
    def make(state, random_seed, frozen_at):
        return lambda rows: [[number, frozen_at.isoformat()] for number, _ in rows]

    assert found(seen_of(make)) == [("nondeterministic", "another clock, other chance", ([0],))]


def test_a_value_that_nothing_controls_is_nondeterministic():
    drawn = random.Random(1)

    def make(state, random_seed, frozen_at):
        return lambda rows: [[number, drawn.random()] for number, _ in rows]

    (violation,) = seen_of(make).violations
    assert (violation.cause, violation.relation) == ("nondeterministic", "equal deliveries")
    assert (violation.expected in violation.plain.answer, violation.expected == violation.found) == (True, False)


def test_an_address_is_nondeterministic_though_new_processes_agree():
    """Processes that are forked from one have their objects at the same places."""

    class Forked(Runner):
        def __call__(self, trials, **conditions):
            count = 0 if conditions["is_cold"] else len(self.trials)
            for evidence in super().__call__(trials, **conditions):
                delivered = tuple(located(each, count + at) for at, each in enumerate(evidence.delivered))
                count += 1
                yield evidence._replace(delivered=delivered)

    def located(delivered, number):
        rows = [[row, f"<object at 0x7f00{number:08x}>"] for row, _ in delivered.answer["data"]]
        return delivered._replace(answer={"data": rows})

    seen, _ = replay(Forked(keeping(double)), FUNCTION, Asked(ROWS))
    assert [violation.cause for violation in seen.violations] == ["nondeterministic"]


def test_an_address_that_one_relation_alone_moves_is_nondeterministic_too():
    def make(state, random_seed, frozen_at):
        return lambda rows: [[number, f"<Row at 0x7f00c0ff{rows[0][1]:04x}>"] for number, _ in rows]

    (violation,) = seen_of(make).violations
    assert (violation.cause, violation.rows) == ("nondeterministic", tuple(ROWS))
    assert violation.expected != violation.found


def test_state_beneath_the_modules_is_stateful_where_new_processes_agree():
    class Beneath(Runner):
        def __call__(self, trials, **conditions):
            self.is_cold = conditions["is_cold"]
            return super().__call__(trials, **conditions)

    beneath = []

    def make(state, random_seed, frozen_at):
        if runner.is_cold:
            beneath.clear()
        return lambda rows: beneath.append(1) or [[number, len(beneath)] for number, _ in rows]

    runner = Beneath(make)
    seen, _ = replay(runner, FUNCTION, Asked(ROWS))
    (violation,) = seen.violations
    assert (violation.cause, violation.rows, violation.expected, violation.found) == ("stateful", ([0],), "1", "2")


def test_what_does_not_show_in_processes_of_their_own_is_not_claimed():
    class Apart(Runner):
        def __call__(self, trials, **conditions):
            for evidence in super().__call__(trials, **conditions):
                first = evidence.delivered[:1] * len(evidence.delivered)
                yield evidence._replace(delivered=first) if conditions["is_cold"] else evidence

    seen, _ = replay(Apart(keeping(counter)), FUNCTION, Asked(ROWS))
    assert seen.violations == []
    assert seen.statements == [
        "again: values differed where the modules were executed again in one process, and not in processes of their"
        " own, so nothing is claimed."
    ]


def test_what_shows_under_some_random_values_alone_is_not_claimed():
    def make(state, random_seed, frozen_at):
        def handle(rows):
            state["count"] = state.get("count", 0) + 1
            is_first = state["count"] == 1 or random_seed != 5
            return [[number, value if is_first else None] for number, value in rows]

        return handle

    seen = seen_of(make, random_seed=5)
    assert seen.violations == []
    assert seen.statements == ["again: values differ, but not with every clock and random seed, so nothing is claimed."]


def test_without_processes_of_their_own_it_is_seen_in_one():
    (violation,) = seen_of(keeping(counter), is_confirmed_apart=False).violations
    assert (violation.cause, violation.is_confirmed) == ("stateful", False)


def test_a_handler_that_raises_is_a_problem_with_its_line():
    def raises(rows, state):
        raise ValueError("no")

    seen = seen_of(keeping(raises))
    assert (seen.problem, seen.status, seen.calls) == ("ValueError: no (handler.py:7)", "Failed", 5)


def test_values_of_an_answer_that_breaks_the_contract_are_not_compared():
    seen = seen_of(keeping(lambda rows, state: []))
    assert (seen.is_compared, seen.problem, seen.status) == (False, "", "Completed")
    assert seen.statements == ["The answer breaks Snowflake's contract, so its values were not compared."]


def test_of_many_rows_the_first_are_tried():
    seen = seen_of(keeping(double), rows=[[number] for number in range(1200)])
    assert seen.statements == ["The first 200 of 1,200 rows were tried in every way, and 1,200 in one batch."]


def test_when_time_is_up_what_was_found_is_told_as_it_is(monkeypatch):
    monkeypatch.setattr(engine, "MOST_SEARCHED_S", 0.0)
    seen = seen_of(keeping(counter))
    assert found(seen) == [("stateful", "again", tuple(ROWS))]
    assert seen.statements == ["Smaller cases were not looked for after 0 s of trials."]


@pytest.mark.parametrize("make", [keeping(counter), keeping(less_the_mean), keeping(late_counter)])
def test_a_replay_is_repeated_exactly(make):
    assert seen_of(make, random_seed=3) == seen_of(make, random_seed=3)
