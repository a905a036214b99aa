"""The tables of the in-memory CDF: what is derived from them, and the way back."""

from __future__ import annotations

import pytest

from fn_emulator.cdf.world import World


@pytest.fixture
def world():
    """A world with one thing in it."""
    world = World()
    world.put("things", 1, {"id": 1})
    return world


def keys_of(world):
    """What is derived from the table: its keys, in a list of its own each time that it is made."""
    return world.derived("keys", ["things"], lambda table: [*table.items])


def test_derived_is_made_once(world):
    assert keys_of(world) is keys_of(world)


def test_derived_is_made_again_after_a_change(world):
    keys_of(world)
    world.put("things", 2, {"id": 2})
    assert keys_of(world) == [1, 2]
    world.remove("things", 1)
    assert keys_of(world) == [2]


def test_derived_is_shared_until_one_side_writes(world):
    made = keys_of(world)
    other = world.fork()
    assert keys_of(other) is made
    world.put("things", 2, {"id": 2})
    assert (keys_of(other), keys_of(world)) == ([1], [1, 2])


def test_what_is_kept_is_made_once_until_a_table_that_it_read_changes(world):
    made = []

    def total():
        made.append(len(world.table("things")))
        return made[-1]

    world.kept("total", total)
    world.put("others", 1, {"id": 1})
    assert world.kept("total", total) == 1
    world.put("things", 2, {"id": 2})
    assert world.kept("total", total) == 2
    assert made == [1, 2]


def test_what_is_kept_counts_a_table_that_was_not_there(world):
    assert world.kept("others", lambda: len(world.table("others"))) == 0
    world.put("others", 1, {"id": 1})
    assert world.kept("others", lambda: len(world.table("others"))) == 1


def test_what_is_kept_is_shared_until_one_side_writes(world):
    made = world.kept("keys", lambda: [*world.table("things").items])
    other = world.fork()
    assert other.kept("keys", list) is made
    other.put("things", 2, {"id": 2})
    assert (other.kept("keys", list), world.kept("keys", list)) == ([], made)


def test_the_last_few_are_kept(world):
    first = world.kept(0, lambda: [*world.table("things").items])
    assert [world.kept(number, list) for number in (1, 2, 3)] == [[], [], []]
    assert world.kept(0, list) is first
    world.kept(4, list)
    assert world.kept(0, list) is first
    assert [world.kept(number, lambda: "made again") for number in (2, 1)] == [[], "made again"]


def test_taken_back_is_as_if_nothing_had_been_done(world):
    before = world.fork()
    world.put("things", 2, {"id": 2})
    world.remove("things", 1)
    world.take_back(before)
    assert keys_of(world) == [1]
    assert world.tally.changed == 0
