"""Results of a schedule are counted as they come, and hardly anything of them is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fn_emulator.report.schedule.tally import MOST_LISTED, MOST_SPANS, Written, span_length, written_text

from .schedule_results import START, call, failed, found, tally_of, wrote

MIDNIGHT = START.replace(hour=0, minute=0)
HOUR = timedelta(hours=1)


def test_all_calls_are_counted_by_how_they_ended():
    total = tally_of([call(0), failed(1), failed(2, "Timeout"), call(3)]).total
    assert (total.calls, dict(total.statuses)) == (4, {"Completed": 2, "Failed": 1, "Timeout": 1})


def test_the_whole_reaches_from_the_first_due_time_to_the_last():
    total = tally_of([call(0), call(1), call(2)]).total
    assert (total.start, total.end) == (START, START + 2 * HOUR)


def test_times_are_summed_up():
    total = tally_of([call(0, duration_s=0.25), call(1, duration_s=0.5)]).total
    assert (total.duration_s, total.slowest_s) == (0.75, 0.5)


def test_a_call_that_came_no_further_than_its_import_took_that_long():
    tally = tally_of([failed(0, duration_s=0.0, elapsed_s=0.5), call(1, duration_s=0.25)])
    assert (tally.total.duration_s, tally.total.slowest_s) == (0.75, 0.5)
    assert [result.status for result in tally.slowest] == ["Failed", "Completed"]


def test_a_year_is_told_by_weeks():
    spans = tally_of([call(number, step=timedelta(days=1)) for number in range(365)]).spans
    assert {span.end - span.start for span in spans} == {timedelta(days=7)}
    assert (len(spans), spans[0].start, [spans[0].calls, spans[-1].calls]) == (53, MIDNIGHT, [7, 1])


def test_spans_in_which_nothing_is_due_are_left_out():
    spans = tally_of([call(number) for number in (0, 1, 50)]).spans
    assert [(span.start - MIDNIGHT, span.calls) for span in spans] == [(10 * HOUR, 1), (11 * HOUR, 1), (60 * HOUR, 1)]


def test_each_span_has_what_its_own_calls_did():
    one, other = tally_of([call(0, effects=(wrote(created=2),)), failed(1, effects=(wrote(created=3),))]).spans
    assert [one.written["timeseries/data"].created, other.written["timeseries/data"].created] == [2, 3]
    assert [dict(one.statuses), dict(other.statuses)] == [{"Completed": 1}, {"Failed": 1}]


@pytest.mark.parametrize(
    ("whole", "length"),
    [
        (timedelta(0), HOUR),
        (timedelta(hours=53), HOUR),
        (timedelta(hours=54), timedelta(hours=3)),
        (timedelta(days=53), timedelta(days=1)),
        (timedelta(days=366), timedelta(days=7)),
        (timedelta(days=10 * 365), timedelta(days=91)),
        (timedelta(days=100 * 365), timedelta(days=3640)),
    ],
    ids=["one call", "two days", "more", "53 days", "a leap year", "ten years", "a century"],
)
def test_a_span_is_as_long_as_keeps_them_few(whole, length):
    assert span_length(whole) == length
    assert whole / length < MOST_SPANS


def test_the_five_slowest_are_kept_the_slowest_first():
    took = (0.1, 0.7, 0.3, 0.9, 0.2, 0.8, 0.4)
    tally = tally_of([call(number, duration_s=seconds) for number, seconds in enumerate(took)])
    assert [result.duration_s for result in tally.slowest] == [0.9, 0.8, 0.7, 0.4, 0.3]


def test_the_earlier_of_two_equally_slow_ones_comes_first():
    slowest = tally_of([call(number, duration_s=0.5) for number in range(7)]).slowest
    assert [result.call.id for result in slowest] == [1, 2, 3, 4, 5]


def test_the_first_ten_that_failed_are_kept():
    tally = tally_of([failed(number) for number in range(12)])
    assert [result.call.id for result in tally.failed] == [*range(1, 11)]


def test_as_many_as_can_be_listed_are_listed():
    tally = tally_of([call(number) for number in range(MOST_LISTED)])
    assert (tally.is_listed, len(tally.listed)) == (True, MOST_LISTED)


def test_none_is_listed_of_more():
    tally = tally_of([call(number) for number in range(MOST_LISTED + 1)])
    assert (tally.is_listed, tally.listed, tally.total.calls) == (False, [], MOST_LISTED + 1)


def test_what_was_found_in_several_calls_is_told_once_with_their_number():
    (finding,) = tally_of([call(number, findings=(found(evidence={"a": 1}),)) for number in range(3)]).findings
    assert dict(finding.evidence) == {"a": 1, "calls": 3}


def test_what_was_found_in_one_call_is_as_it_was():
    assert tally_of([call(0, findings=(found(),)), call(1)]).findings == (found(),)


def test_what_was_found_at_another_place_is_another_thing():
    findings = tally_of([call(0, findings=(found(), found(line=4))), call(1, findings=(found(),))]).findings
    assert [(finding.line, finding.evidence.get("calls")) for finding in findings] == [(3, 2), (4, None)]


def test_numbers_alone_make_no_other_finding():
    names = [f"left the thread 'Thread-{number} (wait)' after 1,{number}00.5 s" for number in range(3)]
    (finding,) = tally_of([call(number, findings=(found(name),)) for number, name in enumerate(names)]).findings
    assert (finding.message, finding.evidence["calls"]) == (names[0], 3)


def test_notes_are_told_once():
    tally = tally_of([call(0, notes=("a", "b")), call(1, notes=("b", "c"))])
    assert list(tally.notes) == ["a", "b", "c"]


def test_what_was_accepted_is_that_of_the_last_call():
    assert tally_of([call(0, ignored=1), call(1, ignored=2)]).ignored == 2


def test_what_was_read_is_not_written():
    effects = (wrote(created=1), wrote("assets", "read", created=5), wrote("jobs", "action"))
    assert tally_of([call(effects=effects)]).total.written == {"timeseries/data": Written(created=1)}


def test_what_is_known_of_writes_is_added_up():
    effects = (wrote(created=1, unchanged=2), wrote(updated=3, deleted=4), wrote())
    written = tally_of([call(0, effects=effects), call(1, effects=effects[:1])]).total.written["timeseries/data"]
    assert (written, written.changed) == (Written(created=2, updated=3, unchanged=4, deleted=4), 9)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ({}, ""),
        ({"events": Written(created=1)}, "events 1 new"),
        ({"events": Written(3, 1)}, "events 3 new and 1 updated"),
        ({"events": Written(1000, 2, 3, 4)}, "events 1,000 new, 2 updated and 4 deleted"),
        ({"events": Written(unchanged=5)}, "events 5 unchanged"),
        ({"events": Written()}, "events nothing new"),
        ({"a": Written(1), "b": Written(deleted=2)}, "a 1 new, b 2 deleted"),
    ],
    ids=["nothing", "new", "two", "all", "unchanged", "unknown", "resources"],
)
def test_writes_in_words(written, text):
    assert written_text(written) == text
