"""The real client under a frozen clock and in forks; generations of the SDK differ in what hangs there."""

from __future__ import annotations

import os
import sys
from datetime import datetime, timedelta, timezone

import pytest

from fn_emulator import load_function

pytest.importorskip("cognite.client", reason="cognite-sdk is not installed")

AT = datetime(2026, 3, 29, 1, 30, tzinfo=timezone.utc)
CREATES = """\
import time


def handle(client, data):
    body = {"items": [{"externalId": data["id"], "name": "n"}]}
    made = client.post(f"/api/v1/projects/{client.config.project}/assets", json=body).json()["items"][0]
    listed = sorted(asset.external_id for asset in client.assets.list())
    return {"created": made["createdTime"], "now": round(time.time() * 1000), "listed": listed}
"""
FORKS = """\
import os


def handle(client):
    child = os.fork()
    found = [asset.name for asset in client.assets.list()]
    if child == 0:
        os._exit(0 if found == ["Pump"] else 1)
    return [found, os.waitpid(child, 0)[1]]
"""


@pytest.fixture
def open_function(tmp_path):
    opened = []

    def open_(source, **options):
        (tmp_path / "fn").mkdir()
        (tmp_path / "fn" / "handler.py").write_text(source)
        opened.append(load_function(tmp_path / "fn", **options))
        return opened[-1]

    yield open_
    for function in opened:
        function.close()


def test_what_is_created_under_a_frozen_clock_has_its_time(open_function):
    fn = open_function(CREATES)
    answers = [fn.call({"id": str(day)}, at=AT + timedelta(days=day)).response for day in range(3)]
    instants = [round((AT + timedelta(days=day)).timestamp() * 1000) for day in range(3)]
    assert [answer["created"] for answer in answers] == [answer["now"] for answer in answers] == instants
    assert answers[-1]["listed"] == ["0", "1", "2"]


def test_the_client_works_before_under_and_after_a_freeze(open_function):
    fn = open_function(CREATES)
    answers = [fn.call({"id": str(n)}, at=at).response for n, at in enumerate((None, AT, None, AT, None))]
    assert answers[-1]["listed"] == ["0", "1", "2", "3", "4"]
    assert [answer["created"] == round(AT.timestamp() * 1000) for answer in answers] == [
        False,
        True,
        False,
        True,
        False,
    ]


def test_an_error_of_cdf_is_raised_under_a_frozen_clock(open_function):
    fn = open_function(CREATES)
    fn.call({"id": "a"}, at=AT)
    assert fn.call({"id": "a"}, at=AT).failure.type in ("CogniteDuplicatedError", "CogniteAPIError")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # Python 3.12 of any fork beside threads
def test_a_fork_before_the_client_is_used_answers_the_parent_alone(tmp_path):
    import subprocess

    (tmp_path / "fn").mkdir()
    (tmp_path / "fn" / "handler.py").write_text(FORKS)
    script = (  # a process of its own, in which no client was used before
        "from fn_emulator import FakeCdf, load_function\n"
        "cdf = FakeCdf().seed({'assets': [{'name': 'Pump'}]})\n"
        "with load_function('fn', cdf=cdf) as fn:\n    print(fn.call().response)\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.returncode) == ("[['Pump'], 256]\n", 0), ran.stderr  # what a child writes nobody sees
