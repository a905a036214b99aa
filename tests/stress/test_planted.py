"""Handlers with a fault that the sweep must find, each beside its correct twin, about which it must be silent."""

from __future__ import annotations

from typing import NamedTuple

import pytest

IDEMPOTENT, MISSED, OVERLAP, TIME = (
    *("schedule-not-idempotent", "schedule-missed", "schedule-overlap"),
    "depends-on-time",
)


class Pair(NamedTuple):
    """A handler with a fault, the ids that this leads to, and one without it."""

    fault: str
    found: set[str]
    twin: str


CATCHING_UP = """\
def handle(client, function_call_info):
    due = due_time(function_call_info)
    until = read(client, "last").get("until")
    done = datetime.fromisoformat(until) if until else due - HOUR
    while done < due:
        done += HOUR
        {work}
    write(client, {{"last": {{"until": due.isoformat()}}}})
"""
"""Goes on from where it came to, as CDF remembers it."""


def catching_up(work):
    return CATCHING_UP.format(work=work)


PAIRS = {
    "a counter": Pair(
        "def handle(client):\n    write(client, {'total': {'hours': read(client, 'total').get('hours', 0) + 1}})\n",
        {IDEMPOTENT, MISSED, OVERLAP},
        catching_up("write(client, {done.isoformat(): {'hours': 1}})"),
    ),
    "an event with a random name": Pair(
        "def handle(client):\n    client.events.create(EventWrite(external_id=str(uuid.uuid4()), type='run'))\n",
        {IDEMPOTENT, MISSED},
        catching_up("client.events.upsert(EventWrite(external_id=f'run:{done.isoformat()}', type='run'))"),
    ),
    "an event without a name": Pair(
        "def handle(client):\n    client.events.create(EventWrite(type='run'))\n",
        {IDEMPOTENT, MISSED},
        catching_up("client.events.upsert(EventWrite(external_id=f'run:{done.isoformat()}', type='run'))"),
    ),
    "a datapoint at the clock's time": Pair(
        "def handle(client):\n"
        "    now = datetime.now(timezone.utc)\n"
        "    client.time_series.data.insert([(now, 1.0)], external_id='hours')\n",
        {TIME, IDEMPOTENT, MISSED},
        catching_up("client.time_series.data.insert([(done, 1.0)], external_id='hours')"),
    ),
    "the last hour by the clock": Pair(
        "def handle(client):\n"
        "    end = datetime.now(timezone.utc)\n"
        "    write(client, {'last': {'from': (end - HOUR).isoformat(), 'until': end.isoformat()}})\n"
        "    client.time_series.data.insert([(end - HOUR * n / 4, n) for n in range(4)], external_id='hours')\n",
        {TIME, IDEMPOTENT, MISSED},
        catching_up(
            "client.time_series.data.insert([(done - HOUR * n / 4, n) for n in range(4)], external_id='hours')"
        ),
    ),
    "a create that is refused the second time": Pair(
        "def handle(client, function_call_info):\n"
        "    client.events.create(EventWrite(external_id=function_call_info['scheduled_time'], type='run'))\n",
        {IDEMPOTENT, MISSED},
        catching_up("client.events.upsert(EventWrite(external_id=f'run:{done.isoformat()}', type='run'))"),
    ),
    "a list that is read, extended and written": Pair(
        "def handle(client, function_call_info):\n"
        "    runs = set(read(client, 'all').get('runs', []))\n"
        "    write(client, {'all': {'runs': sorted({*runs, function_call_info['scheduled_time']})}})\n",
        {OVERLAP, MISSED},
        catching_up("write(client, {done.isoformat(): {'ran': True}})"),
    ),
    "the cursor before the data": Pair(
        "def handle(client, function_call_info):\n"
        "    due = due_time(function_call_info)\n"
        "    until = read(client, 'last').get('until')\n"
        "    done = datetime.fromisoformat(until) if until else due - HOUR\n"
        "    write(client, {'last': {'until': due.isoformat()}})\n"
        "    while done < due:\n"
        "        done += HOUR\n"
        "        write(client, {done.isoformat(): {'hours': 1}})\n",
        {IDEMPOTENT},
        catching_up("write(client, {done.isoformat(): {'hours': 1}})"),
    ),
    "only its last update follows the clock": Pair(
        catching_up("write(client, {'seen': {'lastUpdated': datetime.now(timezone.utc).isoformat()}})"),
        {TIME},
        catching_up("write(client, {'seen': {'lastUpdated': done.isoformat()}})"),
    ),
    "a report with the time in it": Pair(
        catching_up(
            "now = f'at {datetime.now(timezone.utc)}'\n"
            "        client.files.upload_bytes(now.encode(), name='r', external_id='r', overwrite=True)"
        ),
        {TIME},
        catching_up("client.files.upload_bytes(f'at {done}'.encode(), name='r', external_id='r', overwrite=True)"),
    ),
}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=list(PAIRS))
def test_a_fault_is_found(pair, ids):
    assert ids(pair.fault) == pair.found


@pytest.mark.parametrize("twin", sorted({pair.twin for pair in PAIRS.values()}))
def test_its_twin_is_left_alone(twin, ids):
    assert ids(twin, moments=["29 February begins"]) == set()


SPECIAL_DAYS = {
    "a year later": (
        catching_up("write(client, {'next': {'at': str(done.date().replace(year=done.year + 1))}})"),
        catching_up("write(client, {'next': {'at': str(done.date() + timedelta(days=365))}})"),
        "29 February begins",
    ),
    "a month later": (
        catching_up("write(client, {'next': {'at': str(done.date().replace(month=done.month % 12 + 1))}})"),
        catching_up("write(client, {'next': {'at': str(done.date() + timedelta(days=30))}})"),
        "a month of 31 days ends",
    ),
    "the month after December": (
        catching_up("write(client, {'next': {'month': date(done.year, done.month + 1, 1).isoformat()}})"),
        catching_up(
            "write(client, {'next': {'month': (done.replace(day=1) + timedelta(days=32)).replace(day=1).isoformat()}})"
        ),
        "the year ends",
    ),
    "hours by the clock of Oslo": (
        catching_up("write(client, {f\"{done.astimezone(ZoneInfo('Europe/Oslo')):%Y-%m-%dT%H}\": {'hours': 1}})"),
        catching_up("write(client, {f'{done:%Y-%m-%dT%H}': {'hours': 1}})"),
        "clocks go back in Europe",
    ),
    "hours by the clock of Houston": (
        catching_up("write(client, {f\"{done.astimezone(ZoneInfo('America/Chicago')):%Y-%m-%dT%H}\": {'hours': 1}})"),
        catching_up("write(client, {f'{done:%Y-%m-%dT%H}': {'hours': 1}})"),
        "clocks go back in New York",
    ),
}


@pytest.mark.parametrize(("fault", "_twin", "moment"), SPECIAL_DAYS.values(), ids=list(SPECIAL_DAYS))
def test_what_breaks_on_a_special_day_is_found(fault, _twin, moment, ids):
    assert ids(fault, moments=[moment]) == {TIME}


@pytest.mark.parametrize(("_fault", "twin", "moment"), SPECIAL_DAYS.values(), ids=list(SPECIAL_DAYS))
def test_what_does_not_is_left_alone(_fault, twin, moment, ids):
    assert ids(twin, moments=[moment]) == set()
