from datetime import datetime, timezone
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "pump_kpi"
NOON = datetime(2026, 3, 2, 12, tzinfo=timezone.utc)

# cognite-sdk passes it to pandas 3; a run with -W error would fail the call.
pytestmark = pytest.mark.filterwarnings("ignore:The copy keyword is deprecated:DeprecationWarning")


@pytest.fixture
def result(load_function):
    return load_function(FOLDER).call(at=NOON)


def test_hours_and_energy_come_from_the_hourly_averages(result):
    figures = result.response["pumps"]
    assert figures["21-PA-002"] == {"hours": 8, "m3": 785.5, "kwh_per_m3": 0.719}


def test_a_pump_that_needs_too_much_gets_an_event(result, fake_cdf):
    (event,) = [write["item"] for write in fake_cdf.writes("events")]
    assert (event["externalId"], event["metadata"]["hours"]) == ("pump-kpi:21-PA-002", "8")


def test_the_figures_are_kept_in_raw(result, fake_cdf):
    rows = fake_cdf.client.raw.rows.list("kpi", "pumps", limit=None)
    assert sorted(row.key for row in rows) == ["21-PA-001", "21-PA-002"]


def test_the_pipeline_tells_that_it_ran(result, fake_cdf):
    assert [write["item"]["message"] for write in fake_cdf.writes("extpipes/runs")] == ["2 pumps, 1 poor"]


def test_a_process_of_its_own_comes_to_the_same(result, load_function):
    assert load_function(FOLDER, runner="worker").call(at=NOON).response == result.response
