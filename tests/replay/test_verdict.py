"""What a test makes of a verdict."""

from __future__ import annotations

import json
import tempfile

import pytest

from fn_emulator import load_function, replaying
from fn_emulator.errors import RowsError, SettingsError

COUNTER = """count = 0
def handle(data):
    global count
    count += 1
    return {"data": [[number, count] for number, _ in data["data"]]}
"""


@pytest.fixture
def replay(tmp_path):
    def of(source, rows):
        (tmp_path / "handler.py").write_text(source)
        with load_function(tmp_path, runner="inprocess") as function:
            return function.replay(rows)

    return of


def test_findings_raise_with_the_report(replay):
    verdict = replay(COUNTER, [[1]])
    with pytest.raises(AssertionError, match=r"\[stateful\](.*\n)+volatile \(stateful\): 1 row"):
        verdict.raise_for_findings(ignore=["depends-on-batch"])


def test_findings_that_are_accepted_do_not_raise(replay):
    replay(COUNTER, [[1]]).raise_for_findings(ignore=["stateful"])


def test_a_batch_that_cannot_be_judged_raises_whatever_is_accepted(replay):
    verdict = replay("def handle(data):\n    return data['rows']\n", [[1]])
    assert (verdict.status, verdict.stateless, verdict.retry_safe) == ("Failed", None, None)
    with pytest.raises(AssertionError, match="cannot be judged: KeyError: 'rows'"):
        verdict.raise_for_findings(ignore=["stateful"])


@pytest.mark.parametrize(
    ("values", "judged"),
    [
        ("[number, number]", (True, None, False, True)),
        ("[number, N.append(1) or len(N)]", (False, False, None, True)),
        ("[number, __import__('time').time()]", (None, False, None, False)),
    ],
)
def test_what_was_seen_decides_what_is_judged(replay, values, judged):
    source = f"N = []\ndef handle(data):\n    return {{'data': [{values} for number, _ in data['data']]}}\n"
    verdict = replay(source, [[1], [2]])
    seen = (verdict.stateless, verdict.retry_safe, verdict.row_independent, verdict.deterministic)
    assert seen == judged


@pytest.mark.parametrize(
    "clock",
    [
        "now.weekday() >= 5",
        "(now + timedelta(days=1)).day == 1",
        "now.hour < 6",
        "now.hour == 23",
        "(now.month, now.day) == (2, 29)",
    ],
)
def test_what_follows_from_a_calendar_is_not_deterministic(replay, clock):
    source = (
        "from datetime import datetime, timedelta\ndef handle(data):\n    now = datetime.now()\n"
        f"    return {{'data': [[number, {clock}] for number, _ in data['data']]}}\n"
    )
    verdict = replay(source, [[1]])
    assert ([found.id for found in verdict.findings], verdict.deterministic) == (["nondeterministic"], False)


def test_there_are_rows(replay):
    with pytest.raises(RowsError, match="no rows"):
        replay(COUNTER, [])


DEDUPE = """def handle(data):
    seen, answers = set(), []
    for number, value in data["data"]:
        answers.append([number, value in seen])
        seen.add(value)
    return {"data": answers}
"""
LOOKED_UP = "TABLE = [10, 20, 30]\ndef handle(data):\n    return {'data': [[n, TABLE[n]] for n, _ in data['data']]}\n"
FLOAT_NUMBERS = COUNTER.replace("[number, count]", "[float(number), count]")
IN_ANOTHER_ORDER = """def handle(data):
    return {"data": [[number, value * (1 + 1e-15 * len(data["data"]))] for number, value in data["data"]]}
"""
TEMPORARY = """import tempfile
def handle(data):
    with tempfile.TemporaryFile() as file:
        return {"data": [[number, file.write(b"x")] for number, _ in data["data"]]}
"""
POOLED = """from concurrent.futures import ThreadPoolExecutor
POOL = ThreadPoolExecutor(1)
def handle(data):
    return {"data": [[number, POOL.submit(abs, value).result()] for number, value in data["data"]]}
"""


@pytest.mark.parametrize(
    ("source", "rows", "ids"),
    [
        pytest.param(DEDUPE, [[1], [2]], ["depends-on-batch"], id="repeated rows, though no row is repeated"),
        pytest.param(DEDUPE, [[1], [1]], ["depends-on-row-order"], id="repeated rows"),
        pytest.param(LOOKED_UP, [[1], [2], [3]], ["depends-on-row-number"], id="fails on numbers that are not its own"),
        pytest.param(FLOAT_NUMBERS, [[1]], ["row-number", "stateful"], id="numbers that are floats"),
        pytest.param(IN_ANOTHER_ORDER, [[0.1], [1.7], [2.3]], [], id="the last digits of floats"),
        pytest.param(TEMPORARY, [[1], [2]], [], id="temporary files"),
        pytest.param(POOLED, [[1], [2]], ["latent-state"], id="a pool that starts its threads"),
    ],
)
def test_the_cause_is_told(replay, source, rows, ids):
    assert [finding.id for finding in replay(source, rows).findings] == ids


