"""What is told of a call whose process ended: where it was, in the user's lines alone."""

from __future__ import annotations

import pytest

DUMP = "The time limit ended the call here."


def test_a_loop_in_c_is_located_in_the_users_file(load, tmp_path):
    source = "import itertools\n\n\ndef count():\n    sum(itertools.repeat(0))\n\n\ndef handle():\n    count()\n"
    result = load({"handler.py": source}, timeout_s=0.3).call()
    root = tmp_path / "fn" / "handler.py"
    assert [line.message for line in result.logs] == [
        "Traceback (most recent call last):",
        f'  File "{root}", line 9, in handle',
        "    count()",
        f'  File "{root}", line 5, in count',
        "    sum(itertools.repeat(0))",
        DUMP,
    ]


def test_the_thread_of_the_call_is_the_one_that_is_told(load):
    source = (
        "import threading, itertools\n"
        "def elsewhere():\n    threading.Event().wait()\n"
        "def handle():\n"
        "    threading.Thread(target=elsewhere, daemon=True).start()\n"
        "    sum(itertools.repeat(0))\n"
    )
    result = load({"handler.py": source}, timeout_s=0.3).call()
    files = [line.message for line in result.logs if line.message.startswith("  File")]
    assert [file.partition(", ")[2] for file in files] == ["line 6, in handle"]
    assert not any("elsewhere" in line.message for line in result.logs)


def test_a_crash_is_located_in_the_users_file(load):
    result = load({"handler.py": "import ctypes\ndef handle():\n    ctypes.string_at(0)\n"}).call()
    assert result.status == "Died"
    assert result.logs[1].message.endswith('handler.py", line 3, in handle')
    assert result.logs[-1].message == "The process crashed here."


def test_a_crash_outside_of_python_has_no_traceback(load):
    body = "os.posix_spawn('/bin/kill', ['kill', '-SEGV', str(os.getpid())], {})\n    threading.Event().wait()"
    result = load(body).call()
    assert (result.status, "SIGSEGV" in result.failure.message) == ("Died", True)


def test_times_of_the_dead_are_those_of_the_call(load):
    result = load("time.sleep(0.2); os._exit(1)").call()
    assert 0.2 <= result.duration_s < 5


def test_code_that_nobody_can_read_is_located_all_the_same(load):
    source = "import itertools\ndef handle():\n    exec(compile('sum(itertools.repeat(0))', '<made>', 'exec'))\n"
    result = load({"handler.py": source}, timeout_s=0.3).call()
    assert '  File "<made>", line 1, in <module>' in [line.message for line in result.logs]


@pytest.mark.parametrize("code", [0, 1, 70, 255])
def test_an_exit_code_is_told_as_it_is(load, code):
    result = load(f"import ctypes; ctypes.CDLL(None)._exit({code})").call()
    assert f"exit code {code} " in result.failure.message
