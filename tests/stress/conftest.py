"""A function's schedule is swept in this process, on the real client and the in-memory CDF."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from fn_emulator import load_function
from fn_emulator.schedule import plan_schedule
from fn_emulator.stress import calendar, judge, sweep

pytest.importorskip("cognite.client", reason="cognite-sdk is not installed")

PRELUDE = """\
import uuid
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from cognite.client.data_classes import Datapoint, EventWrite, ExtractionPipelineRunWrite, TimeSeriesWrite

HOUR = timedelta(hours=1)


def due_time(function_call_info):
    return datetime.fromisoformat(function_call_info["scheduled_time"].replace("Z", "+00:00"))


def millis(instant):
    return int(instant.timestamp() * 1000)


def read(client, key):
    row = client.raw.rows.retrieve("state", "runs", key)
    return row.columns if row else {}


def write(client, rows):
    client.raw.rows.insert("state", "runs", rows, ensure_parent=True)


"""
"""What the handlers of these tests share."""

SEED = {
    "raw": {"state": {"runs": {}}},
    "timeseries": [{"externalId": "hours"}],
    "extpipes": [{"externalId": "pipe", "name": "pipe", "dataSetExternalId": "set"}],
    "datasets": [{"externalId": "set", "name": "set"}],
}


@pytest.fixture
def swept(tmp_path, monkeypatch) -> Callable[..., tuple]:
    """Sweep a handler: ``swept(body, cron=..., moments=[...])`` gives its findings, and a row for each trouble.

    Only the named moments of the calendar are tried, each of which takes as long as another trouble.
    """

    def run(body, *, cron="0 * * * *", count=4, moments=(), seed=SEED, start="2026-06-01", select=(), **settings):
        folder = tmp_path / "fn"
        folder.mkdir(exist_ok=True)
        (folder / "handler.py").write_text(PRELUDE + body)
        (tmp_path / "seed.json").write_text(json.dumps(seed))
        monkeypatch.setattr(calendar, "MOMENTS", tuple(one for one in ALL if any(name in one.name for name in moments)))
        with load_function(folder, seed=tmp_path / "seed.json", **settings) as loaded:
            loaded.settings = loaded.settings.replace(select=select)
            plan = plan_schedule(cron, start, None, count)
            found, _, rows = judge(loaded, list(sweep(loaded, plan, schedule=None, data=None)))
        return found, rows

    return run


ALL = calendar.MOMENTS


@pytest.fixture
def ids(swept) -> Callable[..., set[str]]:
    """The ids of what is found: ``ids(body, ...)``."""
    return lambda body, **given: {finding.id for finding in swept(body, **given)[0]}
