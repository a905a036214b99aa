from __future__ import annotations

import os
import sys
import threading
import time

import pytest

from fn_emulator.function import open_function
from fn_emulator.runners import importing
from fn_emulator.runners.child import Child
from fn_emulator.runners.importing import import_in_child
from fn_emulator.runners.interpreter import Interpreter
from fn_emulator.settings import resolve_settings

OURS = Interpreter(sys.executable, "", is_ours=True, version=sys.version_info[:3])
CDF = {"project": "tests", "base_url": "https://fn-emulator-1.cognitedata.com"}


class TinyCdf:
    """Remembers what it was asked."""

    def __init__(self):
        self.requests = []

    def __call__(self, sent):
        self.requests.append(sent)
        return {"status": 200, "headers": {"content-type": "application/json"}, "body": b'{"items": []}'}


@pytest.fixture
def report(tmp_path):
    def import_(source, *, limit_s=60.0, cdf=None, exchange=None, tell=lambda text: None, **flags):
        root = tmp_path / "fn"
        root.mkdir()
        (root / "handler.py").write_text(source)
        settings = resolve_settings(root, "fn", flags=flags, environ={})
        return import_in_child(
            open_function(root),
            settings,
            OURS,
            environ=dict(os.environ),
            tell=tell,
            limit_s=limit_s,
            cdf=cdf,
            exchange=exchange,
        )

    return import_


def test_an_import_that_succeeds_says_time_memory_and_output(report):
    seen = report("print('loading')\ndef handle():\n    pass\n")
    assert (seen.completed, seen.failure, [line.message for line in seen.logs]) == (True, None, ["loading"])
    assert seen.duration_s > 0
    assert seen.peak_memory_mb > 1


def test_a_missing_module_is_named_with_the_users_line(report, tmp_path):
    seen = report("import json\nimport not_there_at_all\ndef handle():\n    pass\n")
    assert (seen.completed, seen.missing_module) == (False, "not_there_at_all")
    assert (seen.failure_file, seen.failure_line) == (f"{tmp_path}/fn/handler.py", 2)


def test_the_trace_holds_the_users_frames_only(report, tmp_path):
    seen = report("def check():\n    raise ValueError('no')\ncheck()\ndef handle():\n    pass\n")
    frames = [line.split(",")[0] for line in seen.failure.trace.splitlines() if line.startswith("  File")]
    assert frames == [f'  File "{tmp_path}/fn/handler.py"'] * 2


def test_input_at_import_is_seen(report, tmp_path):
    seen = report("try:\n    input()\nexcept EOFError:\n    pass\ndef handle():\n    pass\n")
    assert (seen.completed, seen.read_input) == (True, (f"{tmp_path}/fn/handler.py", 2))


def test_a_connection_at_import_is_refused(report):
    seen = report("import socket\nsocket.create_connection(('example.com', 80))\ndef handle():\n    pass\n")
    assert [(refusal.host, refusal.line) for refusal in seen.refused] == [("example.com", 2)]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("import os; os._exit(3)", "the process ended with exit code 3 during the import"),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
            "the process was ended by signal 9 during the import",
        ),
    ],
)
def test_a_process_that_dies_is_told_as_that(report, body, message):
    seen = report(f"{body}\ndef handle():\n    pass\n")
    assert (seen.completed, seen.failure.type, seen.failure.message) == (False, "Died", message)


def test_an_import_that_does_not_end_is_ended(report):
    seen = report("import time\ntime.sleep(600)\ndef handle():\n    pass\n", limit_s=1.0)
    assert (seen.failure.type, seen.failure.message) == ("Timeout", "the import did not end within 1 s")


def test_an_import_that_takes_long_is_spoken_of_once(report, monkeypatch, tmp_path):
    monkeypatch.setattr(importing, "TOLD_AFTER_S", 0.0)
    told = []
    report("import time\ntime.sleep(0.3)\ndef handle():\n    pass\n", tell=told.append)
    assert told == [f"{tmp_path / 'fn'} is still being imported; it is ended after 60 s."]


def test_sys_exit_at_import_is_a_failure(report):
    assert report("import sys\nsys.exit(2)\ndef handle():\n    pass\n").failure.type == "SystemExit"


def test_nothing_of_ours_can_be_imported_beside_the_handler(report):
    seen = report(
        "import sys\nprint([name for name in sys.modules if name.startswith('fn_emulator')])\ndef handle():\n    pass\n"
    )
    assert [line.message for line in seen.logs] == ["[]"]


def test_a_thread_that_never_ends_does_not_hold_the_report_up(report):
    begun = time.monotonic()
    seen = report(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()\ndef handle():\n    pass\n"
    )
    assert (seen.completed, seen.left_running) == (True, ("the thread 'Thread-1 (sleep)'",))
    assert time.monotonic() - begun < 30


