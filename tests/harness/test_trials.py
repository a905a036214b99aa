"""Trials of a session: fresh is fresh, warm is warm, and each begins the same."""

from __future__ import annotations

import gc
import json
import os
import random
import sys
from typing import Any

import pytest

AGAIN = {
    "a global": "N = 0\ndef handle(data):\n    global N\n    N += 1\n    return N\n",
    "a class": "class A:\n    n = 0\ndef handle(data):\n    A.n += 1\n    return A.n\n",
    "a closure": (
        "def make():\n    n = 0\n    def count():\n        nonlocal n\n        n += 1\n        return n\n"
        "    return count\ncount = make()\ndef handle(data):\n    return count()\n"
    ),
    "a default argument": "def f(l=[]):\n    l.append(1)\n    return len(l)\ndef handle(data):\n    return f()\n",
    "a function's name": "def handle(data):\n    handle.n = getattr(handle, 'n', 0) + 1\n    return handle.n\n",
    "a list": "KEPT = []\ndef handle(data):\n    KEPT.append(1)\n    return len(KEPT)\n",
    "a cache": (
        "import functools\n@functools.lru_cache\ndef f():\n    return 1\n"
        "def handle(data):\n    f()\n    return f.cache_info().hits + 1\n"
    ),
    "a generator": "N = (n for n in range(1, 9))\ndef handle(data):\n    return next(N)\n",
    "a variable": (
        "import os\ndef handle(data):\n    os.environ['N'] = str(int(os.environ.get('N', 0)) + 1)\n"
        "    return int(os.environ['N'])\n"
    ),
    "a module of others": "import json\ndef handle(data):\n    json.n = getattr(json, 'n', 0) + 1\n    return json.n\n",
    "a name of others": (
        "import os\nN = getattr(os.getppid, 'n', 0) + 1\nclass Ours:\n    n = N\n"
        "def handle(data):\n    os.getppid = Ours\n    Ours.n += 1\n    return Ours.n - 1\n"
    ),
    "the search path": "import sys\ndef handle(data):\n    sys.path.append('x')\n    return sys.path.count('x')\n",
    "a logger": (
        "import logging\ndef handle(data):\n    log = logging.getLogger('trials')\n"
        "    log.addHandler(logging.StreamHandler())\n    return len(log.handlers)\n"
    ),
    "its own module": {
        "handler.py": "import counter\ndef handle(data):\n    counter.n += 1\n    return counter.n\n",
        "counter.py": "n = 0\n",
    },
    "its own module, imported late": {
        "handler.py": "def handle(data):\n    import counter\n    counter.n += 1\n    return counter.n\n",
        "counter.py": "n = 0\n",
    },
    "a nested package": {
        "handler.py": "from a.b import counter\ndef handle(data):\n    counter.n += 1\n    return counter.n\n",
        "a/__init__.py": "",
        "a/b/__init__.py": "from . import counter\n",
        "a/b/counter.py": "n = 0\n",
    },
    "a folder without __init__": {
        "handler.py": "import a.counter\ndef handle(data):\n    a.counter.n += 1\n    return a.counter.n\n",
        "a/counter.py": "n = 0\n",
    },
    "a module that takes its own place": {
        "handler.py": "import counter\ndef handle(data):\n    counter.n += 1\n    return counter.n\n",
        "counter.py": "import sys\nclass Counter:\n    n = 0\nsys.modules[__name__] = Counter()\n",
    },
}
RANDOM = {
    "random": "import random\ndef handle(data):\n    return random.random()\n",
    "random.gauss": "import random\ndef handle(data):\n    return random.gauss(0, 1)\n",
    "random.seed()": "import random\ndef handle(data):\n    random.seed()\n    return random.random()\n",
    "random.Random()": "import random\ndef handle(data):\n    return random.Random().random()\n",
    "a subclass": "import random\nclass R(random.Random):\n    pass\ndef handle(data):\n    return R().random()\n",
    "SystemRandom": "import random\ndef handle(data):\n    return random.SystemRandom().random()\n",
    "os.urandom": "import os\ndef handle(data):\n    return os.urandom(5).hex()\n",
    "uuid4": "import uuid\ndef handle(data):\n    return str(uuid.uuid4())\n",
    "secrets": "import secrets\ndef handle(data):\n    return secrets.token_hex() + str(secrets.randbelow(10**9))\n",
    "a temporary name": "import tempfile\ndef handle(data):\n    return tempfile.mktemp()\n",
    "its import": "import random\nN = random.random()\ndef handle(data):\n    return [N, random.random()]\n",
    "import, of the system": "import os\nN = os.urandom(3)[0]\ndef handle(data):\n    return [N, os.urandom(3)[0]]\n",
    "numpy": "import numpy\ndef handle(data):\n    return numpy.random.rand()\n",
    "numpy's generators": "import numpy\ndef handle(data):\n    return numpy.random.default_rng().random()\n",
}