def test_of_rows_that_are_equal_it_is_told_that_their_values_differ(replay):
    (finding,) = replay(DEDUPE, [[1], [1]]).findings
    assert finding.message == (
        "permuted: in one answer, equal arguments get different values; row 1 goes from true to false (seen probably)."
    )


def test_where_temporary_files_lie_is_no_state_of_the_handlers(replay, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", None)
    assert replay(TEMPORARY, [[1], [2]]).findings == ()


def test_state_is_never_our_own(replay):
    (finding,) = replay(POOLED, [[1], [2]]).findings
    assert "fn_emulator" not in finding.message


def test_rows_come_twice_only_where_their_numbers_do_not_matter(replay):
    source = "def handle(data):\n    return {'data': [[number, number] for number, _ in data['data']]}\n"
    assert [finding.id for finding in replay(source, [[1]]).findings] == ["depends-on-row-number"]


def test_a_delivery_is_ended_as_a_gateway_would(replay, monkeypatch):
    monkeypatch.setattr(replaying, "GATEWAY_TIMEOUT_S", 0.2)
    assert replay("def handle(data):\n    while True: pass\n", [[1]]).status == "Timeout"


def test_a_time_limit_that_was_set_holds(tmp_path, monkeypatch):
    monkeypatch.setattr(replaying, "GATEWAY_TIMEOUT_S", 0.0)
    (tmp_path / "handler.py").write_text("def handle(data):\n    return data\n")
    with load_function(tmp_path, timeout_s=20.0) as function:
        assert function.replay([[1]]).status == "Completed"


def test_an_id_that_is_none_is_refused(replay):
    with pytest.raises(SettingsError, match="there is no finding 'latent_state'"):
        replay(COUNTER, [[1]]).raise_for_findings(ignore=["latent_state"])


def test_one_id_may_be_a_text(replay):
    replay(COUNTER, [[1]]).raise_for_findings(ignore="stateful")


def test_a_batch_of_more_rows_than_are_tried_in_every_way_gives_the_same_values(replay):
    source = """def handle(data):
    rows = data["data"]
    return {"data": [[number, value % 7 if len(rows) > 501 else value] for number, value in rows]}
"""
    (finding,) = replay(source, [[number] for number in range(1200)]).findings
    assert (finding.id, finding.line) == ("depends-on-batch", 3)
    assert len(finding.evidence["rows"]) == 502
    assert len(json.loads(finding.evidence["deliveries"][0]["body"])["data"]) == 502
    assert finding.message.startswith(
        "in a larger batch: the other rows of the batch change the value of row 7 from 7 to 0"
    )
    assert finding.evidence["plain"] == {"body": '{"data":[[0,7]]}', "answer": '{"data": [[0, 7]]}'}


def test_a_larger_batch_that_fails_says_nothing(replay):
    source = """def handle(data):
    rows = data["data"]
    assert len(rows) < 1000
    return {"data": rows}
"""
    assert not replay(source, [[number] for number in range(900)]).findings
    assert replay(source, [[number] for number in range(1200)]).problem == ""


def test_the_row_is_named_for_which_a_batch_fails(replay):
    source = "def handle(data):\n    return {'data': [[number, 6 // value] for number, value in data['data']]}\n"
    verdict = replay(source, [[1], [0], [2], [0]])
    assert verdict.problem.startswith("ZeroDivisionError")
    assert verdict.statements == ('Row 1 alone ends so too: {"data":[[0,0]]}',)


def test_no_row_is_named_where_a_batch_fails_as_a_whole(replay):
    source = "def handle(data):\n    assert len(data['data']) == 1\n    return data\n"
    assert replay(source, [[1], [2]]).statements == ()


def test_a_row_that_is_long_is_named_alone(replay):
    source = "def handle(data):\n    raise ValueError\n"
    assert replay(source, [["x" * 400], [1]]).statements == ("Row 0 alone ends so too.",)


def test_the_line_of_another_module_is_shown(replay, tmp_path):
    (tmp_path / "scores.py").write_text("top = []\n\n\ndef score(value):\n    top.append(value)\n    return len(top)\n")
    answer = "{'data': [[number, scores.score(value)] for number, value in data['data']]}"
    source = f"import scores\ndef handle(data):\n    return {answer}\n"
    (violation,) = replay(source, [[1]]).violations
    (culprit,) = violation.culprits
    assert (culprit.line, culprit.source) == (5, "top.append(value)")
