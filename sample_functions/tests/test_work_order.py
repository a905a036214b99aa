import hashlib
import hmac
import json
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parent.parent
FOLDER = SAMPLES / "work_order"
ALARM = json.loads((SAMPLES / "data" / "alarm.json").read_text())
KEY = "for-tests-alone"


@pytest.fixture
def result(load_function, runner):
    return load_function(FOLDER, secrets={"signing-key": KEY}, env={"PLANT": "NO-STV"}, runner=runner).call(ALARM)


def test_an_order_is_signed(result):
    body = json.dumps(result.response["order"], separators=(",", ":"), sort_keys=True)
    assert result.response["signature"] == hmac.new(KEY.encode(), body.encode(), hashlib.sha256).hexdigest()


def test_the_key_itself_is_told_nowhere(result):
    assert not result.findings
    assert KEY not in str(result.response)


def test_without_its_plant_there_is_no_order(load_function):
    result = load_function(FOLDER, secrets={"signing-key": KEY}).call(ALARM)
    assert (result.failure.type, result.failure.message) == ("KeyError", "'PLANT'")
