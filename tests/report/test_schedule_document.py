"""A simulated schedule as JSON."""

from __future__ import annotations

import json
from datetime import timedelta

from fn_emulator.report.schedule.document import call_line, to_json
from fn_emulator.report.schedule.model import Stressed

from .schedule_results import call, failed, found, report_of, unmasked, wrote

WRITTEN = {"timeseries/data": {"created": 12, "updated": 0, "unchanged": 0, "deleted": 0}}


def document(results, mask_json=unmasked, **more):
    return json.loads(to_json(report_of(results, **more), mask_json))


def test_a_small_schedule():
    results = [call(0, answer={"rows": 12}, duration_s=0.5, effects=(wrote(created=12),)), failed(1, duration_s=0.25)]
    made = document(results)
    assert made.pop("calls") == [json.loads(call_line(result, unmasked)) for result in results]
    hour = {"calls": 1, "written": {}}
    short = {"scheduled_time": "2026-01-05T11:30:00Z", "status": "Failed", "duration_s": 0.25, "recording": None}
    assert made == {
        "schema": 1,
        "function": "functions/fn_kpi",
        "cron": "30 * * * *",
        "sentence": "at minute 30 of every hour",
        "summary": {
            "from": "2026-01-05T10:30:00Z",
            "to": "2026-01-05T11:30:00Z",
            "calls": 2,
            "statuses": {"Completed": 1, "Failed": 1},
            "duration_s": 0.75,
            "slowest_s": 0.5,
            "written": WRITTEN,
            "slowest": [
                {**short, "scheduled_time": "2026-01-05T10:30:00Z", "status": "Completed", "duration_s": 0.5},
                short,
            ],
            "failed": [{**short, "failure": {"type": "KeyError", "message": "'flow'", "trace": "Traceback\n"}}],
            "failures": [{**short, "what": "Failed: KeyError: 'flow'", "calls": 1}],
            "elapsed_s": 1.25,
        },
        "spans": [
            {
                **hour,
                "from": "2026-01-05T10:00:00Z",
                "to": "2026-01-05T11:00:00Z",
                "statuses": {"Completed": 1},
                "duration_s": 0.5,
                "slowest_s": 0.5,
                "written": WRITTEN,
            },
            {
                **hour,
                "from": "2026-01-05T11:00:00Z",
                "to": "2026-01-05T12:00:00Z",
                "statuses": {"Failed": 1},
                "duration_s": 0.25,
                "slowest_s": 0.25,
            },
        ],
        "stress": [],
        "findings": [],
        "ignored": 0,
        "notes": [],
    }


def test_a_call_is_what_run_says_of_it_with_its_due_time():
    line = call_line(call(answer={"x": "å"}), unmasked)
    assert line.startswith('{"scheduled_time": "2026-01-05T10:30:00Z", "status": "Completed", "response": {"x": "å"}')
    assert json.loads(line)["call"]["scheduled_time"] == "2026-01-05T10:30:00Z"


def test_a_call_is_one_line():
    assert "\n" not in call_line(call(answer="a\nb"), unmasked)


def test_answers_are_masked():
    assert document([call(answer="hunter2")], lambda value: "***")["calls"][0]["response"] == "***"


def test_more_than_a_thousand_calls_are_not_listed():
    made = document([call(number, step=timedelta(minutes=5)) for number in range(1001)])
    assert (made["calls"], made["summary"]["calls"]) == (None, 1001)
    assert sum(span["calls"] for span in made["spans"]) == 1001


def test_failures_beyond_ten_are_counted_alone():
    summary = document([failed(number) for number in range(12)])["summary"]
    assert (len(summary["failed"]), summary["statuses"]) == (10, {"Failed": 12})


def test_a_call_that_was_fired_by_hand_has_no_expression():
    made = document([call()], cron="")
    assert (made["cron"], made["sentence"]) == (None, None)


def test_findings_troubles_and_notes_are_told():
    trouble = Stressed("twice", "each call comes twice", "observed", 6, "2 more", ("+ b",), "x")
    results = [call(number, findings=(found(),), notes=("a note",), ignored=1) for number in range(2)]
    made = document(results, stressed=(trouble,))
    assert made["findings"][0]["evidence"] == {"calls": 2}
    assert made["stress"][0] == {
        "name": "twice",
        "what": "each call comes twice",
        "origin": "observed",
        "calls": 6,
        "outcome": "2 more",
        "difference": ["+ b"],
        "finding": "x",
        "is_accepted": False,
    }
    assert (made["notes"], made["ignored"]) == (["a note"], 1)


def test_the_same_report_is_the_same_text():
    results = [call(0), failed(1)]
    assert to_json(report_of(results), unmasked) == to_json(report_of(results), unmasked)
