"""Handlers that will not be ended."""

from __future__ import annotations


def test_a_handler_that_catches_its_own_end_for_ever_is_ended_with_the_process(emulate, folder):
    source = (
        "import time\n"
        "def handle():\n"
        "    while True:\n"
        "        try:\n"
        "            time.sleep(60)\n"
        "        except BaseException:\n"
        "            pass\n"
    )
    folder(source)
    ended = emulate("run", "fn", "--timeout", "0.1", "--no-record", "--runner", "inprocess")
    assert (ended.returncode, ended.stdout) == (3, "")
    assert "Timeout: the handler catches everything" in ended.stderr
