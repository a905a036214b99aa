"""The page of a simulated schedule: what is drawn, what is told, and that nothing in it can run."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from fn_emulator.model import Call, Failure, Finding, Result, Where
from fn_emulator.observations import Effect
from fn_emulator.report.schedule.model import ScheduleReport, Stressed
from fn_emulator.report.schedule.picture import to_html
from fn_emulator.report.schedule.picture_axis import MONTHS, TimeAxis, round_values
from fn_emulator.report.schedule.tally import Tally

START = datetime(2026, 1, 5, tzinfo=timezone.utc)
WHERE = Where("worker", "py311", "gcp", "fake")
EVIL = "<script>alert(1)</script>"
FAILURE = Failure("KeyError", f"'flow' {EVIL}", 'Traceback\n  File "fn/handler.py", line 3, in handle\n')
VOID = {"meta", "br", "rect", "path", "line", "circle", "use"}


def call(due, status="Completed", answer=None, *, duration_s=0.002, failure=None, wrote=(), findings=(), notes=()):
    made = Call(1, "fn", 2, {}, "{}", 3, due, due)
    more = {"effects": wrote, "findings": findings, "notes": notes}
    return Result(made, WHERE, status, answer, failure, (), START, duration_s, **more)


def failed(due, status="Failed", failure=FAILURE, **more):
    return call(due, status, failure=failure, **more)


def wrote(**counts):
    return (Effect("cdf", "write", "timeseries/data", access="write", **counts),)


def every(step, count, make=call):
    return [make(START + number * step) for number in range(count)]


def report_of(results, *, stressed=(), findings=()):
    tally = Tally(results[0].call.scheduled_time, results[-1].call.scheduled_time, len(results))
    for result in results:
        tally.add(result)
    found = (*findings, *tally.findings)
    return ScheduleReport("functions/fn_kpi", "*/5 * * * *", "every 5 minutes", tally, found, stressed, 1.25)


def page_of(results, mask_json=lambda value: value, **more):
    return to_html(report_of(results, **more), mask_json)


def timeline(page):
    """The SVG, parsed as XML, which takes no errors."""
    return ElementTree.fromstring(re.search(r'<svg class="timeline".*?</svg>', page, re.DOTALL)[0])


def texts(svg, kind):
    return [text.text for text in svg.iter("text") if text.get("class") == kind]


def of_kind(svg, tag, kind):
    return [element for element in svg.iter(tag) if kind in element.get("class", "").split()]


class Balance(HTMLParser):
    """Keeps the elements that are open, and the text outside of styles."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.words = [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.words.append(data)


def read(page):
    reader = Balance()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


HOUR, DAY, MINUTES = timedelta(hours=1), timedelta(days=1), timedelta(minutes=5)
FINDINGS = (
    Finding("depends-on-time", "note", "the answer differs"),
    Finding("twice", "warning", "wrote an event twice", "fn/handler.py", 9, hint="give it an id", source="docs"),
)
STRESSED = (
    Stressed("late", "Each call was late.", "our assumption", 24, "The same was written."),
    Stressed("twice", "Each call was made twice.", "documented", 48, "More.", ("  a", "- 1 <b>", "+ 2"), "twice"),
)


def full_report():
    half = [call(START + number * HOUR, answer={"n": number}, wrote=wrote(created=12)) for number in range(6)]
    rest = [failed(START + 6 * HOUR), call(START + 7 * HOUR, answer=EVIL, notes=("a note",))]
    return report_of([*half, *rest], findings=FINDINGS, stressed=STRESSED)


def test_the_page_is_balanced_html_without_scripts_or_resources():
    elements = read(to_html(full_report(), lambda value: value)).seen
    assert {tag for tag, _ in elements}.isdisjoint({"script", "link", "img", "iframe", "object"})
    links = [attrs[name] for _, attrs in elements for name in ("src", "href") if name in attrs]
    assert all(link.startswith("#sign-") for link in links)


def test_the_same_report_gives_the_same_bytes():
    assert to_html(full_report(), lambda value: value) == to_html(full_report(), lambda value: value)


