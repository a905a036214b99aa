"""A list of calls to one worker: replies in order, as they come, with the output of each."""

from __future__ import annotations

import json
import os
import sys
from contextlib import closing

import pytest

from fn_emulator.function import open_function
from fn_emulator.harness.stretch import unpack_quiet
from fn_emulator.runners import CallAbandoned, conversation
from fn_emulator.runners.child import Child
from fn_emulator.runners.conversation import Conversation
from fn_emulator.runners.frames import specification
from fn_emulator.runners.memory_limit import Unlimited
from fn_emulator.runners.new_processes import NewProcesses
from fn_emulator.runners.opening import Surroundings
from fn_emulator.runners.processes import start_interpreter
from fn_emulator.runners.stretch import StretchConversation
from fn_emulator.runners.zygote import Zygote
from fn_emulator.settings import resolve_settings

from .conftest import HEAD


@pytest.fixture(params=[Zygote, NewProcesses])
def launcher(request):
    with closing(request.param(lambda: start_interpreter(sys.executable, os.environ, is_ours=True))) as launcher:
        yield launcher


@pytest.fixture
def child(launcher, tmp_path):
    """A worker on a handler: ``child("return data")``."""
    opened = []

    def open_(body):
        root = tmp_path / "fn"
        root.mkdir()
        (root / "handler.py").write_text(f"{HEAD}def handle(data):\n    {body}\n")
        settings = resolve_settings(root, "fn", flags={"client": "none"}, environ={})
        around = Surroundings("worker", os.environ)
        spec = specification(open_function(root), settings, around, cdf=None, has_exchange=False)
        opened.append(Child(launcher, spec, Unlimited()))
        return opened[-1]

    yield open_
    for each in opened:
        each.kill()
        each.close()


def request(*values, timeout_s=30.0):
    calls = [(None, 0, {}, json.dumps(value)) for value in values]
    pace = {"calls": calls, "until_s": 60.0, "in_step": False}
    more = {"call_info": {}, "secrets": {}, "timeout_s": timeout_s, "frozen_at": None, "cold": False, "preload": []}
    return {"data": json.dumps(values[0]), **more, **pace}


def talk(child, *values, show=None, **options):
    """Replies to these calls, asked for as one or, where there are several, as a stretch."""
    kind = Conversation if len(values) == 1 else StretchConversation
    return map(as_reply, kind(child, request(*values, **options), exchange=None, show=show).seen())


def as_reply(seen):
    told, lines = seen
    if isinstance(told, dict):
        return told
    quiet = unpack_quiet(told)
    return {"answer": {"text": quiet.text, "value": json.loads(quiet.text)}, "logs": lines, "timed_out": False}


def messages(reply):
    return [line["message"] for line in reply["logs"]]


def test_a_thousand_replies_come_in_order(child):
    replies = list(talk(child("print(data); return data"), *range(1000)))
    assert [reply["answer"]["value"] for reply in replies] == list(range(1000))
    assert [messages(reply) for reply in replies] == [[str(number)] for number in range(1000)]


def test_a_reply_arrives_while_the_next_call_runs(child, tmp_path):
    body = f"while data == 2 and not os.path.exists({str(tmp_path / 'go')!r}): time.sleep(0.001)\n    return data"
    replies = talk(child(body), 0, 1, 2)
    assert [next(replies)["answer"]["value"], next(replies)["answer"]["value"]] == [0, 1]
    (tmp_path / "go").touch()
    assert next(replies)["answer"]["value"] == 2


def test_a_call_that_nobody_wants_any_more_is_shown_to_its_end(child):
    shown = []
    options = {"exchange": None, "show": lambda stream, line: shown.append(line), "is_wanted": lambda: not shown}
    with pytest.raises(CallAbandoned):
        Conversation(child("print('begun')\n    while True: pass"), request(0), **options).reply()
    assert shown == ["begun"]


@pytest.mark.parametrize("show", [None, lambda stream, line: None])
def test_a_death_in_the_middle_ends_the_list(child, show):
    replies = list(talk(child("print(data); data == 3 and os._exit(4); return data"), *range(1000), show=show))
    assert [reply["answer"] and reply["answer"]["value"] for reply in replies] == [0, 1, 2, None]
    assert replies[-1]["death"] == {"exit_code": 4, "is_out_of_memory": False}
    assert [messages(reply) for reply in replies] == [["0"], ["1"], ["2"], ["3"]]


def test_what_is_shown_and_kept_of_a_call_is_never_the_next_ones(child):
    def show(stream, line):
        shown.append(line)

    shown = []
    body = "for _ in range(50): print(data); os.write(1, b'%d raw\\n' % data)\n    time.sleep(0.01 * (data % 7 == 0))"
    values = range(200)
    replies = list(talk(child(body), *values, show=show))
    assert [messages(reply) for reply in replies] == [[str(value), f"{value} raw"] * 50 for value in values]
    assert shown == [line for reply in replies for line in messages(reply)]


