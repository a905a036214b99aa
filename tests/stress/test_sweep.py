"""What is told of a trouble: what was done, what came of it, from which call on."""

from __future__ import annotations

import pytest

from fn_emulator import load_function
from fn_emulator.errors import SettingsError
from fn_emulator.schedule import plan_schedule
from fn_emulator.stress import calendar, sweep
from tests.stress.conftest import PRELUDE

COUNTER = "def handle(client):\n    write(client, {'total': {'hours': read(client, 'total').get('hours', 0) + 1}})\n"
AT_THE_CLOCK = (
    "def handle(client, function_call_info):\n"
    "    due, now = due_time(function_call_info), datetime.now(timezone.utc)\n"
    "    late = now if due.hour > 1 else due\n"
    "    write(client, {due.isoformat(): {'at': late.isoformat(), 'by': uuid.uuid4().hex}})\n"
)


def test_each_trouble_is_told_with_its_calls_and_where_it_is_known_from(swept):
    _, rows = swept(COUNTER, moments=["29 February begins"])
    assert [(row.name, row.calls, row.what, row.origin) for row in rows] == [
        ("late", 4, "With calls that start 90 s late", "our assumption"),
        ("twice", 8, "With each tick delivered twice", "our assumption"),
        (
            "retry",
            4,
            "With the call of 2026-06-01 01:00 that dies after a part of its writes and is made again",
            "our assumption",
        ),
        ("missed", 3, "With the call of 2026-06-01 02:00 missed", "our assumption"),
        (
            "overlap",
            4,
            "With the call of 2026-06-01 01:00 still running while that of 2026-06-01 02:00 begins and ends",
            "our assumption",
        ),
        ("calendar", 7, "On the day on which 29 February begins (2028-02-29)", "documented"),
    ]


def test_what_cdf_holds_is_told_side_by_side(swept):
    found, rows = swept(COUNTER)
    assert {row.name: row.outcome for row in rows if row.finding} == {
        "twice": "columns.hours of raw/rows state/runs/total is 8 in the place of 4",
        "retry": "columns.hours of raw/rows state/runs/total is 5 in the place of 4",
        **dict.fromkeys(("missed", "overlap"), "columns.hours of raw/rows state/runs/total is 3 in the place of 4"),
    }
    assert rows[1].difference == (
        '- raw/rows state/runs/total {"columns.hours": 4}',
        '+ raw/rows state/runs/total {"columns.hours": 8}',
    )
    assert found[0].message == (
        "With each tick delivered twice, columns.hours of raw/rows state/runs/total is 8 in the place of 4."
    )
    assert found[0].evidence["origin"] == "our assumption"


def test_the_first_tick_that_differs_is_named_with_both_writes_whatever_chance_does_before(swept):
    found, rows = swept(AT_THE_CLOCK)
    (evidence,) = (finding.evidence for finding in found if finding.id == "depends-on-time")
    assert evidence["first_tick"] == "2026-06-01 02:00"
    first, minus, plus = rows[0].difference
    assert first == "2026-06-01 02:00:"
    assert minus.startswith('- raw/rows insert {"columns": {"at": "2026-06-01T02:00:00+00:00"')
    assert plus.startswith('+ raw/rows insert {"columns": {"at": "2026-06-01T02:01:30+00:00"')


def test_calls_of_every_minute_are_half_a_minute_late(swept):
    _, rows = swept(COUNTER, cron="* * * * *", count=3)
    assert rows[0].what == "With calls that start 30 s late"


def test_a_call_that_fails_is_told_with_its_due_time(swept):
    body = (
        "def handle(client, function_call_info):\n"
        "    client.events.create(EventWrite(external_id=function_call_info['scheduled_time']))\n"
    )
    found, _ = swept(body)
    (twice,) = (finding for finding in found if finding.evidence["trouble"] == "twice")
    assert twice.message.startswith(
        "With each tick delivered twice, the call of 2026-06-01 00:00 ends with Failed: Cognite"
    )
    assert twice.message.endswith(" (and 3 more).")
    assert [failure["scheduled_time"] for failure in twice.evidence["failures"]] == [
        f"2026-06-01 {hour:02}:00" for hour in range(4)
    ]