def test_the_head_tells_function_cron_range_and_statuses():
    words = " ".join(" ".join(read(to_html(full_report(), lambda value: value)).words).split())
    assert "functions/fn_kpi every 5 minutes */5 * * * * 1 Failed 7 Completed Calls 8" in words
    assert "2026-01-05 00:00 to 2026-01-05 07:00" in words
    assert "Simulated in 1.25 s" in words


def test_each_call_is_a_bar_with_its_words():
    svg = timeline(page_of([call(START, answer={"n": 1}, wrote=wrote(created=3)), failed(START + HOUR)]))
    assert [title.text for title in svg.iter("title")] == [
        '2026-01-05 00:00 UTC\nCompleted in 2.000 ms\n{"n": 1}\nwrote timeseries/data 3 new',
        f"2026-01-05 01:00 UTC\nFailed in 2.000 ms\nKeyError: 'flow' {EVIL}\nwrote nothing",
    ]
    assert len(of_kind(svg, "rect", "Completed")) == len(of_kind(svg, "rect", "Failed")) == 1


def test_a_thousand_calls_are_a_thousand_bars():
    svg = timeline(page_of(every(MINUTES, 1_000)))
    assert len(of_kind(svg, "g", "column")) == len(of_kind(svg, "rect", "Completed")) == 1_000


def test_the_timeline_is_an_image_with_a_label():
    svg = timeline(page_of([*every(HOUR, 2), failed(START + DAY)]))
    assert svg.get("role") == "img"
    label = "Timeline of 3 calls from 2026-01-05 00:00 to 2026-01-06 00:00 UTC: 1 Failed, 2 Completed"
    assert svg.get("aria-label") == label


def test_bars_are_as_high_as_calls_took_long():
    results = [call(START + number * HOUR, duration_s=0.1 * number) for number in (1, 2, 4)]
    low, middle, high = (float(bar.get("height")) for bar in of_kind(timeline(page_of(results)), "rect", "Completed"))
    assert (middle, high) == pytest.approx((2 * low, 4 * low), rel=0.001)


def test_a_failed_call_has_a_mark_and_not_only_a_colour():
    (mark,) = of_kind(timeline(page_of([*every(HOUR, 3), failed(START + 3 * HOUR, "Timeout")])), "g", "mark")
    assert mark.find("use").get("href") == "#sign-Timeout"


def test_a_failed_call_is_drawn_over_its_neighbours():
    results = every(MINUTES, 900)
    results[450] = failed(results[450].call.scheduled_time)
    assert "failed" in of_kind(timeline(page_of(results)), "g", "column")[-1].get("class")


def test_marks_that_would_touch_are_one_with_their_number():
    results = every(MINUTES, 280)
    results[100:104] = [failed(result.call.scheduled_time) for result in results[100:104]]
    (mark,) = of_kind(timeline(page_of(results)), "g", "mark")
    assert (mark.find("use").get("href"), mark.find("text").text) == ("#sign-Failed", "4")


def test_marks_of_several_statuses_as_one_name_none_of_them():
    results = every(MINUTES, 280)
    results[100:102] = [failed(START + 100 * MINUTES), failed(START + 101 * MINUTES, "Died")]
    page = page_of(results)
    (mark,) = of_kind(timeline(page), "g", "mark")
    assert mark.find("use").get("href") == "#sign-mixed"
    assert "failed in several ways" in page


def test_what_was_written_is_drawn_up_and_what_was_deleted_down():
    counts = {"created": 4, "updated": 2, "unchanged": 2, "deleted": 4}
    svg = timeline(page_of([call(START, wrote=wrote(**counts))]))
    bars = {kind: of_kind(svg, "rect", kind)[0] for kind in ("new", "updated", "unchanged", "deleted")}
    tops = [float(bar.get("y")) for bar in bars.values()]
    assert tops[0] > tops[1] > tops[2]
    assert tops[3] == pytest.approx(tops[0] + float(bars["new"].get("height")))
    assert texts(svg, "name") == ["duration, ms", "items written"]


