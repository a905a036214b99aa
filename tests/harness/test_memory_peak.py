"""The accounts behind the memory profile, asked by hand: a trace function cannot be seen by coverage."""

from __future__ import annotations

import gc
import tracemalloc
from itertools import pairwise

import pytest

from fn_emulator.harness import memory_peak
from fn_emulator.harness.memory_peak import MemoryPeak

HERE = __file__
MB = 1 << 20


@pytest.fixture
def told():
    return []


@pytest.fixture
def peak(told):
    peak = MemoryPeak(HERE.__eq__, told.append)
    peak.start()
    yield peak
    peak.stop()


def test_what_was_freed_again_belongs_to_the_line_that_ran(peak, told):
    kept = bytes(10 * MB)
    del kept
    peak.look((HERE, 1))
    first, *others = ((line["line"], round(line["mb"])) for line in told[0]["held"])
    assert (first, {mb for _, mb in others}) in (((1, 10), set()), ((1, 10), {0}))  # a measurement holds a little too


def test_a_little_more_than_the_peak_blames_no_other_line(peak):
    kept = bytes(10 * MB)
    peak.look((HERE, 1))
    more = bytes(MB // 16)
    peak.look((HERE, 2))
    assert (peak.result()["place"], len(kept) > len(more)) == ((HERE, 1), True)


def test_each_growth_by_a_tenth_is_told(peak, told):
    kept = []
    for number in range(30):
        kept.append(bytes(MB))
        peak.look((HERE, number))
    peaks = [summary["peak_mb"] for summary in told]
    assert all(later > earlier * 1.09 for earlier, later in pairwise(peaks))
    assert len(peaks) > 10


def test_where_adding_up_takes_long_it_is_done_less_often(peak, told):
    kept = []
    peak._adding_up_s = 3600.0
    for number in range(30):
        kept.append(bytes(MB))
        peak.look((HERE, number))
    assert len(told) < 10


def test_memory_that_another_thread_takes_to_add_up_is_no_peak(peak):
    peak._busy = True
    kept = bytes(10 * MB)
    peak.look((HERE, 1))
    assert (peak.result()["place"], len(kept)) == (None, 10 * MB)


def test_without_a_line_the_table_is_that_of_what_is_held(peak, told):
    kept = bytes(10 * MB)
    peak.look(None)
    large = [round(line["mb"]) for line in told[0]["held"] if line["mb"] > 1]
    assert (large, len(kept)) == ([10], 10 * MB)


def test_no_memory_for_the_table_is_no_error_of_the_users(peak, told, monkeypatch):
    def fails():
        raise MemoryError

    monkeypatch.setattr(memory_peak, "_sizes_by_trace", fails)
    kept = bytes(20 * MB)
    peak.look((HERE, 1))
    assert (peak.result()["place"], peak.result()["held"], told, len(kept)) == ((HERE, 1), [], [], 20 * MB)


def test_there_is_no_table_when_the_users_code_has_ended_tracemalloc(peak):
    tracemalloc.stop()
    assert memory_peak._sizes_by_trace() == []


def test_a_garbage_collector_that_was_off_stays_off(peak):
    gc.disable()
    try:
        kept = bytes(10 * MB)
        peak.look((HERE, 1))
        assert (gc.isenabled(), len(kept)) == (False, 10 * MB)
    finally:
        gc.enable()
    more = bytes(10 * MB)
    peak.look((HERE, 2))
    assert (gc.isenabled(), len(more)) == (True, 10 * MB)
