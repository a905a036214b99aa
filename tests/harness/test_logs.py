from __future__ import annotations

import os
import sys

import pytest

EVERY_WAY = """
import os, subprocess, sys, threading
def handle():
    print("print")
    os.write(1, b"os.write\\n")
    subprocess.run([sys.executable, "-c", "print('child')"])
    thread = threading.Thread(target=print, args=("thread",)); thread.start(); thread.join()
    print("to stderr", file=sys.stderr)
    sys.stdout.buffer.write(b"buffer\\n")
    print("no newline", end="")
"""


def messages(reply):
    return [line["message"] for line in reply["logs"]]


def test_everything_that_is_written_is_in_the_logs_in_its_order(open_harness):
    reply = open_harness(EVERY_WAY).call()
    assert messages(reply) == ["print", "os.write", "child", "thread", "to stderr", "buffer", "no newline"]


def test_each_line_has_its_stream_and_a_rising_time(open_harness):
    logs = open_harness(EVERY_WAY).call()["logs"]
    assert [line["stream"] for line in logs if line["message"] == "to stderr"] == ["stderr"]
    assert [line["time"] for line in logs] == sorted(line["time"] for line in logs)


def test_output_of_the_import_belongs_to_the_first_call_alone(open_harness):
    harness = open_harness("print('imported')\ndef handle():\n    print('called')\n")
    assert messages(harness.call()) == ["imported", "called"]
    assert messages(harness.call()) == ["called"]


def test_lines_are_shown_as_they_are_written(open_harness):
    harness = open_harness("def handle():\n    print('a')\n    import sys\n    print('b', file=sys.stderr)\n")
    harness.call()
    assert harness.shown == [("stdout", "a"), ("stderr", "b")]


def test_output_of_a_child_process_is_shown_before_the_call_ends(open_harness, tmp_path):
    flag = tmp_path / "seen"
    source = (
        "import subprocess, sys, os, time\n"
        "def handle(data):\n"
        "    child = subprocess.Popen([sys.executable, '-c', 'print(\"early\", flush=True); input()'],"
        " stdin=subprocess.PIPE)\n"
        "    deadline = time.monotonic() + 20\n"
        "    while not os.path.exists(data['flag']) and time.monotonic() < deadline:\n"
        "        time.sleep(0.01)\n"
        "    child.communicate(b'\\n')\n"
        "    return os.path.exists(data['flag'])\n"
    )
    harness = open_harness(source)
    harness.shown = _TouchOn(flag, "early")
    assert harness.answer({"flag": str(flag)}) is True


class _TouchOn(list):
    def __init__(self, path, wanted):
        super().__init__()
        self._path, self._wanted = path, wanted

    def append(self, item):
        super().append(item)
        if item[1] == self._wanted:
            self._path.touch()


def test_bytes_that_are_no_text_are_replaced(open_harness):
    reply = open_harness("import os\ndef handle():\n    os.write(1, b'\\xff\\xfe ok\\n')\n").call()
    assert messages(reply) == ["\ufffd\ufffd ok"]


def test_ten_thousand_lines_and_a_long_one_arrive_whole(open_harness):
    source = "def handle():\n    for n in range(10_000):\n        print(n)\n    print('x' * 1_000_000)\n"
    lines = messages(open_harness(source).call())
    assert (len(lines), lines[9_999], len(lines[10_000])) == (10_001, "9999", 1_000_000)


def test_output_of_a_child_that_fills_any_pipe_does_not_block(open_harness):
    child = "[sys.executable, '-c', 'print(\"y\" * 5_000_000)']"
    source = f"import subprocess, sys\ndef handle():\n    subprocess.run({child})\n"
    assert len(messages(open_harness(source).call())[0]) == 5_000_000


def test_the_traceback_is_in_the_logs_without_frames_of_ours(open_harness):
    harness = open_harness("def handle(data):\n    return inner(data)\ndef inner(data):\n    return data['missing']\n")
    reply = harness.call()
    assert messages(reply) == reply["failure"]["trace"].splitlines()
    assert messages(reply) == [
        "Traceback (most recent call last):",
        f'  File "{harness.root}/handler.py", line 2, in handle',
        "    return inner(data)",
        # 3.13 marks no expression that is the whole of its line
        *(["           ^^^^^^^^^^^"] if (3, 11) <= sys.version_info < (3, 13) else []),
        f'  File "{harness.root}/handler.py", line 4, in inner',
        "    return data['missing']",
        *(["           ~~~~^^^^^^^^^^^"] if sys.version_info >= (3, 11) else []),
        "KeyError: 'missing'",
    ]


def test_reading_input_gives_end_of_file_and_the_line_is_known(open_harness):
    harness = open_harness("def handle():\n    return input('name? ')\n")
    reply = harness.call()
    assert reply["failure"]["type"] == "EOFError"
    assert reply["read_input"] == (f"{harness.root}/handler.py", 2)


def test_a_child_that_reads_input_gets_end_of_file(open_harness):
    source = (
        "import subprocess, sys\n"
        "def handle():\n"
        "    code = 'import sys; print(repr(sys.stdin.read()))'\n"
        "    return subprocess.run([sys.executable, '-c', code], stdout=subprocess.PIPE).stdout.decode().strip()\n"
    )
    assert open_harness(source).answer() == "''"


def test_stdout_is_what_it_was_after_a_call(open_harness):
    before = sys.stdin, sys.stdout, sys.stderr, os.fstat(1).st_ino, os.fstat(2).st_ino
    open_harness(EVERY_WAY).call()
    assert (sys.stdin, sys.stdout, sys.stderr, os.fstat(1).st_ino, os.fstat(2).st_ino) == before


def test_a_thread_that_goes_on_after_the_call_writes_where_it_would_have(open_harness, capsys):
    source = (
        "import threading\n"
        "go = threading.Event()\n"
        "def late():\n"
        "    go.wait()\n"
        "    print('late')\n"
        "def handle(data):\n"
        "    handle.thread = threading.Thread(target=late); handle.thread.start()\n"
        "    data['out']\n"
    )
    harness = open_harness(source)
    harness.call()
    handle = harness.session.handler.handle
    handle.__globals__["go"].set()
    handle.thread.join()
    assert capsys.readouterr().out == "late\n"


def test_logging_set_up_by_the_function_reaches_the_logs_and_is_taken_out_again(open_harness):
    import logging

    before = logging.root.handlers[:], logging.root.level
    source = (
        "import logging, sys\n"
        "logger = logging.getLogger('harness.test')\n"
        "logger.addHandler(logging.StreamHandler(sys.stdout))\n"
        "logging.getLogger().setLevel(logging.DEBUG)\n"
        "def handle():\n"
        "    logger.error('logged')\n"
    )
    harness = open_harness(source)
    assert "logged" in messages(harness.call())
    harness.session.close()
    assert (logging.root.handlers[:], logging.root.level) == before
    assert logging.getLogger("harness.test").handlers == []
    harness.session.close = lambda: None


@pytest.mark.parametrize("sink", ["open(1, 'w', closefd=False)", "open('/dev/stdout', 'w')"])
def test_ways_around_sys_stdout_are_seen(open_harness, sink):
    reply = open_harness(f"def handle():\n    with {sink} as sink:\n        print('around', file=sink)\n").call()
    assert messages(reply) == ["around"]