def test_a_call_that_wrote_nothing_among_others_that_did_is_marked():
    results = [call(START + number * HOUR, wrote=wrote(created=3) if number != 5 else ()) for number in range(12)]
    page = page_of(results)
    (mark,) = of_kind(timeline(page), "g", "mark")
    assert mark.find("use").get("href") == "#sign-hole"
    assert "nothing written" in page


def test_where_most_calls_write_nothing_none_is_marked():
    results = [call(START + number * HOUR, wrote=wrote(created=3) if number == 5 else ()) for number in range(12)]
    assert of_kind(timeline(page_of(results)), "g", "mark") == []


def test_without_writes_there_is_one_lane():
    page = page_of(every(HOUR, 3))
    assert texts(timeline(page), "name") == ["duration, ms"]
    assert "The calls wrote nothing that could be seen." in page


@pytest.mark.parametrize(
    ("step", "count", "ticks", "contexts"),
    [
        (MINUTES, 288, [f"{hour:02}:00" for hour in range(0, 24, 2)], ["Mon 5 Jan 2026"]),
        (HOUR, 48, ["00:00", "06:00", "12:00", "18:00"] * 2, ["Mon 5 Jan 2026", "Tue 6 Jan 2026"]),
        (DAY, 10, [f"{day} Jan" for day in range(5, 15)], ["2026"]),
        (DAY, 365, [*MONTHS[1:], "Jan"], ["2026", "2027"]),
        (100 * DAY, 40, [str(year) for year in range(2026, 2037)], []),
    ],
    ids=["a day", "two days", "ten days", "a year", "ten years"],
)
def test_the_axis_has_labels_that_fit_the_range(step, count, ticks, contexts):
    svg = timeline(page_of(every(step, count)))
    assert texts(svg, "tick") == ticks
    assert texts(svg, "context") == contexts


def test_labels_and_dates_under_the_axis_do_not_touch():
    for minutes in (7, 60, 23 * 60, 25 * 60, 5 * 24 * 60, 90 * 24 * 60, 400 * 24 * 60, 4000 * 24 * 60):
        start = START - timedelta(minutes=61)
        ticks = TimeAxis(start, start + timedelta(minutes=minutes), 64, 976).ticks()
        dates = [tick.context_x for tick in ticks if tick.context]
        assert 2 <= len(ticks) <= 14
        assert all(after.x - before.x > 45 for before, after in pairwise(ticks))
        assert all(after - before >= 96 for before, after in pairwise(dates))


@pytest.mark.parametrize(
    ("most", "smallest", "values"),
    [
        (0.83, 0, [0, 0.5, 1]),
        (4, 1, [0, 1, 2, 3, 4]),
        (1, 1, [0, 1]),
        (1000, 0, [0, 500, 1000]),
        (790, 0, [0, 200, 400, 600, 800]),
    ],
)
def test_values_at_an_axis_are_round(most, smallest, values):
    assert round_values(most, smallest=smallest) == pytest.approx(values)


def many_calls():
    results = every(timedelta(minutes=30), 48 * 30)
    results[700] = failed(results[700].call.scheduled_time, duration_s=0.05)
    return results


def test_calls_that_are_too_many_are_drawn_by_spans_of_time():
    page = page_of(many_calls())
    svg = timeline(page)
    assert len(of_kind(svg, "g", "column")) == len(of_kind(svg, "rect", "mean")) == 30
    assert len(of_kind(svg, "rect", "slowest")) == 30
    assert "One bar for the calls of 1 day, by due time (UTC)." in page


def test_a_span_tells_its_calls_and_marks_the_failed():
    svg = timeline(page_of(many_calls()))
    (title,) = (title.text for title in svg.iter("title") if "Failed" in title.text)
    assert title.splitlines() == [
        "2026-01-19 00:00 to 2026-01-20 00:00 UTC",
        "48 calls: 1 Failed, 47 Completed",
        "slowest 50.0 ms, mean 3.0 ms",
        "wrote nothing",
    ]
    assert len(of_kind(svg, "g", "mark")) == 1