class Seen:
    """What came of the deliveries of some trials."""

    def __init__(self, replies: list[dict[str, Any]]) -> None:
        self.replies = replies

    @property
    def answers(self) -> list[Any]:
        return [reply["answer"]["value"] for reply in self.replies]


@pytest.fixture
def run_trials(open_harness):
    """Write a function and run trials of it: ``run_trials(files, (is_fresh, count of deliveries), ...)``."""
    opened = {}

    def run(files: Any, *trials: tuple[bool, int], looks_at_state: bool = False, **request: Any) -> Seen:
        key = json.dumps(files)
        spec = request.pop("spec", {})
        if key not in opened:
            opened[key] = open_harness(files, name=f"fn{len(opened)}", **spec)
        each = ((is_fresh, looks_at_state, (), count) for is_fresh, count in trials)
        return Seen(opened[key].run_trials(*each, **request))

    return run


@pytest.mark.parametrize("files", AGAIN.values(), ids=AGAIN)
def test_fresh_is_fresh_and_warm_is_warm(run_trials, files):
    told = run_trials(files, (True, 1), (True, 2), (False, 1), (True, 1))
    assert told.answers == [1, 1, 2, 3, 1]


@pytest.mark.parametrize("files", AGAIN.values(), ids=AGAIN)
def test_nothing_of_it_is_there_afterwards(run_trials, files):
    before = (set(sys.modules), sys.path[:], dict(os.environ), set(vars(json)), random.getstate())
    run_trials(files, (True, 2))
    assert run_trials(files, (True, 1)).answers == [1]
    added = set(sys.modules) - before[0]
    assert not added & {"handler", "counter", "a", "a.b", "a.counter", "a.b.counter"}
    assert (sys.path, dict(os.environ), set(vars(json)), random.getstate()) == before[1:]


@pytest.mark.parametrize("source", RANDOM.values(), ids=RANDOM)
def test_random_sources_begin_anew_with_each_trial(run_trials, source):
    first, again, second, warm = run_trials(source, (True, 1), (True, 2), (False, 1)).answers
    assert first == again
    assert json.dumps(second) != json.dumps(again)
    if not isinstance(first, list):
        assert warm == first
    other = run_trials(source, (True, 1), random_seed=8).answers
    assert other != [first]
    assert run_trials(source, (True, 1)).answers == [first]


def test_a_generator_with_a_seed_of_its_own_is_left_alone(run_trials):
    source = "import random\ndef handle(data):\n    return random.Random(3).random()\n"
    assert set(run_trials(source, (True, 1), (True, 2), (False, 1)).answers) == {random.Random(3).random()}


def test_the_clock_begins_anew_with_each_trial(run_trials):
    source = (
        "import time\nfrom datetime import datetime\nAT = datetime.now()\n"
        "def handle(data):\n    time.sleep(90)\n    return [str(AT), str(datetime.now())]\n"
    )
    told = run_trials(source, (True, 2), (True, 1), (False, 1))
    begun = "2026-01-14 09:26:53"
    assert [answer[1][11:] for answer in told.answers] == ["09:28:23", "09:29:53", "09:28:23", "09:28:23"]
    assert {answer[0] for answer in told.answers} == {begun}


def test_it_may_be_another_instant_each_time(run_trials):
    source = "from datetime import datetime\nAT = datetime.now()\ndef handle(data):\n    return str(AT)\n"
    assert run_trials(source, (True, 1)).answers == ["2026-01-14 09:26:53"]
    assert run_trials(source, (True, 1), frozen_at="2020-02-29T00:00:00+00:00").answers == ["2020-02-29 00:00:00"]


def test_a_handler_in_a_package(run_trials):
    files = {"src/handler.py": AGAIN["a global"], "src/__init__.py": "K = []\n"}
    assert run_trials(files, (True, 1), (True, 2), (True, 1), spec={"module": "src.handler"}).answers == [1, 1, 2, 1]


def test_a_handler_in_a_mere_folder(run_trials):
    files = {"src/handler.py": "from src import other\n" + AGAIN["a global"], "src/other.py": ""}
    assert run_trials(files, (True, 1), (True, 2), (True, 1), spec={"module": "src.handler"}).answers == [1, 1, 2, 1]


