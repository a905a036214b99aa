from __future__ import annotations

import os

import pytest

READ = "import os\ndef handle(data):\n    return os.environ.get('REGION')\n"


def test_declared_variables_are_there_and_gone_afterwards(open_harness, monkeypatch):
    monkeypatch.delenv("REGION", raising=False)
    reply = open_harness(READ, env={"REGION": "north"}).call()
    assert (reply["answer"]["value"], reply["env_reads"]) == ("north", [])
    assert "REGION" not in os.environ


def test_only_declared_variables_are_there_when_asked_for(open_harness, monkeypatch):
    monkeypatch.setenv("REGION", "shell")
    reply = open_harness(READ, env_only=True).call()
    (read,) = reply["env_reads"]
    assert reply["answer"]["value"] is None
    assert (read["name"], read["visible"], read["in_shell"], read["line"]) == ("REGION", False, True, 3)
    assert os.environ["REGION"] == "shell"


def test_a_child_process_sees_the_same_environment(open_harness, monkeypatch):
    monkeypatch.setenv("REGION", "shell")
    source = (
        "import subprocess, sys\n"
        "def handle():\n"
        '    code = \'import os; print(os.environ.get("REGION"), os.environ.get("OWN"))\'\n'
        "    return subprocess.run([sys.executable, '-c', code], stdout=subprocess.PIPE).stdout.decode().strip()\n"
    )
    assert open_harness(source, env={"OWN": "yes"}, env_only=True).answer() == "None yes"


def test_a_variable_of_the_process_is_visible_in_a_test_and_noted(open_harness, monkeypatch):
    monkeypatch.setenv("REGION", "test")
    reply = open_harness(READ).call()
    (read,) = reply["env_reads"]
    assert (reply["answer"]["value"], read["visible"], read["in_shell"]) == ("test", True, True)


def test_every_way_to_read_is_noted_once(open_harness, monkeypatch):
    for name in ("A1", "A2", "A3", "A4", "A5"):
        monkeypatch.setenv(name, "x")
    source = (
        "import os\nfrom os import environ\n"
        "def handle():\n"
        "    os.getenv('A1'); environ['A2']; os.environ.get('A3', 'd'); 'A4' in environ; environ.get('A1')\n"
        "    return environ.setdefault('A5', 'y')\n"
    )
    reads = open_harness(source).call()["env_reads"]
    assert [read["name"] for read in reads] == ["A1", "A2", "A3", "A4", "A5"]


def test_a_read_by_a_library_is_not_the_functions(open_harness, monkeypatch):
    monkeypatch.setenv("COLUMNS", "90")
    source = "import shutil\ndef handle():\n    return shutil.get_terminal_size().columns\n"
    reply = open_harness(source).call()
    assert (reply["answer"]["value"], reply["env_reads"]) == (90, [])


def test_what_a_process_always_has_is_not_noted(open_harness):
    assert (
        open_harness("import os\ndef handle():\n    return os.environ['PATH']\n", env_only=True).call()["env_reads"]
        == []
    )


def test_a_variable_that_the_function_sets_itself_is_its_own_and_stays_warm(open_harness, monkeypatch):
    monkeypatch.delenv("OWN", raising=False)
    source = "import os\nos.environ['OWN'] = 'set'\ndef handle():\n    return os.environ['OWN']\n"
    harness = open_harness(source, env_only=True)
    replies = [harness.call(), harness.call()]
    assert [(reply["answer"]["value"], reply["env_reads"]) for reply in replies] == [("set", []), ("set", [])]
    assert "OWN" not in os.environ


def test_the_class_of_environ_is_put_back(open_harness):
    before = type(os.environ), dict(os.environ)
    open_harness(READ, env={"X": "1"}, env_only=True).call()
    assert (type(os.environ), dict(os.environ)) == before


@pytest.mark.parametrize(
    "copy", ["{**os.environ}", "dict(os.environ)", "os.environ.copy()", "list(os.environ.items())"]
)
def test_a_copy_of_the_environment_asks_for_no_variable(open_harness, monkeypatch, copy):
    monkeypatch.setenv("REGION", "north")
    source = f"import os\ndef handle():\n    every = {copy}\n    return len(every)\n"
    assert open_harness(source).call()["env_reads"] == []
