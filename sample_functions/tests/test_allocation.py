import io
import json
from datetime import datetime, timezone
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "toolkit_project/modules/production/functions/fn_allocation"
MONDAY = datetime(2026, 3, 2, 12, tzinfo=timezone.utc)


@pytest.fixture(autouse=True)
def token(monkeypatch):
    monkeypatch.setenv("ERP_TOKEN", "token-of-the-tests")


def test_the_day_before_is_allocated(load_function, runner):
    result = load_function(FOLDER, toolkit_env="dev", runner=runner).call(schedule="Rehearsal", at=MONDAY)
    assert (result.response["site"], result.response["day"]) == ("NO-STV", "2026-03-01")
    assert sum(result.response["wells"].values()) == pytest.approx(1840.5)


def test_the_morning_sends_it_to_the_erp_system(load_function, monkeypatch):
    sent = []

    def urlopen(request, timeout):
        sent.append((request.get_header("Authorization"), json.loads(request.data)["factor"]))
        reply = io.BytesIO()
        reply.status = 202
        return reply

    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    result = load_function(FOLDER, toolkit_env="dev").call(schedule="Morning", at=MONDAY)
    result.raise_for_failure()
    assert sent == [("Bearer token-of-the-tests", 0.8764)]


def test_nothing_is_sent_by_accident(load_function):
    result = load_function(FOLDER, toolkit_env="dev").call(schedule="Morning", at=MONDAY)
    assert result.status == "Failed"
    assert "network-refused" in [finding.id for finding in result.findings]
