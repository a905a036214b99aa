"""What differs from run to run and is nobody's fault: the sweep must not speak of it."""

from __future__ import annotations

import pytest

from tests.stress.test_planted import IDEMPOTENT, MISSED, OVERLAP, TIME, catching_up

BY_CHANCE = {
    "a random field": "write(client, {done.isoformat(): {'run': str(uuid.uuid4())}})",
    "the id of the call in a field": (
        "write(client, {done.isoformat(): {'call': function_call_info['call_id'], 'deep': {'er': uuid.uuid4().hex}}})"
    ),
    "a random value of a datapoint": (
        "client.time_series.data.insert([(done, uuid.uuid4().int % 1000)], external_id='hours')"
    ),
    "a random name of an item that has an id": (
        "client.events.upsert(EventWrite(external_id=done.isoformat(), description=uuid.uuid4().hex))"
    ),
    "runs of an extraction pipeline": (
        "client.extraction_pipelines.runs.create("
        "ExtractionPipelineRunWrite(extpipe_external_id='pipe', status='success', message=str(uuid.uuid4())))"
    ),
    "failures of an extraction pipeline": (
        "client.extraction_pipelines.runs.create("
        "ExtractionPipelineRunWrite(extpipe_external_id='pipe', status='failure', message=str(datetime.now())))"
    ),
}


@pytest.mark.parametrize("work", BY_CHANCE.values(), ids=list(BY_CHANCE))
def test_chance_is_no_trouble_of_the_schedule(work, ids):
    assert ids(catching_up(work)) == set()


def test_random_names_are_counted(ids):
    # As many for each hour, however often it is delivered; two calls at once do not see one another's.
    work = (
        "there = client.events.list(metadata={'hour': done.isoformat()}, limit=None)\n"
        "        client.events.delete(id=[event.id for event in there])\n"
        "        client.events.create(EventWrite(external_id=uuid.uuid4().hex, metadata={'hour': done.isoformat()}))"
    )
    assert ids(catching_up(work)) == {OVERLAP}


def test_a_field_that_follows_the_clock_is_told_of_once(swept):
    found, rows = swept(catching_up("write(client, {'seen': {'at': str(datetime.now(timezone.utc))}})"))
    assert [finding.id for finding in found] == [TIME]
    assert {row.name for row in rows if row.finding} == {"late"}


def test_the_time_in_the_name_of_an_asset_is_a_field_of_it(ids):
    work = (
        "client.assets.upsert(AssetWrite(external_id='a', name=f'since {datetime.now(timezone.utc)}'), mode='replace')"
    )
    body = "from cognite.client.data_classes import AssetWrite\n\n\n" + catching_up(work)
    assert ids(body) == {TIME}


def test_a_name_that_follows_the_clock_is_no_repetition(swept):
    # Half-way means here: before the event. The call that is made again starts a minute later.
    body = (
        "def handle(client, function_call_info):\n"
        "    write(client, {function_call_info['scheduled_time']: {'hours': 1}})\n"
        "    client.events.create(EventWrite(external_id=str(datetime.now(timezone.utc))))\n"
    )
    _, rows = swept(body)
    assert {row.name: row.finding for row in rows} == {
        **{"late": TIME, "twice": IDEMPOTENT, "missed": MISSED},
        **{"retry": None, "overlap": None},
    }


def test_a_refusal_that_the_handler_expects_is_none_of_the_overlap(ids):
    # Every call finds that the marker is there; the second of two at once finds it later than it looked.
    work = (
        "try:\n"
        "            client.events.create(EventWrite(external_id='marker'))\n"
        "        except CogniteAPIError as error:\n"
        "            assert error.code == 409\n"
        "        write(client, {done.isoformat(): {'hours': 1}})"
    )
    assert ids("from cognite.client.exceptions import CogniteAPIError\n\n\n" + catching_up(work)) == set()


def test_what_an_identity_may_not_write_is_written_by_no_trouble(ids):
    body = (
        "from cognite.client.exceptions import CogniteAPIError\n\n\n"
        "def handle(client):\n"
        "    try:\n"
        "        client.events.create(EventWrite(type='run'))\n"
        "    except CogniteAPIError as error:\n"
        "        assert error.code == 403\n"
    )
    assert ids(body, identity="reader") == set()


def test_a_handler_that_always_fails_fails_under_no_trouble(ids):
    body = "def handle(client):\n    raise ValueError('always')\n"
    assert ids(body, moments=["29 February begins"]) == set()


def test_a_handler_that_fails_to_import_fails_under_no_trouble(ids):
    assert ids("raise ValueError\n\n\ndef handle(client):\n    return 1\n") == set()