def test_two_hours_of_one_name_are_shown_beside_one_another(swept):
    body = (
        "def handle(client, function_call_info):\n"
        "    hour = due_time(function_call_info).astimezone(ZoneInfo('Europe/Oslo')).strftime('%m-%d %H')\n"
        "    write(client, {hour: {'hours': 1}})\n"
    )
    _, rows = swept(body, moments=["clocks go back in Europe"])
    assert rows[-1].outcome == (
        "the call of 2026-10-25 01:00 writes over what an earlier one wrote, as none does on ordinary days"
    )
    assert rows[-1].difference == (
        "2026-10-25 01:00:",
        '- raw/rows insert {"columns": {"hours": 1}, "key": "10-25 02"}',
        '+ raw/rows insert {"columns": {"hours": 1}, "key": "10-25 02"}',
    )


@pytest.mark.parametrize("fill", range(0, 120, 17))
def test_no_part_of_a_secret_is_shown_however_long_the_line_is(fill, swept):
    secret = "0123456789abcdef" * 4
    body = (
        "def handle(client, secrets):\n"
        f"    now = 'x' * {fill} + secrets['token'] + str(datetime.now(timezone.utc))\n"
        "    client.events.create(EventWrite(description=now))\n"
        "    write(client, {'last': {'now': now}, now: {}})\n"
    )
    found, rows = swept(body, count=2, secrets={"token": secret})
    assert rows[0].finding
    assert secret[:8] not in f"{found}{rows}"


def test_writes_half_way_are_all_but_the_last(swept):
    # The last one is what the call forgets after it has said that it was done.
    body = (
        "def handle(client, function_call_info):\n"
        "    due = function_call_info['scheduled_time']\n"
        "    if read(client, 'last').get('until') == due:\n"
        "        return\n"
        "    write(client, {due: {}})\n"
        "    write(client, {'last': {'until': due}})\n"
        "    client.time_series.data.insert([(due_time(function_call_info), 1.0)], external_id='hours')\n"
        "    client.extraction_pipelines.runs.create(ExtractionPipelineRunWrite('success', 'pipe'))\n"
    ).replace(
        "ExtractionPipelineRunWrite('success', 'pipe')",
        "ExtractionPipelineRunWrite(extpipe_external_id='pipe', status='success')",
    )
    _, rows = swept(body)
    outcomes = {row.name: row.outcome for row in rows if row.finding == "schedule-not-idempotent"}
    assert outcomes == {"retry": "CDF lacks timeseries/data hours/2026-06-01T01:00:00Z"}


def test_the_instance_of_a_call_that_died_is_gone(swept):
    _, rows = swept(
        "COUNT = [0]\n\n\ndef handle(client):\n    COUNT[0] += 1\n    write(client, {'n': {'n': COUNT[0]}})\n"
    )
    assert {row.name: row.outcome.partition(" is ")[2] for row in rows if row.finding} == {
        "twice": "8 in the place of 4",
        **{"retry": "3 in the place of 4", "missed": "3 in the place of 4", "overlap": "2 in the place of 4"},
    }


def test_a_finding_can_be_accepted_in_the_line_of_handle(swept):
    found, rows = swept(COUNTER.replace(":", ":  # fn-emulate: ignore[schedule-missed] it counts its calls", 1))
    assert {row.finding: row.is_accepted for row in rows if row.finding} == {
        "schedule-not-idempotent": False,
        "schedule-missed": True,
        "schedule-overlap": False,
    }
    assert {finding.id for finding in found} == {"schedule-not-idempotent", "schedule-overlap"}
    assert {finding.line for finding in found} == {PRELUDE.count("\n") + 1}


def test_what_is_not_selected_is_not_accepted(swept):
    found, rows = swept(COUNTER, select=("schedule-overlap",))
    assert {finding.id for finding in found} == {"schedule-overlap"}
    assert {row.is_accepted for row in rows} == {False}


def test_the_runs_leave_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(calendar, "MOMENTS", ())
    (tmp_path / "handler.py").write_text(
        "def handle(client):\n    client.raw.rows.insert('d', 't', {'a': {}}, ensure_parent=True)\n"
    )
    with load_function(tmp_path) as loaded:
        plan = plan_schedule("0 * * * *", "2026-06-01", None, 3)
        assert len(list(sweep(loaded, plan, schedule=None, data=None))) == 5
        loaded.reload()
        assert loaded.cdf.diff() == {}


def test_another_client_has_nothing_to_compare(tmp_path):
    (tmp_path / "handler.py").write_text("def handle():\n    return 1\n")
    with load_function(tmp_path, client="none") as loaded:
        plan = plan_schedule("0 * * * *", "2026-06-01", None, 3)
        with pytest.raises(SettingsError) as refused:
            next(sweep(loaded, plan, schedule=None, data=None))
    assert refused.value.message == "--stress compares what CDF holds, and the client is 'none'."
    assert refused.value.hint == "use --client fake"
