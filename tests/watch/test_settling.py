"""When a burst of events is over, on a clock that the test moves."""

from __future__ import annotations

import pytest

from fn_emulator.watch.settling import BURST_S, HALF_WRITTEN_S, QUIET_S, Settling, Touched

SOMETHING = Touched("other", "a.py")
BEGUN, ENDED = Touched("begun", "a.py"), Touched("ended", "a.py")


def settled_at(*events):
    """The second at which a burst of ``(second, event)`` is over, if nothing else comes."""
    settling = Settling(events[0][0])
    for now, event in events:
        settling.add(event, now)
    return events[-1][0] + settling.remaining_s(events[-1][0])


def test_one_event_is_over_after_a_short_quiet():
    assert settled_at((5.0, SOMETHING)) == pytest.approx(5 + QUIET_S)


def test_the_quiet_begins_with_the_last_event():
    assert settled_at((0.0, SOMETHING), (0.004, SOMETHING)) == pytest.approx(0.004 + QUIET_S)


def test_a_burst_that_goes_on_has_an_end():
    assert settled_at((0.0, SOMETHING), (BURST_S - 0.001, SOMETHING)) == pytest.approx(BURST_S)
    assert settled_at((0.0, SOMETHING), (BURST_S + 1, SOMETHING)) == BURST_S + 1


def test_a_file_that_is_being_written_is_waited_for():
    assert settled_at((0.0, BEGUN), (0.05, BEGUN)) == pytest.approx(HALF_WRITTEN_S)
    assert settled_at((0.0, BEGUN), (0.05, ENDED)) == pytest.approx(0.05 + QUIET_S)


def test_a_file_that_is_written_beside_another_is_waited_for():
    assert settled_at((0.0, Touched("begun", "b.py")), (0.01, ENDED)) == pytest.approx(HALF_WRITTEN_S)


def test_what_follows_the_end_of_a_file_is_its_mode_or_time():
    assert settled_at((0.0, BEGUN), (0.01, ENDED), (0.011, BEGUN)) == pytest.approx(0.011 + QUIET_S)
