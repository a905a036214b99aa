from __future__ import annotations

import os
import subprocess
import time

import pytest

from fn_emulator.function import open_function
from fn_emulator.runners.importing import import_in_child
from fn_emulator.settings import resolve_settings


@pytest.fixture
def report(tmp_path):
    def import_(source, *, limit_s=60.0, **flags):
        root = tmp_path / "fn"
        root.mkdir()
        (root / "handler.py").write_text(source)
        settings = resolve_settings(root, "fn", flags=flags, environ={})
        return import_in_child(open_function(root), settings, environ=dict(os.environ), limit_s=limit_s)

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
    assert (seen.completed, seen.left_running) == (True, ("another process",))


def test_a_process_that_has_ended_is_not_left_running(report):
    source = "import os\nif os.fork() == 0:\n    os._exit(0)\nos.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)\n"
    assert report(f"{source}def handle():\n    pass\n").left_running == ()


def test_a_reply_counts_although_the_process_had_to_be_ended(report):
    source = "import os, time\nos._exit = lambda code: time.sleep(600)\ndef handle():\n    pass\n"
    assert report(source, limit_s=2.0).completed


def test_an_interrupt_in_the_moment_of_the_end_stays_one(report, monkeypatch):
    wait = subprocess.Popen.wait

    def interrupted(child, timeout=None):
        code = wait(child)  # as Python's own does, so that there is nobody left to be ended
        if timeout is not None:
            raise KeyboardInterrupt
        return code

    monkeypatch.setattr(subprocess.Popen, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        report("def handle():\n    pass\n")
