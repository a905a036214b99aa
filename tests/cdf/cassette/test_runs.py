"""Whole runs with ``--client record``, ``recorded`` and ``live``."""

import pytest

from fn_emulator.emulator import open_loaded
from fn_emulator.runners.opening import Surroundings

from .conftest import TOKEN

pytestmark = pytest.mark.filterwarnings("ignore:Given base URL")

ASKS_FOR_THE_LAST_HOUR = """
import time

def handle(client):
    since = int(time.time() * 1000) - 3_600_000
    return [event.external_id for event in client.events.list(start_time={"min": since}, limit=5)]
"""


@pytest.fixture
def run(tmp_path, project):
    """Runs a handler with a client of a mode: ``run(source, "record") -> Result``."""
    pytest.importorskip("cognite.client", reason="cognite-sdk is not installed")
    environ = {"CDF_PROJECT": "p", "CDF_URL": project.base_url, "CDF_TOKEN": TOKEN}
    (tmp_path / "fn").mkdir()

    def run(source, mode):
        (tmp_path / "fn" / "handler.py").write_text(source)
        flags = {"client": mode, "timeout": "30", **({} if mode == "live" else {"cassette": str(tmp_path / "c.json")})}
        with open_loaded(tmp_path / "fn", flags=flags, around=Surroundings("inprocess", environ)) as loaded:
            return loaded.call()

    return run


def test_what_depends_on_the_clock_is_found_in_the_recording(run, project, tmp_path):
    recorded = run(ASKS_FOR_THE_LAST_HOUR, "record")
    assert (recorded.response, recorded.notes) == ([], (f"Recorded 1 request in {tmp_path / 'c.json'}.",))
    count = len(project.authorizations)
    again = run(ASKS_FOR_THE_LAST_HOUR, "recorded")
    assert (again.response, again.notes) == ([], ())
    assert again.call.frozen_at == recorded.call.frozen_at
    assert len(project.authorizations) == count


def test_a_request_that_differs_is_a_note_of_the_result(run):
    run(ASKS_FOR_THE_LAST_HOUR, "record")
    result = run(ASKS_FOR_THE_LAST_HOUR.replace("limit=5", "limit=6"), "recorded")
    assert result.status == "Failed"
    assert result.notes[0].startswith(
        "Request 1, POST /events/list, differs from the recording at $.limit: recorded 5, sent 6."
    )


def test_a_live_call_shows_what_it_read(run):
    result = run(ASKS_FOR_THE_LAST_HOUR, "live")
    assert (result.response, result.call.frozen_at) == ([], None)
    assert [(effect.operation, effect.target, effect.items) for effect in result.effects] == [("list", "events", 0)]
