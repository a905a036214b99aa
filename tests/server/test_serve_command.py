"""``fn-emulate serve`` as a process: what it says, and how it ends."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys

import pytest


@pytest.fixture
def start(tmp_path):
    """Start the command: ``start("--cdf") -> (process, lines)`` with the two lines that it says first."""
    pytest.importorskip("uvicorn", reason="the extra serve is not installed")
    processes = []

    def start(*arguments):
        kept = {name: value for name, value in os.environ.items() if "COV" in name or name == "PATH"}
        process = subprocess.Popen(
            [sys.executable, "-m", "fn_emulator", "serve", *arguments],
            cwd=tmp_path,
            env=kept,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process, [process.stderr.readline() for _ in range(2)]

    yield start
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


def end(process, number=signal.SIGINT):
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    return process.returncode, out, err


def ask(port, path, token):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"content-type": "application/json", **({"authorization": f"Bearer {token}"} if token else {})}
    connection.request("POST", f"/api/v1/projects/fn-emulator{path}", b"{}", headers)
    answer = connection.getresponse()
    found = answer.status, json.loads(answer.read())
    connection.close()
    return found


def test_it_says_where_it_is_serves_and_ends_with_ctrl_c(start):
    process, lines = start("--cdf")
    found = re.fullmatch(r"CDF at http://127\.0\.0\.1:(\d+), project fn-emulator, token (\S{32})\n", lines[0])
    assert lines[1] == "Ctrl-C ends it, and its state with it.\n"
    assert ask(int(found[1]), "/events/list", found[2]) == (200, {"items": []})
    assert ask(int(found[1]), "/events/list", None)[0] == 401
    assert end(process) == (130, "", "\nInterrupted.\n")


def test_it_is_ended_by_sigterm_as_other_commands(start):
    process, _ = start("--cdf")
    assert end(process, signal.SIGTERM) == (143, "", "\nEnded by SIGTERM.\n")


def test_a_seed_is_served_without_a_token_where_that_was_said(start, tmp_path):
    (tmp_path / "seed.yaml").write_text("events: [{externalId: a}]\n")
    process, lines = start("--cdf", "--seed", "seed.yaml", "--no-token")
    port = int(re.match(r"CDF at http://127\.0\.0\.1:(\d+), project fn-emulator, no token\n", lines[0])[1])
    status, body = ask(port, "/events/list", None)
    assert (status, [event["externalId"] for event in body["items"]]) == (200, ["a"])
    assert end(process)[0] == 130


def test_a_port_that_is_taken_is_named(start):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process, lines = start("--cdf", "--port", str(port))
        assert lines == [
            f"Error: 127.0.0.1:{port} cannot be listened on: Address already in use.\n",
            "Hint: take another port with --port\n",
        ]
        assert process.wait(20) == 2


def test_it_wants_to_know_what_to_serve(start):
    process, lines = start()
    assert lines == ["Error: serve was not told what to serve.\n", "Hint: write fn-emulate serve --cdf\n"]
    assert process.wait(20) == 2


def test_without_the_extra_the_way_to_get_it_is_said(start, tmp_path):
    (tmp_path / "uvicorn.py").write_text("raise ImportError('not here')\n")
    process, lines = start("--cdf")
    assert lines == [
        "Error: serve needs Starlette and uvicorn, which are not installed here.\n",
        'Hint: pip install "fn-emulator[serve]"\n',
    ]
    assert process.wait(20) == 5


def test_it_keeps_nothing_of_the_requests_that_it_answered(monkeypatch):
    from fn_emulator.cli.serve import serve
    from fn_emulator.server import cdf_app

    served = []
    monkeypatch.setattr(cdf_app, "run_server", lambda fake, **_: served.append(fake))
    serve.callback(cdf=True, seed=(), port=0, no_token=True)
    for _ in range(10):
        url = "http://127.0.0.1/api/v1/projects/fn-emulator/events/list"
        assert served[0].handle("POST", url, {}, b"{}", now_ms=1)[0] == 200
    assert len(served[0].journal) == 0