def test_a_process_that_was_started_ends_with_the_import(report, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    start = "subprocess.Popen(['sleep', '600'], pass_fds=[pipe.fileno()])"
    seen = report(f"import subprocess\npipe = open({str(tmp_path / 'pipe')!r}, 'w')\n{start}\ndef handle(): ...\n")
    os.set_blocking(reader, True)
    assert os.read(reader, 1) == b""  # nobody has it open any more
    os.close(reader)
    assert (seen.completed, seen.left_running) == (True, ("the process 'sleep 600'",))


def test_a_process_that_has_ended_is_not_left_running(report):
    source = "import os\nif os.fork() == 0:\n    os._exit(0)\nos.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)\n"
    assert report(f"{source}def handle():\n    pass\n").left_running == ()


def test_a_reply_counts_although_the_process_had_to_be_ended(report):
    source = "import os, time\nos._exit = lambda code: time.sleep(600)\ndef handle():\n    pass\n"
    assert report(source, limit_s=2.0).completed


def test_an_interrupt_ends_the_process_too(report, monkeypatch):
    started = []

    def interrupted(child, seconds):
        started.append(child.pid)
        raise KeyboardInterrupt

    monkeypatch.setattr(Child, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        report("import time\ntime.sleep(600)\ndef handle():\n    pass\n")
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)


OWN_CLIENT = (
    "import {library} as http\n"
    "reply = http.post('https://greenfield.cognitedata.com/api/v1/x', headers=dict(a='b'))\n"
    "print(reply.status_code, reply.json())\n"
    "def handle():\n    pass\n"
)


@pytest.fixture
def ask(report):
    """``ask(source, exchange)``: imported with a CDF behind it that is this function."""

    def import_(source, exchange, **options):
        return report(source, cdf=CDF, exchange=exchange, **options)

    return import_


@pytest.mark.parametrize("library", ["requests", "httpx", "httpx2"])
def test_what_an_import_asks_cdf_is_answered_here(ask, tmp_path, library):
    pytest.importorskip(library, reason=f"{library} is not installed")
    cdf = TinyCdf()
    seen = ask(OWN_CLIENT.format(library=library), cdf)
    assert [line.message for line in seen.logs] == ["200 {'items': []}"]
    assert [(each["url"], each["site"], each["world"]) for each in cdf.requests] == [
        ("https://greenfield.cognitedata.com/api/v1/x", [f"{tmp_path}/fn/handler.py", 2], 0)
    ]


def test_an_import_without_requests_asks_nothing(ask):
    assert ask("def handle():\n    pass\n", lambda sent: pytest.fail("asked")).completed


@pytest.mark.parametrize(
    "body",
    [
        "os._exit(3)",
        "for each in CHANNELS: os.write(each, b'no frame of ours, and long enough to be read as one' * 1000)",
        "for each in CHANNELS: os.write(each, b'\\0\\0')\nos._exit(3)",
        "for each in CHANNELS: os.close(each)\nhttp.get(URL)",
    ],
)
def test_a_child_that_ends_or_spoils_its_channel_holds_nobody_up(ask, body):
    pytest.importorskip("requests")
    before = sorted(os.listdir("/proc/self/fd")), threading.active_count()
    find = (
        "def is_channel(n):\n    try:\n        is_pipe = stat.S_ISFIFO(os.fstat(n).st_mode)\n    except OSError:\n"
        "        return False\n    return is_pipe and fcntl.fcntl(n, fcntl.F_GETFL) & os.O_WRONLY\n"
        "CHANNELS = list(filter(is_channel, range(100)))\n"
    )
    seen = ask(
        f"import fcntl, os, stat\nimport requests as http\nURL = 'https://a.cognitedata.com'\n{find}{body}\n"
        "def handle():\n    pass\n",
        TinyCdf(),
    )
    assert not seen.completed
    assert (sorted(os.listdir("/proc/self/fd")), threading.active_count()) == before


def test_a_child_that_is_ended_while_it_asks_holds_nobody_up(ask):
    pytest.importorskip("requests")
    source = "import requests, threading\nget = lambda: requests.get('https://a.cognitedata.com/' + 'x' * 100_000)\n"
    asking = "def ask():\n    while True:\n        get()\nthreading.Thread(target=ask, daemon=True).start()\nask()\n"
    before = threading.active_count()
    seen = ask(f"{source}{asking}def handle():\n    pass\n", TinyCdf(), limit_s=2.0)
    assert (seen.failure.type, threading.active_count()) == ("Timeout", before)


def test_a_process_that_outlives_the_import_holds_nobody_up(ask, tmp_path):
    source = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(3)\n    os._exit(0)\n"
    begun = time.monotonic()
    assert ask(f"{source}def handle():\n    pass\n", TinyCdf()).completed
    assert time.monotonic() - begun < 3


def test_what_the_cdf_raises_is_raised_here(ask):
    pytest.importorskip("requests")

    def broken(sent):
        raise LookupError("no such seed")

    with pytest.raises(LookupError, match="no such seed"):
        ask(OWN_CLIENT.format(library="requests"), broken)