def test_modules_that_import_each_other(run_trials):
    files = {
        "handler.py": "import b\nN = b.M\ndef handle(data):\n    return [N, b.late()]\n",
        "b.py": "import handler\nM = 1\ndef late():\n    return handler.N\n",
    }
    assert run_trials(files, (True, 1), (True, 1), (True, 1)).answers == [[1, 1]] * 3


def test_a_lone_answer_is_quiet(run_trials):
    told = run_trials("def handle(data):\n    return (1, 2)\n", (True, 2), (False, 1), looks_at_state=True)
    assert [reply.get("is_quiet") for reply in told.replies] == [True] * 3


def test_lines_belong_to_their_delivery(run_trials):
    source = "print('import')\ndef handle(data):\n    print('call')\n    return 1\n"
    told = run_trials(source, (True, 2), (True, 1))
    assert [[line["message"] for line in reply["logs"]] for reply in told.replies] == [
        ["import", "call"],
        ["call"],
        ["import", "call"],
    ]


def test_a_handler_that_raises_in_one_delivery(run_trials):
    source = "N = []\ndef handle(data):\n    N.append(1)\n    return 1 / (len(N) - 2)\n"
    told = run_trials(source, (True, 3), (True, 1))
    assert [reply.get("failure", {}) and reply["failure"]["type"] for reply in told.replies] == [
        *({}, "ZeroDivisionError", {}, {})
    ]
    assert told.replies[1]["place"][1] == 4


def test_an_import_that_fails_fails_in_each_trial(run_trials):
    told = run_trials({"handler.py": "import other\n", "other.py": "1 / 0\n"}, (True, 1), (True, 1))
    assert [reply["failure"]["type"] for reply in told.replies] == ["ZeroDivisionError"] * 2
    assert [reply["stage"] for reply in told.replies] == ["import"] * 2


def test_a_time_limit_ends_its_trial_and_the_next_one_is_fresh(run_trials):
    source = "N = []\ndef handle(data):\n    N.append(1)\n    while len(N) == 2:\n        pass\n    return len(N)\n"
    told = run_trials(source, (True, 4), (False, 1), timeout_s=0.2)
    assert [reply.get("timed_out", False) for reply in told.replies] == [False, True, False]
    assert told.replies[-1]["answer"]["value"] == 1


def test_the_end_of_its_process_likewise(run_trials):
    source = "import os\nN = []\ndef handle(data):\n    N.append(1)\n    return len(N) < 2 or os._exit(3)\n"
    told = run_trials(source, (True, 4), (False, 1), spec={"survives_endings": True})
    assert [reply.get("death") for reply in told.replies] == [None, {"exit_code": 3}, None]
    assert told.replies[-1]["answer"]["value"] is True


def test_an_input_that_is_changed_is_told(run_trials):
    source = "def handle(data):\n    data['rows'].sort()\n    return 1\n"
    told = run_trials(source, (True, 1), data={"rows": [2, 1]}, looks_at_state=True)
    assert told.replies[0]["is_input_changed"]
    told = run_trials(source, (True, 1), data={"rows": [1, 2]}, looks_at_state=True)
    assert told.replies[0]["is_quiet"]


def test_threads_that_are_left_are_told(run_trials):
    source = (
        "import threading\nE = threading.Event()\ndef handle(data):\n"
        "    threading.Thread(target=E.wait, args=(0.5,), name='mine', daemon=True).start()\n    return 1\n"
    )
    told = run_trials(source, (True, 1), (True, 1))
    assert [[left["name"] for left in reply["left"]] for reply in told.replies] == [["mine"], ["mine"]]


def test_a_call_after_trials_is_cold(open_harness):
    harness = open_harness(AGAIN["a global"])
    assert harness.answer() == 1
    assert len(harness.run_trials((True, False, (), 2))) == 2
    assert harness.answer() == 1


def test_thousands_of_trials_leave_nothing(run_trials):
    source = (
        "import logging\nlog = logging.getLogger(__name__)\nlog.addHandler(logging.StreamHandler())\n"
        "class Row:\n    pass\ndef handle(data):\n    return [Row.__name__]\n"
    )
    run_trials(source, *[(True, 1)] * 200, looks_at_state=True)
    gc.collect()
    before = len(gc.get_objects())
    told = run_trials(source, *[(True, 1)] * 5000, looks_at_state=True)
    assert len(told.replies) == 5000
    del told
    gc.collect()
    assert len(gc.get_objects()) - before < 500
