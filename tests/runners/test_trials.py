"""Trials give the same in every runner, also where one of them hangs or ends its process."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from fn_emulator import load_function
from fn_emulator.model import Call
from fn_emulator.runners.trials import MOST, Conditions
from fn_emulator.trials import Trial

AT = datetime(2026, 1, 14, 9, 26, 53, tzinfo=timezone.utc)
COUNTS = "N = 0\ndef handle(data):\n    global N\n    N += 1\n    return N\n"
ONE, TWO = Trial(("{}",)), Trial(("{}", "{}"))
WARM = Trial(("{}",), is_fresh=False)
LOOK = Trial(("{}",), looks_at_state=True)


@pytest.fixture
def run_trials(open_runner):
    """Write a handler and run trials of it in each runner: ``run_trials(source, trial, ...)``."""
    opened: dict[str, Any] = {}

    def run(source: str, *trials: Trial, is_cold: bool = False, timeout_s: float = 30.0, seed: int = 7) -> list[Any]:
        runner = opened.get(source) or opened.setdefault(source, open_runner(source).runner)
        call = Call(2, "fn", 1, {}, "{}", frozen_at=AT)
        pairs = ((trial, 0) for trial in trials)
        return list(
            runner.run_trials(pairs, Conditions(call, timeout_s, seed, ()), is_cold=is_cold, show=lambda *line: None)
        )

    return run


def answers(evidence: list[Any]) -> list[list[Any]]:
    return [[delivered.answer for delivered in each.delivered] for each in evidence]


@pytest.mark.parametrize("is_cold", [False, True])
def test_fresh_and_warm(run_trials, is_cold):
    evidence = run_trials(COUNTS, ONE, TWO, WARM, ONE, is_cold=is_cold)
    assert answers(evidence) == [[1], [1, 2], [3], [1]]
    assert [each.trial for each in evidence] == [ONE, TWO, WARM, ONE]


def test_a_warm_trial_comes_first(run_trials):
    assert answers(run_trials(COUNTS, WARM, WARM)) == [[1], [2]]


def test_state_and_the_line_that_changes_it(run_trials, tmp_path):
    (evidence,) = run_trials(COUNTS, LOOK._replace(locates=("handler.N",)))
    (change,) = evidence.state
    assert change == ("handler.N", "replaced", "0", "1", f"{tmp_path}/fn/handler.py", 4)


@pytest.mark.parametrize("is_cold", [False, True])
def test_random_values_and_the_clock_are_the_same_in_every_trial(run_trials, is_cold):
    source = (
        "import random, time, uuid\nfrom datetime import datetime\ndef handle(data):\n    time.sleep(1)\n"
        "    return [random.random(), str(uuid.uuid4()), str(datetime.now())]\n"
    )
    first, second = answers(run_trials(source, ONE, ONE, is_cold=is_cold))
    assert first == second
    assert first[0][0] == 0.32383276483316237
    assert first[0][2] == "2026-01-14 09:26:54"
    assert answers(run_trials(source, ONE, seed=8))[0][0][0] != first[0][0]


@pytest.mark.parametrize("is_cold", [False, True])
def test_a_trial_may_have_its_own_clock_and_random_values(run_trials, is_cold):
    source = (
        "import random\nfrom datetime import datetime\nN = random.random()\n"
        "def handle(data):\n    return [N, random.random(), str(datetime.now())]\n"
    )
    later = ONE._replace(random_seed=8, frozen_at=AT + timedelta(days=1))
    first, other, again = (each[0] for each in answers(run_trials(source, ONE, later, ONE, is_cold=is_cold)))
    assert first == again
    assert (first[2], other[2]) == ("2026-01-14 09:26:53", "2026-01-15 09:26:53")
    assert not {*first} & {*other}
    assert run_trials(source, ONE, seed=8)[0].delivered[0].answer[:2] == other[:2]


def test_what_is_delivered_is_what_the_handler_gets(run_trials):
    source = "def handle(data):\n    data['b'] = 1\n    return data['a']\n"
    text = json.dumps({"a": [1, None, "\u00e5", 1e300]})
    (evidence,) = run_trials(source, Trial((text, text), looks_at_state=True))
    assert [delivered.answer for delivered in evidence.delivered] == [[1, None, "\u00e5", 1e300]] * 2
    assert [delivered.is_input_changed for delivered in evidence.delivered] == [True, True]


def test_failures_and_what_json_refuses(run_trials, tmp_path):
    source = "N = []\ndef handle(data):\n    N.append(1)\n    return {len(N)} if len(N) < 2 else 1 / 0\n"
    (evidence,) = run_trials(source, TWO)
    first, second = evidence.delivered
    assert (first.answer_text, first.refused[0].path, first.refused_reason) == (
        None,
        "$",
        "TypeError: Object of type set is not JSON serializable",
    )
    assert (second.failure.type, second.place) == ("ZeroDivisionError", (f"{tmp_path}/fn/handler.py", 4))


def test_lines_belong_to_their_delivery(run_trials):
    source = "import os\nN = []\ndef handle(data):\n    N.append(1)\n    print(len(N))\n    os.write(1, b'raw\\n')\n"
    evidence = run_trials(source, TWO, ONE)
    lines = [[line.message for line in delivered.logs] for each in evidence for delivered in each.delivered]
    assert lines == [["1", "raw"], ["2", "raw"], ["1", "raw"]]


DEATHS = {
    "exit": ("os._exit(3)", (3, None, False)),
    "signal": ("os.kill(os.getpid(), 9)", (None, 9, False)),
}


@pytest.mark.parametrize(("body", "death"), DEATHS.values(), ids=DEATHS)
def test_a_trial_that_ends_its_process(run_trials, body, death):
    source = f"import os\nN = []\ndef handle(data):\n    N.append(1)\n    len(N) != 2 or {body}\n    return len(N)\n"
    evidence = run_trials(source, ONE, Trial(("{}",) * 3), WARM, WARM, ONE)
    assert answers(evidence) == [[1], [1, None], [1], [None], [1]]
    for ended in (evidence[1].delivered[1], evidence[3].delivered[0]):
        assert (ended.death.exit_code, ended.death.signal, ended.death.is_out_of_memory) == death
    assert not any(delivered.is_timed_out for each in evidence for delivered in each.delivered)


def test_a_trial_that_hangs(run_trials):
    source = "N = []\ndef handle(data):\n    N.append(1)\n    while len(N) == 2:\n        pass\n    return len(N)\n"
    evidence = run_trials(source, ONE, Trial(("{}",) * 3), WARM, timeout_s=0.3)
    assert answers(evidence) == [[1], [1, None], [1]]
    assert [delivered.is_timed_out for delivered in evidence[1].delivered] == [False, True]


def test_a_time_limit_is_that_of_one_delivery(run_trials):
    source = "from threading import Event\nE = Event()\ndef handle(data):\n    E.wait(0.3)\n    return 1\n"
    assert answers(run_trials(source, Trial(("{}",) * 4), timeout_s=0.9)) == [[1] * 4]


def test_more_trials_than_one_request_takes(run_trials):
    trials = [ONE, WARM] * (MOST // 2 + 10)
    assert answers(run_trials(COUNTS, *trials)) == [[1], [2]] * (MOST // 2 + 10)


def test_a_long_answer_does_not_part_warm_trials(run_trials):
    source = f"{COUNTS.replace('return N', 'return [N, chr(97) * 1500000]')}"
    evidence = run_trials(source, ONE, *[WARM] * 9, ONE, WARM)
    assert [each.delivered[0].answer[0] for each in evidence] == [*range(1, 11), 1, 2]


def test_a_call_after_trials_is_a_first_call(open_runner):
    opened = open_runner(COUNTS)
    call = Call(2, "fn", 1, {}, "{}", frozen_at=AT)
    pairs = [(TWO, 0)]
    list(opened.runner.run_trials(pairs, Conditions(call, 30.0, 7, ()), is_cold=False, show=lambda *line: None))
    assert opened.invoke().answer == 1


class TestLoaded:
    """What ``replay`` calls."""

    @pytest.fixture(params=["inprocess", "worker"])
    def load(self, request, tmp_path):
        opened = []

        def load(source: str, **options: Any) -> Any:
            (tmp_path / "fn").mkdir(exist_ok=True)
            (tmp_path / "fn" / "handler.py").write_text(source)
            opened.append(load_function(tmp_path / "fn", **{"runner": request.param, **options}))
            return opened[-1]

        yield load
        for each in opened:
            each.close()

    def test_each_list_begins_the_same(self, load):
        source = (
            "import random\nfrom datetime import datetime\n"
            "def handle(data, function_call_info):\n"
            "    return [random.random(), str(datetime.now()), function_call_info]\n"
        )
        function = load(source)
        first = answers(function.run_trials([ONE], random_seed=1, frozen_at=AT))
        assert answers(function.run_trials([ONE], random_seed=1, frozen_at=AT)) == first
        assert answers(function.run_trials([ONE], random_seed=1, frozen_at=AT, is_cold=True)) == first
        later = answers(function.run_trials([ONE], random_seed=1, frozen_at=AT + timedelta(hours=1)))
        assert later[0][0][1] == "2026-01-14 10:26:53"

    def test_a_cold_trial_runs_in_another_process(self, load):
        function = load("import os\nHOME = os.getpid()\ndef handle(data):\n    return HOME\n")
        cold = answers(function.run_trials([ONE, TWO, WARM, ONE], random_seed=1, frozen_at=AT, is_cold=True))
        pids = [pid for trial in cold for pid in trial]
        assert pids[1] == pids[2] == pids[3]
        assert len({*pids, os.getpid()}) == 4

    def test_an_object_as_client_stays_in_process(self, load, request):
        if "worker" in request.node.name:
            pytest.skip("an object cannot travel")
        function = load("def handle(client, data):\n    return client['a']\n", client={"a": 1})
        assert answers(function.run_trials([ONE], random_seed=1, frozen_at=AT, is_cold=True)) == [[1]]

    def test_each_fresh_trial_finds_the_same_cdf(self, load):
        function = load(
            "def handle(client, data):\n    count = len(client.raw.databases.list(limit=None))\n"
            "    client.raw.databases.create(f'd{count}')\n    return count\n"
        )
        evidence = list(function.run_trials([ONE, TWO, WARM, ONE], random_seed=1, frozen_at=AT))
        assert not [each.failure for one in evidence for each in one.delivered if each.failure]
        assert answers(evidence) == [[0], [0, 1], [2], [0]]
        assert (function.cdf.diff(), function.cdf.writes("/raw/dbs")) == ({}, [])
