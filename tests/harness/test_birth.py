"""What a process is after its birth as a worker, each in a fork of an interpreter that has nothing of the test's."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

BORN = """
import json, os, signal, sys
from fn_emulator.harness import birth
from fn_emulator.harness.memory_file import memory_file

channels = {name: memory_file(name) for name in ("journal", "stdout", "stderr", "stack")}
life, ours = os.pipe()
channels["life"] = life
for name in ("requests", "replies", "asks", "answers"):
    channels[name] = os.open(os.devnull, os.O_RDWR)
other = os.open(os.devnull, os.O_RDONLY)
result, told = os.pipe()
pid = os.fork()
if pid == 0:
    birth.begin_life({**channels, "told": told})
    def tell(value):
        os.write(told, json.dumps(value).encode())
        os._exit(0)
    BODY
os.close(told)
os.close(life)
PARENT
print(os.read(result, 65536).decode(), os.waitpid(pid, 0)[1])
"""

READY = "os.write(channels['stack'], b'ready')"
WHEN_READY = "while os.fstat(channels['stack']).st_size == 0: pass\nos.close(ours)"


def born(body, parent="", before="", **options):
    """What a new process tells, and its wait status."""
    script = before + BORN.replace("BODY", body).replace("PARENT", parent)
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, **options)
    assert ended.stderr == ""
    told, _, status = ended.stdout.rpartition(" ")
    return json.loads(told or "null"), int(status)


def test_it_leads_a_session_of_its_own():
    assert born("tell(os.getpid() == os.getsid(0) == os.getpgrp())") == (True, 0)


def test_one_that_leads_a_session_already_stays_its_leader():
    body = "birth.be_apart(); tell(os.getpid() == os.getsid(0))"
    assert born(body) == (True, 0)


def test_everything_else_is_closed():
    body = (
        "numbers = list(map(int, os.listdir('/proc/self/fd')))\n"
        "    is_open = lambda n: os.path.exists(f'/proc/self/fd/{n}') or os.path.islink(f'/proc/self/fd/{n}')\n"
        "    tell(set(filter(is_open, numbers)) == {0, 1, 2, told, *channels.values()})"
    )
    assert born(body) == (True, 0)


def test_none_of_it_is_inherited():
    assert born("tell([os.get_inheritable(n) for n in channels.values()])") == ([False] * 9, 0)


def test_the_standard_streams_lead_to_the_memory_files():
    body = "os.write(1, b'a'); os.write(2, b'b'); read = lambda name: os.pread(channels[name], 9, 0).decode()"
    assert born(f"{body}; tell([read('stdout'), read('stderr')])") == (["a", "b"], 0)


def test_nothing_comes_from_standard_input():
    assert born("tell(os.read(0, 9).decode())", input="typed") == ("", 0)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGALRM"])
def test_signals_end_it_as_they_end_any_process(name):
    before = f"import signal\nsignal.signal(signal.{name}, lambda *_: None)\n"
    assert born(f"os.kill(os.getpid(), signal.{name}); tell('alive')", before=before) == (None, getattr(signal, name))


LIVES = {"asleep": "time.sleep(60)", "in C": "sum(itertools.repeat(0))", "stopped": "os.kill(os.getpid(), 19)"}


@pytest.mark.parametrize("life", LIVES)
def test_it_ends_with_the_process_that_made_it(life):
    body = f"import itertools, time; {READY}; {LIVES[life]}"
    assert born(body, parent=WHEN_READY) == (None, signal.SIGKILL)


def test_it_ends_when_that_process_had_ended_before():
    parent_is_gone = "os.close(ours); ours = -1\n"
    script = BORN.replace("pid = os.fork()", f"{parent_is_gone}pid = os.fork()")
    script = script.replace("BODY", "tell('alive')").replace("PARENT", "")
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=False)
    assert (ended.stdout.strip(), ended.stderr) in (("256", ""), (str(int(signal.SIGKILL)), ""))


def test_it_says_where_it_is_when_it_is_asked():
    body = "os.kill(os.getpid(), birth.DUMP_SIGNAL); dump = os.pread(channels['stack'], 4096, 0).decode()"
    assert born(f"{body}; tell(dump.splitlines()[1][:15])") == ('  File "<string', 0)


def test_arguments_and_main_are_nobodys():
    body = "tell([sys.argv, 'channels' in vars(sys.modules['__main__']), sys.unraisablehook is sys.__unraisablehook__])"
    assert born(body) == ([[""], False, True], 0)


def test_a_group_that_outlives_is_not_ended():
    body = (
        f"birth.outlive(channels['life']); {READY}; import select; select.select([channels['life']], [], []); tell(1)"
    )
    assert born(body, parent=WHEN_READY) == (1, 0)
