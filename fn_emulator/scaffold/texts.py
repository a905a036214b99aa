"""What the files of a new function say. They are a beginning to be rewritten: small, and right in what they show."""

from __future__ import annotations

import json
from collections.abc import Sequence

SDK = "cognite-sdk>=7.70,<9"
"""The versions for which the handler below is written."""

REQUIREMENTS = f"{SDK}\n"

HANDLER_WITH_CLIENT = '''\
"""Compare the highest value of each time series with a limit, and keep an event of those above it."""

from typing import Any

from cognite.client import CogniteClient
from cognite.client.data_classes import EventWrite

TIME_SERIES = ["21-PT-101", "21-PT-102"]
LIMIT = 10.0


def handle(client: CogniteClient, data: dict[str, Any]) -> dict[str, Any]:
    """Take ``{"time_series": [external id, ...], "limit": number}``, both optional; give the values of the last day."""
    limit = data.get("limit", LIMIT)
    highest = highest_values(client, data.get("time_series", TIME_SERIES))
    above = sorted(name for name, value in highest.items() if value > limit)
    if above:
        # upsert, with external ids: a call that is repeated adds nothing.
        client.events.upsert([event_of(name, highest[name], limit) for name in above])
    print(f"{len(highest)} time series, {len(above)} above {limit}")
    return {"highest": highest, "above": above}


def highest_values(client: CogniteClient, names: list[str]) -> dict[str, float]:
    """External id -> highest value of the last day, of each time series that has one."""
    found = client.time_series.data.retrieve(external_id=names, start="1d-ago", end="now")
    return {name: max(points.value) for name, points in zip(names, found) if points}


def event_of(name: str, value: float, limit: float) -> EventWrite:
    return EventWrite(
        external_id=f"above-limit:{name}",
        type="alarm",
        subtype="above-limit",
        description=f"{name} was {value}, above {limit}",
    )
'''

HANDLER = '''\
"""Compare readings with a limit."""

from typing import Any

LIMIT = 10.0


def handle(data: dict[str, Any]) -> dict[str, Any]:
    """Take ``{"readings": {tag: number}, "limit": number}``, both optional; give the tags above the limit."""
    readings = data.get("readings", {})
    limit = data.get("limit", LIMIT)
    above = sorted(tag for tag, value in readings.items() if value > limit)
    print(f"{len(readings)} readings, {len(above)} above {limit}")
    return {"above": above}
'''

SEED = """\
# What the in-memory CDF starts with. It is found because it lies beside the function's folder, under its name.
timeseries:
  - {externalId: "21-PT-101", name: Discharge pressure A, unit: bar}
  - {externalId: "21-PT-102", name: Discharge pressure B, unit: bar}
datapoints:
  - {externalId: "21-PT-101", start: 3h-ago, step: 1h, values: [9.1, 9.3, 9.2]}
  - {externalId: "21-PT-102", start: 3h-ago, step: 1h, values: [9.8, 10.4, 10.9]}
"""

TEST_WITH_CLIENT = """\
from pathlib import Path

import pytest

pytest.importorskip("cognite.client")

FOLDER = Path(__file__).parent.parent / {place}


def test_the_highest_values_are_compared_with_the_limit(load_function):
    result = load_function(FOLDER).call({{"limit": 9.0}})
    assert result.response == {{
        "highest": {{"21-PT-101": 9.3, "21-PT-102": 10.9}},
        "above": ["21-PT-101", "21-PT-102"],
    }}
    assert not result.findings


def test_a_value_above_the_limit_becomes_an_event(load_function, fake_cdf):
    load_function(FOLDER).call().raise_for_failure()
    (event,) = [write["item"] for write in fake_cdf.writes("events")]
    assert (event["externalId"], event["subtype"]) == ("above-limit:21-PT-102", "above-limit")


def test_a_repeated_call_adds_nothing(load_function, fake_cdf):
    function = load_function(FOLDER)
    function.call().raise_for_failure()
    before = fake_cdf.dump()
    function.call().raise_for_failure()
    assert fake_cdf.dump() == before


def test_a_time_series_without_values_is_left_out(load_function, fake_cdf):
    fake_cdf.seed({{"timeseries": [{{"externalId": "empty"}}]}})
    result = load_function(FOLDER).call({{"time_series": ["empty"]}})
    assert result.response == {{"highest": {{}}, "above": []}}
"""

TEST = """\
from pathlib import Path

FOLDER = Path(__file__).parent.parent / {place}


def test_a_reading_above_the_limit_is_told(load_function):
    result = load_function(FOLDER).call({{"readings": {{"21-PT-101": 9.2, "21-PT-102": 10.9}}}})
    assert result.response == {{"above": ["21-PT-102"]}}
    assert not result.findings


def test_a_call_may_bring_its_own_limit(load_function):
    result = load_function(FOLDER).call({{"readings": {{"21-PT-101": 9.2}}, "limit": 9.0}})
    assert result.response == {{"above": ["21-PT-101"]}}


def test_a_call_without_readings_is_answered(load_function):
    result = load_function(FOLDER).call()
    assert result.response == {{"above": []}}
    assert [line.message for line in result.logs] == ["0 readings, 0 above 10.0"]
"""


def handler_source(*, has_client: bool) -> str:
    """The source of ``handler.py``."""
    return HANDLER_WITH_CLIENT if has_client else HANDLER


def test_source(place: Sequence[str], *, has_client: bool) -> str:
    """The source of the test, which lies in a folder beside the first of ``place``.

    Args:
        place: The parts of the path that leads from there to the function's folder.
        has_client: Whether it is the test of the handler with ``client``.
    """
    literals = " / ".join(json.dumps(part, ensure_ascii=False) for part in place)
    return (TEST_WITH_CLIENT if has_client else TEST).format(place=literals)
