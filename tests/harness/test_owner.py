"""Whose a request, a connection or a thread is, during a call and after it."""

from __future__ import annotations

import asyncio
import importlib
import os
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fn_emulator.harness.http_hook import hold, release

from .exchange import CDF, TinyCdf, json_reply

ENDED = "The call that sent this has ended; wait for its threads and tasks before handle returns."
OTHER = "https://fn-emulator-2.cognitedata.com"
LIBRARIES = ("requests", "httpx", "httpx2")

LEAVES = """\
import threading, {library} as http

def handle(client):
    {start}
    client.ready.wait(10)

def work(client):
    client.ready.set()
    client.go.wait(10)
    for url in client.urls:
        try:
            client.seen.append(http.get(url).status_code)
        except Exception as exc:
            client.seen.append(str(exc))
    client.done.set()
"""

STARTS = {
    "a thread": "threading.Thread(target=work, args=[client]).start()",
    "a thread of a thread": "threading.Timer(0, threading.Thread(target=work, args=[client]).start).start()",
    "a pool": "client.pool.submit(work, client)",
}


class Left:
    """What a handler and its test share."""

    def __init__(self, *urls: str) -> None:
        self.urls = urls
        self.seen: list[Any] = []
        self.ready, self.go, self.done = threading.Event(), threading.Event(), threading.Event()
        self.pool = ThreadPoolExecutor(1)

    def finish(self) -> list[Any]:
        self.go.set()
        assert self.done.wait(10)
        self.pool.shutdown()
        return self.seen


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest) -> str:
    pytest.importorskip(request.param, reason=f"{request.param} is not installed")
    return str(request.param)


@pytest.fixture
def leave(open_harness: Callable[..., Any]) -> Callable[..., Any]:
    """Calls a handler that leaves work running; gives what it shares, and the harness."""

    def call(library: str, *urls: str, start: str = "a thread", **spec: Any) -> tuple[Left, Any]:
        left = Left(*urls)
        source = LEAVES.format(library=library, start=STARTS[start])
        harness = open_harness(source, client_object=left, client="fake", cdf=CDF, **{"exchange": TinyCdf(), **spec})
        harness.answer()
        return left, harness

    return call


@pytest.mark.parametrize("start", STARTS)
def test_what_a_handler_leaves_running_asks_no_cdf_between_calls(leave, library, start):
    cdf = TinyCdf()
    urls = (CDF["base_url"] + "/x", "https://westeurope-1.cognitedata.com/x")
    left, _ = leave(library, *urls, start=start, exchange=cdf, network="on")
    assert (left.finish(), cdf.requests) == ([410, 410], [])


def test_the_error_says_so_in_the_shape_of_cdf():
    from fn_emulator.harness.http_route import ENDED as ROUTE

    assert ROUTE.ask()["body"].decode() == '{"error": {"code": 410, "message": "' + ENDED + '"}}'


def test_it_asks_neither_the_fake_of_a_later_call_nor_one_of_the_test(leave, open_harness, library):
    left, _ = leave(library, OTHER + "/x", "https://fn-emulator-3.cognitedata.com/x")
    later, held = TinyCdf(), TinyCdf()
    source = "def handle(client):\n    return client.finish()\n"
    second = open_harness(
        source, name="second", client_object=left, client="fake", exchange=later, cdf={**CDF, "base_url": OTHER}
    )
    keeping = hold(held, "https://fn-emulator-3.cognitedata.com")
    try:
        assert second.answer() == [410, 410]
    finally:
        release(keeping)
    assert (later.requests, held.requests) == ([], [])


def test_it_reaches_no_host_that_its_call_could_not_reach(leave, library):
    left, _ = leave(library, "http://10.9.9.9:9/x")
    [message] = left.finish()
    assert "fn-emulate refused the connection to 10.9.9.9:9" in message


def test_what_it_is_refused_is_no_connection_of_a_later_call(leave, open_harness):
    pytest.importorskip("requests", reason="requests is not installed")
    left, _ = leave("requests", "http://10.9.9.9:9/x", network="local")
    second = open_harness("def handle(client):\n    return client.finish()\n", name="second", client_object=left)
    reply = second.call()
    assert (len(reply["answer"]["value"]), reply["refused"]) == (1, [])


def test_a_thread_of_the_test_works_on_the_fake_of_the_test(open_harness, library):
    http, in_calls, held = importlib.import_module(library), TinyCdf(), TinyCdf()
    keeping = hold(held, CDF["base_url"])
    is_called, is_done = threading.Event(), threading.Event()

    def outside() -> None:
        is_called.wait(10)
        http.get(CDF["base_url"] + "/outside")
        is_done.set()

    thread = threading.Thread(target=outside)
    thread.start()
    source = f"import {library} as http\ndef handle(client):\n    client()\n    http.get('{CDF['base_url']}/inside')\n"
    try:
        open_harness(
            source,
            client_object=lambda: (is_called.set(), is_done.wait(10)),
            client="fake",
            cdf=CDF,
            exchange=in_calls,
        ).answer()
    finally:
        thread.join()
        release(keeping)
    assert [in_calls.paths, held.paths] == [
        ["fn-emulator-1.cognitedata.com/inside"],
        ["fn-emulator-1.cognitedata.com/outside"],
    ]


