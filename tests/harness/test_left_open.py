"""What a function leaves open warns nobody when it is freed, and is looked for without its own code."""

from __future__ import annotations

import gc
import warnings
from types import ModuleType

import pytest

from fn_emulator.harness.left_open import hold_open

HEAD = "import csv, functools, io, logging, socket, subprocess, sqlite3, sys, tempfile\n"
HOLDERS = {
    "a name": "FILE = open(__file__)",
    "an attribute": "class Store:\n    def __init__(self):\n        self.file = open(__file__)\nSTORE = Store()",
    "an attribute of a class": "class Store:\n    file = open(__file__)",
    "slots": "class Store:\n    __slots__ = ('file',)\nSTORE = Store()\nSTORE.file = open(__file__)",
    "a dictionary": "FILES = {'own': [open(__file__)]}",
    "a closure": "def make():\n    file = open(__file__)\n    return lambda: file\nfile = make()",
    "a default": "def own(file=open(__file__)):\n    return file",
    "a cache": "@functools.lru_cache\ndef own():\n    return open(__file__)\nown()",
    "a reader": "ROWS = csv.reader(open(__file__))",
    "a handler of a logger": "LOG = logging.FileHandler(__file__, mode='r')",
    "a socket": "SOCKET = socket.socket()",
    "a temporary folder": "FOLDER = tempfile.TemporaryDirectory()",
    "a temporary file": "FILE = tempfile.NamedTemporaryFile()",
}
NO_HOLDERS = {
    "nothing": "N = [1, {'a': (2, 'b')}]",
    "what is closed": "FILE = open(__file__)\nFILE.close()\nSOCKET = socket.socket()\nSOCKET.close()",
    "the process's own": "from sys import stderr\nOUT = sys.stdout\nERR = sys.__stderr__",
    "memory": "BUFFER = io.StringIO()\nBYTES = io.BytesIO()",
    "a generator": "STEPS = (n for n in range(2))",
    "another module's": "import others\nfrom others import own, Own",
    "a logger": "LOG = logging.getLogger(__name__)",
}
HANDLE = "\ndef handle(data):\n    return 1\n"


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A module of some source, which others' modules are imported by, and that is closed at the end."""
    (tmp_path / "others.py").write_text(
        "FILE = open(__file__)\ndef own():\n    return FILE\nclass Own:\n    file = FILE\n"
    )
    (tmp_path / "own.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)

    def make(source):
        module = ModuleType("own")
        module.__file__ = str(tmp_path / "own.py")
        exec(HEAD + source, vars(module))
        return module

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield make
        gc.collect()


@pytest.mark.parametrize("source", HOLDERS.values(), ids=HOLDERS)
def test_what_is_open_is_found(made, source):
    assert hold_open([made(source)])


@pytest.mark.parametrize("source", NO_HOLDERS.values(), ids=NO_HOLDERS)
def test_what_warns_of_nothing_is_none(made, source):
    assert not hold_open([made(source)])


def test_no_code_of_the_functions_runs_for_it(made):
    source = (
        "class Odd(type):\n    def __eq__(self, other):\n        raise SystemExit\n"
        "    def __getattribute__(self, name):\n        raise SystemExit\n"
        "    __hash__ = None\n"
        "class Strange(metaclass=Odd):\n    @property\n    def __class__(self):\n        raise SystemExit\n"
        "    def __getattribute__(self, name):\n        raise SystemExit\n"
        "    def __eq__(self, other):\n        raise SystemExit\n"
        "STRANGE = object.__new__(Strange)\n"
    )
    assert not hold_open([made(source)])


@pytest.mark.parametrize("way", ["a call", "cold calls", "trials", "trials that look at state"])
@pytest.mark.parametrize("source", HOLDERS.values(), ids=HOLDERS)
def test_nobody_is_warned_of_it(open_harness, way, source):
    harness = open_harness(HEAD + source + HANDLE)
    gc.collect()  # what other tests have left
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        if way.startswith("trials"):
            looks = way != "trials"
            harness.run_trials((True, looks, (), 1), (True, looks, (), 1), (False, looks, (), 1))
        elif way == "cold calls":
            harness.call(cold=True)
            harness.call(cold=True)
        else:
            harness.call()
        harness.close()
        del harness.session
        gc.collect()
    assert [str(warning.message) for warning in told] == []


@pytest.mark.parametrize("way", ["call", "run_trials"])
def test_a_function_with_an_odd_class_is_called_and_closed(open_harness, way):
    source = "class Odd(type):\n    __hash__ = None\nclass A(metaclass=Odd):\n    pass\nX = A()\n"
    harness = open_harness(source + HANDLE)
    made = harness.run_trials((True, True, (), 1)) if way == "run_trials" else harness.call()
    assert made
    harness.close()
