"""The fixture ``fake_snowflake``."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from fn_emulator import load_function
from pytest_fn_emulator.snowflake import FakeSnowflake

pytest_plugins = ["pytester"]

DOUBLE = 'def handle(data):\n    return {"data": [[number, value * 2] for number, value in data["data"]]}\n'
CACHED = """
DOUBLES = {}
def handle(data):
    for _, value in data["data"]:
        DOUBLES[value] = value * 2
    return {"data": [[number, DOUBLES[value]] for number, value in data["data"]]}
"""
COUNTER = """
count = 0
def handle(data):
    global count
    count += 1
    return {"data": [[number, count] for number, _ in data["data"]]}
"""


def test_a_handler_is_replayed(run, write_function):
    write_function(DOUBLE)
    result = run(
        """
        def test_it(fake_snowflake):
            verdict = fake_snowflake.replay("fn", rows=[[1], [2]], signature="f(n float) returns float", random_seed=3)
            verdict.raise_for_findings()
            assert (verdict.stateless, verdict.row_independent, verdict.deterministic) == (True, True, True)
            assert (verdict.rows, verdict.random_seed, verdict.findings) == (2, 3, ())
        """
    )
    result.assert_outcomes(passed=1)


def test_a_function_that_is_open_and_that_of_a_marker_are_taken(run, write_function):
    write_function(DOUBLE)
    result = run(
        """
        import pytest

        def test_open(load_function, fake_snowflake):
            assert fake_snowflake.replay(load_function("fn"), rows=[[1]]).stateless

        @pytest.mark.fn_function("fn")
        def test_marked(fake_snowflake):
            assert fake_snowflake.replay(rows={"data": [[0, 1], [1, 2]]}).rows == 2
        """
    )
    result.assert_outcomes(passed=2)


def test_options_are_those_of_load_function(tmp_path):
    """In this process, where coverage sees it."""
    (tmp_path / "handler.py").write_text(DOUBLE)
    opened = []
    with ExitStack() as stack:

        def opens(source, **options):
            opened.append((source, options))
            return stack.enter_context(load_function(source, runner="inprocess"))

        verdict = FakeSnowflake(opens).replay(tmp_path, rows=[[1]], secrets={"token": "t"})
    assert (verdict.stateless, opened) == (True, [(tmp_path, {"secrets": {"token": "t"}})])


def test_findings_fail_a_test_with_their_case(run, write_function):
    write_function(COUNTER)
    result = run(
        """
        def test_it(fake_snowflake):
            fake_snowflake.replay("fn", rows=[[1], [2]]).raise_for_findings()
        """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*AssertionError: fn/handler.py:5: error: again: *from 1 to 2 (handler.count). *stateful?",
            '*delivery 2   {"data":??0,0??}  ->  {"data": ??0, 2??}',
            "*volatile (stateful): 2 rows, *",
        ]
    )


@pytest.mark.parametrize(("source", "ignore"), [(COUNTER, ["stateful"]), (CACHED, [])])
def test_what_is_ignored_and_notes_do_not_fail(run, write_function, source, ignore):
    write_function(source)
    result = run(
        f"""
        def test_it(fake_snowflake):
            verdict = fake_snowflake.replay("fn", rows=[[1], [2]])
            assert len(verdict.findings) == 1
            verdict.raise_for_findings(ignore={ignore})
        """
    )
    result.assert_outcomes(passed=1)


def test_a_handler_that_fails_on_the_batch_fails_the_test_whatever_is_ignored(run, write_function):
    write_function("def handle(data):\n    raise ValueError('no')\n")
    result = run(
        """
        def test_it(fake_snowflake):
            fake_snowflake.replay("fn", rows=[[1]]).raise_for_findings(ignore=["stateful"])
        """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*The batch as it is cannot be judged: ValueError: no (fn/handler.py:2)"])


def test_rows_that_cannot_be_read_are_an_error_of_the_test(run, write_function):
    write_function(DOUBLE)
    result = run(
        """
        import pytest
        from fn_emulator import EmulatorError

        @pytest.mark.parametrize("rows", [[], [1], [[1], [1, 2]]])
        def test_it(fake_snowflake, rows):
            assert repr(fake_snowflake) == "fake_snowflake"
            with pytest.raises(EmulatorError):
                fake_snowflake.replay("fn", rows=rows)
        """
    )
    result.assert_outcomes(passed=3)
