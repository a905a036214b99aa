import json
from pathlib import Path

SAMPLES = Path(__file__).parent.parent
FOLDER = SAMPLES / "pump_alarms"
READINGS = json.loads((SAMPLES / "data" / "readings.json").read_text())


def test_a_reading_is_compared_in_the_unit_of_its_limit(load_function, runner):
    result = load_function(FOLDER, runner=runner).call(READINGS)
    alarms = [(alarm["tag"], alarm["kind"], alarm["value"], alarm["unit"]) for alarm in result.response["alarms"]]
    assert alarms == [("23-PT-92531", "high", 12.5, "bar"), ("23-TT-92533", "low", 4.0, "degC")]
    assert [line.message for line in result.logs] == ["4 readings, 2 alarms"]


def test_a_unit_that_nobody_knows_fails_the_call(load_function):
    reading = {"tag": "23-PT-92531", "time": "2026-03-02T06:00:00Z", "value": 3, "unit": "ell"}
    result = load_function(FOLDER).call({"readings": [reading]})
    assert (result.status, result.failure.type) == ("Failed", "ValueError")
