"""A child process whose CDF is in its parent."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fn_emulator.harness.channel import connect, serve
from fn_emulator.harness.frame import MAX_HEADER_BYTES, ChannelError

from .alone import BEFORE
from .exchange import TinyCdf

REQUEST = {"method": "GET", "url": "https://x.cognitedata.com/a", "headers": {}, "now_ms": 1, "site": None, "world": 3}

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system passes no descriptors to children")


class Pipes:
    """Both sides of a channel; each end is closed once."""

    def __init__(self) -> None:
        self.child_reads, self.parent_writes = os.pipe()
        self.parent_reads, self.child_writes = os.pipe()
        self.open = {self.child_reads, self.child_writes, self.parent_reads, self.parent_writes}

    def close(self, *fds: int) -> None:
        for fd in self.open.intersection(fds):
            self.open.discard(fd)
            os.close(fd)


@pytest.fixture
def pipes() -> Iterator[Pipes]:
    pipes = Pipes()
    yield pipes
    pipes.close(*pipes.open)


@pytest.fixture
def served(pipes: Pipes) -> Iterator[Callable[[Any], Any]]:
    """Serves an ``exchange`` in a thread and gives the child's side of it."""
    threads = []

    def serve_(exchange: Any) -> Any:
        threads.append(threading.Thread(target=serve, args=(pipes.parent_reads, pipes.parent_writes, exchange)))
        threads[0].start()
        return connect(pipes.child_reads, pipes.child_writes)

    yield serve_
    pipes.close(pipes.child_writes)
    threads[0].join()


def test_a_request_and_its_answer_cross_whole(served):
    asked = []
    big = bytes(range(256)) * 20_000
    exchange = served(
        lambda request: asked.append(request) or {"status": 201, "headers": {"a": "é"}, "body": big[::-1]}
    )
    reply = exchange({**REQUEST, "site": ["handler.py", 4], "body": big})
    assert reply == {"status": 201, "headers": {"a": "é"}, "body": big[::-1]}
    assert asked == [{**REQUEST, "site": ["handler.py", 4], "body": big}]


def test_a_fault_crosses_too(served):
    assert served(lambda request: {"raise": "timeout"})({**REQUEST, "body": b""}) == {"raise": "timeout"}


def test_threads_share_a_channel(served):
    exchange = served(lambda request: {"status": 200, "headers": {}, "body": request["body"]})
    answers: dict[int, bytes] = {}

    def ask(number: int) -> None:
        for _ in range(20):
            answers[number] = exchange({**REQUEST, "body": b"%d" % number * 1000})["body"]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: b"%d" % number * 1000 for number in range(5)}


def test_a_forked_process_is_refused(served):
    exchange = served(lambda request: {"status": 200, "headers": {}, "body": b""})
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            exchange({**REQUEST, "body": b""})
        except ChannelError as exc:
            os.write(write, str(exc).encode())
        os._exit(0)
    os.waitpid(child, 0)
    said = os.read(read, 1000).decode()
    os.close(read)
    os.close(write)
    assert said == (
        f"Process {child} was forked from the handler's and cannot share its channel to CDF. "
        "Use threads, or make the requests in the process that runs the handler."
    )
    assert exchange({**REQUEST, "body": b""})["status"] == 200


def test_an_answer_that_nobody_awaits_any_more_is_passed_over(pipes):
    exchange = connect(pipes.child_reads, pipes.child_writes)
    for number, body in ((0, b"stale"), (1, b"mine")):
        header = json.dumps({"number": number, "status": 200, "headers": {}}).encode()
        os.write(pipes.parent_writes, struct.pack(">II", len(header), len(body)) + header + body)
    assert exchange({**REQUEST, "body": b""})["body"] == b"mine"


def test_an_interruption_while_it_waits_leaves_the_channel_whole(pipes, monkeypatch):
    exchange = connect(pipes.child_reads, pipes.child_writes)
    real = os.read
    monkeypatch.setattr(os, "read", lambda *args: (_ for _ in ()).throw(TimeoutError()))
    with pytest.raises(TimeoutError):
        exchange({**REQUEST, "body": b""})
    monkeypatch.setattr(os, "read", real)
    answering = threading.Thread(
        target=lambda: serve(
            pipes.parent_reads,
            pipes.parent_writes,
            lambda request: {"status": 200, "headers": {}, "body": request["body"]},
        )
    )
    answering.start()
    assert exchange({**REQUEST, "body": b"second"})["body"] == b"second"
    pipes.close(pipes.child_writes)
    answering.join()