def test_a_thread_of_the_test_connects_where_it_wants(open_harness):
    is_called, is_done, reached = threading.Event(), threading.Event(), []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def outside() -> None:
            is_called.wait(10)
            socket.create_connection(server.getsockname(), timeout=5).close()
            reached.append(1)
            is_done.set()

        thread = threading.Thread(target=outside)
        thread.start()
        call = lambda: (is_called.set(), is_done.wait(10))  # noqa: E731
        open_harness("def handle(client):\n    client()\n", client_object=call, network="off").answer()
        thread.join()
    assert reached == [1]


RAW_THREAD = """\
import _thread, threading, requests

def handle():
    done = threading.Event()
    def work():
        requests.get("https://api.cognitedata.com/x")
        done.set()
    _thread.start_new_thread(work, ())
    return done.wait(10)
"""


def test_a_thread_that_python_does_not_know_belongs_to_the_call_that_runs(open_harness):
    pytest.importorskip("requests", reason="requests is not installed")
    cdf = TinyCdf()
    assert open_harness(RAW_THREAD, client="fake", cdf=CDF, exchange=cdf).answer() is True
    assert cdf.paths == ["api.cognitedata.com/x"]


def test_a_pool_that_a_call_used_is_the_tests_own_again(leave):
    http = pytest.importorskip("requests", reason="requests is not installed")
    held = TinyCdf()
    keeping = hold(held, CDF["base_url"])
    left, _ = leave("requests", start="a pool")
    try:
        left.go.set()
        assert left.pool.submit(lambda: http.get(CDF["base_url"] + "/x").status_code).result(10) == 200
    finally:
        left.finish()
        release(keeping)


FAILING_THREAD = """\
import threading

def work():
    raise ValueError("in a thread")

def handle():
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
"""


def test_the_traceback_of_a_thread_shows_none_of_ours(open_harness, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", threading.__excepthook__)  # not pytest's
    logged = str(open_harness(FAILING_THREAD).call()["logs"])
    assert ("ValueError: in a thread" in logged, "owner.py" in logged) == (True, False)


def test_threads_and_pools_are_put_back_when_the_last_function_closes(open_harness):
    before = threading.Thread.start, ThreadPoolExecutor.submit, asyncio.run_coroutine_threadsafe
    harness = open_harness("def handle():\n    pass\n")
    assert threading.Thread.start is not before[0]
    harness.session.close()
    harness.session.close = lambda: None
    assert (threading.Thread.start, ThreadPoolExecutor.submit, asyncio.run_coroutine_threadsafe) == before


FORKS = """\
import os, {library} as http

def handle():
    pid = os.fork()
    if pid == 0:
        try:
            http.get("https://api.cognitedata.com/x")
        except RuntimeError as exc:
            os.write(client_out, str(exc).encode())
        os._exit(0)
    os.waitpid(pid, 0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_child_is_told_that_it_cannot_ask(open_harness, library):
    read_end, write_end = os.pipe()
    cdf = TinyCdf()
    source = FORKS.format(library=library).replace("client_out", str(write_end))
    open_harness(source, client="fake", cdf=CDF, exchange=cdf).answer()
    os.close(write_end)
    told = os.read(read_end, 10_000).decode()
    os.close(read_end)
    assert told.partition(" ")[0] == "Process"
    assert told.partition(" was ")[2] == (
        "forked from the handler's and cannot share its in-memory CDF. "
        "Use threads, or make the requests in the process that runs the handler."
    )
    assert cdf.requests == []


def test_a_script_that_asks_is_told_that_it_cannot(open_harness, library):
    http, told = importlib.import_module(library), []

    def scripted(request: Any) -> Any:
        try:
            http.get(CDF["base_url"] + "/y")
        except RuntimeError as exc:
            told.append(type(exc).__name__)
        return json_reply({})

    source = f"import {library} as http\ndef handle():\n    http.get('https://api.cognitedata.com/x')\n"
    open_harness(source, client="fake", cdf=CDF, exchange=scripted).answer()
    assert told == ["AnsweringError"]


@pytest.mark.parametrize("call", ["urllib.request.urlopen", "urllib3.PoolManager(retries=False).urlopen"])
def test_a_library_that_is_not_answered_is_told_which_are(open_harness, call):
    pytest.importorskip(call.partition(".")[0])
    arguments = "'GET', URL" if "3" in call else "URL"
    source = (
        f"import {call.partition('.Pool')[0].removesuffix('.urlopen')}\nURL = 'https://api.cognitedata.com/x'\n"
        f"def handle():\n    {call}({arguments})\n"
    )
    failure = open_harness(source, client="fake", cdf=CDF, exchange=TinyCdf()).call()["failure"]
    assert "; only requests, httpx and the client are answered by the in-memory CDF" in failure["message"]
    assert "--network" not in failure["message"]


STARTED = """
from exchange import TinyCdf
from fn_emulator.harness.session import open_session
session = open_session(SPEC, exchange=TinyCdf())
session.call(REQUEST)
session.close()
print(*sorted(name.rpartition(".")[2] for name in sys.modules if name.startswith("fn_emulator.harness.")))
"""


def test_a_function_that_sends_nothing_pays_for_no_hook(tmp_path):
    from .alone import run_script

    loaded = run_script(tmp_path, STARTED, "def handle():\n    return 1\n").split()
    # Not patching: the network's guard takes it as soon as anything, such as a measuring tool, has imported socket.
    assert {"http_hook", "http_route", "call_site", "backoff", "sdk_settings", "channel"} & {*loaded} == set()
