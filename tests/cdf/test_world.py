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


def test_taken_back_is_as_if_nothing_had_been_done(world):
    before = world.fork()
    world.put("things", 2, {"id": 2})
    world.remove("things", 1)
    world.take_back(before)
    assert keys_of(world) == [1]
    assert world.tally.changed == 0
