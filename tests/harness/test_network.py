from __future__ import annotations

import socket

import pytest

from fn_emulator.harness.network import is_loopback

CONNECT = (
    "import socket\n"
    "def handle(data):\n"
    "    socket.create_connection((data['host'], 9), timeout=5)\n"
)  # fmt: skip


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()


@pytest.mark.parametrize("host", ["example.com", "10.0.0.1", "2001:db8::1"])
def test_a_foreign_host_is_refused_by_name_and_line(open_harness, host):
    harness = open_harness(CONNECT)
    reply = harness.call({"host": host})
    assert reply["failure"]["type"] == "NetworkRefusedError"
    assert reply["failure"]["message"] == (
        f"[Errno 111] fn-emulate refused the connection to {host}:9 (line 3 of {harness.root}/handler.py);"
        " allow it with --network on"
    )
    assert reply["refused"][0] == {"host": host, "port": 9, "file": f"{harness.root}/handler.py", "line": 3}


def test_this_machine_is_reached(open_harness, listener):
    connect = "socket.create_connection(tuple(data['to']), timeout=5).close()"
    source = f"import socket\ndef handle(data):\n    {connect}\n    return 1\n"
    reply = open_harness(source).call({"to": list(listener)})
    assert (reply["answer"]["value"], reply["refused"]) == (1, [])


def test_off_refuses_this_machine_too(open_harness, listener):
    reply = open_harness(CONNECT, network="off").call({"host": "127.0.0.1"})
    assert "--network local for loopback" in reply["failure"]["message"]


def test_a_refused_connection_is_an_os_error_that_a_handler_may_survive(open_harness):
    source = (
        "import urllib.request\n"
        "def handle():\n"
        "    try:\n"
        "        urllib.request.urlopen('http://example.com/', timeout=5)\n"
        "    except OSError:\n"
        "        return 'offline'\n"
    )
    reply = open_harness(source).call()
    assert (reply["answer"]["value"], reply["refused"][0]["host"]) == ("offline", "example.com")


def test_datagrams_and_asyncio_are_refused_too(open_harness):
    source = (
        "import asyncio, socket\n"
        "def handle(data):\n"
        "    if data['how'] == 'udp':\n"
        "        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:\n"
        "            sock.sendto(b'x', ('10.0.0.1', 9))\n"
        "    asyncio.run(asyncio.open_connection('10.0.0.1', 9))\n"
    )
    harness = open_harness(source)
    for how in ("udp", "asyncio"):
        assert harness.call({"how": how})["failure"]["type"] == "NetworkRefusedError"


def test_the_import_is_guarded_as_well(open_harness):
    reply = open_harness("import socket\nsocket.getaddrinfo('example.com', 80)\ndef handle():\n    pass\n").call()
    assert (reply["stage"], reply["refused"][0]["line"]) == ("import", 2)


def test_outside_of_a_call_nothing_is_refused(open_harness, listener):
    harness = open_harness("def handle():\n    pass\n", network="off")
    harness.call()
    socket.create_connection(listener, timeout=5).close()


def test_the_socket_module_is_put_back_when_the_last_function_closes(open_harness):
    first = open_harness("def handle(): pass\n", name="first")  # takes away what another test put back late
    first.session.close()
    first.session.close = lambda: None
    before = socket.socket.__dict__.get("connect"), socket.getaddrinfo
    one, two = open_harness("def handle(): pass\n", name="one"), open_harness("def handle(): pass\n", name="two")
    assert socket.getaddrinfo is not before[1]
    for harness in (one, two):
        harness.session.close()
        harness.session.close = lambda: None
    assert (socket.socket.__dict__.get("connect"), socket.getaddrinfo) == before


def test_a_name_that_somebody_replaced_since_is_left_alone(open_harness, monkeypatch):
    harness = open_harness("def handle(): pass\n")
    theirs = lambda *args: None  # noqa: E731
    monkeypatch.setattr(socket, "getaddrinfo", theirs)
    harness.session.close()
    harness.session.close = lambda: None
    assert socket.getaddrinfo is theirs


def test_with_the_network_on_nothing_is_guarded(open_harness):
    reply = open_harness(CONNECT.replace("9), timeout=5", "9), timeout=0.01"), network="on").call({"host": "127.0.0.1"})
    assert reply["refused"] == []


@pytest.mark.parametrize(
    ("host", "is_here"),
    [("127.0.0.1", True), ("127.8.9.1", True), ("::1", True), ("::ffff:127.0.0.1", True), ("app.localhost", True),
     ("127.evil.example.com", False), ("localhost.example.com", False), ("128.0.0.1", False), ("fe80::1%lo", False)],
)  # fmt: skip
def test_what_counts_as_this_machine(host, is_here):
    assert is_loopback(host) is is_here
