"""The state that trials change, by name, and the line that changes it."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from fn_emulator.harness.state_text import is_same, shown

HANDLE = "def handle(data):\n    "
CHANGED: dict[str, tuple[str, tuple[Any, ...]]] = {
    "global": (f"N = 0\n{HANDLE}global N\n    N += 1\n", ("handler.N", "replaced", "0", "1", 4)),
    "class": (f"class A:\n    n = 0\n{HANDLE}A.n += 1\n", ("handler.A.n", "replaced", "0", "1", 4)),
    "new name": (f"{HANDLE}global N\n    N = 1\n", ("handler.N", "replaced", "not there", "1", 3)),
    "name gone": (f"N = 1\n{HANDLE}global N\n    del N\n", ("handler.N", "removed", "1", "not there", 4)),
    "instance": (
        f"class A:\n    def __init__(self):\n        self.n = 0\na = A()\n{HANDLE}a.n += 1\n",
        ("handler.a.n", "replaced", "0", "1", 6),
    ),
    "slots": (
        f"class A:\n    __slots__ = ('n',)\na = A()\n{HANDLE}a.n = 1\n",
        ("handler.a.n", "replaced", "not there", "1", 5),
    ),
    "closure": (
        f"def make():\n    n = 0\n    def f():\n        nonlocal n\n        n += 1\n    return f\n"
        f"f = make()\n{HANDLE}f()\n",
        ("handler.f.<closure n>", "replaced", "0", "1", 5),
    ),
    "closure's list": (
        f"def make():\n    n = []\n    def f():\n        n.append(1)\n    return f\nf = make()\n{HANDLE}f()\n",
        ("handler.f.<closure n>", "grew", "[]", "[1]", 4),
    ),
    "default argument": (
        f"def f(acc=[]):\n    acc.append(1)\n{HANDLE}f()\n",
        ("handler.f.<default acc>", "grew", "[]", "[1]", 2),
    ),
    "keyword argument": (
        f"def f(*, acc={{}}):\n    acc[1] = 2\n{HANDLE}f()\n",
        ("handler.f.<default acc>", "grew", "{}", "{1: 2}", 2),
    ),
    "method's default": (
        f"class A:\n    def f(self, acc=[]):\n        acc.append(1)\n{HANDLE}A().f()\n",
        ("handler.A.f.<default acc>", "grew", "[]", "[1]", 3),
    ),
    "function's name": (f"{HANDLE}handle.n = 1\n", ("handler.handle.n", "replaced", "not there", "1", 2)),
    "list": (f"L = [1]\n{HANDLE}L.append(2)\n", ("handler.L", "grew", "[1]", "[1, 2]", 3)),
    "list's item": (f"L = [1, 2]\n{HANDLE}L[1] = 3\n", ("handler.L[1]", "replaced", "2", "3", 3)),
    "list's end": (f"L = [1, 2]\n{HANDLE}L.pop()\n", ("handler.L", "removed", "[1, 2]", "[1]", 3)),
    "list's order": (f"L = [2, 1]\n{HANDLE}L.sort()\n", ("handler.L", "changed", "[2, 1]", "[1, 2]", 3)),
    "dict": (f"D = {{}}\n{HANDLE}D['k'] = 1\n", ("handler.D", "grew", "{}", "{'k': 1}", 3)),
    "dict's entry": (f"D = {{'k': 1}}\n{HANDLE}D['k'] += 1\n", ("handler.D['k']", "replaced", "1", "2", 3)),
    "dict's loss": (f"D = {{'k': 1}}\n{HANDLE}D.clear()\n", ("handler.D", "removed", "{'k': 1}", "{}", 3)),
    "nested": (
        f"D = {{'a': {{'b': [1]}}}}\n{HANDLE}D['a']['b'].append(2)\n",
        ("handler.D['a']['b']", "grew", "[1]", "[1, 2]", 3),
    ),
    "set": (f"S = set()\n{HANDLE}S.add(1)\n", ("handler.S", "grew", "{}", "{1}", 3)),
    "counter": (
        f"from collections import Counter\nC = Counter()\n{HANDLE}C['a'] += 1\n",
        ("handler.C", "grew", "{}", "{'a': 1}", 4),
    ),
    "deque": (
        f"from collections import deque\nQ = deque([1], maxlen=1)\n{HANDLE}Q.append(2)\n",
        ("handler.Q[0]", "replaced", "1", "2", 4),
    ),
    "lru_cache": (
        f"import functools\n@functools.lru_cache\ndef f():\n    return 1\n{HANDLE}f()\n",
        ("handler.f", "cache", "0 entries", "1 entry", 6),
    ),
    "cached property": (
        "import functools\nclass A:\n    @functools.cached_property\n    def n(self):\n        return 1\n"
        f"a = A()\n{HANDLE}a.n\n",
        ("handler.a.n", "replaced", "not there", "1", 8),
    ),
    "memo of a decorator": (
        "import functools\ndef memo(f):\n    kept = {}\n    @functools.wraps(f)\n    def inner(n):\n"
        f"        kept[n] = f(n)\n    return inner\n@memo\ndef f(n):\n    return n\n{HANDLE}f(1)\n",
        ("handler.f.<closure kept>", "grew", "{}", "{1: 1}", 6),
    ),
    "generator": (
        f"def g():\n    n = 0\n    while True:\n        n += 1\n        yield n\nG = g()\nnext(G)\n{HANDLE}next(G)\n",
        ("handler.G", "moved", "as it was", "further on", 9),
    ),
    "count": (
        f"import itertools\nC = itertools.count(1)\n{HANDLE}next(C)\n",
        ("handler.C", "moved", "count(1)", "count(2)", 4),
    ),
    "iterator": (f"I = iter([1, 2])\n{HANDLE}next(I)\n", ("handler.I", "moved", "2 left", "1 left", 3)),
    "random": (
        f"import random\nR = random.Random(1)\n{HANDLE}R.random()\n",
        ("handler.R", "moved", "as it was", "further on", 4),
    ),
    "thread's own": (
        f"import threading\nT = threading.local()\n{HANDLE}T.n = 1\n",
        ("handler.T.n", "replaced", "not there", "1", 4),
    ),
    "weak dict": (
        f"import weakref\nclass A:\n    pass\na = A()\nW = weakref.WeakValueDictionary()\n{HANDLE}W['a'] = a\n",
        ("handler.W.data", "grew", "{}", "{'a': <KeyedRef>}", 7),
    ),
    "context": (
        f"import contextvars\nV = contextvars.ContextVar('V', default=0)\n{HANDLE}V.set(1)\n",
        ("handler.V", "changed", "as it was", "otherwise", 4),
    ),
    "numpy": (
        f"import numpy\nA = numpy.zeros(2)\n{HANDLE}A[0] = 1\n",
        ("handler.A", "changed", "as it was", "otherwise", 4),
    ),
    "pandas": (
        f"import pandas\nF = pandas.DataFrame({{'a': [1]}})\n{HANDLE}F.loc[0, 'a'] = 2\n",
        ("handler.F", "changed", "as it was", "otherwise", 4),
    ),
    "text file": (
        f"import io\nS = io.StringIO()\n{HANDLE}S.write('ab')\n",
        ("handler.S", "moved", "at 0", "at 2", 4),
    ),
    "partial": (
        f"import functools\nf = functools.partial(list.append, [])\n{HANDLE}f(1)\n",
        ("handler.f[0]", "grew", "[]", "[1]", 4),
    ),
    "database": (
        "import sqlite3\nD = sqlite3.connect(':memory:')\nD.execute('create table t (n)')\n"
        f"{HANDLE}D.execute('insert into t values (1)')\n",
        ("handler.D", "moved", "0 changes", "1 changes", 5),
    ),
    "variable": (
        f"import os\n{HANDLE}os.environ['TRIAL'] = '1'\n",
        ("os.environ['TRIAL']", "variable", "not there", "'1'", 3),
    ),
    "module of others": (f"import json\n{HANDLE}json.n = 1\n", ("json.n", "module", "not there", "1", 3)),
    "name of others": (
        f"import textwrap\n{HANDLE}textwrap.dedent = 1\n",
        ("textwrap.dedent", "module", "<function dedent>", "1", 3),
    ),
}
UNCHANGED = {
    "pure": f"import re\nP = re.compile('a')\nT = {{'a': [1, (2, 3)]}}\n"
    f"{HANDLE}return [P.sub('b', 'a'), T['a'][1][0]]\n",
    "late import": f"import importlib\n{HANDLE}global colorsys\n    import colorsys\n",
    "logging": f"import logging\nlog = logging.getLogger(__name__)\n{HANDLE}log.error('b')\n",
    "lock": f"import threading\nL = threading.Lock()\n{HANDLE}with L:\n        pass\n",
    "warning": (
        f"import warnings\n{HANDLE}with warnings.catch_warnings(record=True):\n"
        "        warnings.simplefilter('default')\n        warnings.warn('a')\n"
    ),
    "abstract class": (
        "from collections.abc import Sized\nimport abc\nclass A(abc.ABC):\n    pass\n"
        f"{HANDLE}return [isinstance(1, A), isinstance([], Sized)]\n"
    ),
    "the same value again": f"N = 1.5\nL = [1]\n{HANDLE}global N, L\n    N = 3 / 2\n    L = [1]\n",
    "pushed and popped": f"L = []\n{HANDLE}L.append(1)\n    L.pop()\n",
    "dataclass": (
        "from dataclasses import dataclass, field\n@dataclass\nclass P:\n    a: list = field(default_factory=list)\n"
        f"{HANDLE}P().a.append(1)\n"
    ),
    "enum": f"import enum\nclass C(enum.Enum):\n    RED = 1\n{HANDLE}return [C(1).value, C['RED'].value]\n",
    "a random value": f"import random, uuid\n{HANDLE}random.random()\n    uuid.uuid4()\n    uuid.uuid1()\n",
    "circular": f"D = {{}}\nD['self'] = D\nL = [D]\nD['list'] = L\n{HANDLE}return len(D)\n",
}


@pytest.fixture
def look(open_harness):
    """What the last of some trials changes: ``look(source, (is_fresh, looks_at_state, locates, count), ...)``."""
    opened = {}

    def run(source: str, *trials: tuple[Any, ...]) -> list[dict[str, Any]]:
        if source.startswith("import pandas"):
            pytest.importorskip("pandas", reason="pandas is not installed")
        if source not in opened:
            opened[source] = open_harness(source, name=f"fn{len(opened)}")
        replies = opened[source].run_trials(*trials)
        assert not [reply["failure"] for reply in replies if reply.get("failure")]
        return replies[-1].get("state", [])

    return run


@pytest.mark.parametrize(("source", "expected"), CHANGED.values(), ids=CHANGED)
def test_a_state_that_changes_is_named(look, source, expected):
    (change,) = look(source, (True, True, (), 1))
    assert (change["name"], change["kind"], change["before"], change["after"]) == expected[:4]
    assert json.dumps(change)


@pytest.mark.parametrize(("source", "expected"), CHANGED.values(), ids=CHANGED)
def test_its_line_is_found(look, source, expected):
    before = sys.gettrace()
    (change,) = look(source, (True, True, (expected[0],), 1))
    assert (change["file"].rpartition("/")[2], change["line"]) == ("handler.py", expected[4])
    assert sys.gettrace() is before


@pytest.mark.parametrize("source", UNCHANGED.values(), ids=UNCHANGED)
def test_what_is_no_state_is_not_named(look, source):
    assert look(source, (True, True, (), 1)) == []
    assert look(source, (True, False, (), 1), (False, True, (), 1)) == []


def test_a_warm_trial_begins_from_where_it_is(look):
    source = f"N = 0\n{HANDLE}global N\n    N += 1\n"
    (change,) = look(source, (True, False, (), 2), (False, True, ("handler.N",), 1))
    assert (change["before"], change["after"], change["line"]) == ("2", "3", 4)


def test_all_deliveries_of_a_trial_count(look):
    source = f"N = 0\n{HANDLE}global N\n    N += 1\n"
    (change,) = look(source, (True, True, ("handler.N",), 3))
    assert (change["before"], change["after"], change["line"]) == ("0", "3", 4)


def test_the_first_line_that_changes_it_is_told(look):
    source = f"L = []\ndef note(x):\n    L.append(x)\n{HANDLE}note(1)\n    L.append(2)\n"
    (change,) = look(source, (True, True, ("handler.L",), 1))
    assert change["line"] == 3


def test_a_state_of_another_module_is_named_by_it(open_harness):
    harness = open_harness(
        {"handler.py": f"import a.b\n{HANDLE}a.b.f()\n", "a/b.py": "N = []\ndef f():\n    N.append(1)\n"}
    )
    ((change,),) = [reply["state"] for reply in harness.run_trials((True, True, ("a.b.N",), 1))]
    assert (change["name"], change["file"], change["line"]) == ("a.b.N", f"{harness.root}/a/b.py", 3)


def test_no_more_than_twenty_are_told(look):
    source = f"class A:\n    pass\n{HANDLE}for n in range(50):\n        setattr(A, f'n{{n}}', n)\n"
    assert len(look(source, (True, True, (), 1))) == 20


def test_a_large_state_is_looked_at(look):
    source = f"D = {{n: [float(n)] for n in range(20000)}}\n{HANDLE}D[19999].append(1.0)\n"
    (change,) = look(source, (True, True, (), 1))
    assert (change["name"], change["kind"]) == ("handler.D[19999]", "grew")


def test_no_code_of_the_handlers_runs_for_it(look):
    source = (
        "class Odd:\n    def __eq__(self, other):\n        raise SystemExit\n    __hash__ = object.__hash__\n"
        "    def __repr__(self):\n        raise SystemExit\n"
        "    def __getattr__(self, name):\n        raise SystemExit\n"
        f"L = [Odd()]\n{HANDLE}L[0] = Odd()\n    L.append(Odd())\n"
    )
    (change,) = look(source, (True, True, (), 1))
    assert (change["name"], change["after"]) == ("handler.L", "[<Odd>, <Odd>]")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x" * 70, repr("x" * 60) + "..."),
        ({"a": [1, {"b": (2,)}]}, "{'a': [1, {'b': (...)}]}"),
        (list(range(9)), "[0, 1, 2, 3, ... 9 in all]"),
        (frozenset([1]), "{1}"),
        (dict, "<class dict>"),
        (len, "<builtin_function_or_method len>"),
        (10**400, "<int of 1329 bits>"),
        (json, "<module>"),
    ],
)
def test_values_are_shown_in_short(value, text):
    assert shown(value) == text


def test_values_that_are_the_same():
    assert is_same(float("nan"), float("nan"))
    assert is_same({"a": [1]}, {"a": [1]})
    assert not is_same(1, True)
    assert not is_same([1], [2])
    assert not is_same([object()], [object()])
