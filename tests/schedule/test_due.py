"""Due times, held against ``cronsim`` itself."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import islice, takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fn_emulator.errors import ScheduleError
from fn_emulator.schedule import count_due, due_times, next_due, parse_cron

from .expressions import DUE_EXPRESSIONS, simulate

UTC = timezone.utc
EDGES = [
    datetime(2023, 12, 31, 23, 58, tzinfo=UTC),
    datetime(2024, 2, 28, 23, 59, 59, tzinfo=UTC),
    datetime(2024, 2, 29, tzinfo=UTC),
    datetime(2025, 2, 28, 12, 30, tzinfo=UTC),
    datetime(2096, 3, 1, tzinfo=UTC),  # the next 29 February is eight years away
]
INSTANTS = st.sampled_from(EDGES) | st.datetimes(
    datetime(1970, 1, 1),  # noqa: DTZ001 - hypothesis wants naive ends
    datetime(2199, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def simulated(cron, start):
    """What ``cronsim`` gives, with an instant at which it is due as a start that counts."""
    before = start - timedelta(seconds=1) if start.microsecond == 0 else start
    return simulate(cron.text, before)


@given(DUE_EXPRESSIONS, INSTANTS)
def test_due_times_are_those_of_cronsim(text, start):
    cron = parse_cron(text)
    assert list(islice(due_times(cron, start), 40)) == list(islice(simulated(cron, start), 40))


@given(DUE_EXPRESSIONS, INSTANTS, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_the_end_is_the_first_instant_that_is_not_due(text, start, length):
    cron, end = parse_cron(text), start + length
    assert list(due_times(cron, start, end)) == list(takewhile(lambda due: due < end, simulated(cron, start)))


@given(DUE_EXPRESSIONS, INSTANTS, st.timedeltas(timedelta(days=-1), timedelta(days=40)))
def test_due_times_are_counted_without_being_made(text, start, length):
    cron = parse_cron(text)
    assert count_due(cron, start, start + length) == sum(1 for _ in due_times(cron, start, start + length))


@given(DUE_EXPRESSIONS, INSTANTS)
def test_the_next_due_time_is_later_than_its_instant(text, instant):
    cron = parse_cron(text)
    assert next_due(cron, instant) == next(simulate(cron.text, instant))


def test_a_start_at_which_it_is_due_is_the_first_due_time():
    start = datetime(2026, 1, 1, 6, tzinfo=UTC)
    assert next(due_times(parse_cron("0 6 * * *"), start)) == start


def test_due_times_are_in_utc_whatever_the_zone_of_the_start():
    start = datetime(2026, 1, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    (due,) = due_times(parse_cron("0 0 * * *"), start, start + timedelta(days=1))
    assert due.isoformat() == "2026-01-01T00:00:00+00:00"


def test_a_leap_year_of_five_minutes_is_all_there():
    start, end = datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
    assert sum(1 for _ in due_times(parse_cron("*/5 * * * *"), start, end)) == 105_408


def test_due_times_end_with_the_calendar():
    start = datetime(9999, 12, 31, 23, 58, tzinfo=UTC)
    assert len(list(due_times(parse_cron("* * * * *"), start))) == 2
    assert next_due(parse_cron("0 0 1 1 *"), start) is None


def test_due_times_begin_with_the_calendar():
    start = datetime(1, 1, 1, tzinfo=UTC)
    assert next(due_times(parse_cron("* * * * *"), start)) == start


def test_an_instant_beyond_the_calendar_of_utc_is_refused():
    with pytest.raises(ScheduleError) as caught:
        next_due(parse_cron("* * * * *"), datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2))))
    assert caught.value.message == "The instant 0001-01-01T00:00:00+02:00 is not within the years 1 to 9999 of UTC."


@pytest.mark.parametrize("range_", [(datetime(2026, 1, 1), None), (EDGES[0], datetime(2026, 1, 1))])  # noqa: DTZ001
def test_an_instant_without_a_zone_is_refused_before_the_first_due_time(range_):
    with pytest.raises(ScheduleError) as caught:
        due_times(parse_cron("* * * * *"), *range_)
    name = "start" if range_[1] is None else "end"
    assert caught.value.message == f"The {name} 2026-01-01T00:00:00 has no time zone."
    assert caught.value.hint == "give it one, such as 2026-01-01T00:00:00+00:00"