def test_what_came_of_a_call_is_told_before_a_line_of_the_next_is_shown(child):
    shown = []
    replies = talk(child("print(data); return data"), *range(50), show=lambda stream, line: shown.append(line))
    for number, reply in enumerate(replies):
        assert (messages(reply), shown) == ([str(number)], [str(before) for before in range(number + 1)])


def test_each_call_has_a_time_limit_of_its_own(child):
    replies = list(talk(child("time.sleep(60 if data == 3 else 0.25); return data"), *range(5), timeout_s=0.5))
    assert [reply["timed_out"] for reply in replies] == [False, False, False, True, False]


def test_a_journal_that_is_long_begins_anew_and_loses_nothing(child, monkeypatch):
    monkeypatch.setattr(conversation, "JOURNAL_BYTES", 100)
    worker = child("print('x' * 50); os.write(1, b'y' * 50 + b'\\n'); print(data)")
    for value in range(20):
        (reply,) = talk(worker, value)
        assert messages(reply) == ["x" * 50, "y" * 50, str(value)]
    assert worker.journal.held < 500


def test_what_a_thread_writes_between_two_calls_is_the_second_ones(child, monkeypatch, tmp_path):
    monkeypatch.setattr(conversation, "JOURNAL_BYTES", 0)
    written, go = tmp_path / "written", tmp_path / "go"
    os.mkfifo(written)
    body = (
        "if data: return data\n"
        "    def late():\n"
        f"        while not os.path.exists({str(go)!r}): time.sleep(0.001)\n"
        "        os.write(1, b'between\\n')\n"
        f"        os.write(os.open({str(written)!r}, os.O_WRONLY), b'x')\n"
        "    threading.Thread(target=late).start()"
    )
    worker = child(body)
    (first,) = talk(worker, 0)
    go.touch()
    with open(written, "rb", buffering=0) as waiting:
        assert waiting.read(1) == b"x"
    (second,) = talk(worker, 1)
    assert (messages(first), messages(second)) == ([], ["between"])


def test_lines_are_shown_while_the_handler_sleeps(child, tmp_path):
    def show(stream, line):
        shown.append((stream, line))
        (tmp_path / line).touch()  # only then it goes on

    shown = []
    body = (
        f"os.chdir({str(tmp_path)!r})\n"
        "    for name, write in (('a', print), ('b', lambda text: os.write(2, text.encode() + b'\\n'))):\n"
        "        write(name)\n"
        "        while not os.path.exists(name): time.sleep(0.001)"
    )
    (reply,) = talk(child(body), 0, show=show)
    assert shown == [("stdout", "a"), ("stderr", "b")]
    assert messages(reply) == ["a", "b"]


OUTPUTS = {
    "in order": (
        "print(1); os.write(1, b'2\\n'); print(3, file=sys.stderr); os.write(2, b'4\\n')",
        ["1", "2", "3", "4"],
    ),
    "a line without an end": ("print('a', end='')", ["a"]),
    "a line without an end, and death": ("os.write(1, b'a'); print('b', end=''); os._exit(1)", ["ab"]),
    "a line past Python without an end, and death": ("os.write(1, b'a'); os._exit(1)", ["a"]),
    "20,000 lines": ("for n in range(20_000): print(n)", [str(n) for n in range(20_000)]),
    "20,000 dots": ("for n in range(20_000): print('.', end='')", ["." * 20_000]),
    "no text": ("os.write(1, b'\\xff\\x00\\n'); sys.stdout.buffer.write(b'\\xfe\\n')", ["\ufffd\0", "\ufffd"]),
    "no characters": ("print('\\udcff')", ["\\udcff"]),
    "of a child process": ("import subprocess; print(1); subprocess.run(['echo', '2']); print(3)", ["1", "2", "3"]),
    "of a fork": ("if os.fork() == 0:\n        print('fork')\n        os._exit(0)\n    os.wait()", ["fork"]),
    "without a newline before ours": ("print('a', end=''); os.write(1, b'b'); print('c')", ["abc"]),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_output_is_whole_and_in_order(child, name):
    body, lines = OUTPUTS[name]
    (reply,) = talk(child(body), 0)
    assert messages(reply) == lines


def test_a_request_of_ten_megabytes_reaches_a_worker_that_is_slow_to_read(child):
    (reply,) = talk(child("return len(data)"), "x" * 10_000_000)
    assert reply["answer"]["value"] == 10_000_000
