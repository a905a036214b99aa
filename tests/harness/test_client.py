"""The real client of the installed SDK, whichever generation, in front of the hook."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("cognite.client", reason="cognite-sdk is not installed")

from cognite.client import global_config

from fn_emulator.harness.client import fake_client
from fn_emulator.harness.http_hook import hold, release

from .exchange import CDF, TinyCdf, decoded, json_reply

AT = "2026-03-29T01:30:00+00:00"
AT_MS = 1774747800000
LIST = "def handle(client):\n    return [asset.name for asset in client.assets.list(limit=None)]\n"


@pytest.fixture
def cdf() -> TinyCdf:
    return TinyCdf()


@pytest.fixture
def open_faked(open_harness: Callable[..., Any], cdf: TinyCdf) -> Callable[..., Any]:
    return lambda files, **spec: open_harness(files, **{"client": "fake", "cdf": CDF, "exchange": cdf, **spec})


def lines(cdf: TinyCdf) -> list[int]:
    return [request["site"][1] for request in cdf.requests]


def test_the_real_client_lists_page_after_page(open_faked, cdf):
    harness = open_faked(LIST)
    assert harness.answer() == ["first", "second"]
    assert (cdf.paths[0], lines(cdf)) == ("fn-emulator-1.cognitedata.com/api/v1/projects/tests/assets/list", [2, 2])
    assert (harness.shown, cdf.requests[0]["site"][0]) == ([], f"{harness.root}/handler.py")


def test_the_client_stays_warm(open_faked):
    harness = open_faked(
        "SEEN = []\ndef handle(client):\n    SEEN.append(client)\n    return len(set(map(id, SEEN)))\n"
    )
    assert [harness.answer() for _ in range(3)] == [1, 1, 1]


def test_a_handler_without_client_gets_none_made(open_faked, cdf, monkeypatch):
    monkeypatch.setattr("fn_emulator.harness.session.make_client", lambda *args: pytest.fail("made"))
    assert open_faked("def handle():\n    return 1\n").answer() == 1


def test_the_world_of_a_request_travels_with_it(open_faked, cdf):
    open_faked(LIST).answer(world=7)
    assert [request["world"] for request in cdf.requests] == [7, 7]


@pytest.mark.parametrize("cold", [False, True])
def test_a_frozen_clock_is_cdfs_too(open_faked, cdf, cold):
    harness = open_faked(
        "import datetime\ndef handle(client):\n    client.assets.list(limit=1)\n"
        "    return datetime.datetime.now(datetime.timezone.utc).isoformat()\n"
    )
    harness.answer(cold=cold)
    assert [harness.answer(frozen_at=AT), harness.answer(frozen_at=AT)] == [AT, AT]
    assert [request["now_ms"] for request in cdf.requests[1:]] == [AT_MS, AT_MS]
    harness.answer(cold=cold)
    assert cdf.requests[-1]["now_ms"] > AT_MS + 1_000_000


def test_the_first_call_of_all_may_be_frozen(tmp_path):
    from .alone import run_alone

    printed = run_alone(tmp_path, LIST, frozen_at=AT)
    assert '"answer": ["first", "second"]' in printed


OWN = {
    "token": "from cognite.client.credentials import Token\ncredentials = Token('mine')\n",
    "oauth": (
        "from cognite.client.credentials import OAuthClientCredentials\n"
        "credentials = OAuthClientCredentials(\n"
        "    token_url='https://login.microsoftonline.com/t/oauth2/v2.0/token', client_id='i', client_secret='s',\n"
        "    scopes=['https://greenfield.cognitedata.com/.default'])\n"
    ),
}


@pytest.mark.parametrize("kind", OWN)
def test_a_client_that_the_handler_builds_itself_is_answered(open_faked, cdf, kind):
    harness = open_faked(
        OWN[kind] + "from cognite.client import ClientConfig, CogniteClient\n"
        "def handle():\n"
        "    client = CogniteClient(ClientConfig(\n"
        "        client_name='own', project='p', base_url='https://greenfield.cognitedata.com',\n"
        "        credentials=credentials))\n"
        "    return [asset.name for asset in client.assets.list(limit=1)]\n"
    )
    reply = harness.call()
    assert (reply["failure"], reply["answer"]["value"], reply["foreign"]) == (None, ["first"], [])
    assert cdf.paths[-1] == "greenfield.cognitedata.com/api/v1/projects/p/assets/list"
    assert cdf.requests[-1]["headers"]["authorization"] == "Bearer " + ("mine" if kind == "token" else "made here")


def test_each_thread_has_its_own_line(open_faked, cdf):
    harness = open_faked(
        "from concurrent.futures import ThreadPoolExecutor\n"
        "def one(client):\n"
        "    client.assets.list(limit=1, name='one')\n"
        "def two(client):\n"
        "    client.assets.list(limit=1, name='two')\n"
        "def handle(client):\n"
        "    with ThreadPoolExecutor(4) as pool:\n"
        "        for work in (one, two) * 5:\n"
        "            pool.submit(work, client)\n"
        "        pool.submit(client.assets.list, limit=1, name='direct')\n"
    )
    harness.answer()
    assert {(decoded(request).count("one"), decoded(request).count("two"), request["site"][1]) for request in
            cdf.requests} == {(1, 0, 3), (0, 1, 5), (0, 0, 10)}  # fmt: skip


def test_pages_that_the_sdk_fetches_in_parallel_know_their_line(open_faked, cdf):
    harness = open_faked(
        "def handle(client):\n    return len(\n        client.assets.list(limit=None, partitions=3))\n"
    )
    assert harness.answer() == 6
    assert set(lines(cdf)) <= {2, 3}


def test_a_loop_over_the_client_has_the_line_of_the_loop(open_faked, cdf):
    open_faked("def handle(client):\n    for asset in client.assets(chunk_size=1):\n        print(asset)\n").answer()
    assert lines(cdf) == [2, 2]


def test_a_thread_of_the_handlers_own_has_the_line_that_waits_for_it(open_faked, cdf):
    harness = open_faked(
        "import threading\ndef handle(client):\n"
        "    thread = threading.Thread(target=client.assets.list, kwargs={'limit': 1})\n"
        "    thread.start()\n"
        "    thread.join()\n"
    )
    harness.answer()
    assert lines(cdf)[0] in (4, 5)


BUSY = json_reply({"error": {"code": 429, "message": "slow down"}}, 429)


@pytest.mark.parametrize("frozen_at", [None, AT])
def test_a_retry_storm_takes_no_time_but_moves_the_clock(open_faked, cdf, frozen_at):
    cdf.queue = [BUSY] * 8
    harness = open_faked(LIST)
    begun = time.perf_counter()
    assert harness.answer(frozen_at=frozen_at) == ["first", "second"]
    assert time.perf_counter() - begun < 20
    times = [request["now_ms"] for request in cdf.requests]
    assert times == sorted(times)
    assert times[8] - times[0] > 1000


def test_the_handlers_own_sleep_is_a_sleep(open_faked, cdf):
    harness = open_faked(
        "import asyncio, time\n"
        "def handle(client):\n    client.assets.list(limit=1)\n    begun = time.perf_counter()\n"
        "    time.sleep(0.02)\n    asyncio.run(asyncio.sleep(0.02))\n    return time.perf_counter() - begun\n"
    )
    assert harness.answer() > 0.035


@pytest.mark.parametrize(
    ("kind", "error"), [("timeout", "CogniteReadTimeout"), ("reset", "CogniteConnectionError")]
)  # fmt: skip
def test_faults_become_the_sdks_own_errors(open_faked, cdf, kind, error):
    cdf.queue = [{"raise": kind}] * 20
    assert open_faked(LIST).call()["failure"]["type"] == error
    assert len(cdf.requests) > 1


def test_one_fault_is_survived_by_a_retry(open_faked, cdf):
    cdf.queue = [{"raise": "reset"}, {"raise": "timeout"}]
    assert open_faked(LIST).answer() == ["first", "second"]


def test_the_version_check_is_off_while_a_function_is_open(open_faked, monkeypatch):
    monkeypatch.setattr(global_config, "disable_pypi_version_check", False)
    harness = open_faked(LIST)
    harness.answer()
    assert global_config.disable_pypi_version_check is True
    harness.session.close()
    harness.session.close = lambda: None
    assert global_config.disable_pypi_version_check is False


def test_a_fake_that_is_held_has_a_client_outside_of_calls(cdf):
    held = hold(cdf, CDF["base_url"])
    try:
        assert fake_client(**CDF).assets.list(limit=1)[0].name == "first"
    finally:
        release(held)
    assert cdf.requests[0]["site"] is None


FORKED = """
import os, sys
from exchange import CDF, TinyCdf
from fn_emulator.harness.session import open_session
import cognite.client
cdf = TinyCdf()
session = open_session(SPEC, exchange=cdf)
child = os.fork()
if child == 0:
    reply = session.call(REQUEST)
    os._exit(0 if reply["answer"]["value"] == ["first", "second"] else 1)
assert os.waitpid(child, 0)[1] == 0
print(session.call(REQUEST)["answer"]["value"])
session.close()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_fork_before_the_client_is_used_works_on_both_sides(tmp_path):
    from .alone import run_script

    assert run_script(tmp_path, FORKED, LIST) == "['first', 'second']\n"


def test_the_line_of_a_refused_connection_is_known_in_the_sdks_thread_too(open_faked):
    harness = open_faked(
        "import time\n"
        "def handle(client):\n"
        "    client.assets.list(limit=1)\n"
        "    client.config.base_url = 'https://elsewhere.example.com'\n"
        "    client.assets.list(limit=1)\n"
    )
    reply = harness.call()
    assert (reply["refused"][0]["host"], reply["refused"][0]["line"]) == ("elsewhere.example.com", 5)
    assert (reply["foreign"][0]["method"], reply["foreign"][0]["line"]) == ("POST", 5)


def test_a_subscription_that_polls_for_ever_does_not_spin():
    from fn_emulator.harness.backoff import LIMIT, VirtualWaits

    waits = VirtualWaits()
    assert [waits.take(0.001) for _ in range(LIMIT + 1)].count(True) == LIMIT
    assert waits.total_ms == pytest.approx(LIMIT)