def test_an_interruption_within_a_message_ends_the_channel(pipes, monkeypatch):
    exchange = connect(pipes.child_reads, pipes.child_writes)
    monkeypatch.setattr(os, "write", lambda *args: (_ for _ in ()).throw(TimeoutError()))
    with pytest.raises(TimeoutError):
        exchange({**REQUEST, "body": b""})
    monkeypatch.undo()
    with pytest.raises(ChannelError) as caught:
        exchange({**REQUEST, "body": b""})
    assert str(caught.value) == "The channel to CDF was interrupted within a message. Call the function again."


def test_a_parent_that_is_gone_is_said(pipes):
    pipes.close(pipes.parent_writes)
    with pytest.raises(ChannelError, match="has closed the channel"):
        connect(pipes.child_reads, pipes.child_writes)({**REQUEST, "body": b""})


def test_what_fails_in_the_store_is_told_to_the_child_and_raised(pipes):
    def fails(request: Any) -> Any:
        raise KeyError("a fault of ours")

    raised = []

    def answer() -> None:
        try:
            serve(pipes.parent_reads, pipes.parent_writes, fails)
        except KeyError as exc:
            raised.append(exc)

    answering = threading.Thread(target=answer)
    answering.start()
    with pytest.raises(ChannelError) as caught:
        connect(pipes.child_reads, pipes.child_writes)({**REQUEST, "body": b""})
    answering.join()
    assert (str(caught.value), len(raised)) == ("The in-memory CDF failed: KeyError: 'a fault of ours'", 1)


@pytest.mark.parametrize("frame", [struct.pack(">II", 1 << 31, 0), struct.pack(">II", 2, 0) + b"[]"])
def test_what_is_no_frame_of_ours_is_refused(pipes, frame):
    os.write(pipes.child_writes, frame)
    with pytest.raises(ChannelError):
        serve(pipes.parent_reads, pipes.parent_writes, lambda request: {})


def test_a_header_over_the_limit_is_not_sent(pipes):
    with pytest.raises(ChannelError) as caught:
        connect(pipes.child_reads, pipes.child_writes)({**REQUEST, "url": "x" * MAX_HEADER_BYTES, "body": b""})
    assert str(caught.value).endswith(f"the limit is {MAX_HEADER_BYTES}.")


CHILD = """
from fn_emulator.harness.channel import connect
from fn_emulator.harness.session import open_session
session = open_session(SPEC, exchange=connect(int(sys.argv[4]), int(sys.argv[5])))
REQUEST["world"] = 5
reply = session.call(REQUEST)
print(reply["failure"] and reply["failure"]["message"] or reply["answer"]["value"])
session.close()
"""


def run_child(tmp_path: Path, pipes: Pipes, handler: str) -> tuple[str, TinyCdf]:
    (tmp_path / "handler.py").write_text(handler)
    places = [str(tmp_path), "{}", str(Path(__file__).parent), str(pipes.child_reads), str(pipes.child_writes)]
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", BEFORE + CHILD, *places],
        pass_fds=(pipes.child_reads, pipes.child_writes),
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        pipes.close(pipes.child_reads, pipes.child_writes)  # so that the end of the child is the end of the file
        assert child.stdout is not None
        cdf = TinyCdf()
        serve(pipes.parent_reads, pipes.parent_writes, cdf)
        return child.stdout.read(), cdf


def test_the_real_client_works_in_a_child(tmp_path, pipes):
    pytest.importorskip("cognite.client", reason="cognite-sdk is not installed")
    printed, cdf = run_child(
        tmp_path, pipes, "def handle(client):\n    return [asset.name for asset in client.assets.list(limit=None)]\n"
    )
    assert printed == "['first', 'second']\n"
    assert [(request["site"][1], request["world"]) for request in cdf.requests] == [(2, 5), (2, 5)]


def test_a_handler_that_forks_is_told_why_its_child_cannot_reach_cdf(tmp_path, pipes):
    pytest.importorskip("requests", reason="requests is not installed")
    printed, _ = run_child(
        tmp_path,
        pipes,
        "import os, requests\n"
        "def handle():\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        try:\n"
        "            requests.get('https://api.cognitedata.com/x')\n"
        "        except RuntimeError as exc:\n"
        "            print(exc, flush=True)\n"
        "            os._exit('forked' not in str(exc))\n"
        "        os._exit(2)\n"
        "    return os.waitpid(child, 0)[1]\n",
    )
    assert printed.endswith("0\n")
