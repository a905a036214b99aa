"""When what fresh starts have left is freed."""

from __future__ import annotations

import gc
import weakref
from types import SimpleNamespace

import pytest

from fn_emulator.harness import collecting


class Node:
    """A part of a cycle."""


@pytest.fixture
def left():
    """Make a cycle that nothing refers to."""

    def make():
        node = Node()
        node.itself = node
        return weakref.ref(node)

    return make


@pytest.fixture(autouse=True)
def _never_by_itself():
    threshold = gc.get_threshold()
    gc.set_threshold(0)
    yield
    gc.set_threshold(*threshold)


@pytest.fixture
def clock(monkeypatch):
    """A clock of which each look is a second later."""
    clock = SimpleNamespace(now=0.0)

    def perf_counter():
        clock.now += 1
        return clock.now

    monkeypatch.setattr(collecting, "REAL", SimpleNamespace(perf_counter=perf_counter))
    return clock


def test_what_refers_to_itself_is_freed(left, clock):
    collector, node = collecting.Collecting(), left()
    collector.collect()
    assert node() is None


def test_the_next_time_is_twenty_times_as_far_as_one_takes(left, clock):
    collector = collecting.Collecting()
    collector.collect()  # takes a second
    node = left()
    begun = clock.now
    while node() is not None:
        collector.collect()
    assert 20 <= clock.now - begun <= 22


def test_nobody_is_warned_of_what_was_left_open(tmp_path, clock, recwarn):
    def leave():
        file = (tmp_path / "left").open("w")
        node = Node()
        node.itself, node.file = node, file

    leave()
    collecting.Collecting().collect()
    assert not recwarn.list


def test_a_process_that_collects_nothing_is_left_alone(left, clock):
    collector, node = collecting.Collecting(), left()
    gc.disable()
    try:
        collector.collect()
        assert node() is not None
    finally:
        gc.enable()
