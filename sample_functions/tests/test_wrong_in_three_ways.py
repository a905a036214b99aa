import json
import logging
from pathlib import Path

import pytest

from fn_emulator import CallFailedError

SAMPLES = Path(__file__).parent.parent
FOLDER = SAMPLES / "wrong_in_three_ways"
SENSORS = json.loads((SAMPLES / "data" / "sensors.json").read_text())


def test_its_answer_is_not_json(load_function, runner):
    result = load_function(FOLDER, runner=runner).call(SENSORS)
    assert result.status == "Failed"
    assert [finding.id for finding in result.findings] == ["not-json"]
    with pytest.raises(CallFailedError, match=r"\$\.silent\[0\]\.last_seen is a datetime\.datetime"):
        _ = result.response


def test_without_silent_sensors_nobody_notices(load_function):
    result = load_function(FOLDER).call({**SENSORS, "sensors": SENSORS["sensors"][:1]})
    assert result.response == {"silent": []}


def test_its_logging_is_not_that_of_the_tests(load_function):
    before = logging.getLogger().handlers[:], logging.getLogger().level
    result = load_function(FOLDER).call(SENSORS)
    assert [line.message for line in result.logs] == ["INFO:handler:1 of 2 sensors are silent"]
    assert (logging.getLogger().handlers, logging.getLogger().level) == before
