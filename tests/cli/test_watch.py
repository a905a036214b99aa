"""``run --watch`` as it is typed: through pipes a JSON line for each answer, on a terminal keys."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import zipfile
from contextlib import contextmanager

import pytest

from fn_emulator.cli.watching import MOST_DOUBTS

WAIT_S = 25

RUNNERS = pytest.mark.parametrize("runner", ["inprocess", "worker"])


class Session:
    """The command while it watches."""

    def __init__(self, process, errors):
        self.process = process
        self._errors = errors
        self._left = b""

    def answer(self):
        """The next JSON line."""
        while b"\n" not in self._left:
            ready, _, _ = select.select([self.process.stdout], [], [], WAIT_S)
            part = os.read(self.process.stdout.fileno(), 65536) if ready else b""
            assert part, f"no answer: {self.told()}"
            self._left += part
        line, self._left = self._left.split(b"\n", 1)
        return json.loads(line)

    def response(self):
        return self.answer()["response"]

    def told(self):
        return self._errors.read_text()

    def wait_for(self, text):
        """Until stderr holds a text; the process writes it whenever it is ready."""
        for _ in range(WAIT_S * 100):
            if text in self.told():
                return
            select.select([], [], [], 0.01)
        raise AssertionError(f"waited for {text!r}, saw {self.told()!r}")

    def end(self, number=signal.SIGINT):
        """Send a signal and give the exit code; a process that does not end says where it is."""
        self.process.send_signal(number)
        try:
            return self.process.wait(WAIT_S)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGABRT)
            self.process.wait(WAIT_S)
            raise AssertionError(f"signal {number} did not end it: {self.told()}") from None


@pytest.fixture
def watch(tmp_path):
    """Start it: ``with watch("fn", "--data", "@d.json") as session``."""

    @contextmanager
    def start(*arguments):
        errors = tmp_path / "stderr.txt"
        kept = {name: value for name, value in os.environ.items() if "COV" in name or name == "PATH"}
        kept["PYTHONFAULTHANDLER"] = "1"  # for a process that does not end
        with (
            open(errors, "wb") as stderr,
            subprocess.Popen(
                [sys.executable, "-m", "fn_emulator", "run", "--watch", *map(str, arguments)],
                cwd=tmp_path,
                env=kept,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                bufsize=0,
            ) as process,
        ):
            session = Session(process, errors)
            try:
                yield session
            finally:
                if process.poll() is None:
                    session.end()

    return start


def returns(value):
    return f"def handle():\n    return {value!r}\n"


@RUNNERS
def test_each_save_gives_an_answer_and_what_changed_in_it(folder, watch, runner):
    handler = folder(returns({"total": 3})) / "handler.py"
    with watch("fn", "--runner", runner) as session:
        assert session.response() == {"total": 3}
        handler.write_text(returns({"total": 4}))
        assert session.response() == {"total": 4}
        session.wait_for("~ $.total: 3 -> 4\n")
        assert session.end() == 130
        lines = session.told().splitlines()
    assert lines[0] == "Watching fn."
    assert lines[1].endswith(" fn/handler.py changed")
    assert lines[2:] == ["~ $.total: 3 -> 4", "", "Interrupted."]


@RUNNERS
def test_other_modules_of_the_function_are_loaded_again(folder, watch, runner):
    root = folder("import rules\ndef handle():\n    return rules.LIMIT\n", **{"rules.py": "LIMIT = 1\n"})
    with watch("fn", "--runner", runner) as session:
        assert session.response() == 1
        (root / "rules.py").write_text("LIMIT = 2\n")
        assert session.response() == 2


@RUNNERS
@pytest.mark.parametrize("broken", ["def handle(:\n", "import nothing_of_that_name\n", "x = 1\n"])
def test_a_bad_save_is_told_and_the_next_good_one_runs(folder, watch, runner, broken):
    handler = folder(returns(1)) / "handler.py"
    with watch("fn", "--runner", runner) as session:
        assert session.response() == 1
        handler.write_text(broken)
        assert session.answer()["status"] == "Failed"
        handler.write_text(returns(2))
        assert session.response() == 2


ENDLESS = "def handle():\n    print('it runs')\n    while True: pass\n"


@pytest.mark.parametrize("begins", [ENDLESS, returns(1)], ids=["the first call", "a later call"])
def test_a_save_ends_a_call_that_runs_for_ever(folder, watch, begins):
    handler = folder(begins) / "handler.py"
    with watch("fn") as session:
        if begins != ENDLESS:
            assert session.response() == 1
            handler.write_text(ENDLESS)
        session.wait_for("it runs\n")
        handler.write_text(returns(2))
        assert session.response() == 2
        assert "The call was ended: fn/handler.py changed.\n" in session.told()
        handler.write_text(returns(3))
        assert session.response() == 3
        assert "looked at again and again" not in session.told()


def test_it_may_begin_with_a_function_that_cannot_be_loaded(folder, watch):
    handler = folder("def handle(:\n") / "handler.py"
    with watch("fn") as session:
        assert session.answer()["status"] == "Failed"
        handler.write_text(returns(2))
        assert session.response() == 2


def test_a_folder_that_is_not_there_ends_it_as_without_watch(emulate):
    assert emulate("run", "fn", "--watch").returncode == 2


def test_data_is_read_again_and_data_that_is_wrong_is_said(folder, watch, tmp_path):
    folder("def handle(data):\n    return data\n")
    data = tmp_path / "data.json"
    data.write_text('{"n": 1}')
    with watch("fn", "--data", f"@{data}") as session:
        assert session.response() == {"n": 1}
        data.write_text('{"n": ')
        session.wait_for("data.json is not JSON")
        data.write_text('{"n": 2}')
        assert session.response() == {"n": 2}


def test_settings_are_read_again_and_settings_that_are_wrong_are_said(folder, watch, tmp_path):
    folder("import os\ndef handle():\n    return os.environ['N']\n")
    project = tmp_path / "pyproject.toml"
    project.write_text("[tool.fn-emulate.env]\nN = '1'\n")
    with watch("fn") as session:
        assert session.response() == "1"
        project.write_text("[tool.fn-emulate]\ncloud = 'moon'\n")
        session.wait_for("cloud is 'moon'")
        project.write_text("[tool.fn-emulate.env]\nN = '2'\n")
        assert session.response() == "2"
        assert "pyproject.toml: settings are read again." in session.told()


def test_requirements_that_changed_are_said(folder, watch):
    root = folder(returns(1))
    with watch("fn") as session:
        assert session.response() == 1
        (root / "requirements.txt").write_text("requests\n")
        assert session.response() == 1
        assert "requirements.txt: what is installed stays as it is" in session.told()


def test_an_archive_is_unpacked_again(watch, tmp_path):
    def pack(value):
        with zipfile.ZipFile(tmp_path / "next.zip", "w") as archive:
            archive.writestr("handler.py", returns(value))
        (tmp_path / "next.zip").rename(tmp_path / "fn.zip")

    pack(1)
    with watch("fn.zip") as session:
        assert session.response() == 1
        pack(2)
        assert session.response() == 2


def test_every_start_begins_with_the_same_cdf(folder, watch):
    pytest.importorskip("cognite.client")
    source = "def handle(client):\n    client.raw.databases.create('db')\n    return {number}\n"
    handler = folder(source.format(number=1)) / "handler.py"
    with watch("fn") as session:
        first = session.answer()
        handler.write_text(source.format(number=2))
        second = session.answer()
    assert (first["response"], second["response"]) == (1, 2)
    assert first["effects"] == second["effects"]


def test_a_file_that_the_call_writes_into_its_folder_does_not_run_it_again(folder, watch):
    source = "import os\ndef handle():\n    open(__file__[:-3] + '.out', 'a').write('x')\n    return {number}\n"
    handler = folder(source.format(number=1)) / "handler.py"
    with watch("fn") as session:
        assert session.response() == 1
        session.wait_for("fn/handler.out changed during the call, which runs nothing again.")
        handler.write_text(source.format(number=2))
        assert session.response() == 2
        assert session.told().count("changed during the call") == 1


def test_a_call_that_writes_its_own_code_and_fails_is_made_again_a_few_times(folder, watch):
    source = (
        "def handle():\n    with open(__file__) as file:\n        text = file.read()\n"
        "    with open(__file__, 'w') as file:\n        file.write(text)\n    raise ValueError\n"
    )
    handler = folder(source) / "handler.py"
    with watch("fn") as session:
        assert [session.answer()["status"] for _ in range(1 + MOST_DOUBTS)] == ["Failed"] * (1 + MOST_DOUBTS)
        handler.write_text(returns(7))
        assert session.response() == 7


def test_a_folder_is_away_for_a_while(folder, watch, tmp_path):
    root = folder(returns(1))
    with watch("fn") as session:
        assert session.response() == 1
        root.rename(tmp_path / "away")
        session.wait_for("fn is gone. It is called again when it is back.\n")
        (tmp_path / "away" / "handler.py").write_text(returns(2))
        (tmp_path / "away").rename(root)
        assert session.response() == 2
        assert "fn is back.\n" in session.told()


def test_a_report_goes_to_the_file_that_was_named(folder, watch, tmp_path):
    root = folder(returns(1))
    with watch("fn", "--output", "fn/answer.json") as session:
        session.wait_for("Watching fn.")
        assert json.loads((root / "answer.json").read_text())["response"] == 1
        (root / "handler.py").write_text(returns(2))
        session.wait_for("~ $: 1 -> 2")
        assert json.loads((root / "answer.json").read_text())["response"] == 2


def test_it_ends_by_a_signal_as_every_command(folder, watch):
    folder(returns(1))
    with watch("fn") as session:
        session.answer()
        assert session.end(signal.SIGTERM) == 143


@pytest.fixture
def terminal(tmp_path):
    """The command at a terminal of its own: what is read from it, and what is typed."""
    pty = pytest.importorskip("pty")
    opened = []

    @contextmanager
    def start(*arguments):
        controller, own = pty.openpty()
        opened.append(controller)
        with subprocess.Popen(
            [sys.executable, "-m", "fn_emulator", "run", "--watch", *arguments],
            cwd=tmp_path,
            env={**os.environ, "TERM": "dumb"},
            stdin=own,
            stdout=own,
            stderr=own,
            start_new_session=True,
            preexec_fn=lambda: __import__("fcntl").ioctl(own, __import__("termios").TIOCSCTTY, 0),
        ) as process:
            try:
                yield process, controller, own
            finally:
                if process.poll() is None:
                    process.kill()
                os.close(own)

    yield start
    for controller in opened:
        os.close(controller)


def read_until(descriptor, text):
    seen = ""
    while text not in seen:
        ready, _, _ = select.select([descriptor], [], [], WAIT_S)
        assert ready, f"waited for {text!r}, saw {seen!r}"
        seen += os.read(descriptor, 4096).decode().replace("\r\n", "\n")
    return seen


COUNTS = "calls = []\ndef handle():\n    calls.append(1)\n    return {'calls': len(calls)}\n"


@RUNNERS
def test_keys_run_it_again_warm_or_cold_and_end_it(folder, terminal, runner):
    folder(COUNTS)
    with terminal("fn", "--runner", runner, "--no-record") as (process, controller, _):
        seen = read_until(controller, "q ends.\n")
        assert seen.startswith('{\n  "calls": 1\n}\nCompleted in ')
        os.write(controller, b"r")
        assert "~ $.calls: 1 -> 2\n" in read_until(controller, "-> 2\n")
        os.write(controller, b"c")
        assert "~ $.calls: 2 -> 1\n" in read_until(controller, "-> 1\n")
        os.write(controller, b"r")
        read_until(controller, "-> 2\n")
        os.write(controller, b"q")
        assert process.wait(WAIT_S) == 0


@pytest.mark.parametrize(("end", "code"), [(b"q", 0), (b"\x03", 130)], ids=["q", "ctrl-c"])
def test_a_key_ends_a_call_that_runs_for_ever_and_is_not_echoed(folder, terminal, end, code):
    import termios

    folder(ENDLESS)
    with terminal("fn", "--no-record") as (process, controller, own):
        before = termios.tcgetattr(own)
        seen = read_until(controller, "it runs\n")
        os.write(controller, b"x" + end)
        assert process.wait(WAIT_S) == code
        seen += read_until(controller, "ended by a key.\n" if end == b"q" else "Interrupted.\n")
        assert "x" not in seen
        assert termios.tcgetattr(own) == before


@pytest.mark.parametrize("key", [b"r", b"c"])
def test_a_key_runs_it_again_while_it_runs(folder, terminal, key):
    folder(ENDLESS)
    with terminal("fn", "--no-record") as (process, controller, _):
        read_until(controller, "it runs\n")
        os.write(controller, key)
        assert "The call was ended by a key.\n" in read_until(controller, "it runs\n")
        os.write(controller, b"q")
        assert process.wait(WAIT_S) == 0


@pytest.mark.parametrize(("end", "code"), [(b"q", 0), (b"\x04", 0), (b"\x03", 130)], ids=["q", "ctrl-d", "ctrl-c"])
def test_the_terminal_is_put_back(folder, terminal, end, code):
    import termios

    folder(COUNTS)
    with terminal("fn") as (process, controller, own):
        before = termios.tcgetattr(own)
        read_until(controller, "q ends.\n")
        while termios.tcgetattr(own)[3] & termios.ICANON:
            select.select([], [], [], 0.01)
        os.write(controller, end)
        assert process.wait(WAIT_S) == code
        assert termios.tcgetattr(own) == before


def test_the_same_error_is_told_in_full_once(folder, terminal):
    source = f"import nothing_of_that_name\n{returns(1)}"
    handler = folder(source) / "handler.py"
    with terminal("fn") as (_, controller, _own):
        first = read_until(controller, "q ends.\n")
        handler.write_text(f"{source}\n")
        second = read_until(controller, "_name'\n")
        handler.write_text(f"\n{source}")
        third = read_until(controller, "Failed in ")
    assert "Traceback" in first
    assert "Traceback" not in second
    assert "Failed: ModuleNotFoundError: No module named 'nothing_of_that_name'\n" in second
    assert "Traceback" in third
