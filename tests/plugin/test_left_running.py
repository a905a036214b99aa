"""What a handler, a script or a test does with the real client beside the calls: none of it leaks or hangs."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("cognite.client", reason="cognite-sdk is not installed")


@pytest.fixture
def write(tmp_path: Any) -> Callable[..., str]:
    def make(source: str, name: str = "fn") -> str:
        (tmp_path / name).mkdir()
        (tmp_path / name / "handler.py").write_text(source)
        return str(tmp_path / name)

    return make


LEAVES = """\
import threading
from shared_by_test import ready, go, done, told

def handle(client):
    def later():
        ready.set()
        go.wait(10)
        try:
            client.raw.databases.create("left")
        except Exception as exc:
            told.append(str(exc))
        done.set()
    threading.Thread(target=later).start()
    ready.wait(10)
"""


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Any:
    import sys
    import types

    module: Any = types.ModuleType("shared_by_test")
    module.ready, module.go, module.done, module.told = threading.Event(), threading.Event(), threading.Event(), []
    monkeypatch.setitem(sys.modules, "shared_by_test", module)
    yield module
    module.go.set()


def test_a_client_in_a_thread_that_is_left_writes_no_more(load_function, fake_cdf, write, shared):
    load_function(write(LEAVES)).call()
    shared.go.set()
    assert shared.done.wait(10)
    assert "The call that sent this has ended" in shared.told[0]
    assert fake_cdf.dump().get("raw") in (None, {})


def test_it_writes_into_no_other_function_either(load_function, fake_cdf, write, shared):
    load_function(write(LEAVES)).call()
    waits = "from shared_by_test import go, done\ndef handle(client):\n    go.set()\n    return done.wait(10)\n"
    result = load_function(write(waits, "other")).call()
    assert (result.response, result.effects, len(shared.told)) == (True, (), 1)


def test_the_client_of_the_test_in_a_thread_of_the_test_is_no_write_of_the_call(load_function, fake_cdf, write, shared):
    client = fake_cdf.client

    def outside() -> None:
        shared.ready.wait(10)
        client.raw.databases.create("prepared")
        shared.done.set()

    thread = threading.Thread(target=outside)
    thread.start()
    source = "from shared_by_test import ready, done\ndef handle(client):\n    ready.set()\n    return done.wait(10)\n"
    result = load_function(write(source)).call()
    thread.join()
    assert (result.response, result.effects, fake_cdf.writes()) == (True, (), [])


def test_a_script_that_uses_a_client_fails_with_the_reason(load_function, fake_cdf, write):
    client, told = fake_cdf.seed({"functions": [{"externalId": "other", "name": "other"}]}).client, []

    def other(data: Any) -> Any:
        try:
            client.assets.list()
        except Exception as exc:
            told.append(str(exc))
            raise

    fake_cdf.script("functions/other/call", other)
    load_function(write("def handle(client):\n    client.functions.call(external_id='other')\n")).call()
    assert told == [
        "CDF cannot be asked while it answers: a script gets the request's JSON, and may use fake_cdf.dump()."
    ]


FORKS = """\
import os

def handle(client):
    client.raw.databases.list()
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            client.raw.databases.create("child")
        except BaseException as exc:
            os.write(write_end, str(exc).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        return pipe.read().decode()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_client_in_a_forked_child_fails_with_the_reason(load_function, fake_cdf, write):
    result = load_function(write(FORKS)).call()
    assert "was forked from the handler's and cannot share its in-memory CDF." in result.response
    assert fake_cdf.writes() == []


GOES_ON = """\
import time

def handle(client):
    client.raw.databases.list()
    while True:
        client.raw.rows.insert("d", "t", {str(time.perf_counter_ns()): {"a": 1}}, ensure_parent=True)
"""


def test_after_a_time_limit_nothing_is_written_that_the_result_does_not_tell(load_function, fake_cdf, write):
    fake_cdf.client.raw.databases.create("other")  # what the SDK imports late is none of the call's time
    result = load_function(write(GOES_ON), timeout_s=1).call()
    rows = sum(len(table) for tables in fake_cdf.dump()["raw"].values() for table in tables.values())
    inserted = sum(effect.created or 0 for effect in result.effects if effect.target == "raw/rows")
    assert (result.status, rows) == ("Timeout", inserted)