def test_the_table_below_spans_has_a_row_for_each():
    page = page_of(many_calls())
    assert page.count('<td class="time">2026-01-') + page.count('<td class="time">2026-02-') == 30 + 5
    assert "Calls by time" in page
    assert "All calls" not in page


def test_texts_of_the_user_are_escaped():
    page = page_of([call(START, answer={EVIL: EVIL}), failed(START + HOUR)])
    assert "<script" not in page
    assert "&#39;flow&#39; &lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_characters_that_html_cannot_hold_are_replaced():
    page = page_of([failed(START, failure=Failure("Error", "half \ud83d, bell \x07", ""))])
    assert "half \ufffd, bell \ufffd" in page
    assert page.encode()


def test_secrets_in_answers_are_masked():
    page = page_of([call(START, answer={"key": "s3cret"})], lambda value: {"key": "***"} if value else value)
    assert "s3cret" not in page
    assert page.count("{&#34;key&#34;: &#34;***&#34;}") == 2


def test_a_long_answer_is_cut():
    answer = re.search(r'class="answer"><code>(.*?)</code>', page_of([call(START, answer="x" * 5_000)]))[1]
    assert answer == f"&#34;{'x' * 198}…"


def test_failures_that_say_the_same_are_told_once():
    page = page_of(every(DAY, 12, failed))
    assert page.count('<article class="card Failed">') == 1
    assert "<small>12 calls</small>" in page
    assert "2026-01-05 00:00, 2026-01-06 00:00, 2026-01-07 00:00" in page
    assert "2026-01-14 00:00 UTC, and 2 more</p>" in page


def test_a_failure_after_many_others_is_told_too():
    disk = failed(START + 100 * DAY, failure=Failure("RuntimeError", "DISK FULL", ""))
    page = page_of([*every(DAY, 100, failed), disk])
    assert page.count('<article class="card Failed">') == 2
    assert "DISK FULL" in page


def test_ways_to_fail_beyond_ten_are_counted():
    ways = [failed(START + number * DAY, failure=Failure("E", f"way {number}", "")) for number in range(12)]
    assert "<small>10 of 12 calls, in the ways that were seen first</small>" in page_of(ways)


def test_a_long_trace_is_cut():
    trace = "\n".join(f"line {number}" for number in range(1, 15))
    page = page_of([failed(START, failure=Failure("Error", "no", trace))])
    assert "line 12\n… 2 more lines</pre>" in page


def test_the_worst_findings_come_first_with_place_and_hint():
    page = to_html(full_report(), lambda value: value)
    assert page.index("wrote an event twice") < page.index("the answer differs")
    assert "fn/handler.py:9" in page
    assert "Hint: give it an id" in page


def test_a_finding_of_several_calls_tells_how_many():
    finding = Finding("late", "note", "was late")
    assert "in 3 calls" in page_of([call(START + number * HOUR, findings=(finding,)) for number in range(3)])


def test_stresses_are_told_with_their_differences():
    page = to_html(full_report(), lambda value: value)
    assert '<span class="less">- 1 &lt;b&gt;</span>\n<span class="more">+ 2</span>' in page
    assert page.count("<pre>") == 2  # of one stress, and of the failure


def test_notes_are_told():
    assert "<li>a note</li>" in to_html(full_report(), lambda value: value)


def test_the_page_has_colours_for_dark_screens_and_paper():
    page = page_of([call(START)])
    assert "@media screen and (prefers-color-scheme: dark)" in page
    assert "@media print" in page


@pytest.mark.parametrize(
    "results",
    [
        [call(START, duration_s=0.0)],
        [failed(START, "Died", duration_s=0.0)],
        every(DAY, 3, failed),
        [call(START), call(START)],
        [call(START + timedelta(seconds=17), duration_s=12.5)],
    ],
    ids=["no time", "died at once", "all failed", "at the same time", "within a minute"],
)
def test_few_calls_are_drawn_as_well(results):
    page = page_of(results)
    read(page)
    bars = [bar for bar in timeline(page).iter("rect") if "bar" in bar.get("class").split()]
    assert len(bars) == len(results)
    assert all(float(bar.get("height")) > 0 and 64 <= float(bar.get("x")) <= 976 for bar in bars)