def test_a_handler_that_writes_nothing_is_tried_with_what_can_be(swept):
    found, rows = swept("def handle(client):\n    return read(client, 'last')\n")
    assert not found
    assert {row.name: row.outcome for row in rows} == {
        **dict.fromkeys(("late", "twice", "missed"), "no call writes anything that could come out otherwise"),
        **dict.fromkeys(("retry", "overlap"), "not tried: no call writes anything"),
    }


def test_what_a_late_call_reads_more_the_next_one_would_read(ids):
    seed = {
        "timeseries": [{"externalId": "flow"}, {"externalId": "copy"}],
        "datapoints": [{"externalId": "flow", "start": "2026-05-31", "step": "1m", "values": [1] * 4000}],
    }
    body = (
        "def handle(client):\n"
        "    points = client.time_series.data\n"
        "    first = datetime(2026, 5, 31, tzinfo=timezone.utc)\n"
        "    held = points.retrieve(external_id='copy', start=first, end='now').timestamp\n"
        "    start = max(held) + 1 if held else first\n"
        "    new = points.retrieve(external_id='flow', start=start, end=datetime.now(timezone.utc))\n"
        "    points.insert(list(zip(new.timestamp, new.value)), external_id='copy')\n"
    )
    assert ids(body, seed=seed) == set()


def test_data_that_ends_is_no_special_day(ids):
    seed = {
        "timeseries": [{"externalId": "hours"}],
        "datapoints": [{"externalId": "hours", "start": "2026-05-31", "step": "1h", "values": [1] * 100}],
    }
    body = (
        "def handle(client, function_call_info):\n"
        "    due = due_time(function_call_info)\n"
        "    points = client.time_series.data.retrieve(external_id='hours', start=due - HOUR, end=due)\n"
        "    return max(points.value)\n"
    )
    assert ids(body, seed=seed, moments=["29 February begins", "clocks go back in Europe"]) == set()


@pytest.mark.parametrize("cron", ["0 * * * *", "0 4,10,16,22 * * *"])
@pytest.mark.parametrize("moment", ["clocks go back in Europe", "clocks go forward in Europe"])
def test_days_of_the_plant_may_have_23_or_25_hours(cron, moment, ids):
    body = (
        "def handle(client, function_call_info):\n"
        "    day = due_time(function_call_info).astimezone(ZoneInfo('Europe/Oslo')).date().isoformat()\n"
        "    hours = {*read(client, day).get('hours', []), function_call_info['scheduled_time']}\n"
        "    write(client, {day: {'hours': sorted(hours)}})\n"
    )
    assert TIME not in ids(body, cron=cron, moments=[moment])


@pytest.mark.parametrize("pattern", ["%Y-%m", "%Y", "%G-W%V", "%Y-%m-%d"])
def test_a_month_or_a_year_that_ends_may_have_an_item_of_its_own(pattern, ids):
    work = f"write(client, {{f'{{done:{pattern}}}': {{'until': done.isoformat()}}}})"
    every_day = catching_up(work).replace("HOUR", "24 * HOUR")
    assert ids(every_day, cron="0 6 * * *", moments=["ends", "New York"]) == set()


@pytest.mark.parametrize("count", [1, 2])
def test_few_calls_are_enough(count, swept):
    found, rows = swept(catching_up("write(client, {done.isoformat(): {}})"), count=count)
    skipped = {row.name: row.outcome for row in rows if row.outcome.startswith("not tried")}
    assert found == ()
    assert skipped == dict.fromkeys(("missed", "overlap"), "not tried: it takes three due times or more")


def test_a_minute_by_the_clock_is_right_as_long_as_it_lasts(ids):
    minute = "datetime.now(timezone.utc).replace(second=0, microsecond=0)"
    body = f"def handle(client):\n    write(client, {{str({minute}): {{'n': 1}}}})\n"
    assert ids(body, cron="* * * * *") == {MISSED}


def test_calls_that_take_turns_may_overlap(ids):
    body = (
        "def handle(client, function_call_info):\n"
        "    due = function_call_info['scheduled_time']\n"
        "    if read(client, 'lock').get('until', '') > due:\n"
        "        return\n"
        "    write(client, {'lock': {'until': due + '+'}})\n"
        "    write(client, {'work': {'n': 1}})\n"
        "    write(client, {'lock': {'until': ''}})\n"
    )
    assert ids(body) == set()


def test_a_rare_schedule_is_not_tried_where_it_is_not_due(swept):
    _, rows = swept("def handle():\n    return 1\n", cron="0 6 10 6 *", count=1, moments=["29 February begins"])
    assert rows[-1].outcome == "not tried: it is not due on those days"


def test_of_two_calls_none_is_usual(ids):
    body = (
        "def handle(client, function_call_info):\n"
        "    local = due_time(function_call_info).astimezone(ZoneInfo('Europe/Oslo'))\n"
        "    write(client, {local.strftime('%H'): {'hours': 1}})\n"
    )
    assert TIME not in ids(body, cron="0 0,1 * * 0", count=2, moments=["clocks go back in Europe"])
