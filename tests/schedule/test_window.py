"""The range of due times that a command was asked for."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from fn_emulator.errors import ScheduleError
from fn_emulator.schedule import Window, due_in, parse_cron, read_window

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
HOURLY = parse_cron("0 * * * *")


def refused(cron=HOURLY, **given):
    """The message and hint for a range that is refused."""
    with pytest.raises(ScheduleError) as caught:
        read_window(cron, **{"start": START, "default": 10, **given})
    return caught.value.message, caught.value.hint


def test_a_range_with_an_end_has_no_count():
    end = START + timedelta(hours=3)
    window = read_window(HOURLY, start=START, end=end, default=10)
    assert window == Window(START, end, None)
    assert [due.hour for due in due_in(HOURLY, window)] == [0, 1, 2]


def test_a_range_with_a_count_has_no_end():
    window = read_window(HOURLY, start=START, count=2, default=10)
    assert window == Window(START, None, 2)
    assert [due.hour for due in due_in(HOURLY, window)] == [0, 1]


@pytest.mark.parametrize(
    ("default", "window"),
    [(10, Window(START, None, 10)), (timedelta(days=1), Window(START, START + timedelta(days=1), None))],
)
def test_the_default_stands_in_for_both(default, window):
    assert read_window(HOURLY, start=START, default=default) == window


def test_instants_are_brought_to_utc():
    east = timezone(timedelta(hours=2))
    window = read_window(HOURLY, start=START.astimezone(east), end=START.astimezone(east) + timedelta(1), default=1)
    assert (window.start.tzinfo, window.end.tzinfo) == (timezone.utc, timezone.utc)


def test_an_end_and_a_count_exclude_each_other():
    assert refused(end=START + timedelta(days=1), count=1) == (
        "Both --to and --count say where the schedule ends.",
        "leave one of them out",
    )


@pytest.mark.parametrize("count", [0, -1])
def test_a_count_below_one_is_refused(count):
    assert refused(count=count) == (
        f"--count is {count}, and a schedule is simulated at least once.",
        "write 1 or more",
    )


def test_an_end_that_is_not_after_the_start_is_refused():
    assert refused(end=START) == (
        "--to (2026-01-01T00:00:00Z) is not after --from (2026-01-01T00:00:00Z).",
        "the range ends before --to, so write a later instant there",
    )


def test_a_range_in_which_nothing_is_due_says_when_it_is():
    assert refused(parse_cron("0 12 29 2 *"), end=START + timedelta(days=365)) == (
        "'0 12 29 2 *' is not due from 2026-01-01T00:00:00Z on and before 2027-01-01T00:00:00Z.",
        "it is next due at 2028-02-29T12:00:00Z; choose a later --to",
    )


def test_a_default_length_ends_with_the_calendar():
    start = datetime(9999, 12, 31, 23, 30, tzinfo=timezone.utc)
    cron = parse_cron("45 * * * *")
    assert len(list(due_in(cron, read_window(cron, start=start, default=timedelta(days=1))))) == 1


def test_a_range_at_the_end_of_the_calendar_is_refused():
    start = datetime(9999, 12, 31, 1, tzinfo=timezone.utc)
    assert refused(parse_cron("0 0 * * *"), start=start) == (
        "'0 0 * * *' is not due from 9999-12-31T01:00:00Z on.",
        "choose an earlier --from",
    )
